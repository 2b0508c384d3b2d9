"""What the commands about links take."""

from __future__ import annotations

import argparse

from .values import parse_time


def links_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare links``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare links",
        description="Print both links of a document, and when it ends; take links back.",
    )
    _add_link(parser)
    parser.add_argument(
        "--new",
        action="store_true",
        help="make new links: the old ones lead nowhere, who used them is put out and told why",
    )
    parser.add_argument(
        "--look", choices=("open", "closed"), help="close the look-only link, or open it again"
    )
    return parser


def keep_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare keep``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare keep",
        description="Let a document end some time from now, within the limit of its relay.",
    )
    _add_link(parser)
    parser.add_argument(
        "time",
        metavar="TIME",
        type=_time,
        help='such as 30d or 12h; "idle": some time after its last use, as at first',
    )
    return parser


def delete_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare delete``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare delete",
        description="Delete a document: its bytes are gone, and who looks at it is told.",
    )
    _add_link(parser)
    return parser


def _add_link(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="the document's full link, with #k=KEY")


def _time(text: str) -> str:
    if text != "idle":
        parse_time(text)
    return text
