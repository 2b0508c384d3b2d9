"""``tsvshare FILE``: a file of this computer, shared from a relay in this process."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import webbrowser
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tsvshare_widget.client import Connection, Link, create_document
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import DEFAULT_PAGE_SIZE, Settings
from tsvshare_widget.relay.settings import Settings as RelaySettings
from tsvshare_widget.sources.sending import send_source
from tsvshare_widget.sources.source import Source

from .follow import RELAY_TIMEOUT_SECONDS, follow_until_stopped
from .hosting import local_url, reachable_url, reachable_urls, running_relay, tls_files
from .links import print_links
from .push import share_elsewhere
from .read_arguments import to_read_options
from .report import DONE, report_table
from .sources import name_of, open_source
from .tail import Follower

if TYPE_CHECKING:
    from tsvshare_widget.relay.server import Running

LAST_WORDS = (
    "The command that shared this table has ended, and the table with it. This is what it showed "
    "last; whoever ran the command can share it again"
)

STOP_SECONDS = 2.0
"""Seconds that what is being sent may take to stop."""

ResultT = TypeVar("ResultT")


def share(args: argparse.Namespace) -> int:
    """Share a file from a relay in this process, until a signal ends it."""
    source = open_source(args.file, follow=args.follow, options=to_read_options(args))
    if args.relay is not None:
        return share_elsewhere(args.relay, source, args)
    settings = RelaySettings(
        max_upload=args.max_upload, allowed_hosts=tuple(args.allowed_host), last_words=LAST_WORDS
    )
    return asyncio.run(_share(args, source, settings))


async def _share(
    args: argparse.Namespace, source: Source | Follower, settings: RelaySettings
) -> int:
    tls = tls_files(args)
    async with running_relay(settings, args.host, args.port, tls) as (relay, end):
        # A certificate is not for the name by which this computer calls itself.
        local = await relay.listen_also("127.0.0.1") if tls else local_url(relay.url)
        link = await asyncio.to_thread(_new_document, local, relay, args)
        print_links(link)
        for url in (await asyncio.to_thread(reachable_urls, relay.url))[1:]:
            print(f"or by      {replace(link, shown=url).url}")
        print("Ctrl-C ends it.", flush=True)
        if not args.no_browser:
            _open_browser(link.url)
        stopped = threading.Event()
        sending = _in_thread(_send_table, relay, link, source, args, stopped)
        ending = asyncio.create_task(end.wait())
        await asyncio.wait((sending, ending), return_when=asyncio.FIRST_COMPLETED)
        code = sending.result() if sending.done() else DONE
        interrupted = await ending
        stopped.set()
        # A read from a pipe may never return.
        if isinstance(source, Follower) or not source.growing:
            await asyncio.wait((sending,), timeout=STOP_SECONDS)
        if not sending.cancel():
            sending.exception()  # it was stopped: nobody needs to hear of it
    return code or interrupted


def _new_document(local: str, relay: Running, args: argparse.Namespace) -> Link:
    """An empty document of this process's relay, with the page size of the arguments."""
    link = create_document(local)
    if args.page_size != DEFAULT_PAGE_SIZE:
        with Connection(link) as connection:
            settings = Settings(page_size=args.page_size)
            connection.set(settings, table=None).result(RELAY_TIMEOUT_SECONDS)
    return replace(link, shown=reachable_url(relay.url))


def _send_table(
    relay: Running,
    link: Link,
    source: Source | Follower,
    args: argparse.Namespace,
    stopped: threading.Event,
) -> int:
    """Bring the table to its document, and say what came; the exit code."""
    from tsvshare_widget.relay.local_files import open_path

    if isinstance(source, Follower):
        name, options = name_of(args.file), to_read_options(args)
        return follow_until_stopped(link, source, name=name, options=options, stopped=stopped)
    if source.path is not None:
        return report_table(
            open_path(
                relay,
                link.uuid,
                link.key,
                source.path,
                name=source.name,
                options=source.options,
                on_progress=lambda *_: _check_not_stopped(stopped),
            )
        )
    return report_table(send_source(link, source, timeout=RELAY_TIMEOUT_SECONDS, cancelled=stopped))


def _check_not_stopped(stopped: threading.Event) -> None:
    if stopped.is_set():
        raise Unavailable("this was stopped before all of the file was read")


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


def _open_browser(url: str) -> None:
    """Open a browser where there is a screen; elsewhere a text browser would take the terminal."""
    windowed = sys.platform in ("win32", "darwin")
    if windowed or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
