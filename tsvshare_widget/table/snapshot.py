"""A table at one moment: what is known of it, and what it takes to read it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from tsvshare_widget.errors import BadTable, NotFound

from .cells import Cells, cells_of
from .census import Census
from .files import ReadFile, Text
from .marks import Marks
from .reading import Reading, marks_of
from .rowindex import RowIndex
from .scan import Place
from .unpack import Problem


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a table: a snapshot that does not change.

    ``bytes`` have been received; they hold ``rows`` rows that have ended, the header not counted,
    of at most ``columns`` cells, the header counted.  ``complete``: no more will come.
    ``problem`` says, as a code and a sentence, what is wrong with the bytes; what stands before
    it is good.  ``census`` counts lines of all kinds.  ``reread`` says why the reading that was
    found at the beginning was given up for another one, if it was.
    """

    bytes: int = 0
    rows: int = 0
    columns: int = 0
    reading: Reading = Reading(header=False)
    complete: bool = False
    problem: Problem | None = None
    census: Census = Census()
    reread: str | None = None


@dataclass(frozen=True)
class Contents:
    """What it takes to read a table: its text, the index of its rows, and what splits these.

    ``headers`` is how many rows at the start of the index, 1 or 0, are the header.
    """

    text: Text
    index: RowIndex
    headers: int
    marks: Marks
    cells: Cells


class Snapshot(NamedTuple):
    """A table at one moment; without contents before its first bytes have come."""

    facts: Facts
    contents: Contents | None


def contents_of(text: Text, index: RowIndex, headers: int, reading: Reading) -> Contents:
    """What it takes to read a table by this reading."""
    marks = marks_of(reading)
    return Contents(text, index, headers, marks, cells_of(marks))


# --- on disk -----------------------------------------------------------------------------------


class _Meta(msgspec.Struct, frozen=True):
    facts: Facts
    headers: int
    version: int = 2
    generation: int = 0
    several_lines: bool = True


def place_of(folder: Path, generation: int, *, verbatim: bool) -> Place:
    """Where the files of a reading of a table are; each one has a new generation.

    ``verbatim``: the file as it came is not compressed.
    """
    suffix = f".{generation}" if generation else ""
    return Place(folder, suffix, folder / "raw" if verbatim else None)


def write_meta(folder: Path, snapshot: Snapshot, generation: int) -> None:
    """Keep a finished table's facts; from now on it can be opened."""
    headers = snapshot.contents.headers if snapshot.contents is not None else 0
    beside = folder / "meta.json.new"
    several = snapshot.contents is not None and snapshot.contents.index.several_lines
    meta = _Meta(snapshot.facts, headers, generation=generation, several_lines=several)
    beside.write_bytes(msgspec.json.encode(meta))
    os.replace(beside, folder / "meta.json")


def open_snapshot(folder: Path) -> tuple[Snapshot, int]:
    """A finished table out of its folder, and its generation.

    Raises :class:`NotFound` and :class:`BadTable`.
    """
    try:
        meta = msgspec.json.decode((folder / "meta.json").read_bytes(), type=_Meta)
        reading = meta.facts.reading
        place = place_of(folder, meta.generation, verbatim=reading.compression == "none")
        path, _ = place.text(reading.encoding)
        text = ReadFile(path)
        rows = meta.facts.rows + meta.headers
        index = RowIndex.open(folder, place.suffix, rows, several_lines=meta.several_lines)
        damaged = index is None or index.end(rows) > path.stat().st_size
    except FileNotFoundError as error:
        raise NotFound(f"there is no finished table in {folder.name}") from error
    except msgspec.DecodeError as error:
        raise BadTable(f"the table in {folder.name} is damaged on disk: upload it again") from error
    if index is None or damaged:
        raise BadTable(f"the index of the table in {folder.name} is damaged: upload it again")
    return Snapshot(meta.facts, contents_of(text, index, meta.headers, reading)), meta.generation


def remove_generation(folder: Path, generation: int) -> None:
    """Remove the files of a reading that was given up, as far as that is possible."""
    place = place_of(folder, generation, verbatim=False)
    for path in (place.text("")[0], *RowIndex.paths(folder, place.suffix)):
        try:
            path.unlink(missing_ok=True)
        except OSError:  # on Windows, while somebody reads it
            continue
