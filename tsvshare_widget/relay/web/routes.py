"""The addresses of a relay and who answers them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from tornado.httputil import HTTPServerRequest
from tornado.routing import PathMatches
from tornado.web import Application, RedirectHandler

from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.settings import Settings

from . import admin, documents
from . import pages as handlers
from .desk_handler import log_request
from .live_rules import UUID
from .live_socket import LiveSocket
from .plain_socket import PlainSocket
from .tickets import Tickets
from .transfer.archive import DocumentArchive
from .transfer.fetch import Fetch, fetches_of
from .transfer.resumable import NewUpload, UploadInParts
from .transfer.upload import TableTransfer

Route = tuple[str, Any, dict[str, Any]]
Live = tuple[type[LiveSocket], dict[str, Any]]
PublicRoot = Callable[[HTTPServerRequest], str]


def routes(hub: Hub, root: str, live: Live | None = None) -> list[Route]:
    """All addresses below ``root``, which begins and ends with a slash.

    ``live`` answers viewers that speak ``tsvshare.v1``, if that is not the usual handler.
    """
    with_hub = {"hub": hub}
    table: list[Route] = [
        (r"", handlers.Landing, with_hub),
        (r"d", documents.NewDocument, with_hub),
        (rf"d/{UUID}", documents.DocumentPage, with_hub),
        (rf"d/{UUID}/", *redirect("../../d/{0}")),
        (rf"d/{UUID}/ws", *(live or (LiveSocket, with_hub))),
        (rf"d/{UUID}/table", TableTransfer, with_hub),
        (rf"d/{UUID}/uploads", NewUpload, with_hub),
        (rf"d/{UUID}/uploads/([0-9a-f]+)", UploadInParts, with_hub),
        (rf"d/{UUID}/fetch", Fetch, with_hub),
        (rf"d/{UUID}/links", documents.NewLinks, with_hub),
        (rf"d/{UUID}/state", documents.StateOfDocument, with_hub),
        (rf"d/{UUID}/move", documents.Move, with_hub),
        (rf"d/{UUID}/archive", DocumentArchive, with_hub),
        (rf"d/{UUID}/ticket", documents.NewTicket, with_hub),
        (rf"d/{UUID}/page/([^/]+)", handlers.ScriptPage, with_hub),
        (r"parser/ws", PlainSocket, with_hub),
        (rf"parser/ws/{UUID}", PlainSocket, with_hub),
        (r"parser", *redirect("./")),
        (r"parser/", *redirect("../")),
        (rf"parser/share/{UUID}", *redirect("../../d/{0}")),
        (r"static/(.*)", handlers.Static, with_hub),
        (r"favicon.ico", handlers.Nothing, with_hub),
        (r"livez", handlers.Alive, with_hub),
        (r"readyz", handlers.Ready, with_hub),
        (r"metrics", handlers.MetricsPage, with_hub),
        (r"admin/documents", admin.ListDocuments, with_hub),
        (r"admin/expire", admin.ExpireDocuments, with_hub),
    ]
    below = [(root + path, handler, given) for path, handler, given in table]
    if root == "/":
        return below
    without_slash = root.rstrip("/")
    return [(without_slash, *redirect(without_slash.rsplit("/")[-1] + "/")), *below]


def compile_paths(root: str = "/") -> None:
    """Compile the patterns of all addresses, which Python remembers, before there is a relay."""
    for path, *_ in routes(cast(Hub, None), root):
        PathMatches(path)


def redirect(relative: str) -> tuple[Any, dict[str, Any]]:
    """Lead to another address, relative to the one asked for, wherever a proxy put the relay."""
    return RedirectHandler, {"url": relative, "permanent": False}


def public_root(settings: Settings, request: HTTPServerRequest) -> str:
    """The address of a relay for people, with a slash at its end: as it was asked, or as named."""
    if settings.public_url:
        return settings.public_url.rstrip("/") + "/"
    return f"{request.protocol}://{request.host}{settings.root}"


def make_app(
    hub: Hub, settings: Settings, root_for: PublicRoot | None = None, live: Live | None = None
) -> Application:
    """The relay as a Tornado application; ``live`` is as for :func:`routes`.

    ``root_for`` says under which address people reach it, with a slash at its end.
    """
    return Application(
        list(routes(hub, settings.root, live)),
        default_handler_class=handlers.Missing,
        default_handler_args={"hub": hub},
        log_function=log_request,
        tickets=Tickets(),
        fetches=fetches_of(hub),
        refusals=set(),  # uploads that are being told why they have ended
        embedding_origins=settings.embedding_origins,
        public_root=root_for or partial(public_root, settings),
    )
