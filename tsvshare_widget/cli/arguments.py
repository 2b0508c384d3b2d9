"""What the command line takes: one parser a command, and the kinds of values."""

from __future__ import annotations

import argparse
from pathlib import Path

from tsvshare_widget._version import __version__
from tsvshare_widget.protocol import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

from .read_arguments import add_read_options
from .values import (
    parse_admin_token,
    parse_count,
    parse_fetch_host,
    parse_header,
    parse_host,
    parse_hours,
    parse_minutes,
    parse_network,
    parse_origin,
    parse_page_size,
    parse_percent,
    parse_port,
    parse_scheduler,
    parse_seconds,
    parse_size,
    parse_store,
    parse_time,
    parse_token,
    parse_url,
    parse_workers,
)

SERVE_PORT = 8765


def file_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare FILE``; its help also introduces the other two commands."""
    parser = argparse.ArgumentParser(
        prog="tsvshare",
        usage="tsvshare FILE [options]\n"
        "       tsvshare serve [options]\n"
        "       tsvshare push FILE URL [options]\n"
        "       tsvshare links | keep | delete URL [options]\n"
        "       tsvshare admin COMMAND [options]",
        description="Share a table: everyone with the link is on the same page of it, live.",
        epilog="commands:\n"
        "  tsvshare FILE           open and share FILE from this computer, until Ctrl-C\n"
        "  tsvshare serve          run a relay that others can share tables on\n"
        "  tsvshare push FILE URL  upload FILE to the document whose full link is URL, or to a new "
        "one\n                          on the relay at URL\n"
        "  tsvshare links URL      print the links of a document; take them back\n"
        "  tsvshare keep URL TIME  let a document end some time from now\n"
        "  tsvshare delete URL     delete a document\n"
        "  tsvshare admin COMMAND  look after the documents of a relay that one runs\n"
        "\n"
        "examples:\n"
        "  tsvshare genes.tsv\n"
        "  samtools view reads.bam | tsvshare - --no-header\n"
        "  tsvshare --follow run/metrics.tsv\n"
        "  tsvshare serve --data-dir /srv/tables --max-upload 50GB\n"
        "\n"
        "'tsvshare serve --help' and 'tsvshare push --help' tell more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help='the file; "-" is standard input, live')
    _add_follow(parser)
    add_read_options(parser)
    parser.add_argument(
        "--page-size",
        type=parse_page_size,
        default=DEFAULT_PAGE_SIZE,
        metavar="N",
        help=f"rows on a page, 1 to {MAX_PAGE_SIZE} (default: %(default)s)",
    )
    parser.add_argument(
        "--relay",
        type=parse_url,
        metavar="URL",
        help="share it on the relay at URL instead (default: TSVSHARE_RELAY, else one of its own)",
    )
    _add_limit(parser)
    _add_address(parser, port=0, port_help="port to listen on (default: any free one)")
    _add_tls(parser)
    parser.add_argument("--no-browser", action="store_true", help="print the links only")
    parser.add_argument("--version", action="version", version=f"tsvshare {__version__}")
    return parser


def serve_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare serve``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare serve",
        description="Run a relay: its landing page turns a dropped file into a link, and notebooks "
        "use it with TSVShare(..., relay=URL).",
    )
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
    _add_address(parser, SERVE_PORT, "port to listen on (default: %(default)s; 0: any free one)")
    _add_tls(parser)
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="FOLDER",
        help="keep documents in this folder, also over a restart (default: until it stops)",
    )
    _add_limit(parser)
    _add_documents(parser)
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
    _add_queries(parser)
    return parser


def push_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare push``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare push",
        description="Upload FILE to a document: everyone who has it open sees the new table.",
    )
    parser.add_argument("file", metavar="FILE", help='the file; "-" is standard input')
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="the document's full link, with #k=KEY; or the address of a relay, where a new one is "
        "made and both of its links are printed (default: TSVSHARE_RELAY)",
    )
    parser.add_argument("--name", help="the name to show (default: that of FILE)")
    parser.add_argument(
        "--http-header",
        type=parse_header,
        action="append",
        default=[],
        metavar='"NAME: VALUE"',
        help="sent with every request, for a proxy that guards the relay; may be repeated",
    )
    _add_follow(parser)
    add_read_options(parser)
    return parser


def _add_follow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--follow",
        action="store_true",
        help="go on adding what is written to FILE, also when another file takes its place",
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


def _add_queries(parser: argparse.ArgumentParser) -> None:
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
        type=parse_size,
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


def _add_documents(parser: argparse.ArgumentParser) -> None:
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


def _add_tls(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tls-cert",
        type=Path,
        metavar="FILE",
        help="certificate in PEM, with those that vouch for it: then it speaks https",
    )
    parser.add_argument(
        "--tls-key", type=Path, metavar="FILE", help="its key in PEM, if that is another file"
    )


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-upload",
        type=parse_size,
        default="10GB",
        metavar="SIZE",
        help="largest upload, such as 500MB or 10GB (default: %(default)s)",
    )


def _add_address(parser: argparse.ArgumentParser, port: int, port_help: str) -> None:
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 lets other computers in (default: %(default)s)",
    )
    parser.add_argument("--port", type=parse_port, default=port, metavar="PORT", help=port_help)
    parser.add_argument(
        "--allowed-host",
        type=parse_host,
        action="append",
        default=[],
        metavar="NAME",
        help="another name by which it may be reached; may be repeated (default: localhost, "
        "addresses in numbers, and the names of this computer if others are let in)",
    )
