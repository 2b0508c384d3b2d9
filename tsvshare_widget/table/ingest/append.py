"""Appends bytes to a finished table, at a cost that does not depend on its size.

The file, the text and the index grow at their ends, and only then ``meta.json`` is replaced.
Readers of the table as it was find all of it where it was.  Bytes that a crash leaves behind the
ends in ``meta.json`` are not looked at, and are cut off before the next append.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import Dialect
from tsvshare_widget.table.cells.encode import line_end_of
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.line_stats import LineCounter
from tsvshare_widget.table.lines.segments import Segments, no_segments
from tsvshare_widget.table.state import (
    Contents,
    Snapshot,
    contents_of,
    table_files,
    text_path,
    text_size,
    write_meta,
)
from tsvshare_widget.table.storage.files import WriteFile
from tsvshare_widget.table.storage.row_index import RowIndex
from tsvshare_widget.table.text.binary import check_no_binary
from tsvshare_widget.table.text.compression import compress, recognise
from tsvshare_widget.table.text.encoding import BOM, UTF8_BOM, recoder
from tsvshare_widget.table.text.unpack import PIECE_BYTES

from .raw import Raw
from .reread import give_up, read_again


class _Addition(NamedTuple):
    """The bytes to be added: ``data`` to the file, before compression, and ``text`` to the text.

    The first new row starts ``skip`` bytes into ``text``, on the line ``line``, from 0.  ``damage``
    counts the bytes of ``data`` that are nothing in their encoding.
    """

    data: bytes
    text: bytes
    skip: int
    line: int
    damage: int


def append_bytes(
    raw: Raw, before: Snapshot, data: bytes, token: str | None = None, *, durable: bool
) -> Snapshot:
    """A finished table with ``data`` at its end.

    Files of the table before are left if it has others now, and its folder is not synced yet.
    Raises as :meth:`tsvshare_widget.table.Table.append_bytes` does; the files are as before then.
    """
    folder = raw.folder
    _check(before, data)
    if before.facts.bytes:
        data = data.removeprefix(BOM.encode(before.facts.dialect.encoding, "ignore"))
    if not data:
        return before
    size, contents = text_size(folder, before), before.contents
    with ExitStack() as undo:
        _cut(folder / "raw", before.facts.bytes, undo)
        if contents is None or not contents.index.rows:
            after = _read_whole(raw, before, size, data, undo)
        else:
            after = _grow(raw, before, contents, size, data, undo)
        write_meta(folder, after, token, durable=durable, elsewhere=raw.elsewhere)
        undo.pop_all()
    return after


def _check(before: Snapshot, data: bytes) -> None:
    problem = before.facts.problem
    if problem is not None:
        raise BadTable(f"nothing can be appended to a file that is not whole: {problem[1]}")
    compression, _ = recognise(data)
    if compression != "none":
        raise BadTable(f"what is to be appended is compressed ({compression}): decompress it first")
    check_no_binary(data)


def _read_whole(raw: Raw, before: Snapshot, size: int, data: bytes, undo: ExitStack) -> Snapshot:
    """Read a table that had no rows as a whole, for its first ones.

    There is nothing to go on from: which lines stand before the first row depends on all of them.
    """
    facts, contents = before
    old = contents.generation if contents is not None else 0
    if contents is not None:
        data = _continued(facts.dialect, data, ended=_is_at_line_start(contents, size))
    _write(raw.path, compress(data, facts.dialect.compression, raw.check))
    stream = read_again(raw, old + 1, facts.dialect)
    undo.callback(give_up, raw, stream)
    size = raw.path.stat().st_size
    return stream.snapshot(size, complete=True, reread=facts.reread)


def _grow(
    raw: Raw, before: Snapshot, contents: Contents, size: int, data: bytes, undo: ExitStack
) -> Snapshot:
    """Add rows to a table that has some; its text had ``size`` bytes before."""
    facts, dialect, folder = before.facts, before.facts.dialect, raw.folder
    text = text_path(folder, contents.generation, dialect)
    suffix = table_files(folder, contents.generation, verbatim=False).suffix
    for path, known in zip(
        [text, *RowIndex.paths(folder, suffix)], [size, *contents.index.sizes()], strict=True
    ):
        _cut(path, known, undo)
    added = _addition(raw, contents, dialect, size, data)
    packed = compress(added.data, dialect.compression, raw.check)
    _write(raw.path, packed)
    if text != raw.path:
        _write(text, added.text)
    counter = LineCounter.after(facts.line_stats, facts.columns)
    index = contents.index.grown(folder, suffix, size + added.skip)
    undo.callback(index.close)
    for found in _segments(contents, dialect, size, added):
        raw.check()
        counter.add_segments(found)
        index.add_segments(found)
        raw.limits.check_size(size + len(added.text), index.size)
        if counter.widest > facts.columns:
            raw.limits.check_columns(counter.widest)
    index.end_writing()
    after = msgspec.structs.replace(
        facts,
        bytes=facts.bytes + len(packed),
        rows=index.rows - contents.headers,
        columns=counter.widest,
        line_stats=counter.stats(facts.line_stats.undecodable + added.damage),
    )
    return Snapshot(
        after, contents_of(contents.text, index, contents.headers, dialect, contents.generation)
    )


# --- the bytes to be added ---------------------------------------------------------------------


def _addition(raw: Raw, contents: Contents, dialect: Dialect, size: int, data: bytes) -> _Addition:
    line, ended = _end_of(raw, contents, dialect, size)
    data = _continued(dialect, data, ended=ended)
    recode = recoder(dialect.encoding)
    text = recode.recode_bytes(data) + recode.recode_rest()
    skip = 0 if ended else len(line_end_of(dialect))
    if ended and contents.syntax.ends == "any" and text[:1] == b"\n":
        skip = int(contents.text.read(size - 1, 1) == b"\r")  # the other half of a CRLF
    return _Addition(data, text, skip, line, recode.damage)


def _continued(dialect: Dialect, data: bytes, *, ended: bool) -> bytes:
    """``data`` after a line end, unless the last line of the table has one (``ended``)."""
    return data if ended else line_end_of(dialect).encode(dialect.encoding) + data


def _is_at_line_start(contents: Contents, size: int) -> bool:
    """Whether a text without rows is empty, or has a line end at its end."""
    last = contents.text.read(max(0, size - len(UTF8_BOM)), len(UTF8_BOM))
    ends = {"lf": b"\n", "cr": b"\r", "any": b"\r\n"}[contents.syntax.ends]
    return last in (b"", UTF8_BOM) or last[-1] in ends


def _end_of(raw: Raw, contents: Contents, dialect: Dialect, size: int) -> tuple[int, bool]:
    """The line, from 0, on which a new row starts, and whether the last row has a line end.

    Raises :class:`BadTable` if a line end would not end the last row.
    """
    index, end = contents.index, line_end_of(dialect).encode()
    after_cr = contents.syntax.ends == "any" and contents.text.read(size - 1, 1) == b"\r"
    if after_cr:
        end = b"\n"  # an LF takes the CR before it, if that ends the row
    last = np.array([index.rows - 1])
    start, line = int(index.bounds_at(last).starts[0]), int(index.lines(last)[0])
    indexer, found = _indexer(contents, dialect, 0, line), no_segments()
    for position in range(start, size, PIECE_BYTES):
        raw.check()
        text = contents.text.read(position, min(PIECE_BYTES, size - position))
        found = found.then(indexer.index_bytes(text))
    if indexer.end_line is not None:
        raise BadTable(
            "sequences follow the rows of this table, and what is appended would be part of them"
        )
    found = found.then(indexer.index_bytes(end + b".")).then(indexer.index_rest())
    if size - start in found.ends:  # the line end that was tried was a line of its own
        return int(found.lines[-1]) - 1, True
    if size - start + len(end) in found.ends:
        return int(found.lines[-1]), after_cr
    raise BadTable(
        "the last row of this table ends inside a cell, as it is read: what is appended would be "
        "part of that cell. Have the file read with another quoting first"
    )


def _segments(
    contents: Contents, dialect: Dialect, size: int, added: _Addition
) -> Iterator[Segments]:
    """The segments of the text that is added to one of ``size`` bytes."""
    indexer = _indexer(contents, dialect, size + added.skip, added.line)
    for start in range(added.skip, len(added.text), PIECE_BYTES):
        yield indexer.index_bytes(added.text[start : start + PIECE_BYTES])
    yield indexer.index_rest()


def _indexer(contents: Contents, dialect: Dialect, start: int, line: int) -> Indexer:
    comments = tuple(start.encode() for start in dialect.comments)
    until = tuple(start.encode() for start in dialect.until)
    return Indexer(contents.syntax, start=start, first_line=line, comments=comments, until=until)


# --- files that grow ---------------------------------------------------------------------------


def _cut(path: Path, size: int, undo: ExitStack) -> None:
    """Cut a file to ``size`` bytes now, and once more if ``undo`` runs."""
    if path.stat().st_size < size:
        folder = path.parent.name
        raise BadTable(f"{path.name} of the table in {folder} is cut off: upload it again")
    _shorten(path, size)
    undo.callback(_shorten, path, size)


def _shorten(path: Path, size: int) -> None:
    if path.stat().st_size > size:
        os.truncate(path, size)


def _write(path: Path, data: bytes) -> None:
    with closing(WriteFile(path, new=False)) as file:
        file.write(data)
