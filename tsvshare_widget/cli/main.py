"""The command ``tsvshare``: share a file, run a relay, push a file to one elsewhere.

The first word decides: ``serve`` and ``push`` are commands, anything else is a file to share (a
file called ``serve`` is ``./serve``).  Exit codes: 0 done, 1 failed and said why, 2 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import gc
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from tqdm import tqdm

from tsvshare_widget.client import Connection, Link, create_document, upload
from tsvshare_widget.errors import BadValue, TSVShareError, Unavailable
from tsvshare_widget.protocol import DEFAULT_PAGE_SIZE, Settings, TableState
from tsvshare_widget.relay.settings import Settings as RelaySettings
from tsvshare_widget.relay.settings import default_workers

from .arguments import file_parser, push_parser, read_options, serve_parser
from .follow import PATIENCE, follow
from .tail import Follower

if TYPE_CHECKING:
    from tsvshare_widget.relay.server import Running

PIPE_CHUNK = 1 << 16
"""Bytes taken from a pipe at once, at most; what is there is taken as it comes."""

LAST_SECONDS = 2.0
"""Seconds that what is being sent may take to stop."""

Source = Path | Iterator[bytes] | Follower
"""A file as it is, what comes through a pipe, or a file that is being written."""

ResultT = TypeVar("ResultT")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments`` (default: those of this process); the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        match words[:1]:
            case ["serve"]:
                return serve(serve_parser().parse_args(words[1:]))
            case ["push"]:
                return push(push_parser().parse_args(words[1:]))
            case _:
                return share(file_parser().parse_args(words))
    except KeyboardInterrupt:
        return 130
    except TSVShareError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _fail(message: str) -> int:
    print(f"tsvshare: {message}", file=sys.stderr)
    return 1


# --- tsvshare FILE -----------------------------------------------------------------------------


def share(args: argparse.Namespace) -> int:
    """Share a file from a relay in this process, until a signal ends it."""
    source = _source(args)
    settings = RelaySettings(max_upload=args.max_upload)
    return asyncio.run(_share(args, source, settings))


async def _share(args: argparse.Namespace, source: Source, settings: RelaySettings) -> int:
    async with _relay(settings, args.host, args.port) as (relay, ended):
        link = await asyncio.to_thread(_new_document, relay, args)
        print(f"full link  {link.url}    (turn pages, upload)")
        print(f"look only  {link.view_url}")
        print("Ctrl-C ends it.", flush=True)
        if not args.no_browser:
            _show(link.url)
        stopped = threading.Event()
        sending = _in_thread(_send, relay, link, source, args, stopped)
        ending = asyncio.create_task(ended.wait())
        await asyncio.wait((sending, ending), return_when=asyncio.FIRST_COMPLETED)
        code = sending.result() if sending.done() else 0
        await ending
        stopped.set()
        if isinstance(source, (Path, Follower)):  # a read from a pipe may never return
            await asyncio.wait((sending,), timeout=LAST_SECONDS)
        if not sending.cancel():
            sending.exception()  # it was stopped: nobody needs to hear of it
    return code


def _new_document(relay: Running, args: argparse.Namespace) -> Link:
    """An empty document of this process's relay, with the page size asked for."""
    link = create_document(_local(relay.url))
    if args.page_size != DEFAULT_PAGE_SIZE:
        with Connection(link) as connection:
            connection.set(Settings(page_size=args.page_size), table=None).result(PATIENCE)
    return replace(link, shown=_reachable(relay.url))


def _send(
    relay: Running,
    link: Link,
    source: Source,
    args: argparse.Namespace,
    stopped: threading.Event,
) -> int:
    """Bring the table to its document, and say what came; the exit code."""
    from tsvshare_widget.relay.local_files import open_path

    name, options = _name(args.file), read_options(args)
    if isinstance(source, Follower):
        return _follow(link, source, args, name, stopped)
    if isinstance(source, Path):
        return _tell(
            open_path(
                relay,
                link.uuid,
                link.key,
                source,
                name=name,
                options=options,
                on_progress=lambda *_: _check(stopped),
            )
        )
    return _tell(upload(link, source, name=name, options=options, growing=True, timeout=PATIENCE))


def _check(stopped: threading.Event) -> None:
    if stopped.is_set():
        raise Unavailable("this was stopped before all of the file was read")


def _follow(
    link: Link, follower: Follower, args: argparse.Namespace, name: str, stopped: threading.Event
) -> int:
    """Share a file that is being written until something ends that; what is shown stays."""
    shown: list[TableState] = []

    def tell(table: TableState) -> None:
        shown.append(table)
        _tell(table)

    with contextlib.closing(follower):
        try:
            follow(
                link,
                follower,
                name=name,
                options=read_options(args),
                stopped=stopped,
                on_shown=tell,
            )
        except TSVShareError as error:
            if not shown:
                raise
            return _fail(str(error))
    return 0


def _in_thread(function: Callable[..., ResultT], *arguments: object) -> asyncio.Future[ResultT]:
    """Like ``asyncio.to_thread``, but the end of the program does not wait for it.

    A read from standard input may never return.
    """
    outcome: Future[ResultT] = Future()

    def work() -> None:
        outcome.set_running_or_notify_cancel()
        try:
            outcome.set_result(function(*arguments))
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return asyncio.wrap_future(outcome)


def _show(url: str) -> None:
    """Open a browser where there is a screen; elsewhere a text browser would take the terminal."""
    windowed = sys.platform in ("win32", "darwin")
    if windowed or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


# --- tsvshare push -----------------------------------------------------------------------------


def push(args: argparse.Namespace) -> int:
    """Upload a file to a document elsewhere, with a progress bar where there is a terminal."""
    link = Link.parse(args.url)
    source = _source(args)
    name = args.name or _name(args.file)
    if isinstance(source, Follower):
        try:
            return _follow(link, source, args, name, threading.Event())
        except KeyboardInterrupt:  # the way to end it
            return 0
    total = source.stat().st_size if isinstance(source, Path) else None
    with tqdm(total=total, desc=name, unit="B", unit_scale=True, leave=False, disable=None) as bar:
        table = upload(
            link,
            source,
            name=name,
            options=read_options(args),
            growing=total is None,
            on_progress=lambda sent, _: bar.update(sent - bar.n),
            timeout=PATIENCE,
        )
    return _tell(table)


# --- what both need ----------------------------------------------------------------------------


def _source(args: argparse.Namespace) -> Source:
    """What to upload: a regular file by its path, anything else as it comes.

    Raises ``OSError`` if it cannot be read, and :class:`BadValue` for a pipe that is to be
    followed.
    """
    path = Path(args.file)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder, not a file", args.file)
    if args.file != "-" and (path.is_file() or not path.exists()):
        if args.follow:
            return Follower(path)
        path.open("rb").close()
        return path
    if args.follow:
        raise BadValue("--follow goes with a file: a pipe is shown as it grows without it")
    return _read_pipe(sys.stdin.fileno() if args.file == "-" else os.open(path, os.O_RDONLY))


def _read_pipe(descriptor: int) -> Iterator[bytes]:
    """The bytes as they come.  Not through ``sys.stdin``: its lock, held, would spoil the exit."""
    while piece := os.read(descriptor, PIPE_CHUNK):
        yield piece


def _name(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name


def _tell(table: TableState) -> int:
    """Say what arrived; the exit code."""
    size = f"{_counted(table.rows, 'row')}, {_counted(table.columns, 'column')}"
    print(f"{table.name}: {size}", flush=True)
    if table.problem is not None:
        return _fail(f"the table is incomplete: {table.problem.message}")
    return 0


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# --- tsvshare serve ----------------------------------------------------------------------------


def serve(args: argparse.Namespace) -> int:
    """Run a relay until a signal ends it."""
    settings = RelaySettings(
        data_dir=args.data_dir,
        max_upload=args.max_upload,
        idle_seconds=args.idle_hours * 3600,
        base_path=args.base_path,
        public_url=args.public_url,
        xheaders=args.public_url is not None,
        workers=args.workers or default_workers(),
        query_memory=args.query_memory,
        query_seconds=args.query_seconds,
        view_cache_bytes=args.view_cache,
    )
    return asyncio.run(_serve(settings, args.host, args.port))


async def _serve(settings: RelaySettings, host: str, port: int) -> int:
    async with _relay(settings, host, port) as (relay, ended):
        landing = settings.public_url or _reachable(relay.url)
        print(f"listening on {host} port {relay.port}")
        print(f"landing page  {landing}/", flush=True)
        await ended.wait()
    return 0


@contextlib.asynccontextmanager
async def _relay(
    settings: RelaySettings, host: str, port: int
) -> AsyncIterator[tuple[Running, asyncio.Event]]:
    """A relay in this process, and an event that SIGINT and SIGTERM set."""
    from tsvshare_widget.relay.server import start

    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    relay = await start(settings, host, port)
    gc.freeze()  # what is loaded stays: going over it again and again holds up everyone for 15 ms
    try:
        yield relay, ended
    finally:
        await relay.stop()


def _with_host(url: str, host: str) -> str:
    """``url`` with ``host`` where it says "all addresses", without a ``/`` at its end."""
    parts = urlsplit(url)
    if parts.hostname in ("0.0.0.0", "::"):
        url = parts._replace(netloc=f"{host}:{parts.port}").geturl()
    return url.rstrip("/")


def _local(url: str) -> str:
    return _with_host(url, "127.0.0.1")


def _reachable(url: str) -> str:
    return _with_host(url, socket.gethostname())
