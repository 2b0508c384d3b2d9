"""What ``tsvshare serve`` takes, by subject."""

from __future__ import annotations

import argparse
from pathlib import Path

from .common_arguments import add_address, add_limit, add_tls
from .query_arguments import add_queries
from .values import (
    parse_admin_token,
    parse_count,
    parse_fetch_host,
    parse_hours,
    parse_minutes,
    parse_network,
    parse_origin,
    parse_percent,
    parse_seconds,
    parse_size,
    parse_store,
    parse_time,
    parse_token,
    parse_url,
    parse_workers,
)

SERVE_PORT = 8765


def serve_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare serve``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare serve",
        usage="%(prog)s [options]",  # all of them would hide what is wrong with one
        description="Run a relay: its landing page turns a dropped file into a link, and notebooks "
        "use it with TSVShare(..., relay=URL).",
    )
    _add_config(parser)
    add_address(parser, SERVE_PORT, "port to listen on (default: %(default)s; 0: any free one)")
    add_tls(parser)
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="FOLDER",
        help="keep documents in this folder, also over a restart (default: until it stops)",
    )
    add_limit(parser)
    _add_keeping(parser)
    _add_undo(parser)
    _add_sharing(parser)
    _add_most(parser)
    _add_proxy(parser)
    parser.add_argument(
        "--processes",
        type=parse_workers,
        default=0,
        metavar="N",
        help="for a crowd: have N processes hold the connections of viewers, beside the one with "
        "the documents (default: that one holds them)",
    )
    _add_cluster(parser)
    parser.add_argument(
        "--admin-token",
        type=parse_admin_token,
        metavar="FILE",
        help="file with a token: who has it administers the relay, by 'tsvshare admin --relay' "
        "(default: who may read the data folder)",
    )
    _add_fetching(parser)
    _add_hub(parser)
    add_queries(parser)
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML file with a table [serve] of these options (default: the user's tsvshare.toml); "
        "each can also be said in the environment, such as TSVSHARE_MAX_UPLOAD",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="say whether this machine is ready for a relay with these options, and end",
    )


def _add_keeping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--idle-hours",
        type=parse_hours,
        default=24.0,
        metavar="HOURS",
        help="how long a document nobody looks at is kept (default: 24)",
    )
    parser.add_argument(
        "--max-keep",
        type=parse_time,
        default="30d",
        metavar="TIME",
        help="how long whoever has its key may have a document kept, such as 30d (default: 30d)",
    )
    parser.add_argument(
        "--store",
        type=parse_store,
        metavar="URL",
        help="keep tables in an object store, as in s3://BUCKET/FOLDER, or in a shared folder, "
        "file:///FOLDER; those in --data-dir are copies then",
    )
    parser.add_argument(
        "--store-cache",
        type=parse_size,
        default="20GB",
        metavar="SIZE",
        help="with --store: disk space for these copies (default: %(default)s)",
    )


def _add_undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--undo-minutes",
        type=parse_minutes,
        default=10.0,
        metavar="MINUTES",
        help="how long tables that uploads replaced can come back (default: 10)",
    )
    parser.add_argument(
        "--undo-tables",
        type=parse_count,
        default=5,
        metavar="N",
        help="how many of them of one document (default: 5)",
    )
    parser.add_argument(
        "--undo-size",
        type=parse_size,
        default="2GB",
        metavar="SIZE",
        help="how large all but the newest of them may be together (default: %(default)s)",
    )


def _add_sharing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-moves",
        action="store_true",
        help="let links lead to documents that were moved to other relays",
    )
    parser.add_argument(
        "--create",
        choices=("anyone", "token", "nobody"),
        default="anyone",
        help="who may share new tables: anyone, who has the token, nobody (default: %(default)s)",
    )
    parser.add_argument(
        "--create-token",
        type=parse_token,
        metavar="FILE",
        help="file with the token for --create token; or TSVSHARE_CREATE_TOKEN has its name",
    )


def _add_most(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-viewers",
        type=parse_count,
        default=100_000,
        metavar="N",
        help="viewers that one document may have at a time (default: 100000)",
    )
    parser.add_argument(
        "--max-uploads",
        type=parse_count,
        default=200,
        metavar="N",
        help="uploads that may be under way at a time (default: 200)",
    )
    parser.add_argument(
        "--max-joins",
        type=parse_count,
        default=2000,
        metavar="N",
        help="viewers that may come in one second, and twice as many at once (default: 2000)",
    )
    parser.add_argument(
        "--max-requests",
        type=parse_count,
        default=100,
        metavar="N",
        help="requests of one viewer in one second, and twice as many at once (default: 100)",
    )
    parser.add_argument(
        "--max-changes",
        type=parse_count,
        default=500,
        metavar="N",
        help="changes of one document in one second, and twice as many at once (default: 500)",
    )
    parser.add_argument(
        "--max-documents",
        type=parse_count,
        default=100_000,
        metavar="N",
        help="documents that may exist at a time (default: 100000)",
    )
    parser.add_argument(
        "--disk-reserve",
        type=parse_percent,
        default=5.0,
        metavar="PERCENT",
        help="share of the disk that uploads leave free, at most 100 MB (default: 5)",
    )


def _add_proxy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base-path",
        default="/",
        metavar="PATH",
        help="serve below this path, such as /tsv/, behind a proxy (default: /)",
    )
    parser.add_argument(
        "--public-url",
        type=parse_url,
        metavar="URL",
        help="how others reach this relay, for the links it gives out",
    )
    parser.add_argument(
        "--trust-proxy",
        type=parse_network,
        action="append",
        default=[],
        metavar="ADDRESS",
        help="believe the proxy at this address, or in this network such as 10.0.0.0/8, who asks "
        "(X-Forwarded-For, X-Forwarded-Proto); may be repeated (default: nobody)",
    )
    parser.add_argument(
        "--allow-embedding",
        type=parse_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of this site, such as https://example.org, show tables inside their own; "
        "may be repeated (default: the relay's own pages only)",
    )


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("as one of several relays")
    group.add_argument(
        "--redis",
        metavar="URL",
        help="share documents with all relays on this Redis or Valkey, such as "
        "redis://HOST:6379/0; tables are in the --store, or in the --data-dir, which all of them "
        "share then (needs pip install 'tsvshare-widget[cluster]')",
    )
    group.add_argument(
        "--peers",
        metavar="HOST:PORT",
        help="with --redis: where the other relays reach this one (default: --host, any free port)",
    )
    group.add_argument(
        "--advertise",
        metavar="HOST:PORT",
        help="with --redis: by which address they do, where something passes it on to --peers, as "
        "for a container (default: that of --peers)",
    )


def _add_fetching(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fetch-from",
        type=parse_fetch_host,
        action="append",
        default=[],
        metavar="HOST",
        help="let whoever has a full link show a file of this host, which the relay fetches: a "
        "name, *.NAME, or HOST:PORT, or * for every public one; may be repeated (default: none)",
    )
    parser.add_argument(
        "--fetch-seconds",
        type=parse_seconds,
        default=600.0,
        metavar="SECONDS",
        help="time that such a file may take (default: 600)",
    )


def _add_hub(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("as a service of a JupyterHub")
    group.add_argument(
        "--jupyterhub",
        action="store_true",
        help="let in who has logged in to the JupyterHub that has started this; address and path "
        "are what the hub says (needs pip install 'tsvshare-widget[hub]')",
    )
    group.add_argument(
        "--allow-links",
        action="store_true",
        help="with --jupyterhub: let in without a login whoever has the link of a table, to that",
    )
