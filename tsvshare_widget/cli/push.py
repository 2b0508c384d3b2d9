"""``tsvshare push``: a file uploaded to a document elsewhere."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from tqdm import tqdm

from tsvshare_widget.client import Link, upload

from .arguments import to_read_options
from .follow import RELAY_TIMEOUT_SECONDS, follow_until_stopped
from .report import DONE, report_table
from .sources import name_of, open_source
from .tail import Follower


def push(args: argparse.Namespace) -> int:
    """Upload a file to a document elsewhere, with a progress bar where there is a terminal."""
    link = Link.parse(args.url)
    source = open_source(args.file, follow=args.follow)
    name, options = args.name or name_of(args.file), to_read_options(args)
    if isinstance(source, Follower):
        try:
            return follow_until_stopped(
                link, source, name=name, options=options, stopped=threading.Event()
            )
        except KeyboardInterrupt:  # the way to end it
            return DONE
    total = source.stat().st_size if isinstance(source, Path) else None
    with tqdm(total=total, desc=name, unit="B", unit_scale=True, leave=False, disable=None) as bar:

        def update(sent: int, _: int | None) -> None:
            bar.update(sent - bar.n)

        table = upload(
            link,
            source,
            name=name,
            options=options,
            growing=total is None,
            on_progress=update,
            timeout=RELAY_TIMEOUT_SECONDS,
        )
    return report_table(table)
