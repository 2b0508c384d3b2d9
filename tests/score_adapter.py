"""The table core behind the reader that the corpora's scorer calls.

    python ../shared/corpora/score.py score_adapter:every_line [--told]

``every_line`` shows every line of a file, comments and lines before the header as rows of their
own, in the encoding and with the line ends, delimiter and quotes that are found or told: nothing
of the file may be missing.  ``as_shown`` gives what people see: the header, if it is a line of the
file and no comment, and the rows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from tsvshare_widget.table import Table, Told, as_told


def every_line(path: str, dialect: dict[str, Any] | None) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        table = read(path, Path(folder), told_by(dialect))
        how = as_told(table.facts.reading)
        everything = {"header": False, "comments": False, "skip": 0, "names": None, "format": ""}
        table.reread(msgspec.structs.replace(how, **everything))
        return all_rows(table)


def as_shown(path: str, dialect: dict[str, Any] | None) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        table = read(path, Path(folder), told_by(dialect))
        header = table.names(0, sys.maxsize, sys.maxsize)
        comments = table.facts.reading.comments or ("\n",)
        if header is None or table.named_by != "file" or header[0].startswith(comments):
            return all_rows(table)
        return [header, *all_rows(table)]


def told_by(dialect: dict[str, Any] | None) -> Told:
    if dialect is None:
        return Told()
    quoting = {"plain": "none", "quoted": "excel", "mysql": "backslash"}[dialect["mode"]]
    return msgspec.convert(
        {"quoting": quoting, "delimiter": "\t", "encoding": dialect.get("encoding")}, Told
    )


def read(path: str, folder: Path, told: Told) -> Table:
    table = Table.create(folder / "table", told=told, name=Path(path).name)
    table.feed(Path(path).read_bytes())
    table.finish()
    return table


def all_rows(table: Table) -> list[list[str]]:
    return table.rows(0, table.facts.rows, 0, sys.maxsize, sys.maxsize).cells
