"""``/d/UUID/table``: a table in by ``PUT``, any size, as a stream; more rows for it by ``POST``."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from tsvshare_widget.errors import BadValue, TSVShareError, UploadBroken
from tsvshare_widget.protocol import encode
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.access import check_editor
from tsvshare_widget.relay.changes.appends import Append
from tsvshare_widget.relay.changes.incoming import Upload, as_upload_error
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.table_states import options_from_query

from .download import TableDownload
from .guard import JSON_TYPE, error_body, let_body_rest
from .handler import KEY_HEADER
from .parsing import parse_content_length

REFUSED_BYTES = 8 * 1024 * 1024
"""So much of a refused upload is still read, so that its sender gets to read the refusal."""

REFUSED_SECONDS = 5.0

MAX_WORD = 100
"""Characters of a word in the address that is kept."""

BODY_LIMIT = 1 << 62
"""More than any body: the limit that counts is ours, which answers with a message."""


@stream_request_body
class TableTransfer(TableDownload):
    """One upload, one append or one download.

    An upload may say what is known of the file: ``?name=``, and how to read it by the names of
    :class:`~tsvshare_widget.table.ReadOptions`, such as ``header=true`` or ``delimiter=%3B``.  With
    ``growing=true``, what has come stays if the sender goes before the end.

    An append may say by ``table=`` the id of the table that is meant, by ``id=`` what makes a retry
    safe, and by ``format=rows`` that it is a JSON list of rows instead of bytes of the file.  Both
    say by ``cid=`` which viewer they are from.
    """

    def initialize(self, hub: Hub) -> None:
        """Take the relay this request was made to."""
        super().initialize(hub)
        self._incoming: Upload | Append | None = None
        self._refusal: asyncio.Task[None] | None = None
        self._received = 0
        self._complete = False

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()
        self.allow_any_origin()

    def options(self, uuid: str) -> None:
        """Tell a browser that any page may upload here, given the key."""
        self.set_header("Access-Control-Allow-Methods", "GET, PUT, POST")
        self.set_header("Access-Control-Allow-Headers", f"{KEY_HEADER}, Content-Type")
        self.set_header("Access-Control-Max-Age", "86400")
        self.set_status(204)

    async def prepare(self) -> None:
        """Begin an upload or append, or refuse it before a byte of it is read."""
        if self.request.method not in ("PUT", "POST"):
            return
        self.request.connection.set_max_body_size(BODY_LIMIT)  # type: ignore[union-attr]
        try:
            await self._begin(self.path_args[0])
        except TSVShareError as error:
            await self._refuse(error)

    async def _begin(self, uuid: str) -> None:
        document = await self.hub.documents.load(uuid)
        check_editor(document, self.request.headers.get(KEY_HEADER))
        size = parse_content_length(self.request.headers)
        if self.request.method == "POST":
            self._incoming = await self._begin_append(uuid, size)
        else:
            self._incoming = await self._begin_upload(uuid, size)
        self._incoming.when_failed = self._refuse

    async def _begin_upload(self, uuid: str, size: int | None) -> Upload:
        growing = self._choice("growing", {"false": False, "true": True})
        if growing:  # it comes as it is made, and that may take hours
            let_body_rest(self.request)
        try:
            return await self.hub.uploads.begin(
                uuid,
                name=self.get_query_argument("name", "table.tsv"),
                total=size,
                options=self._options(),
                by=self._word("cid"),
                growing=growing,
            )
        except OSError as error:
            raise as_upload_error(error) from error

    async def _begin_append(self, uuid: str, size: int | None) -> Append:
        append = Append(
            self.hub.appends,
            uuid,
            table=self._word("table"),
            as_rows=self._choice("format", {"bytes": False, "rows": True}),
            op_id=self._word("id"),
            by=self._word("cid"),
        )
        await self.hub.appends.begin(append, size)
        return append

    def _word(self, name: str) -> str | None:
        """What the address says for ``name``, if anything.  Raises :class:`BadValue`."""
        word = self.get_query_argument(name, None)
        if word is not None and len(word) > MAX_WORD:
            raise BadValue(f"{name}= has up to {MAX_WORD} characters")
        return word

    def _choice(self, name: str, choices: dict[str, bool]) -> bool:
        """What one word of the address chooses, by default the first.  Raises :class:`BadValue`."""
        word = self.get_query_argument(name, next(iter(choices)))
        if word not in choices:
            raise BadValue(f"{name}= is {' or '.join(choices)}, not {word[:40]!r}")
        return choices[word]

    def _options(self) -> ReadOptions:
        words = {
            name: self.get_query_arguments(name, strip=False)
            for name in ReadOptions.__struct_fields__
        }
        return options_from_query(words)

    async def data_received(self, chunk: bytes) -> None:
        """Pass on the next bytes; the network waits until this is done."""
        self._received += len(chunk)
        if self._refusal is None and self._incoming is not None:
            with suppress(TSVShareError):  # when_failed has been called with it
                await self._incoming.receive(chunk)
        elif self._refusal is not None and self._received > REFUSED_BYTES and not self._finished:
            await self._refusal  # bytes that lie here already are read without giving it its turn
            self.finish()

    async def put(self, uuid: str) -> None:
        """End an upload and answer with what became of the table."""
        await self._end()

    async def post(self, uuid: str) -> None:
        """End an append and answer with what became of the table."""
        await self._end()

    async def _end(self) -> None:
        self._complete = True
        if self._refusal is None and self._incoming is not None:
            try:
                state = await self._incoming.complete()
            except TSVShareError as error:
                self._refuse(error)
            else:
                self.finish_json(encode(state))
        if self._refusal is not None:
            await self._refusal

    def on_connection_close(self) -> None:
        """Take in that its sender has gone before its end."""
        super().on_connection_close()  # ends the wait for the rest of the body
        if self._incoming is not None and not self._complete and self._refusal is None:
            lost = UploadBroken("the connection was lost before the upload was complete")
            self._refusal = asyncio.create_task(self._incoming.break_off(lost))

    def _refuse(self, error: TSVShareError) -> asyncio.Task[None]:
        if self._refusal is None:
            self._refusal = asyncio.create_task(self._give_up(error))
        return self._refusal

    async def _give_up(self, error: TSVShareError) -> None:
        if self._incoming is not None:
            await self._incoming.cancel(error)
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
