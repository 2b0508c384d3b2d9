"""``/d/UUID/uploads``: uploads that go on after a loss, by tus 1.0.0 (tus.io/protocols).

``POST`` begins one (extension "creation"), ``PATCH`` brings bytes from an offset on, ``HEAD`` says
how many have come, ``DELETE`` ends it (extension "termination").
"""

from __future__ import annotations

import base64
import binascii
import re

from tornado.web import stream_request_body

from tsvshare_widget.errors import BadRequest, Cancelled
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.incoming import as_upload_error
from tsvshare_widget.relay.changes.resumable import Resumable
from tsvshare_widget.relay.table_states import options_from_query
from tsvshare_widget.relay.web.desk_handler import KEY_HEADER
from tsvshare_widget.relay.web.handler import Handler

from .body import Incoming, IncomingBody

VERSION = "1.0.0"
BYTES_TYPE = "application/offset+octet-stream"
SENT = f"{KEY_HEADER}, Content-Type, Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata"
READ = "Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Upload-Offset"


class TusHandler(Handler):
    """What every answer has."""

    SUPPORTED_METHODS = ("POST", "HEAD", "PATCH", "DELETE", "OPTIONS")  # type: ignore[assignment]

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()
        self.allow_any_origin()
        self.set_header("Access-Control-Expose-Headers", f"{READ}, Upload-Length")
        self.set_header("Tus-Resumable", VERSION)
        self.set_header("Cache-Control", "no-store")

    def options(self, *_: str) -> None:
        """Say what can be done here, and that any page may do it, given the key."""
        self.set_header("Access-Control-Allow-Methods", "POST, HEAD, PATCH, DELETE")
        self.set_header("Access-Control-Allow-Headers", SENT)
        self.set_header("Access-Control-Max-Age", "86400")
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Extension", "creation,termination")
        self.set_header("Tus-Max-Size", str(self.hub.settings.max_upload))
        self.set_status(204)

    async def check_sender(self, uuid: str) -> None:
        """Raise unless who sends this may upload, and speaks this version."""
        said = self.request.headers.get("Tus-Resumable", VERSION)
        if said != VERSION:
            raise BadRequest(f"this relay speaks version {VERSION} of tus, not {said[:20]!r}")
        await self.admit_editor(uuid)

    def number(self, header: str) -> int:
        """A header that is a number of bytes.  Raises :class:`BadRequest`."""
        said = self.request.headers.get(header, "")
        if not re.fullmatch("[0-9]{1,18}", said):
            raise BadRequest(f"{header} is a number of bytes, not {said[:40]!r}")
        return int(said)


class NewUpload(TusHandler):
    """``POST``: begin an upload; its address is in ``Location``."""

    async def post(self, uuid: str) -> None:
        """Answer with where its bytes are to be sent.

        ``Upload-Metadata`` may say its ``filename``; how to read it stands in the query, as for
        ``PUT``.
        """
        await self.check_sender(uuid)
        total = self.number("Upload-Length")
        words = {
            name: self.get_query_arguments(name, strip=False)
            for name in ReadOptions.__struct_fields__
        }
        metadata = read_metadata(self.request.headers.get("Upload-Metadata", ""))
        name = self.get_query_argument("name", metadata.get("filename", "table.tsv"))
        try:
            upload = await self.hub.resumable.begin(
                uuid,
                name=name,
                total=total,
                options=options_from_query(words),
                by=self.get_query_argument("cid", None),
            )
        except OSError as error:
            raise as_upload_error(error) from error
        self.set_header("Location", f"{self.request.path.rstrip('/')}/{upload.id}")
        self.set_header("Upload-Offset", "0")
        self.set_status(201)


@stream_request_body
class UploadInParts(TusHandler, IncomingBody):
    """One upload: how far it is, the next bytes of it, or its end."""

    _upload: Resumable

    async def prepare(self) -> None:
        """Begin to take in bytes, or refuse them."""
        if self.request.method == "PATCH":
            await self.take_body()

    async def begin(self, path: list[str]) -> Incoming:
        """What takes the bytes in.  Raises why they are refused."""
        uuid, id = path
        await self.check_sender(uuid)
        if self.request.headers.get("Content-Type") != BYTES_TYPE:
            raise BadRequest(f"the bytes of an upload have Content-Type: {BYTES_TYPE}")
        offset = self.number("Upload-Offset")
        self._upload = await self.hub.resumable.find(uuid, id)
        part = self.hub.resumable.take_part(self._upload, offset)
        if self._upload.upload is not None:
            self._upload.upload.when_failed = self.refuse
        return part

    def answer(self, state: TableState | None) -> None:
        """Answer how far it is; in the end what became of the table, for who takes that."""
        self.set_header("Upload-Offset", str(self._upload.offset))
        if state is not None and "application/json" in self.request.headers.get("Accept", ""):
            self.finish_json(encode(state))
            return
        self.set_status(204)
        self.finish()

    async def patch(self, *_: str) -> None:
        """Take in the end of these bytes."""
        await self.end_body()

    async def head(self, uuid: str, id: str) -> None:
        """Answer how many bytes have come."""
        await self.check_sender(uuid)
        upload = await self.hub.resumable.find(uuid, id)
        self.set_header("Upload-Offset", str(upload.offset))
        self.set_header("Upload-Length", str(upload.total))
        self.set_status(200)

    async def delete(self, uuid: str, id: str) -> None:
        """End it: what has come is deleted."""
        await self.check_sender(uuid)
        upload = await self.hub.resumable.find(uuid, id)
        await self.hub.resumable.cancel(upload, Cancelled("this upload was cancelled"))
        self.set_status(204)


def read_metadata(text: str) -> dict[str, str]:
    """``Upload-Metadata``: names with values in base64, separated by commas."""
    found = {}
    for pair in filter(None, text.split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadRequest(f"Upload-Metadata: {name[:40]!r} is not in base64") from error
    return found
