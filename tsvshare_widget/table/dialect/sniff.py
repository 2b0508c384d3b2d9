"""The sniffer: finds the dialect of a table in a sample, as far as options leave it open; pure.

What is found in the first lines of a text in UTF-8, and on what evidence:

- A **known format** (:mod:`.formats`) decides what it says; all else is found as in any other file.
- **Line ends** are LF, with or without a CR before it.  Without any LF they are CR; with both, what
  makes rows agree better on their number of cells.
- The **delimiter** is the tab, unless hardly a line has one, or less than half and not the first,
  and nearly all of them have the same number of commas, semicolons or bars outside quotes.
- **Quoting** is ``excel`` unless rows agree better on their number of cells without it, or, if that
  is equal, no cell needs its quotes and some that start with a quote are not quoted cells, or a few
  cells of a column are in quotes for no reason.  Quotes around all names are such in any case.
  Quotes are ``strict`` if rows agree better so.  It is ``backslash`` if rows agree better only so.
- **Comment lines** are looked for at the very start (``preamble.COMMENTS``), and have other than
  the usual number of cells.  The last one that has it is the header.  Such lines are left out
  anywhere in the file, unless some have as many cells as rows have.
- A **preamble** of other lines is blank ones, or a few of few cells before a table that is regular,
  or ones that give the type of each column.
- **Header**: the first line is one, as the IANA registration has it, unless :mod:`.header` finds
  that it looks like those below.
"""

from __future__ import annotations

import msgspec

from tsvshare_widget.read_options import ColumnType, Dialect, ReadOptions
from tsvshare_widget.table.lines.syntax import WRAPPED, Syntax, syntax_of

from .beginning import Beginning, said_by
from .delimiter import find_delimiter
from .format_list import Format
from .formats import (
    MATRIX,
    MOST_LINES,
    format_named,
    is_matrix,
    names_of,
    recognise_format,
    types_of,
)
from .header import is_header
from .hints import find_hint
from .line_ends import find_line_ends
from .options import GIVEN_NOTE
from .preamble import (
    COMMENTS,
    Preamble,
    block_length,
    find_given_comments,
    find_preamble,
)
from .quoting import QuotingFound, are_whole_cells, find_quoting
from .row_names import has_row_names, with_row_names
from .sample import (
    Row,
    lines_of,
    rows_of,
    without_bom,
)
from .types_line import start_of_types, types_in

SAMPLE_BYTES = 1 << 16
"""Size of the sample in which a dialect is found, if there is as much text."""

LARGEST_SAMPLE_BYTES = 1 << 20
"""Size of the sample if less shows hardly more than comment lines, or only a few long rows."""

MOST_COLUMNS = 1_000
"""Columns that are looked at for a header: more would tell no more, and take time with each row."""

ENOUGH_ROWS = 20
"""Lines after the comments that have to be there where the sample is a small one."""


def is_enough(sample: bytes, skip: int = 0) -> bool:
    """Whether a sample of ``SAMPLE_BYTES`` or more shows some rows after the comment lines.

    ``skip`` is the number of lines that will be left out as well.
    """
    if len(sample) >= LARGEST_SAMPLE_BYTES:
        return True
    whole_lines = lines_of(without_bom(sample), "any")
    if not sample.endswith((b"\n", b"\r")):
        whole_lines.pop()
    return max(skip, block_length(whole_lines)) + ENOUGH_ROWS <= len(whole_lines)


def sniff_after(
    sample: bytes, options: ReadOptions, before: Dialect, name: str, *, whole: bool
) -> Dialect:
    """The dialect of a table that begins beyond what :func:`sniff` was given.

    ``sample`` is its beginning, after the lines that are skipped; ``before`` is the dialect by the
    text before that, which tells where lines end.
    """
    skip = before.skip
    options = msgspec.structs.replace(
        options,
        line_ends=before.line_ends,
        skip=None if options.header_line is not None else 0,
        header_line=None if options.header_line is None else 1,
    )
    found = sniff(sample, options, name, whole=whole)
    line = found.header_line
    return msgspec.structs.replace(
        found,
        skip=skip,
        header_line=None if line is None else skip + line,
        notes={**found.notes, "line_ends": before.notes["line_ends"]},
    )


def is_row_there(rest: bytes | None) -> bool:
    """Whether the text after the lines that are skipped shows a whole line, by any line ends."""
    return rest is not None and (b"\n" in rest or b"\r" in rest)


def sniff(sample: bytes, options: ReadOptions, name: str = "", *, whole: bool = True) -> Dialect:
    """The dialect of a table whose text, in UTF-8, starts with ``sample``.

    Options are taken as they are.  Compression and encoding are not visible here and left at their
    defaults.  ``name`` is that of the file; ``whole``: there is no more text.
    """
    text = without_bom(sample)
    hint = find_hint(text)
    if hint is None:
        return _sniff(text, options, name, whole=whole)
    told = msgspec.structs.replace(options, delimiter=options.delimiter or hint.delimiter)
    is_left_out = (options.skip, options.header_line) == (None, None) and (
        options.comments is not False  # then each line is a row
    )
    found = _sniff(text[hint.size if is_left_out else 0 :], told, name, whole=whole)
    why = "the first line says so" if options.delimiter is None else GIVEN_NOTE
    return msgspec.structs.replace(
        found,
        skip=found.skip + is_left_out,
        header_line=found.header_line and found.header_line + is_left_out,
        notes={**found.notes, "delimiter": why},
    )


def _sniff(text: bytes, options: ReadOptions, name: str, *, whole: bool) -> Dialect:
    line_ends, ends_note = find_line_ends(text, whole=whole)
    beginning = Beginning(text, options.line_ends or line_ends, whole=whole)
    format = _find_format(beginning, options, name)
    delimiter, delimiter_note = _find_delimiter(beginning, options, format, name)
    quoting = _find_quoting(beginning, options, format, delimiter)
    found = Dialect(
        line_ends=beginning.line_ends,
        delimiter=delimiter.decode(),
        quoting=quoting.quoting,
        strict=quoting.strict,
        quote=quoting.quote,
        escape=quoting.escape,
    )
    preamble = _find_preamble(beginning, options, format, syntax_of(found))
    placed = beginning.rows_from(preamble.skip, syntax_of(found), preamble.comments)
    rows = [row.cells for row in placed]
    header, row_names, header_note = _find_header(rows, options, format, preamble)
    names, names_line = _find_names(beginning, options, format, rows, preamble, header=header)
    types, types_line = _find_types(beginning, options, format, preamble, syntax_of(found))
    return msgspec.structs.replace(
        found,
        header=header,
        row_names=row_names,
        header_line=preamble.skip + 1 if header else names_line or None,
        names=names,
        skip=preamble.skip,
        comments=tuple(start.decode() for start in preamble.comments),
        until=format.until if format is not None and options.comments is not False else (),
        missing=options.missing,
        missing_in=options.missing_in or (),
        types=types,
        format=_format_name(options, format, rows),
        notes={
            "line_ends": beginning.note(ends_note) if options.line_ends is None else GIVEN_NOTE,
            "delimiter": delimiter_note,
            "quoting": beginning.note(quoting.why, format),
            "comments": beginning.note(preamble.why, format),
            "header": beginning.note(header_note, format, len(rows)),
            **_types_note(types_line),
            **_format_note(beginning, options, format),
        },
    )


# --- one part after the other: options come first, then the known format, then the text ----------


def _find_format(beginning: Beginning, options: ReadOptions, name: str) -> Format | None:
    if options.format is not None:
        found = format_named(options.format)
    else:
        found = recognise_format(beginning.strings(MOST_LINES), name)
    if found is None or options.delimiter not in (None, found.delimiter):
        return None
    cannot_be_quoted = found.delimiter == WRAPPED.decode() and options.quoting not in (None, "none")
    return None if cannot_be_quoted else found


def _find_delimiter(
    beginning: Beginning, options: ReadOptions, format: Format | None, name: str
) -> tuple[bytes, str]:
    if options.delimiter is not None:
        return options.delimiter.encode(), GIVEN_NOTE
    if format is not None:
        return format.delimiter.encode(), said_by(format)
    return find_delimiter(beginning.body, beginning.ends, name)


def _find_quoting(
    beginning: Beginning, options: ReadOptions, format: Format | None, delimiter: bytes
) -> QuotingFound:
    if options.quoting is not None:
        strict = options.quoting == "excel" and options.strict is not False
        marks = options.quote or '"', options.escape or None
        return QuotingFound(options.quoting, strict, GIVEN_NOTE, *marks)
    if delimiter == WRAPPED:
        return QuotingFound("none", False, "a tab and a bar end each cell")
    comments = tuple(COMMENTS) if block_length(beginning.lines) else ()
    syntax = Syntax(delimiter, "none", beginning.ends, escape=(options.escape or "").encode())
    if format is not None and format.quoting is not None:
        if format.quoting == "none" and are_whole_cells(
            beginning.body, syntax, comments, whole=beginning.whole, better=format.keeps_quotes
        ):
            return QuotingFound("excel", False, "all cells that start with a quote are in quotes")
        return QuotingFound(format.quoting, False, said_by(format))
    asked = options.quote is None and options.escape is None
    return find_quoting(beginning.body, syntax, comments, whole=beginning.whole, marks=asked)


def _find_preamble(
    beginning: Beginning, options: ReadOptions, format: Format | None, syntax: Syntax
) -> Preamble:
    found = _find_comments(beginning, options, format, syntax)
    if options.header_line is not None:
        return found._replace(skip=options.header_line - 1, header=True)
    if options.skip is not None:
        return found._replace(skip=options.skip, header=False)
    return found._replace(skip=min(found.skip, len(beginning.lines)))


def _find_comments(
    beginning: Beginning, options: ReadOptions, format: Format | None, syntax: Syntax
) -> Preamble:
    lines = beginning.lines
    if options.comments is False:
        return Preamble(why=GIVEN_NOTE)
    if options.comments is None and format is not None:
        starts = tuple(start.encode() for start in format.comments)
        skip = block_length(lines, starts) if format.skip is None else format.skip
        found = Preamble(skip, starts, format.has_header is True, said_by(format))
        types = lines[skip + 1 : skip + 2] if format.second else []
        if not types:
            return found
        starts = (*starts, start_of_types(types[0]))
        return found._replace(comments=starts, types_line=skip + 2)
    text = beginning.rows(syntax)
    if options.comments is None:
        return find_preamble(text, blank=options.header is not False)
    if options.comments is True:
        return find_given_comments(lines, syntax.delimiter, text.usual, None)
    starts = tuple(start.encode() for start in options.comments)
    return find_given_comments(lines, syntax.delimiter, text.usual, starts)


def _find_header(
    rows: list[Row], options: ReadOptions, format: Format | None, preamble: Preamble
) -> tuple[bool, bool, str]:
    """Whether there is a header, whether row names stand before its columns, and why."""
    row_names = has_row_names(rows) if options.row_names is None else options.row_names
    named = with_row_names(rows) if row_names and rows else rows
    if options.header is not None or options.header_line is not None:
        found, why = options.header is not False, GIVEN_NOTE
    elif preamble.names is not None:
        found, why = False, "a comment before the rows, without the empty cells at its end"
    elif preamble.header or (format is not None and format.has_header is not None):
        found = preamble.header or (format is not None and format.has_header is True)
        why = said_by(format) if format is not None else "the last line before the rows"
    else:
        found = is_header([row[:MOST_COLUMNS] for row in named])
        why = "the first line" if found else "the first line looks like those below"
        why = why if rows else "there are no lines"
    row_names = row_names and found
    if row_names and options.row_names is None:
        why += "; all rows have one cell more, which is their name"
    return found, row_names, why


def _find_names(
    beginning: Beginning,
    options: ReadOptions,
    format: Format | None,
    rows: list[Row],
    preamble: Preamble,
    *,
    header: bool,
) -> tuple[tuple[str, ...] | None, int]:
    """Column names that are no header, and the line on which they stand, from 1, or 0."""
    if header:
        return None, 0
    if options.names is not None:
        return options.names, 0
    if format is None:
        return (None, 0) if options.header is False else (preamble.names, preamble.names_line)
    names, line = names_of(format, beginning.strings(MOST_LINES), rows)
    return names or None, line


def _find_types(
    beginning: Beginning,
    options: ReadOptions,
    format: Format | None,
    preamble: Preamble,
    syntax: Syntax,
) -> tuple[tuple[ColumnType, ...], int]:
    """What is said of the columns' types, and the line that says so, from 1, or 0."""
    line, cells = preamble.types_line, list[str]()
    if format is not None and format.types_in:
        cells, line = types_of(format, beginning.strings(MOST_LINES))
    elif line:
        cells = rows_of(beginning.lines[line - 1], syntax)[0]
    return (types_in(cells) if options.types is None else options.types), line


def _format_note(
    beginning: Beginning, options: ReadOptions, format: Format | None
) -> dict[str, str]:
    if format is None:
        return {}
    known = beginning.note("its lines look like this", None, MOST_LINES)
    return {"format": GIVEN_NOTE if options.format is not None else known}


def _types_note(line: int) -> dict[str, str]:
    return {"types": f"line {line:,} says what the columns are"} if line else {}


def _format_name(options: ReadOptions, format: Format | None, rows: list[Row]) -> str | None:
    if options.format is not None:
        return options.format or None
    if format is not None:
        return format.name
    return MATRIX if is_matrix(rows) else None
