"""What ``tsvshare serve`` takes about sorts, filters, searches and profiles."""

from __future__ import annotations

import argparse

from .values import parse_memory, parse_scheduler, parse_seconds, parse_size, parse_workers


def add_queries(parser: argparse.ArgumentParser) -> None:
    """Take who works on sorts and the like, and what that may cost."""
    group = parser.add_argument_group("sorts, filters, searches and profiles")
    group.add_argument(
        "--workers",
        type=parse_workers,
        default=None,
        metavar="N",
        help="processes that work on them at once, and one more for who has waited 5 seconds "
        "(default: 2, or 1 on a single processor)",
    )
    group.add_argument(
        "--query-memory",
        type=parse_memory,
        default="2GB",
        metavar="SIZE",
        help="memory that one of them may take (default: %(default)s)",
    )
    group.add_argument(
        "--query-seconds",
        type=parse_seconds,
        default=60.0,
        metavar="SECONDS",
        help="time that one of them may take (default: 60)",
    )
    group.add_argument(
        "--dask",
        type=parse_scheduler,
        metavar="URL",
        help="have those about large tables answered by the Dask cluster whose scheduler is there, "
        "as in tls://scheduler:8786; Dask's own settings name the certificates",
    )
    group.add_argument(
        "--dask-from",
        type=parse_size,
        default="500MB",
        metavar="SIZE",
        help="a table is large from this size on (default: %(default)s)",
    )
    group.add_argument(
        "--view-cache",
        type=parse_size,
        default="1GB",
        metavar="SIZE",
        help="disk space for what they found (default: %(default)s)",
    )
