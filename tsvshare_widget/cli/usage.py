"""What is wrong with a command line, said before anything is done."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path

from tsvshare_widget.errors import BadValue
from tsvshare_widget.sources.addresses import is_address, is_link

from .read_arguments import to_read_options

COMMANDS = ("serve", "push", "links", "keep", "delete", "admin")


def parse(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """The arguments of a command that takes a FILE.  Ends with code 2 if they cannot be meant."""
    for word in words[:1]:
        problem = problem_of_file(word)
        if problem is not None:
            parser.error(problem)
    args = parser.parse_intermixed_args(words)  # FILE and URL may stand among options
    if args.file is None:  # said after what is wrong with the other words
        parser.error(f"which FILE?  As in: {parser.prog} table.tsv")
    problem = problem_of_file(args.file) or problem_of_options(args)
    if problem is not None:
        parser.error(problem)
    return args


def problem_of_file(word: str) -> str | None:
    """Why FILE cannot be one, if it is a link of ours or a command that was mistyped."""
    if is_address(word):
        return _problem_of_link(word) if is_link(word) else None
    if word.startswith("-") or Path(word).exists():
        return None
    [*meant] = difflib.get_close_matches(word.lower(), COMMANDS, n=1, cutoff=0.6)
    return f"there is no file {word!r}; did you mean 'tsvshare {meant[0]}'?" if meant else None


def _problem_of_link(link: str) -> str:
    shown = link.partition("#")[0]  # without the key: this may be logged
    return (
        f"{shown} is the link of a document, not a file: open it in a browser, join it in Python "
        "with TSVShare.join(link), or upload a file to it with 'tsvshare push FILE LINK'"
    )


def problem_of_options(args: argparse.Namespace) -> str | None:
    """Why the file cannot be read as it is told, if that is known without it."""
    from tsvshare_widget.table.dialect.options import check_options

    try:
        check_options(to_read_options(args))
    except BadValue as error:
        return str(error)
    return None
