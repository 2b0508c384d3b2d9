"""A relay in a running event loop, without an address: its parts, and what keeps them in order.

:mod:`.server` lets one listen; a server that has addresses already may pass requests on to ``app``.
"""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tornado.web import Application

from tsvshare_widget.table.storage.memory import give_back_memory

from .changes.handing_over import arriving
from .hub import Hub
from .settings import Settings
from .stopped import stopped
from .storage.cached_tables import CachedTableStore, make_table_store
from .storage.documents import DocumentStore
from .storage.documents_folder import FolderDocumentStore
from .storage.documents_memory import MemoryDocumentStore
from .storage.locking import lock_folder, temporary_folder
from .storage.run_record import RunRecord
from .storage.tables import TableStore
from .web.routes import Live, PublicRoot, make_app

if TYPE_CHECKING:
    from .cluster.cluster import Cluster

log = logging.getLogger(__name__)

T = TypeVar("T")

TICK_SECONDS = 1.0
SWEEP_SECONDS = 60.0
SYNC_SECONDS = 1.0
ROUND_SECONDS = 600.0
MEMORY_SECONDS = 60.0
RECORD_SECONDS = 60.0
CACHE_SECONDS = 10.0
LEFT_OVER_SECONDS = 3600.0

LAST_REQUESTS_SECONDS = 1.0
"""Seconds that a relay that stops waits for answers that are on their way."""

LOOK_AGAIN_SECONDS = 1.0
"""Seconds after which those who wait in another thread look whether the event loop still runs."""


@dataclass(kw_only=True)
class Relay:
    """The parts of a relay that runs; ``app`` answers what is asked of it.

    All methods but :meth:`run` and :meth:`call` belong to the thread of its event loop.
    """

    hub: Hub
    app: Application
    loop: asyncio.AbstractEventLoop
    _store: DocumentStore
    _record: RunRecord
    _timers: list[asyncio.Task[None]]
    _clean_up: Callable[[], object]
    _cluster: Cluster | None = None
    stopping: bool = False
    _ended: bool = False

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the event loop, from another thread, and return what it returned.

        Raises what it raises, and :class:`Unavailable` if the relay has stopped.
        """
        result: Future[T] = Future()
        try:
            self.loop.call_soon_threadsafe(self._begin, work, result)
            # A loop that is being closed may forget what it was given last.
            while not wait([result], LOOK_AGAIN_SECONDS).done and not self.loop.is_closed():
                pass
            return result.result(0)
        except (RuntimeError, TimeoutError) as error:
            if not self.stopping:
                raise
            work.close()
            raise stopped() from error

    def _begin(self, work: Coroutine[Any, Any, T], result: Future[T]) -> None:
        # Once the relay has stopped the loop runs for some moments more, and what is begun then
        # is never ended.
        if self._ended:
            work.close()
            result.set_exception(stopped())
            return
        task = self.loop.create_task(work)
        task.add_done_callback(partial(self._hand_over, result))

    def _hand_over(self, result: Future[T], task: asyncio.Task[T]) -> None:
        if task.cancelled():  # by a loop that ends
            result.set_exception(stopped())
        elif (error := task.exception()) is None:
            result.set_result(task.result())
        else:  # what was begun just before the end finds nothing of the relay any more
            result.set_exception(stopped() if self._ended else error)

    def call(self, what: Callable[..., object], *args: object) -> None:
        """Have ``what`` called in the event loop soon, from another thread.

        Raises :class:`Unavailable` if the relay has stopped.
        """
        try:
            self.loop.call_soon_threadsafe(lambda: self._ended or what(*args))
        except RuntimeError as error:
            raise stopped() from error

    async def stop(self) -> None:
        """Say good-bye to all viewers, then give back what was taken."""
        self.stopping = True
        for timer in self._timers:
            timer.cancel()
        await self.hub.stop()
        refusals: set[asyncio.Task[None]] = self.app.settings["refusals"]
        if refusals:  # closing is not to be quicker than the reason for it
            await asyncio.wait(refusals, timeout=LAST_REQUESTS_SECONDS)
        await self._disconnect()
        if self._cluster is not None:
            await self._cluster.stop()
        self.hub.tables.close()
        await self._store.close()
        self._record.save(running=False)
        self._clean_up()
        self._ended = True

    async def _disconnect(self) -> None:
        """Close the connections that are left, if they are the relay's own."""


async def assemble(
    settings: Settings,
    root_for: PublicRoot | None = None,
    *,
    scratch: Path | None = None,
    cluster: Cluster | None = None,
) -> Relay:
    """The parts of a relay, working, in the running event loop.

    ``root_for`` is as for :func:`.web.routes.make_app`.  Without a data folder, documents live in
    ``scratch`` if that is given: a folder that outlasts this process, for one that follows it.
    Raises :class:`Unavailable` if the folder is in use.
    """
    outlasting = settings.data_dir or scratch
    folder, clean_up = await asyncio.to_thread(_data_folder, outlasting)
    record = RunRecord(folder / "run.json" if outlasting and cluster is None else None)
    store: DocumentStore = MemoryDocumentStore()
    if outlasting and cluster is None:
        store = FolderDocumentStore(folder / "documents", cuts=record.cuts)
    if cluster is not None:
        store = cluster.store
    views, give_back_views = await asyncio.to_thread(_views_folder, folder)
    try:
        tables = await asyncio.to_thread(make_table_store, settings, folder / "tables")
    except BaseException:
        give_back_views()
        clean_up()
        raise
    await asyncio.to_thread(shutil.rmtree, arriving(tables.folder), ignore_errors=True)
    hub = Hub(settings, store, tables, views, record)
    if isinstance(tables, CachedTableStore):
        tables.on_looked = hub.appends.table_opened
        if cluster is None:
            await tables.stored.say_alone()
    app = make_app(hub, settings, root_for, _live(hub, cluster))
    if cluster is not None:
        cluster.begin(hub, app)
    return Relay(
        hub=hub,
        app=app,
        loop=asyncio.get_running_loop(),
        _store=store,
        _record=record,
        _timers=_regular_tasks(settings, hub, store, record, cluster),
        _clean_up=lambda: (give_back_views(), clean_up()),
        _cluster=cluster,
    )


def _live(hub: Hub, cluster: Cluster | None) -> Live | None:
    if cluster is None:
        return None
    from .cluster.routed_socket import RoutedSocket  # only here: most relays are in no cluster

    return RoutedSocket, {"hub": hub, "cluster": cluster}


def _regular_tasks(
    settings: Settings,
    hub: Hub,
    store: DocumentStore,
    record: RunRecord,
    cluster: Cluster | None,
) -> list[asyncio.Task[None]]:
    tick = min(TICK_SECONDS, settings.heartbeat / 4)
    times = (settings.idle_seconds, settings.undo_seconds)
    sweep = min([SWEEP_SECONDS, *(seconds / 4 for seconds in times if seconds)])
    return [
        *(_tasks_of_cluster(hub, cluster, tick) if cluster is not None else ()),
        _every(tick, _tick(hub, tick)),
        _every(sweep, hub.lifetimes.sweep, at_once=True),
        _every(SYNC_SECONDS, store.sync),
        _every(RECORD_SECONDS, lambda: asyncio.to_thread(record.save)),
        _every(MEMORY_SECONDS, lambda: asyncio.to_thread(give_back_memory)),
        *_tasks_of_store(hub.tables, cluster),
    ]


def _tasks_of_cluster(hub: Hub, cluster: Cluster, tick: float) -> list[asyncio.Task[None]]:
    from .cluster.caretaker import Caretaker

    caretaker = Caretaker(hub, cluster.store)
    return [
        _every(tick, cluster.tick),
        _every(SWEEP_SECONDS, caretaker.let_rest),
        # Not all relays at once.
        _every(random.uniform(0.5, 1.0) * ROUND_SECONDS, caretaker.look_around),
        _every(random.uniform(0.5, 1.0) * LEFT_OVER_SECONDS, caretaker.sweep_tables),
    ]


def _tasks_of_store(tables: TableStore, cluster: Cluster | None) -> list[asyncio.Task[None]]:
    if not isinstance(tables, CachedTableStore):
        return []
    tasks = [_every(CACHE_SECONDS, tables.trim_cache, at_once=True)]
    if cluster is None:  # else one of all relays does it: see Caretaker
        tasks.append(_every(LEFT_OVER_SECONDS, lambda: tables.stored.sweep(None)))
    return tasks


def _tick(hub: Hub, seconds: float) -> Callable[[], Awaitable[None]]:
    """Look after all connections, and take note of how late that is."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds

    async def tick() -> None:
        nonlocal due
        hub.metrics.observe("loop_lag_seconds", max(0.0, loop.time() - due))
        await hub.look_after(loop.time())
        due = loop.time() + seconds

    return tick


def _data_folder(outlasting: Path | None) -> tuple[Path, Callable[[], None]]:
    if outlasting is None:
        return temporary_folder()
    folder = outlasting.absolute()  # for other processes, and wherever this one goes
    return folder, lock_folder(folder)


def _views_folder(folder: Path) -> tuple[Path, Callable[[], None]]:
    """An empty folder for views: in that of the relay, unless that takes nothing.

    Also returns what gives back what was taken elsewhere.
    """
    views = folder / "views"
    shutil.rmtree(views, ignore_errors=True)  # what a relay that was killed has left
    try:
        views.mkdir()
    except OSError as error:
        log.warning("%s cannot be made, so views are kept elsewhere: %s", views, error)
        elsewhere, clean_up = temporary_folder()
        return elsewhere / "views", clean_up
    return views, lambda: None


def _every(
    seconds: float, what: Callable[[], Awaitable[None]], *, at_once: bool = False
) -> asyncio.Task[None]:
    async def repeat() -> None:
        pause = 0.0 if at_once else seconds
        while True:
            await asyncio.sleep(pause)
            pause = seconds
            try:
                await what()
            except Exception as error:
                if _ends_the_program(error):
                    return
                log.exception("a regular task of the relay failed; it will be tried again")

    return asyncio.create_task(repeat())


def _ends_the_program(error: Exception) -> bool:
    """Whether this failed because the program ends, from when on there are no more threads.

    A relay in a thread may be told of that a while later: who ends waits for all executors first.
    """
    return type(error) is RuntimeError and "shutdown" in str(error)
