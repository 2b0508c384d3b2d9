"""Coverage-guided fuzzing of the indexer and of what finds out how a table is read.

    pip install 'tsvshare-widget[fuzz]'
    python tests/fuzz/fuzz_reading.py -max_total_time=600

The first bytes of an input choose how the table is told and cut into chunks, the rest is the file.
Whatever the bytes, there are rows or a clear error; the chunks never matter; a reading that was
found can be told again; and rows, names and lines can be read at any place.  A find is written to
``crash-*`` in the working directory; give that file as the argument to see it again, and keep it as
a test in ``tests/test_fuzz_finds.py``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tsvshare_widget.table"]):
    from tsvshare_widget.errors import BadTable, TooLarge
    from tsvshare_widget.read_options import ReadOptions, exact_options
    from tsvshare_widget.table import Table
    from tsvshare_widget.table.ingest import scan

EVERYTHING = 10**9
SAMPLE_BYTES = 256
"""Bytes on which a reading is decided here: so few that what follows can speak against it."""

LIMIT = 100_000
"""Bytes of text; what is packed in a few bytes can be very large, and atheris keeps some of it."""

QUOTINGS = (None, "none", "excel", "backslash")
LINE_ENDS = (None, "lf", "cr", "mixed")
DELIMITERS = (None, "\t", ",", "\t|\t")
COMMENTS = (None, False, ("#", "//"), True)


def told_by(choice: bytes) -> ReadOptions:
    """What four bytes tell."""
    quoting = QUOTINGS[choice[0] % 4]
    delimiter = DELIMITERS[choice[1] % 4]
    if delimiter == "\t|\t" and quoting in ("excel", "backslash"):
        delimiter = None
    return ReadOptions(
        quoting=quoting,  # type: ignore[arg-type]
        delimiter=delimiter,
        line_ends=LINE_ENDS[choice[2] % 4],  # type: ignore[arg-type]
        comments=COMMENTS[choice[3] % 4],
        strict=False if choice[3] & 64 else None,
        quote="'" if choice[3] & 32 and quoting == "excel" else None,
        escape="\\" if choice[3] & 16 and quoting == "excel" else None,
        format="GFF3" if choice[2] & 64 else None,
    )


def outcome(folder: Path, data: bytes, options: ReadOptions, chunk: int) -> object:
    """All that can be seen of a table, or the code of the error."""
    table = Table.create(folder, options=options, limit=LIMIT)
    try:
        for start in range(0, len(data), chunk):
            table.feed_bytes(data[start : start + chunk])
        table.finish_input()
        return look_at(table)
    except (BadTable, TooLarge) as error:
        return error.code
    finally:
        table.close()


def look_at(table: Table) -> object:
    """Read all of a table, in one go and cell by cell."""
    facts = table.facts
    page = table.rows(0, EVERYTHING, 0, EVERYTHING, EVERYTHING)
    lines = table.line_numbers(0, EVERYTHING)
    names = table.names(0, EVERYTHING)
    assert len(page.cells) == facts.rows == facts.line_stats.rows == len(lines)
    widths = [len(row) for row in page.cells]
    widths += [len(names)] if names is not None and table.named_by == "file" else []
    assert facts.columns == max(widths, default=0), (facts.columns, widths)
    for number, row in enumerate(page.cells[:20]):
        assert table.row_at_line(lines[number]) == number
        for column, cell in enumerate(row[:20]):
            assert table.cell(number, column, EVERYTHING).text == cell
    table.reread(exact_options(facts.dialect))
    assert table.rows(0, EVERYTHING, 0, EVERYTHING, EVERYTHING) == page
    assert table.names(0, EVERYTHING) == names
    return facts, page, lines, names


def test_one_input(data: bytes) -> None:
    """What the fuzzer calls."""
    if len(data) < 5:
        return
    options, chunk, content = told_by(data[:4]), data[4] + 1, data[5:]
    with tempfile.TemporaryDirectory() as folder:
        found = outcome(Path(folder, "parts"), content, options, chunk)
        assert found == outcome(Path(folder, "whole"), content, options, EVERYTHING)


if __name__ == "__main__":
    scan.SAMPLE_BYTES, scan.LARGEST_SAMPLE_BYTES = SAMPLE_BYTES, 4 * SAMPLE_BYTES
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
