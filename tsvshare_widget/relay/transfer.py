"""``/d/UUID/table``: the table's bytes in by ``PUT`` and out by ``GET``, any size, as a stream."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from tsvshare_widget.errors import BadValue, NotFound, TSVShareError, UploadBroken
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.table import Told

from .hub import Hub
from .upload import Upload, as_upload_error
from .web import JSON_TYPE, KEY_HEADER, Handler, check_editor, error_body

T = TypeVar("T")

CHUNK = 256 * 1024

REFUSED_BYTES = 8 * 1024 * 1024
"""So much of a refused upload is still read, so that its sender gets to read the refusal."""

REFUSED_SECONDS = 5.0

BODY_LIMIT = 1 << 62
"""More than any body: the limit that counts is ours, which answers with a message."""


@stream_request_body
class TableTransfer(Handler):
    """One upload or one download.

    An upload may say what is known of the file: ``?name=``, ``header=true|false``,
    ``quoting=none|excel``, ``comments=true|false``; and by ``cid=`` which viewer it is from.
    """

    def initialize(self, hub: Hub) -> None:
        """Take the relay this request was made to."""
        super().initialize(hub)
        self._upload: Upload | None = None
        self._refusal: asyncio.Task[None] | None = None
        self._received = 0
        self._complete = False

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()
        self.allow_any_origin()

    def options(self, uuid: str) -> None:
        """Tell a browser that any page may upload here, given the key."""
        self.set_header("Access-Control-Allow-Methods", "GET, PUT")
        self.set_header("Access-Control-Allow-Headers", f"{KEY_HEADER}, Content-Type")
        self.set_header("Access-Control-Max-Age", "86400")
        self.set_status(204)

    # --- in -------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Begin an upload, or refuse it before a byte of it is read."""
        if self.request.method != "PUT":
            return
        self.request.connection.set_max_body_size(BODY_LIMIT)  # type: ignore[union-attr]
        try:
            await self._begin(self.path_args[0])
        except TSVShareError as error:
            await self._refuse(error)

    async def _begin(self, uuid: str) -> None:
        document = await self.hub.document(uuid)
        check_editor(document, self.request.headers.get(KEY_HEADER))
        length = self.request.headers.get("Content-Length")
        try:
            self._upload = await self.hub.uploads.begin(
                uuid,
                name=self.get_query_argument("name", "table.tsv"),
                total=int(length) if length is not None else None,
                told=self._told(),
                by=self.get_query_argument("cid", None),
            )
        except OSError as error:
            raise as_upload_error(error) from error
        self._upload.when_failed = self._refuse

    def _told(self) -> Told:
        switch = {"true": True, "false": False}
        return Told(
            header=self._choice("header", switch),
            quoting=self._choice("quoting", {"none": "none", "excel": "excel"}),
            comments=self._choice("comments", switch),
        )

    def _choice(self, name: str, choices: dict[str, T]) -> T | None:
        value = self.get_query_argument(name, None)
        if value is None or value in choices:
            return choices[value] if value is not None else None
        raise BadValue(f"{name} is one of {', '.join(choices)}, not {value[:40]!r}")

    async def data_received(self, chunk: bytes) -> None:
        """Pass on the next bytes; the network waits until this is done."""
        self._received += len(chunk)
        if self._refusal is None and self._upload is not None:
            with suppress(TSVShareError):  # when_failed has been called with it
                await self._upload.feed(chunk)
        elif self._refusal is not None and self._received > REFUSED_BYTES and not self._finished:
            await self._refusal  # bytes that lie here already are read without giving it its turn
            self.finish()

    async def put(self, uuid: str) -> None:
        """End an upload and answer with what became of the table."""
        self._complete = True
        if self._refusal is None and self._upload is not None:
            try:
                state = await self._upload.finish()
            except TSVShareError as error:
                self._refuse(error)
            else:
                self.finish_json(encode(state))
        if self._refusal is not None:
            await self._refusal

    def on_connection_close(self) -> None:
        """Give up an upload whose sender has gone before its end."""
        if self._upload is not None and not self._complete:
            self._refuse(UploadBroken("the connection was lost before the upload was complete"))

    def _refuse(self, error: TSVShareError) -> asyncio.Task[None]:
        if self._refusal is None:
            self._refusal = asyncio.create_task(self._give_up(error))
        return self._refusal

    async def _give_up(self, error: TSVShareError) -> None:
        if self._upload is not None:
            await self._upload.cancel(error)
        if self._finished:
            return
        if self.request.headers.get("Expect") == "100-continue" and not self._received:
            self.finish_json(error_body(error), error.status)
            return
        with suppress(StreamClosedError):
            await self._answer_early(error_body(error), error.status)

    async def _answer_early(self, body: bytes, status: int) -> None:
        # Closing at once, with bytes on their way to us, would reset the connection, and the sender
        # would never read why.  So the whole answer goes out first, and for a short while what
        # still comes is thrown away.
        self.request.connection.set_body_timeout(REFUSED_SECONDS)  # type: ignore[union-attr]
        self.set_header("Content-Length", str(len(body)))
        self.set_header("Connection", "close")
        self.set_header("Content-Type", JSON_TYPE)
        self.set_status(status)
        self.write(body)
        await self.flush()

    # --- out ------------------------------------------------------------------------------------

    async def head(self, uuid: str) -> None:
        """Answer with the headers of a download."""
        await self.get(uuid)

    async def get(self, uuid: str) -> None:
        """Answer with the file, byte for byte as it came (so far)."""
        document = await self.hub.document(uuid)
        await self.hub.touch(document)
        shown = document.state.table
        if shown is None:
            raise NotFound("this document has no table yet")
        with self.hub.store.use(shown.id) as table:
            self._describe(shown)
            if self.request.method != "HEAD":
                await self._send(table.raw_path, shown.bytes)

    def _describe(self, table: TableState) -> None:
        zipped = table.reading.get("compression", "none") != "none"
        kind = "application/gzip" if zipped else "text/tab-separated-values"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", attachment(table.name))
        self.set_header("Content-Length", str(table.bytes))

    async def _send(self, path: Path, size: int) -> None:
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            while size > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, size))):
                size -= len(chunk)
                self.write(chunk)
                try:
                    await self.flush()
                except StreamClosedError:
                    return


def attachment(name: str) -> str:
    """The ``Content-Disposition`` of a download (RFC 6266), for names in any script."""
    plain = re.sub(r"[^ !#-\[\]-~]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
