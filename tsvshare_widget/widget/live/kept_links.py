"""Links of tables that cells of notebooks made, so that a cell that runs again keeps its link.

A table is meant by its notebook, its cell, its name, and which of that name it is in the cell.  The
links are kept by this process, and those on relays that outlive it also in a file that its user
alone can read: ``links.json`` in the folder that the platform has for the state of programs, or
what ``TSVSHARE_LINKS`` names.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from tsvshare_widget.client import Link
from tsvshare_widget.client.access import fetch_state
from tsvshare_widget.client.jupyter_server import token_for
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.process_wide import process_wide

from .keeper import cell_of, ipython
from .relays import FoundRelay

MOST_IN_FILE = 500
MOST_CIDS = 10_000


@dataclass
class KeptLink:
    """The link of one table that a cell makes, and who of this process has looked at it.

    ``run`` counts the widgets that had it: only the newest may end the document.
    """

    place: str
    link: Link | None = None
    is_lasting: bool = False
    is_shared: bool = False
    run: int = 0
    cids: set[str] = field(default_factory=set)


class _Entry(msgspec.Struct, omit_defaults=True):
    """One link in the file, and when it was kept, in seconds of the epoch."""

    base: str
    uuid: str
    key: str | None
    at: float
    shown: str | None = None
    look_key: str | None = None


class KeptLinks:
    """The links of one process, and those in the file at ``path``.  For any thread."""

    def __init__(self, path: Callable[[], Path | None]) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, KeptLink] = {}
        self._cell: object = None
        self._counts: dict[str, int] = {}

    def find(self, name: str, relay: str) -> KeptLink | None:
        """What is kept for the table of this name that the running cell makes next on ``relay``.

        None outside of a notebook's cell.  ``relay`` is empty for the one of this process.
        """
        cell, notebook, run = _where()
        if cell is None:
            return None
        with self._lock:
            if self._cell != (cell, run):
                self._cell, self._counts = (cell, run), {}
            number = self._counts[name] = self._counts.get(name, 0) + 1
            words = "\0".join([notebook or "", relay, cell, name, str(number)])
            place = hashlib.sha256(words.encode()).hexdigest()
            kept = self._known.setdefault(place, KeptLink(place))
            if kept.link is None and notebook is not None:
                kept.link = self._read().get(place)
                kept.is_lasting = kept.is_shared = kept.link is not None
            kept.run += 1
            return kept

    def keep(self, kept: KeptLink, link: Link, cid: str, *, is_lasting: bool) -> None:
        """Take in where the table of ``kept`` is now; ``is_lasting``: longer than this process."""
        with self._lock:
            if len(kept.cids) < MOST_CIDS:
                kept.cids.add(cid)
            is_new = kept.link is None or kept.link.url != link.url
            kept.link, kept.is_lasting = link, is_lasting
            if is_lasting and is_new and _where()[1] is not None:
                self._write(kept.place, link)

    def drop(self, kept: KeptLink) -> None:
        """Take in that there is no such document any more."""
        with self._lock:
            kept.link = None
            self._known.pop(kept.place, None)

    # --- the file ---

    def _read(self) -> dict[str, Link]:
        return {
            place: Link(each.base, each.uuid, each.key, each.shown, each.look_key)
            for place, each in self._entries().items()
        }

    def _entries(self) -> dict[str, _Entry]:
        path = self._path()
        try:
            return (
                {}
                if path is None
                else msgspec.json.decode(path.read_bytes(), type=dict[str, _Entry])
            )
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return {}  # then links are new ones

    def _write(self, place: str, link: Link) -> None:
        path, entries = self._path(), self._entries()
        if path is None:
            return
        entries[place] = _Entry(
            link.base, link.uuid, link.key, time.time(), link.shown, link.look_key
        )
        newest = sorted(entries.items(), key=lambda entry: entry[1].at)[-MOST_IN_FILE:]
        try:
            _replace_private(path, msgspec.json.encode(dict(newest)))
        except OSError:
            return  # who has no such folder has new links


def _replace_private(path: Path, data: bytes) -> None:
    """Put a file in place as a whole, which its user alone can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def open_kept(
    kept: KeptLink, found: FoundRelay, headers: tuple[tuple[str, str], ...], timeout: float | None
) -> Link | None:
    """The link that is kept, if it still leads to a document that may be changed by it.

    It may be on another relay than the one ``found`` by now.
    """
    link = kept.link
    if link is None or link.key is None:
        return None
    if link.base == found.base:
        link = replace(link, token=found.token, extra_headers=headers)
    else:
        link = replace(link, token=token_for(link.base))
    try:
        return link if fetch_state(link, timeout=timeout).role == "edit" else None
    except (TSVShareError, OSError):
        return None


def _where() -> tuple[str | None, str | None, object]:
    """The cell that runs, the notebook it is in, and which run that is; None: not known."""
    shell: Any = ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return None, None, None
    notebook = os.environ.get("JPY_SESSION_NAME") or shell.user_ns.get("__vsc_ipynb_file__")
    return cell_of(shell), notebook or None, shell.execution_count


def links_path() -> Path | None:
    """The file of kept links; None if there is to be none."""
    named = os.environ.get("TSVSHARE_LINKS")
    if named is not None:
        return Path(named).expanduser() if named not in ("", os.devnull) else None
    import platformdirs  # only here, as in user_config.py

    return platformdirs.user_state_path("tsvshare", appauthor=False) / "links.json"


def get_kept_links() -> KeptLinks:
    """The process's links."""
    return process_wide("kept_links", lambda: KeptLinks(links_path))
