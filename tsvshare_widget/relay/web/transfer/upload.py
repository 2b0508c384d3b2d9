"""``/d/UUID/table``: a table in by ``PUT``, any size, as a stream; more rows for it by ``POST``."""

from __future__ import annotations

from tornado.web import stream_request_body

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.appends import Append
from tsvshare_widget.relay.changes.incoming import Upload, as_upload_error
from tsvshare_widget.relay.table_states import options_from_query
from tsvshare_widget.relay.web.desk_handler import KEY_HEADER
from tsvshare_widget.relay.web.guard import let_body_rest
from tsvshare_widget.relay.web.parsing import parse_content_length

from .body import Incoming, IncomingBody
from .download import TableDownload

MAX_WORD = 100
"""Characters of a word in the address that is kept."""


@stream_request_body
class TableTransfer(IncomingBody, TableDownload):
    """One upload, one append or one download.

    An upload may say what is known of the file: ``?name=``, and how to read it by the names of
    :class:`~tsvshare_widget.table.ReadOptions`, such as ``header=true`` or ``delimiter=%3B``.  With
    ``growing=true``, what has come stays if the sender goes before the end.

    An append may say by ``table=`` the id of the table that is meant, by ``id=`` what makes a retry
    safe, and by ``format=rows`` that it is a JSON list of rows instead of bytes of the file.  Both
    say by ``cid=`` which viewer they are from.
    """

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
        if self.request.method in ("PUT", "POST"):
            await self.take_body()

    async def begin(self, path: list[str]) -> Incoming:
        """An upload, or an append.  Raises why it is refused."""
        uuid = path[0]
        await self.admit_editor(uuid)
        size = parse_content_length(self.request.headers)
        incoming: Upload | Append
        if self.request.method == "POST":
            incoming = await self._begin_append(uuid, size)
        else:
            incoming = await self._begin_upload(uuid, size)
        incoming.when_failed = self.refuse
        return incoming

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

    async def put(self, uuid: str) -> None:
        """End an upload and answer with what became of the table."""
        await self.end_body()

    async def post(self, uuid: str) -> None:
        """End an append and answer with what became of the table."""
        await self.end_body()
