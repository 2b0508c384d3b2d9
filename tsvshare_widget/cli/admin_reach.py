"""Whom ``tsvshare admin`` asks: the relay that runs, or one that runs for this alone."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from tsvshare_widget.client import Link
from tsvshare_widget.client.http import (
    CHUNK_BYTES,
    one_request,
    path_of,
    put_headers,
    read_answer,
    send_body,
)
from tsvshare_widget.client.trust import KERNELS_CERTIFICATE, KERNELS_URL
from tsvshare_widget.errors import BadValue, Unavailable
from tsvshare_widget.protocol import encode

from .admin_file import Way, new_token, read_way

if TYPE_CHECKING:
    from tsvshare_widget.document import Over
    from tsvshare_widget.relay.storage.archive import Outline

TIMEOUT_SECONDS = 60.0

STORING_SECONDS = 1800.0
"""A relay may be silent for so long that has all of a document, and puts it into its store."""

ADMIN_HEADER = "X-TSVShare-Admin"


class Ended(msgspec.Struct):
    """What a relay answers that has ended unused documents."""

    ended: list[str]


class NewLinks(msgspec.Struct):
    """The links of a document, by the address that people use; ``view_url`` None: it is closed."""

    url: str
    view_url: str | None


@dataclass(frozen=True)
class Office:
    """Relays at ``bases`` that take one for their administrator, by ``token``.

    Of several that share documents each is asked for those that it has; any of them for one.
    """

    bases: tuple[str, ...]
    token: str = field(repr=False)
    trusting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    """Within this, the certificate counts that stands in the data folder of the relay."""

    def link(self, uuid: str) -> Link:
        """What leads to a document with the administrator's right."""
        return Link(self.bases[0], uuid, extra_headers=((ADMIN_HEADER, self.token),))

    def documents(self) -> list[dict[str, Any]]:
        """What documents there are, as the relays describe them."""
        found: dict[str, dict[str, Any]] = {}
        for base in self.bases:
            for line in self._ask(base, "GET", "admin/documents").splitlines():
                each = msgspec.json.decode(line, type=dict[str, Any])
                known = found.get(each["uuid"])  # one that nobody had a moment ago
                if known is None or each["idle"] < known["idle"]:
                    found[each["uuid"]] = each
        return list(found.values())

    def expire(self, seconds: float) -> list[str]:
        """End the documents that nobody has used for so long; their UUIDs."""
        body = encode({"idle": seconds})
        answers = [self._ask(base, "POST", "admin/expire", body) for base in self.bases]
        return [uuid for each in answers for uuid in msgspec.json.decode(each, type=Ended).ended]

    def new_links(self, uuid: str) -> NewLinks:
        """Take the links of a document back, and make new ones."""
        answer = self._ask(self.bases[0], "POST", f"d/{uuid}/links", b"")
        return msgspec.json.decode(answer, type=NewLinks)

    # --- documents as a whole -------------------------------------------------------------------

    def outline(self, uuid: str, *, hold: bool = False) -> Outline:
        """What the relay says of a document.  Raises :class:`NotFound`.

        ``hold``: it is not changed for some seconds, as it is about to be led away.
        """
        from tsvshare_widget.relay.storage.archive import Outline

        answer = self._ask(self.bases[0], "GET", f"d/{uuid}/archive?outline=1&hold={int(hold)}")
        return msgspec.json.decode(answer, type=Outline)

    @contextlib.contextmanager
    def pieces(self, uuid: str, have: Set[str]) -> Iterator[Iterator[bytes]]:
        """All of a document but the tables that are there already."""
        base, asked = self.bases[0], urlencode({"have": sorted(have)}, doseq=True)
        with self._connected(base, TIMEOUT_SECONDS) as connection:
            target = path_of(f"{base}/d/{uuid}/archive?{asked}")
            connection.request("GET", target, headers={ADMIN_HEADER: self.token})
            response = connection.getresponse()
            if response.status != 200:
                read_answer(base, response)
            yield iter(lambda: response.read(CHUNK_BYTES), b"")

    def put(self, uuid: str, pieces: Iterator[bytes], over: Over) -> None:
        """Have the relay take a document in; all is there when this returns."""
        base = self.bases[0]
        with self._connected(base, STORING_SECONDS) as connection:
            connection.putrequest("PUT", path_of(f"{base}/d/{uuid}/archive?over={over}"))
            put_headers(connection, {ADMIN_HEADER: self.token, "Transfer-Encoding": "chunked"})
            connection.endheaders()
            read_answer(base, send_body(connection, pieces, None, None, None))

    def lead_away(self, uuid: str, version: tuple[str, int], base: str) -> None:
        """Leave nothing of a document but the way to where it is.

        ``base`` is the address of that relay, empty: the one that this one had.  Raises
        :class:`Stale` if the document has another version by now.
        """
        body = encode({"base": base, "uuid": uuid, "version": version})
        self._ask(self.bases[0], "POST", f"d/{uuid}/move", body)

    def _ask(self, base: str, method: str, path: str, body: bytes | None = None) -> bytes:
        with self._connected(base, TIMEOUT_SECONDS) as connection:
            headers = {ADMIN_HEADER: self.token}
            connection.request(method, path_of(f"{base}/{path}"), body=body, headers=headers)
            return read_answer(base, connection.getresponse())

    @contextlib.contextmanager
    def _connected(self, base: str, timeout: float) -> Iterator[HTTPConnection]:
        with contextlib.ExitStack() as held:
            with self.trusting():
                connection = held.enter_context(one_request(base, timeout))
            yield connection


@contextlib.contextmanager
def administered(args: argparse.Namespace) -> Iterator[Office]:
    """The relay that is meant, by its address and a token or by its data folder.

    Raises :class:`BadValue` and :class:`Unavailable`.
    """
    if args.relay:
        if args.admin_token is None:
            raise BadValue("--relay goes with --admin-token FILE: the token that the relay has")
        yield Office(tuple(args.relay), args.admin_token)
        return
    folder = data_folder(args)
    if is_in_use(folder):
        way = read_way(folder)
        with _trusting(way):
            yield Office((way.url,), way.token, partial(_trusting, way))
        return
    with _relay_for_this(folder, args.public_url) as office:
        yield office


def data_folder(args: argparse.Namespace) -> Path:
    """The data folder that is named.  Raises :class:`BadValue` if there is none."""
    folder: Path | None = args.data_dir
    if folder is None:
        raise BadValue("which relay? Name its --data-dir, or its address by --relay")
    if not (folder / "documents").is_dir():
        raise BadValue(f"{folder} is no data folder of a relay: there are no documents in it")
    return folder


def is_in_use(folder: Path) -> bool:
    """Whether a relay works on a data folder just now."""
    from tsvshare_widget.relay.storage.locking import lock_folder

    try:
        lock_folder(folder)()
    except Unavailable:
        return True
    return False


@contextlib.contextmanager
def _trusting(way: Way) -> Iterator[None]:
    """Trust a relay that shows the certificate which stands in its folder, whatever its name is.

    As kernels are told of that of their Jupyter Server.
    """
    said = {KERNELS_URL: way.url, KERNELS_CERTIFICATE: way.certificate or ""}
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


@contextlib.contextmanager
def _relay_for_this(folder: Path, public_url: str | None) -> Iterator[Office]:
    """A relay on a data folder that none works on; it ends nothing for being idle."""
    from tsvshare_widget.relay.embedded import EmbeddedRelay
    from tsvshare_widget.relay.settings import Settings
    from tsvshare_widget.relay.storage.backup import are_kept_elsewhere

    if are_kept_elsewhere(folder):
        raise BadValue(
            f"the tables of {folder} are in an object store: start its relay, with --store, and "
            "ask that"
        )
    settings = Settings(
        data_dir=folder,
        admin_token=new_token(),
        public_url=public_url,
        idle_seconds=math.inf,
        may_move=True,
    )
    relay = EmbeddedRelay(settings)
    relay.start()
    try:
        yield Office((relay.url,), settings.admin_token)
    finally:
        relay.stop(TIMEOUT_SECONDS)
