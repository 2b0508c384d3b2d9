"""What ``tsvshare admin`` takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from .values import parse_admin_token, parse_time, parse_url

COMMANDS = {
    "list": "print all documents: name, size, viewers, age, last use",
    "links": "take the links of a document back and print new ones",
    "look": "close the look-only link of a document, or open it again",
    "keep": "let a document end some time from now",
    "delete": "delete documents: their bytes are gone, and who looks on is told",
    "expire": "delete the documents that nobody has used for so long",
    "backup": "copy all documents into a folder, also while a relay runs",
    "restore": "put documents of a backup back; those that are newer on the relay stay",
    "move": "hand documents to another relay, with tables, keys, saved views and page",
}


def admin_parser() -> argparse.ArgumentParser:
    """The arguments of ``tsvshare admin``."""
    parser = argparse.ArgumentParser(
        prog="tsvshare admin",
        description="Look after the documents of a relay: the one that works on a data folder, "
        "which this needs to be allowed to read, or one whose token one has. If none works on the "
        "folder, one is started for as long as this takes, which nobody else reaches.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    made = {name: commands.add_parser(name, help=text) for name, text in COMMANDS.items()}
    for name, command in made.items():
        command.description = COMMANDS[name][0].upper() + COMMANDS[name][1:] + "."
        _add_which(command)
    for name in ("links", "look", "keep"):
        made[name].add_argument("uuid", metavar="UUID", help="the document, as list prints it")
    made["look"].add_argument("look", choices=("open", "closed"))
    made["keep"].add_argument(
        "time", metavar="TIME", type=_time, help='such as 30d; "idle": some time after its last use'
    )
    made["delete"].add_argument("uuid", metavar="UUID", nargs="+", help="as list prints them")
    made["expire"].add_argument("time", metavar="TIME", type=parse_time, help="such as 90d or 12h")
    made["backup"].add_argument(
        "target", metavar="FOLDER", type=Path, help="a new one, or that of an earlier backup"
    )
    _add_restore(made["restore"])
    _add_move(made["move"])
    return parser


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="FOLDER", type=Path, help="that of the backup")
    parser.add_argument("uuid", metavar="UUID", nargs="*", help="which documents; else all")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="also those that were changed, deleted or moved on the relay since",
    )


def _add_move(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("uuid", metavar="UUID", nargs="*", default=[], help="as list prints them")
    which.add_argument("--all", action="store_true", help="all documents")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--to-data-dir", type=Path, metavar="FOLDER", help="that of the other relay")
    where.add_argument("--to-relay", type=parse_url, metavar="URL", help="its own address, instead")
    parser.add_argument(
        "--to-admin-token",
        type=parse_admin_token,
        metavar="FILE",
        help="file with the token that it has, with --to-relay",
    )
    parser.add_argument(
        "--links-to",
        type=_address,
        metavar="URL",
        required=True,
        help="where the links that people have lead from now on: the address by which they reach "
        'the other relay; "same" if it takes over that of this one',
    )


def _address(text: str) -> str:
    return "" if text == "same" else parse_url(text)


def _add_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="that of the relay")
    parser.add_argument(
        "--relay",
        type=parse_url,
        action="append",
        metavar="URL",
        help="its own address, instead; of several that share documents, each of them",
    )
    parser.add_argument(
        "--admin-token",
        type=parse_admin_token,
        metavar="FILE",
        help="file with the token that the relay has, with --relay",
    )
    parser.add_argument(
        "--public-url",
        type=parse_url,
        metavar="URL",
        help="how people reach the relay, for links, where none works on the folder",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _time(text: str) -> str:
    if text != "idle":
        parse_time(text)
    return text
