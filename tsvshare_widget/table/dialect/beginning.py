"""The beginning of a text, in which its dialect is looked for, and what notes say of it; pure."""

from __future__ import annotations

from functools import cached_property

from tsvshare_widget.read_options import Dialect, LineEnds
from tsvshare_widget.table.lines.syntax import Syntax, syntax_of

from .format_list import Format
from .options import GIVEN_NOTE
from .preamble import Lines, block_length
from .sample import Placed, lines_of, placed_rows, spoken_of, start_of_line


class Beginning:
    """The beginning of a text, split into lines."""

    def __init__(self, text: bytes, line_ends: LineEnds, *, whole: bool) -> None:
        self.text = text
        self.whole = whole
        self.line_ends = line_ends
        self.ends = syntax_of(Dialect(line_ends=line_ends)).ends
        self.lines = lines_of(text, self.ends)
        self._rows: dict[tuple[int, Syntax, tuple[bytes, ...]], list[Placed]] = {}
        if not whole and len(self.lines) > 1:
            self.lines.pop()  # it may go on

    def from_line(self, line: int) -> bytes:
        """The text from a line, numbered from 0, on."""
        return self.text[start_of_line(self.text, line, self.ends) :]

    @cached_property
    def body(self) -> bytes:
        """The text after lines that may be comments."""
        return self.from_line(block_length(self.lines))

    def rows(self, syntax: Syntax) -> Lines:
        """The lines, and the rows after those that may be comments."""
        block = block_length(self.lines)
        rows = self.rows_from(block, syntax)
        if block:
            rows = [row._replace(line=row.line + block) for row in rows]
        return Lines(self.lines, block, rows, syntax.delimiter)

    def rows_from(
        self, line: int, syntax: Syntax, comments: tuple[bytes, ...] = ()
    ) -> list[Placed]:
        """The rows from a line on, with their lines after that one; found once."""
        asked = line, syntax, comments
        if asked not in self._rows:
            self._rows[asked] = placed_rows(self.from_line(line), syntax, comments)
        return self._rows[asked]

    def note(self, why: str, format: Format | None = None, most: int | None = None) -> str:
        """A note, with the number of lines that it speaks of; they are ``most`` at most.

        What is told, or so by a format, speaks of none.
        """
        if why == GIVEN_NOTE or (format is not None and why == said_by(format)):
            return why
        lines = len(self.lines) if most is None else min(most, len(self.lines))
        return why + spoken_of(lines, whole=self.whole and most is None)

    def strings(self, most: int) -> list[str]:
        """The first lines as text."""
        return [line.decode("utf-8", "replace") for line in self.lines[:most]]


def said_by(format: Format) -> str:
    """The note of what a known format decides."""
    return f"as {format.name} files are"
