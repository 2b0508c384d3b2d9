"""What whoever runs a relay may choose."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tsvshare_widget.protocol import HEARTBEAT_SECONDS


def default_workers() -> int:
    """Two processes for questions, if there are as many processors."""
    return max(1, min(2, os.cpu_count() or 1))


EVERYBODY = ("0.0.0.0/0", "::/0")
"""All networks: the proxies of a relay that nobody reaches but by a login."""

Creators = Literal["anyone", "token", "nobody"]
"""Who may make documents."""

LEAST_QUERY_MEMORY = 50 * 10**6
"""Bytes; with less than that a process that answers questions can answer hardly any."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The choices of one relay; times are in seconds, sizes in bytes.

    ``data_dir`` keeps documents and tables over a restart; without it they live in a temporary
    folder that goes with the relay.  ``public_url`` is where people reach the relay from outside
    if that is not the address they asked it by, and ``base_path`` the path below which it serves.
    ``trusted_origins`` are pages elsewhere that may make documents here.  ``trusted_proxies`` are
    the addresses and networks of proxies that are believed who asks, by ``X-Forwarded-For``, and
    how, by ``X-Forwarded-Proto``.  ``allowed_hosts`` are names that the relay answers to, besides
    those of :mod:`.web.hosts`; ``embedding_origins`` are sites whose pages may show those of the
    relay inside their own.

    ``store`` is the URL of an object store that keeps the tables, as :mod:`.objects.address` has
    them; those in the data folder are copies then, of up to ``store_cache_bytes``.

    ``create`` is who may make documents: ``anyone``, who has the ``create_token``, or ``nobody``.
    Who has the ``admin_token`` may administer the relay; without one, nobody may from outside.
    There are up to ``max_documents`` documents, ``max_viewers`` of one of them and ``max_uploads``
    at a time in all; ``joins_per_second`` viewers may come, and twice as many at once.  What one
    viewer asks for beyond ``requests_per_second`` is read later; a document changes up to
    ``changes_per_second`` times.

    Tables leave ``disk_reserve`` of the disk free, a share of it, but at most 100 MB.  An upload
    has up to ``max_upload`` bytes, a message of the plain protocol up to ``parser_max_message``.
    A document nobody looks at lives for ``idle_seconds``, unless who has its key lets it end on a
    day, at most ``keep_seconds`` from then; a table that an upload replaced can come back for
    ``undo_seconds``, up to ``undo_tables`` of a document, of which all but the newest have up to
    ``undo_bytes`` together.  ``may_move`` lets who has the key lead a document's links to another
    relay.

    Files on the web are fetched for others only from the hosts in ``fetch_from``, as
    :class:`.fetch_rules.FetchRules` has them, each within ``fetch_seconds``.

    ``last_words`` are what viewers are told when the relay stops, where it never comes back;
    without them they try to come back.

    ``redis`` is what several relays share documents on, and ``peers`` is where the others reach
    this one, ``HOST:PORT``, or ``advertised`` where something passes that on to ``peers``.  Tables
    are in the ``store`` of all of them, or else in a ``data_dir``
    that all of them share: see :func:`placed`.

    What has come of an upload in parts that broke off is kept for ``resume_seconds``.

    Viewers hear a beat every ``heartbeat`` seconds.  One is dropped if it does not say hello within
    ``hello_seconds``, or takes no bytes, or sends none of a message it has begun, for
    ``slow_seconds``.  The headers of a request may take ``header_seconds``; its body is given up
    when none of it comes for ``body_seconds``.  Answers in memory take up to ``answer_bytes``,
    whoever asked for them and however slowly they are taken, and WebSocket messages that are not
    complete up to ``incoming_bytes``.

    Questions about a table (a sort, a filter, a search, a profile) are answered by up to
    ``workers`` processes, and one more if somebody has waited long.  Reading a table anew
    may take ``reread_seconds``.  One question may take
    ``query_memory`` bytes and ``query_seconds``; one with a regular expression only
    ``query_stall_seconds`` without getting any further.  Those about tables of ``dask_from`` bytes
    and more are cut into tasks for the Dask cluster whose scheduler is at ``dask``.  The answers
    that are kept on disk take up to ``view_cache_bytes``.
    """

    data_dir: Path | None = None
    store: str | None = None
    store_cache_bytes: int = 20_000_000_000
    max_upload: int = 10_000_000_000
    idle_seconds: float = 24 * 3600
    create: Creators = "anyone"
    create_token: str = field(default="", repr=False)
    admin_token: str = field(default="", repr=False)
    max_documents: int = 100_000
    max_viewers: int = 100_000
    max_uploads: int = 200
    joins_per_second: float = 2000.0
    requests_per_second: float = 100.0
    changes_per_second: float = 500.0
    disk_reserve: float = 0.05
    keep_seconds: float = 30 * 24 * 3600
    may_move: bool = False
    undo_seconds: float = 600.0
    undo_tables: int = 5
    undo_bytes: int = 2_000_000_000
    resume_seconds: float = 600.0
    base_path: str = "/"
    public_url: str | None = None
    trusted_origins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    embedding_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    heartbeat: float = HEARTBEAT_SECONDS
    hello_seconds: float = 10.0
    slow_seconds: float = 15.0
    header_seconds: float = 75.0
    body_seconds: float = 30.0
    parser_max_message: int = 64 * 1024 * 1024
    answer_bytes: int = 128 * 1024 * 1024
    incoming_bytes: int = 256 * 1024 * 1024
    workers: int = field(default_factory=default_workers)
    query_memory: int = 2_000_000_000
    query_seconds: float = 60.0
    reread_seconds: float = 600.0
    query_stall_seconds: float = 5.0
    dask: str | None = None
    dask_from: int = 500_000_000
    view_cache_bytes: int = 1_000_000_000
    last_words: str = ""
    fetch_from: tuple[str, ...] = ()
    fetch_seconds: float = 600.0
    redis: str | None = field(default=None, repr=False)
    peers: str = ""
    advertised: str = ""

    @property
    def root(self) -> str:
        """The base path, with a slash at both ends."""
        inner = self.base_path.strip("/")
        return f"/{inner}/" if inner else "/"

    @property
    def origins(self) -> frozenset[str]:
        """The origins that are trusted, the relay's own public one included."""
        public = urlsplit(self.public_url) if self.public_url else None
        own = {f"{public.scheme}://{public.netloc}"} if public else set()
        return frozenset(own | {origin.rstrip("/") for origin in self.trusted_origins})


SHARED = "shared"
"""What all relays of a cluster keep in a data folder that they share is below this."""


def placed(settings: Settings) -> Settings:
    """The same, with a place for tables in a ``store``, for one of several relays.

    A folder that all of them share is an object store like any other, so whoever was held up
    cannot write into what another relay has added to a table since.  Nothing else is kept there.
    """
    if settings.redis is None or settings.store is not None or settings.data_dir is None:
        return settings
    folder = settings.data_dir.absolute() / SHARED
    return replace(settings, store=folder.as_uri(), data_dir=None)
