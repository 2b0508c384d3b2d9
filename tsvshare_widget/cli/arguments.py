"""What ``tsvshare FILE`` and ``tsvshare push`` take; for a relay see :mod:`.serve_arguments`."""

from __future__ import annotations

import argparse

from tsvshare_widget._version import __version__
from tsvshare_widget.protocol import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

from .common_arguments import add_address, add_follow, add_limit, add_tls
from .read_arguments import add_read_options
from .values import (
    parse_header,
    parse_page_size,
    parse_url,
)


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
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help='the file; "-" is standard input, live'
    )
    add_follow(parser)
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
    add_limit(parser)
    add_address(parser, port=0, port_help="port to listen on (default: any free one)")
    add_tls(parser)
    parser.add_argument("--no-browser", action="store_true", help="print the links only")
    parser.add_argument("--version", action="version", version=f"tsvshare {__version__}")
    return parser


def push_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare push``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare push",
        usage="%(prog)s FILE [URL] [options]",
        description="Upload FILE to a document: everyone who has it open sees the new table.",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help='the file; "-" is standard input')
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
    add_follow(parser)
    add_read_options(parser)
    return parser
