"""Pages for people, pages for scripts, new documents, and how the relay is."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from tornado.web import StaticFileHandler

from tsvshare_widget.document import Found
from tsvshare_widget.errors import NotFound
from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.rooms.page_window import Window, window_of

from .desk_handler import PIECE_BYTES, frame_ancestors
from .guard import JSON_TYPE
from .handler import Handler
from .parsing import parse_columns, parse_number

STATIC = Path(__file__).parents[2] / "static"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self' {connect}",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "{ancestors}",
    ]
)


@cache
def _page(name: str) -> str:
    return resources.files(__package__).joinpath("html", name).read_text("utf-8")


class PageHandler(Handler):
    """An HTML page; ``{root}`` in it leads to the relay's base path, relative to the page."""

    def finish_page(
        self, name: str, root: str, status: int = 200, also: tuple[str, ...] = (), **words: str
    ) -> None:
        """Answer with one of the pages; ``also``: where else its scripts may fetch from.

        ``words`` are HTML that is put into it.
        """
        # 'self' does not cover WebSockets in every browser.
        is_secure = "https" in (self.request.protocol, urlsplit(self.public_root()).scheme)
        scheme = "wss" if is_secure else "ws"
        policy = CONTENT_SECURITY_POLICY.format(
            connect=" ".join([f"{scheme}://{self.request.host}", *also]),
            ancestors=frame_ancestors(self.hub.settings.embedding_origins),
        )
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", policy)
        self.finish(_page(name).format(root=root, **words))


class Landing(PageHandler):
    """``GET /``: drop a file, get a link; the browser fetches files from anywhere it may."""

    def get(self) -> None:
        """Answer with the page."""
        self.finish_page("shell.html", "./", also=("http:", "https:"))


class ScriptPage(Handler):
    """``GET /d/UUID/page/N``: one page as JSON."""

    async def get(self, uuid: str, page: str) -> None:
        """Answer with ``{"page_no", "total_number", "columns", "data"}``."""
        self.allow_any_origin()
        document = await self.admit_viewer(uuid)
        document = await self.with_table(document)
        await self.hub.lifetimes.touch(document)
        table, view = document.state.table, document.state.view
        size = self.get_query_argument("page_size", str(view.page_size))
        columns = parse_columns(self.get_query_argument("columns", None))
        if table is None:
            raise NotFound("this document has no table yet")
        window = window_of(
            table,
            parse_number(page, "a page"),
            parse_number(size, "page_size"),
            columns,
            Found(query=view.query, n_rows=view.n_rows, of_rows=view.of_rows),
        )
        plain = msgspec.structs.replace(window, shape="plain")
        await self.while_connected(self._send_page(uuid, table, plain))

    async def _send_page(self, uuid: str, table: TableState, window: Window) -> None:
        asker, renderer = Asker(uuid, self), self.hub.renderer
        async with self.hub.answers.hold(asker, await renderer.size(table, window)):
            body = memoryview(await renderer.page(table, window, asker))
            self.set_header("Content-Type", JSON_TYPE)
            self.set_header("Content-Length", str(len(body)))
            for start in range(0, len(body), PIECE_BYTES):
                if not await self.send_piece(bytes(body[start : start + PIECE_BYTES])):
                    return


class Alive(Handler):
    """``GET /livez``: the process answers."""

    def get(self) -> None:
        """Answer that it does."""
        self.finish_json(b'{"status": "ok"}')


class Ready(Handler):
    """``GET /readyz``: documents can be reached, made and changed."""

    async def get(self) -> None:
        """Answer that they can; an error otherwise, also if readers alone can be served."""
        await self.hub.documents.check_store()
        await self.hub.tables.check_place()
        await asyncio.to_thread(self.hub.disk.try_writing)
        self.finish_json(b'{"status": "ok"}')


class MetricsPage(Handler):
    """``GET /metrics``: counters for Prometheus."""

    def get(self) -> None:
        """Answer with the counters."""
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(self.hub.metrics_text())


class Nothing(Handler):
    """``GET /favicon.ico``: answered, so that browsers do not ask again."""

    def get(self) -> None:
        """Answer with nothing."""
        self.set_status(204)
        self.set_header("Cache-Control", "max-age=86400")


class Missing(Handler):
    """Any other address."""

    def prepare(self) -> None:
        """Refuse."""
        raise NotFound("there is nothing at this address")


class Static(Handler, StaticFileHandler):
    """``GET /static/*``: the built front end, checked by its ETag at each use."""

    def initialize(self, hub: Hub) -> None:  # type: ignore[override]
        """Take the relay this request was made to."""
        Handler.initialize(self, hub)
        StaticFileHandler.initialize(self, str(STATIC))

    def get_content_type(self) -> str:
        """The type of a file, whatever the machine's own table of types says."""
        suffix = Path(self.absolute_path or "").suffix
        own = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
        return own.get(suffix) or super().get_content_type()
