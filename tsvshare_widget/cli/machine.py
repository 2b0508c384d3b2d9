"""``tsvshare serve --check``: whether this machine is ready for a relay, and what to change."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tsvshare_widget.errors import TSVShareError

if TYPE_CHECKING:
    from tsvshare_widget.relay.listening import TlsFiles
    from tsvshare_widget.relay.settings import Settings

MANY_FILES = 8192
"""Open files below which a hundred tables and some thousand viewers are not sure to find room."""

VIEWER_KB = 12
"""Memory of one viewer who looks on, of the process and of the kernel's own."""

QUEUE = Path("/proc/sys/net/core/somaxconn")
TCP_MEMORY = Path("/proc/sys/net/ipv4/tcp_mem")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found, and what to do if it is not enough."""

    what: str
    found: str
    advice: str | None = None

    def __str__(self) -> str:
        line = f"{'ok' if self.advice is None else 'fix':<4} {self.what:<13} {self.found}"
        return line if self.advice is None else f"{line}\n{'':<18} {self.advice}"


def examine(
    settings: Settings,
    host: str,
    port: int,
    tls: Callable[[], TlsFiles | None],
    processes: int = 0,
) -> Iterator[Finding]:
    """All that a relay with these settings needs of this machine; nothing is left behind.

    ``processes`` hold the connections of its viewers, or it does so itself.
    """
    yield _open_files()
    yield _processes(processes, os.cpu_count() or 1)
    if QUEUE.exists():
        yield _queue(int(QUEUE.read_text()))
    if TCP_MEMORY.exists():
        yield _tcp_memory(int(TCP_MEMORY.read_text().split()[-1]))
    yield _memory(settings)
    yield _address(host, port)
    yield _certificate(tls)
    if settings.redis is not None:
        yield _redis(settings.redis)
    if settings.redis is None or settings.data_dir is not None:
        yield _folder(settings)
    if settings.store is not None:
        yield _store(settings.store)
    if settings.dask is not None:
        yield _dask(settings.dask, settings.data_dir, settings.store)


def _open_files() -> Finding:
    from tsvshare_widget.relay.storage.descriptors import most_descriptors, raise_file_limit

    raise_file_limit()
    most = most_descriptors()
    if most == sys.maxsize:
        return Finding("open files", "without a limit")
    found = f"{most:,}: some {most - most // 20:,} viewers at a time"
    advice = f"raise it to {MANY_FILES:,} or more: LimitNOFILE= of systemd, or ulimit -n"
    return Finding("open files", found, advice if most < MANY_FILES else None)


def _processes(number: int, processors: int) -> Finding:
    from tsvshare_widget.relay.processes.supervisor import check_possible
    from tsvshare_widget.relay.storage.descriptors import most_descriptors

    several = f"{processors} processor{'s' if processors > 1 else ''}"
    if not number:
        found = f"one for all viewers: with many of them, --processes shares them over {several}"
        return Finding("processes", found)
    try:
        check_possible()
    except TSVShareError as error:
        return Finding("processes", error.message, "leave out --processes")
    most = most_descriptors()
    all_viewers = "" if most == sys.maxsize else f", some {number * most:,} viewers in all"
    found = f"{number} for viewers on {several}{all_viewers}, and one with the documents"
    advice = f"no more viewers are reached sooner than with {processors}: --processes {processors}"
    return Finding("processes", found, advice if number > processors else None)


def _queue(most: int) -> Finding:
    from tsvshare_widget.relay.listening import BACKLOG

    found = f"{most:,} connections may wait to be taken in"
    advice = f"after a restart all viewers come at once: sysctl net.core.somaxconn={BACKLOG}"
    return Finding("queue", found, advice if most < BACKLOG else None)


def _tcp_memory(pages: int) -> Finding:
    from tsvshare_widget.relay.web.socket import SEND_BUFFER

    size = pages * os.sysconf("SC_PAGE_SIZE")
    held = 2 * SEND_BUFFER  # Linux doubles what is asked for, for its own records
    found = f"{_size(size)}: some {size // held:,} viewers who take nothing"
    return Finding("TCP memory", found)


def _memory(settings: Settings) -> Finding:
    asked = settings.workers * settings.query_memory
    said = f"{settings.workers} workers may take {_size(asked)} for questions"
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows and some others do not say
        return Finding("memory", said)
    found = f"{_size(size)}; {said}, and a viewer takes {VIEWER_KB} KB"
    advice = "give them less: --query-memory, or --workers"
    return Finding("memory", found, advice if asked > size * 0.8 else None)


def _address(host: str, port: int) -> Finding:
    from tsvshare_widget.relay.listening import listen

    try:
        listen(host, port).close()
    except TSVShareError as error:
        return Finding("address", error.message, "another --host or --port; or end what is there")
    return Finding("address", f"{host} port {port or 'of any number'} is free")


def _certificate(tls: Callable[[], TlsFiles | None]) -> Finding:
    try:
        files = tls()
        if files is not None:
            files.context()
    except TSVShareError as error:
        return Finding("TLS", error.message, "--tls-cert and --tls-key are files in PEM")
    if files is None:
        return Finding("TLS", "not spoken: keep that to a proxy in front, or give --tls-cert")
    return Finding("TLS", f"{files.cert} can be used")


def _folder(settings: Settings) -> Finding:
    from tsvshare_widget.relay.storage.locking import lock_folder

    folder = settings.data_dir
    if folder is None:
        return Finding("documents", "are gone when the relay stops: --data-dir keeps them")
    is_new = not folder.exists()
    try:
        lock_folder(folder)()
        disk = shutil.disk_usage(folder)
        if is_new:
            shutil.rmtree(folder)
    except TSVShareError as error:
        return Finding("documents", error.message, "each relay has a folder of its own")
    except OSError as error:
        why = f"{folder} cannot be written: {error.strerror}"
        return Finding("documents", why, "another --data-dir, or other rights for this user")
    found = f"{folder}, {_size(disk.free)} free of {_size(disk.total)}"
    advice = f"less than one upload may have ({_size(settings.max_upload)}): --max-upload"
    return Finding("documents", found, advice if disk.free < settings.max_upload else None)


def _dask(address: str, folder: Path | None, store: str | None) -> Finding:
    from tsvshare_widget.relay.queries.dask_check import check_dask

    try:
        return Finding("Dask", f"{check_dask(address, folder, store)} at {address}")
    except TSVShareError as error:
        return Finding("Dask", error.message, "without --dask this machine answers all questions")


def _redis(url: str) -> Finding:
    from tsvshare_widget.relay.storage.engine import Engine
    from tsvshare_widget.relay.storage.redis_client import shown

    async def ask() -> None:
        await (await Engine.open(url)).close()

    try:
        asyncio.run(ask())
    except TSVShareError as error:
        return Finding("Redis", error.message, "see docs/operating.md on several relays")
    return Finding("Redis", f"{shown(url)} takes documents")


def _store(url: str) -> Finding:
    from tsvshare_widget.objects.store import Objects

    try:
        objects = Objects(url)
        objects.check()
        objects.close()
    except TSVShareError as error:
        return Finding("store", error.message, "see docs/operating.md on --store")
    return Finding("store", f"{objects.where} takes tables and gives them back")


def _size(n_bytes: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:,.0f} TB"
