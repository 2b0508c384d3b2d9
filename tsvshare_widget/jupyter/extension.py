"""What a Jupyter Server loads: the settings of its relay, and what kernels are told of it."""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Bool, Float, Int, List, Unicode, default

from tsvshare_widget.client.jupyter_server import KERNELS_DEFAULTS, KERNELS_TOKEN
from tsvshare_widget.client.trust import KERNELS_CERTIFICATE, KERNELS_URL, first_certificate
from tsvshare_widget.relay.assembly import Relay, assemble
from tsvshare_widget.relay.settings import LEAST_QUERY_MEMORY, Settings, default_workers

from .addresses import FILE, Address, add_addresses
from .admission import Admission
from .files import Files
from .mount import Mount

PLACE = "tsvshare"
"""Where the relay is, below the server's own address."""

USUAL = Settings()


class TSVShareExtension(ExtensionApp):
    """The relay of tsvshare in a Jupyter Server; c.TSVShareExtension in its configuration."""

    name = PLACE
    extension_url = f"/{PLACE}/"
    load_other_extensions = True

    data_dir = Unicode(
        "",
        help="""Folder that documents are kept in, also over a restart of the server.
        Empty: in a temporary folder, until the server stops.""",
    ).tag(config=True)
    allow_links = Bool(
        help="""Whether whoever has a link gets to its table without logging in to Jupyter.
        A link leads to one table and nothing else of this server: the look-only link lets one look,
        the full link lets one change the table.  False: links are for users of this server.
        Default: False on a JupyterHub, and where ServerApp.allow_unauthenticated_access is False;
        else True.""",
    ).tag(config=True)
    relay = Unicode(
        "",
        help="""Address of the relay that notebooks share new tables on where nobody says otherwise.
        Empty: that of this server.""",
    ).tag(config=True)
    publish = Unicode(
        "",
        help="""Address of the relay that Publish moves a table of a notebook to where nobody says
        otherwise.  Empty: that of relay.""",
    ).tag(config=True)
    allow_moves = Bool(
        True,
        help="""Whether links of a table lead to another relay once whoever has its key has
        published it there.""",
    ).tag(config=True)
    max_upload = Int(USUAL.max_upload, min=1, help="Bytes of the largest table.").tag(config=True)
    max_documents = Int(
        USUAL.max_documents, min=1, help="How many documents there may be at a time."
    ).tag(config=True)
    disk_reserve = Float(
        100 * USUAL.disk_reserve,
        min=0,
        max=100,
        help="Percent of the disk that tables leave free, but at most 100 MB.",
    ).tag(config=True)
    idle_hours = Float(
        USUAL.idle_seconds / 3600, help="Hours that a document lives which nobody looks at."
    ).tag(config=True)
    workers = Int(
        min=1, max=64, help="Processes that sort, filter, search and summarise tables."
    ).tag(config=True)
    query_memory = Int(
        USUAL.query_memory,
        min=LEAST_QUERY_MEMORY,
        help="Bytes of memory that one question about a table may take; 50 million at least.",
    ).tag(config=True)
    query_seconds = Float(
        USUAL.query_seconds, help="Seconds that one question about a table may take."
    ).tag(config=True)
    dask = Unicode(
        help="Address of the scheduler of a Dask cluster that answers questions about large tables."
    ).tag(config=True)
    dask_from = Int(
        USUAL.dask_from, min=0, help="Bytes from which on a table is large enough for that."
    ).tag(config=True)
    view_cache = Int(
        USUAL.view_cache_bytes, help="Bytes of answered questions that are kept on disk."
    ).tag(config=True)
    allow_embedding = List(
        Unicode(),
        help="Sites, such as https://example.org, whose pages may show tables inside their own.",
    ).tag(config=True)

    @default("allow_links")
    def _default_allow_links(self) -> bool:
        on_hub = "JUPYTERHUB_SERVICE_PREFIX" in os.environ
        return not on_hub and bool(self._server.allow_unauthenticated_access)

    @default("workers")
    def _default_workers(self) -> int:
        return default_workers()

    @property
    def _server(self) -> Any:
        return self.serverapp

    # --- what Jupyter calls ---

    def initialize_handlers(self) -> None:
        """Take the requests below the relay's address; the relay starts with the first of them."""
        web_app = self._server.web_app
        root = url_path_join(web_app.settings["base_url"], PLACE, "/")
        self._address = Address(root)
        self._token = secrets.token_urlsafe(32)
        self._starting: asyncio.Task[Relay] | None = None
        admission = Admission(
            web_app, root=root, token=self._token, allow_links=self.allow_links, files=FILE
        )
        Mount(web_app, admission, self._get_relay).put_at(root)
        self._tell_kernels()
        self._server.observe(lambda _: self._tell_kernels(), "port")

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Tell kernels by which port the server is reached in the end."""
        self._tell_kernels()

    async def stop_extension(self) -> None:
        """Say good-bye to all viewers."""
        starting, self._starting = self._starting, None
        if starting is not None:
            with suppress(Exception):  # it never started
                await (await starting).stop()

    def current_activity(self) -> object:
        """Whether somebody looks at a table: the server is then not idle."""
        if self._starting is None or not self._starting.done() or self._starting.exception():
            return None
        return self._starting.result().hub.rooms.n_viewers() or None

    # --- the relay ---

    def _tell_kernels(self) -> None:
        for name, variable in KERNELS_DEFAULTS.items():
            os.environ[variable] = getattr(self, name)
        server = self._server.connection_url
        if server.startswith("http"):  # not where it listens on a socket of Unix
            os.environ[KERNELS_URL] = url_path_join(server, PLACE)
            os.environ[KERNELS_TOKEN] = self._token
            os.environ[KERNELS_CERTIFICATE] = self._certificate()

    def _certificate(self) -> str:
        """The certificate that the server shows, which kernels could not check otherwise."""
        try:
            pem = Path(self._server.certfile).read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has none
            return ""
        return first_certificate(pem) or ""

    async def _get_relay(self) -> Relay:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start_relay())
        starting = self._starting
        try:
            return await asyncio.shield(starting)
        except Exception:
            if self._starting is starting:  # the next request tries again
                self._starting = None
            raise

    async def _start_relay(self) -> Relay:
        relay = await assemble(self._settings(), self._address.for_people)
        files = Files(self._server.contents_manager, relay)
        add_addresses(relay, files, self._address)
        return relay

    def _settings(self) -> Settings:
        return Settings(
            data_dir=Path(self.data_dir).expanduser() if self.data_dir else None,
            base_path=self._address.root,
            max_upload=self.max_upload,
            max_documents=self.max_documents,
            disk_reserve=self.disk_reserve / 100,
            idle_seconds=self.idle_hours * 3600,
            workers=self.workers,
            query_memory=self.query_memory,
            query_seconds=self.query_seconds,
            dask=self.dask or None,
            dask_from=self.dask_from,
            view_cache_bytes=self.view_cache,
            embedding_origins=tuple(self.allow_embedding),
            may_move=self.allow_moves,
        )
