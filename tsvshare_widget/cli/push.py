"""``tsvshare push``: a file uploaded to a document elsewhere, or to a new one on a relay there."""

from __future__ import annotations

import argparse
import sys
import threading
from dataclasses import replace

from tqdm import tqdm

from tsvshare_widget.client import Connection, Link, create_document, fetch_state
from tsvshare_widget.client.jupyter_server import parse_link, token_for
from tsvshare_widget.errors import BadValue, TSVShareError
from tsvshare_widget.protocol import DEFAULT_PAGE_SIZE, Settings
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.sources.sending import send_source
from tsvshare_widget.sources.source import Source

from .follow import RELAY_TIMEOUT_SECONDS, follow_until_stopped
from .links import print_links
from .read_arguments import to_read_options
from .report import DONE, report_kept, report_table
from .sources import name_of, open_source
from .tail import Follower


def push(args: argparse.Namespace) -> int:
    """Upload a file to a document elsewhere, with a progress bar where there is a terminal."""
    link = _link_or_none(args.url)
    options = to_read_options(args)
    source = open_source(args.file, follow=args.follow, options=options, name=args.name)
    if link is None:
        link = create_document(args.url, token=token_for(args.url), headers=tuple(args.http_header))
        print_links(link)
    link = replace(link, extra_headers=tuple(args.http_header))
    return send_file(link, source, args.name or name_of(args.file), options)


def share_elsewhere(base: str, source: Source | Follower, args: argparse.Namespace) -> int:
    """Share a file on the relay at ``base``; the exit code."""
    link = create_document(base, token=token_for(base))
    if args.page_size != DEFAULT_PAGE_SIZE:
        with Connection(link) as connection:
            settings = Settings(page_size=args.page_size)
            connection.set(settings, table=None).result(RELAY_TIMEOUT_SECONDS)
    print_links(link)
    return send_file(link, source, name_of(args.file), to_read_options(args))


def _link_or_none(url: str) -> Link | None:
    """The link of a document; None for the address of a relay.  Raises :class:`BadValue`."""
    try:
        return parse_link(url)
    except BadValue as error:
        if not url.startswith(("http://", "https://")):
            raise BadValue(f"{error}, and the address of a relay like https://host") from None
        if "#" in url:
            raise
        return None


def _asked(link: Link) -> Query:
    """What everyone asks of the table that is there; nothing if that cannot be learnt.

    Whatever is in the way of an upload is said by the upload.
    """
    try:
        return fetch_state(link, timeout=RELAY_TIMEOUT_SECONDS).state.view.query
    except TSVShareError:
        return EVERYTHING


def send_file(link: Link, source: Source | Follower, name: str, options: ReadOptions) -> int:
    """Upload to a document, and go on if the file is followed; the exit code.

    ``name`` and ``options`` are those of a file that is followed; any other has its own.
    """
    if isinstance(source, Follower):
        try:
            return follow_until_stopped(
                link, source, name=name, options=options, stopped=threading.Event()
            )
        except KeyboardInterrupt:  # the way to end it
            return DONE
    name, total = source.name, source.size
    with tqdm(total=total, desc=name, unit="B", unit_scale=True, leave=False, disable=None) as bar:

        def update(sent: int, _: int | None) -> None:
            bar.update(sent - bar.n)

        before = _asked(link)
        table = send_source(
            link,
            source,
            on_progress=update,
            on_loss=lambda sent, error: bar.write(_loss(sent, error), file=sys.stderr),
            timeout=RELAY_TIMEOUT_SECONDS,
        )
    code = report_table(table)
    if before != EVERYTHING:
        report_kept(before, fetch_state(link, timeout=RELAY_TIMEOUT_SECONDS).state)
    return code


def _loss(sent: int, error: TSVShareError) -> str:
    return f"tsvshare: {clean_text(str(error))}; it goes on from where it was ({sent:,} bytes)"
