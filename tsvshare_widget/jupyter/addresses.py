"""What the extension answers beside the relay: files opened as tables, and where browsers are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from tornado.httputil import HTTPServerRequest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import encode
from tsvshare_widget.relay.assembly import Relay
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.web.handler import Handler
from tsvshare_widget.relay.web.parsing import decode_json

from .files import Files

FILE = "file"
ADDRESS = "address"
"""The last parts of these addresses, below that of the relay."""

ORIGIN = re.compile(r"https?://[^/\s\"'<>#?]{1,300}")


@dataclass
class Address:
    """Where the relay is: at ``root`` of a server that browsers reach by ``origin``, if known.

    The server itself does not know: proxies and hubs stand before it.
    """

    root: str
    origin: str | None = None

    def for_people(self, _: HTTPServerRequest | None = None) -> str:
        """The address of the relay, with a slash at its end; a path while nobody has said more."""
        return (self.origin or "") + self.root


class FileToOpen(msgspec.Struct):
    """The body of ``POST file``."""

    path: str


class BrowserAddress(msgspec.Struct):
    """The body of ``POST address``."""

    origin: str


class OpenFile(Handler):
    """``POST file``: a file of this Jupyter Server as a live table."""

    def initialize(self, hub: Hub, files: Files) -> None:  # type: ignore[override]
        """Take what opens files."""
        super().initialize(hub)
        self.files = files

    async def post(self) -> None:
        """Answer with the links of its document, as for a new one."""
        asked = decode_json(self.request.body.decode("utf-8", "replace"), FileToOpen, "a file")
        opened = await self.files.open(asked.path)
        view_url = f"{self.public_root()}d/{opened.uuid}"
        links = {"url": f"{view_url}#k={opened.key}", "view_url": view_url}
        self.finish_json(encode({"uuid": opened.uuid, "key": opened.key, **links}))


class TellAddress(Handler):
    """``POST address``: a browser says by which address it reaches this server."""

    def initialize(self, hub: Hub, address: Address) -> None:  # type: ignore[override]
        """Take who wants to know."""
        super().initialize(hub)
        self.address = address

    def post(self) -> None:
        """Take it in for the links that are given out from now on."""
        said = decode_json(
            self.request.body.decode("utf-8", "replace"), BrowserAddress, "an address"
        )
        if not ORIGIN.fullmatch(said.origin):
            raise BadValue("an origin is http(s)://host or http(s)://host:port")
        self.address.origin = said.origin
        self.finish_json(encode({"relay": self.address.for_people()}))


def add_addresses(relay: Relay, files: Files, address: Address) -> None:
    """Have ``relay`` answer these, too."""
    given = {"hub": relay.hub}
    relay.app.add_handlers(
        ".*$",
        [
            (address.root + FILE, OpenFile, {**given, "files": files}),
            (address.root + ADDRESS, TellAddress, {**given, "address": address}),
        ],
    )
