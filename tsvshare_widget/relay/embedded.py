"""A relay in a background thread of this process: what a notebook uses unless another one is named.

It listens on 127.0.0.1 at a free port, on the network only if it is told to, and lives as long as
the process.  What a relay is made of takes longer to load than a table to open, so that is done in
the thread, when it has started a process that answers questions.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
import warnings
import weakref
from collections.abc import Coroutine, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.process_wide import process_wide
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

from .listening import TlsFiles, network_host, network_names, with_host
from .queries.starting import start_process, worker_command
from .settings import Settings
from .stopped import stopped
from .web.hosts import hub_hosts, listens_beyond

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from .local_files import OnProgress
    from .server import Running

log = logging.getLogger(__name__)

START_SECONDS = 20.0

UNDO_BYTES = 64_000_000
"""Of tables before the last one, which a cell that runs again and again would pile up."""

LAST_WORDS = (
    "The notebook was closed, or its kernel was restarted, and with it the relay that this table "
    "was on. This is what it showed last; whoever has the notebook can share the table again"
)


class EmbeddedRelay:
    """A relay and its thread.  All methods may be called from any thread but the relay's own.

    ``asked_soon``: a process that answers questions is started before all else.
    """

    def __init__(self, settings: Settings, *, asked_soon: bool = False) -> None:
        self._settings = settings
        self._asked_soon = asked_soon
        self._pid = os.getpid()
        self._ready = threading.Event()
        self._sharing = threading.Lock()
        self._shared: dict[tuple[str, int, TlsFiles | None], str] = {}
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._running: Running
        self._thread = threading.Thread(target=self._run, name="tsvshare-relay", daemon=True)

    @property
    def url(self) -> str:
        """The address of the relay, without a slash at its end."""
        return self._running.url

    @property
    def network_url(self) -> str | None:
        """The address by which other computers reach it, if it listens on the network."""
        return next(reversed(self._shared.values()), None)

    def share_on_network(
        self,
        host: str = "0.0.0.0",
        port: int = 0,
        tls_files: tuple[Path, Path | None] | None = None,
    ) -> str | None:
        """Listen on ``host`` too, an address of this computer; 0.0.0.0 is all of them.

        ``port`` 0 is any free one; ``tls_files`` are a certificate and its key.  Returns
        :attr:`network_url`, None if ``host`` is this computer alone: by an address of this
        computer, or by its name if the certificate is for that.  Asked again for the same, nothing
        changes.  Raises :class:`Unavailable` if the address is taken, and :class:`BadValue` for TLS
        files that cannot be used.
        """
        if not self.alive:
            raise stopped()
        if not listens_beyond(host):
            return self.network_url
        tls = TlsFiles(*tls_files) if tls_files else None
        with self._sharing:
            known = self._shared.pop((host, port, tls), None)
            if known is None:
                shown = network_host(host) if tls is None else _name_in(tls, host)
                url = self._running.run(self._running.listen_also(host, port, tls))
                known = with_host(url, shown)
            self._shared[host, port, tls] = known
            return known

    @property
    def alive(self) -> bool:
        """Whether it runs, and in this very process rather than in the one it was forked from."""
        return self._pid == os.getpid() and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread and wait until the relay listens.  Raises :class:`Unavailable`."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise Unavailable(f"the relay did not start within {START_SECONDS:.0f} seconds")
        if self._error is not None:
            raise Unavailable(f"the relay did not start: {self._error}") from self._error
        atexit.register(self.stop)
        # A forked child holds a copy of the listening socket, which would go on accepting.
        close_in_child = weakref.WeakMethod(self._close_listener)
        if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
            os.register_at_fork(after_in_child=lambda: (close_in_child() or (lambda: None))())

    def stop(self, timeout: float = 2.0) -> None:
        """Say good-bye to all viewers and stop; waits for that up to ``timeout`` seconds."""
        atexit.unregister(self.stop)
        if self.alive:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout)

    def open_path(
        self,
        uuid: str,
        key: str | None,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        options: ReadOptions | None = None,
        on_progress: OnProgress | None = None,
    ) -> TableState:
        """Take the file at ``path`` into a document: see :func:`.local_files.open_path`."""
        from .local_files import open_path

        if not self.alive:
            raise Unavailable("the relay of this process has stopped; make a new TSVShare")
        return open_path(
            self._running, uuid, key, path, name=name, options=options, on_progress=on_progress
        )

    def expect_questions(self) -> None:
        """Start a process that answers questions now, and not a while after a table shows."""
        if self.alive:
            with suppress(Unavailable):  # it has stopped
                self._running.call(self._running.hub.workers.prepare)

    def forget(self, uuid: str, own: Set[str] = frozenset()) -> None:
        """Delete a document soon, unless others than its one viewer have been there.

        Who still looks at it then is its one viewer, and about to leave.  ``own`` are the ids of
        those that count as this one.
        """
        if self.alive:
            with suppress(Unavailable):  # it has stopped, and everything is gone
                self._running.call(self._running.hub.forget_unshared, uuid, own)

    def _run(self) -> None:
        try:
            _run_to_its_end(self._main())
        except BaseException as error:
            self._error = error
            log.exception("the relay's thread ended")
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        process = await self._process_ahead() if self._asked_soon else None
        try:
            self._running = await self._start()
        except BaseException:
            if process is not None:
                process.kill()
                await process.wait()
            raise
        if process is not None:
            self._running.hub.workers.take_in(process)
        self._ready.set()
        await self._stopping.wait()
        await self._running.stop()

    async def _process_ahead(self) -> Process | None:
        with suppress(Unavailable):  # a later one may start
            return await start_process(worker_command(self._settings))
        return None

    async def _start(self) -> Running:
        from .server import start

        return await start(self._settings)

    def _close_listener(self) -> None:
        for listener in self._running.listeners:
            with suppress(OSError):  # closed already
                os.close(listener)


def _name_in(tls: TlsFiles, host: str) -> str:
    """By which of its names and addresses others reach ``host``: one that the certificate is for.

    Warns if it is for none of them, and raises :class:`BadValue` for files that cannot be used.
    """
    names = network_names(host)
    fitting = next(filter(tls.is_for, names), None)
    if fitting is None:
        warnings.warn(
            f"browsers will warn of the links: {tls.cert} is for none of {', '.join(names)}; "
            "host= lets them begin with the name that it is for",
            stacklevel=5,
        )
    return fitting or names[0]


def _run_to_its_end(main: Coroutine[Any, Any, None]) -> None:
    """Like ``asyncio.run``, but also while the interpreter shuts down.

    It starts no thread then, which Python 3.12 forbids: ``asyncio.run`` waits in one for the end of
    all others, which the interpreter has done already.
    """
    loop = asyncio.new_event_loop()
    threads = ThreadPoolExecutor(thread_name_prefix="tsvshare-relay")
    loop.set_default_executor(threads)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main)
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        threads.shutdown(wait=False, cancel_futures=True)
        asyncio.set_event_loop(None)
        loop.close()


def prepare() -> None:
    """Load what a relay and its first table need, and compile their patterns; starts nothing."""
    from tsvshare_widget.table import sniff

    from . import local_files, server  # noqa: F401
    from .web.routes import compile_paths

    compile_paths()
    sniff(b"a\tb\n1\t2\n3\t4\n", NO_OPTIONS)  # the patterns of all formats are tried


def get_relay(*, asked_soon: bool = False) -> EmbeddedRelay:
    """The relay of this process, started with the first call.

    There is one for a process, also after this module was reloaded; a forked child gets its own.
    ``asked_soon``: it is to have a process that answers questions.  Raises :class:`Unavailable` if
    it cannot be started.
    """

    def make() -> EmbeddedRelay:
        settings = Settings(
            allowed_hosts=hub_hosts(os.environ),
            may_move=True,
            last_words=LAST_WORDS,
            undo_bytes=UNDO_BYTES,
        )
        relay = EmbeddedRelay(settings, asked_soon=asked_soon)
        relay.start()
        return relay

    relay = process_wide("relay", make, lambda relay: relay.alive)
    if asked_soon:
        relay.expect_questions()
    return relay
