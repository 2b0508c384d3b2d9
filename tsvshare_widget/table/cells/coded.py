"""Splits rows of which some cells are quoted or escaped; pure.

The rules for quotes are those of :mod:`tsvshare_widget.table.lines.indexer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType

from tsvshare_widget.table.lines.quotes import MAX_QUOTED_BYTES
from tsvshare_widget.table.lines.syntax import QuoteRules, Syntax
from tsvshare_widget.table.storage.files import Buffer

from .split import Cells, Span


class _CodedCells(Cells):
    """Splits rows of which some cells are coded: quoted or escaped.

    ``_coded`` matches such a cell at its start; ``_many`` any cell and the delimiter after it.
    """

    _coded: re.Pattern[bytes]
    _many: str

    def split(self, buffer: Buffer, start: int, end: int) -> list[str]:
        """See :class:`Cells`."""
        if self.is_plain(buffer, start, end):
            return super().split(buffer, start, end)
        return self._split(bytes(buffer[start:end]))

    def _split(self, row: bytes) -> list[str]:
        contents = (
            (row[span.start : span.end], span.coded) for span in self.spans(row, 0, len(row))
        )
        return [
            (self.decode(content) if coded else content).decode("utf-8", "replace")
            for content, coded in contents
        ]

    def _after(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        plain = self._after_bytes(buffer, start, end, count)
        if self.is_plain(buffer, start, end if plain is None else plain):
            return plain
        if count == 0:
            return start
        found = re.compile(f"{self._many}{{{count}}}+".encode(), re.DOTALL).match(
            buffer, start, end
        )
        return found and found.end()

    def _span(self, buffer: Buffer, start: int, end: int) -> Span:
        coded = self._coded.match(buffer, start, end)
        return Span(start, coded.end(), True) if coded else super()._span(buffer, start, end)


def _content(syntax: Syntax) -> str:
    """A pattern for what may stand between the quotes of a cell."""
    quote = re.escape(syntax.quote.decode())
    if not syntax.escape:
        return f"[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+"
    escape = re.escape(syntax.escape.decode())
    return f"(?:[^{quote}{escape}]++|{escape}.|{escape}\\Z|{quote}{quote})*+"


def _decoder(syntax: Syntax) -> Callable[[bytes], bytes]:
    """A function from what stands between quotes to the text that it means."""
    quote, escape = syntax.quote, syntax.escape
    if not escape:
        return lambda content: content.replace(2 * quote, quote)
    either = re.escape(quote), re.escape(escape)
    coded = re.compile(rb"%b([%b%b])|%b(%b)" % (either[1], *either, either[0], either[0]))
    return lambda content: coded.sub(lambda found: found[1] or found[2], content)


class _QuotedCells(_CodedCells):
    """Splits rows by the careful rules for quotes: a quoted cell is closed, and soon enough."""

    def __init__(self, syntax: Syntax) -> None:
        super().__init__(syntax)
        self._special = self._quote = syntax.quote
        self._text_of = _decoder(syntax)
        delimiter, quote = map(re.escape, (self._delimiter_text, syntax.quote.decode()))
        quoted = f"{quote}({_content(syntax)}){quote}"
        self._many = f"(?>(?>{quoted}(?={delimiter}|\\Z)|[^{delimiter}]*+){delimiter})"
        self._coded = re.compile(f"{quoted}(?={delimiter}|\\Z)".encode(), re.DOTALL)
        self._cell_and_delimiter = re.compile(
            f"(?:{quoted}|([^{delimiter}]*+)){delimiter}", re.DOTALL
        )

    def is_plain(self, buffer: Buffer, start: int, end: int) -> bool:
        """See :class:`Cells`."""
        quote = buffer.find(self._quote, start, end)  # many times as fast as to look for two bytes
        if quote < 0:
            return True
        before = (self._delimiter, b"\n", b"\r")
        return quote != start and all(
            buffer.find(one + self._quote, quote - 1, end) < 0 for one in before
        )

    def _split(self, row: bytes) -> list[str]:
        if len(row) > MAX_QUOTED_BYTES:
            return super()._split(row)
        found = self._cell_and_delimiter.findall(
            row.decode("utf-8", "replace") + self._delimiter_text
        )
        if self._syntax.escape:
            return [
                self._text_of(quoted.encode()).decode() if quoted else plain
                for quoted, plain in found
            ]
        quote = self._quote.decode()
        return [quoted.replace(2 * quote, quote) or plain for quoted, plain in found]

    def _after(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        if (
            end - start <= MAX_QUOTED_BYTES
        ):  # no quoted cell can be too long: one look at all of them
            return super()._after(buffer, start, end, count)
        for _ in range(count):
            span = self._span(buffer, start, end)
            if span.end == end:
                return None
            start = span.end + 1
        return start

    def _span(self, buffer: Buffer, start: int, end: int) -> Span:
        near, coded = min(end, start + MAX_QUOTED_BYTES + 1), None
        if start < end and buffer[start] == self._quote[0]:
            coded = self._coded.match(buffer, start, near)
        if coded is None or coded.end() - start > MAX_QUOTED_BYTES:
            return Cells._span(self, buffer, start, end)
        return Span(start, coded.end(), True)

    def decode(self, content: bytes) -> bytes:
        """See :class:`Cells`."""
        return self._text_of(content[1:-1])


class _StrictCells(_CodedCells):
    """Splits rows by the strict rules for quotes: a quote at the start of a cell always opens it.

    Text after the closing quote belongs to the cell, as in Python's ``csv``; blanks alone do not.
    """

    def __init__(self, syntax: Syntax) -> None:
        super().__init__(syntax)
        self._special = self._quote = syntax.quote
        self._text_of = _decoder(syntax)
        delimiter, quote = map(re.escape, (self._delimiter_text, syntax.quote.decode()))
        quoted = f"{quote}{_content(syntax)}"
        self._many = f"(?>(?:{quoted}{quote}|(?!{quote}))[^{delimiter}]*+{delimiter})"
        self._coded = re.compile(f"{quoted}(?:{quote}[^{delimiter}]*+|\\Z)".encode(), re.DOTALL)
        parts = f"{quote}({_content(syntax)})(?:{quote}(.*)|\\Z)"
        self._parts = re.compile(parts.encode(), re.DOTALL)

    is_plain = _QuotedCells.is_plain

    def decode(self, content: bytes) -> bytes:
        """See :class:`Cells`."""
        found = self._parts.match(content)
        assert found is not None
        rest = found[2] or b""
        return self._text_of(found[1]) + (rest if rest.strip(b" ") else b"")


class _EscapedCells(_CodedCells):
    r"""Splits rows in which a backslash escapes the next character.

    As MySQL and PostgreSQL write; ``\N``, their word for nothing at all, stays as it is.
    """

    _special = b"\\"
    _letters = MappingProxyType(
        {b"0": b"\0", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r"}
        | {b"t": b"\t", b"v": b"\v", b"Z": b"\x1a", b"N": b"\\N"}
    )

    def __init__(self, syntax: Syntax) -> None:
        super().__init__(syntax)
        delimiter = re.escape(self._delimiter_text)
        cell = rf"(?:[^{delimiter}\\]++|\\.)*+"
        self._many = f"(?>{cell}{delimiter})"
        self._coded = re.compile(rf"{cell}(?:\\\Z)?".encode(), re.DOTALL)

    def is_plain(self, buffer: Buffer, start: int, end: int) -> bool:
        """See :class:`Cells`."""
        return buffer.find(b"\\", start, end) < 0

    def _span(self, buffer: Buffer, start: int, end: int) -> Span:
        coded = self._coded.match(buffer, start, end)
        stop = coded.end() if coded else start
        return Span(start, stop, not self.is_plain(buffer, start, stop))

    def decode(self, content: bytes) -> bytes:
        """See :class:`Cells`."""
        return re.sub(
            rb"\\(.)", lambda found: self._letters.get(found[1], found[1]), content, flags=re.DOTALL
        )


_KINDS: MappingProxyType[QuoteRules, type[Cells]] = MappingProxyType(
    {
        "none": Cells,
        "careful": _QuotedCells,
        "strict": _StrictCells,
        "backslash": _EscapedCells,
    }
)


def cells_of(syntax: Syntax) -> Cells:
    """The object that splits rows of this syntax."""
    return _KINDS[syntax.quotes](syntax)
