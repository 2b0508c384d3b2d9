"""Lines after the header that say of what type each column is; pure."""

from __future__ import annotations

import re

from tsvshare_widget.read_options import ColumnType

from .options import MOST_NAMES
from .sample import Row

TYPES_OF_QIIME = b"#q2:types"
"""The start of such a line in metadata of QIIME 2, in any case of letters."""

ANNOTATION = b"#!{"
"""The start of lines by which Perseus annotates columns; each has a cell for all of them."""

_PERSEUS = ANNOTATION + b"Type}"
_PERSEUS_TYPES: dict[str, ColumnType] = {"E": "number", "N": "number", "C": "text", "T": "text"}

_LONGEST_START = 100  # bytes: as long as a start of comment lines may be
_RDB = re.compile(r"\d*[sdnSDN]")
_WORDS: dict[str, tuple[ColumnType, str]] = {
    "text": ("text", "s string str text char varchar character categorical category factor enum"),
    "number": ("number", "n int integer int32 int64 long bigint float float32 float64 double real"),
    "more numbers": ("number", "decimal number numeric continuous"),
    "date": ("date", "d date datetime timestamp"),
    "others": ("auto", "bool boolean logical time discrete uuid"),
}
_TYPES = {word: type for type, words in _WORDS.values() for word in words.split()}
_ZEEK: dict[str, ColumnType] = dict.fromkeys(("count", "port", "interval"), "number")
_ZEEK |= dict.fromkeys(("addr", "subnet", "set", "vector"), "text")
_LETTERS = frozenset("snd")  # that are types in RDB alone


def is_types_line(rows: list[Row]) -> bool:
    """Whether the second row gives the types of the columns that the first one names."""
    if len(rows) < 2 or not rows[1][0]:
        return False
    names, types = rows[:2]
    if types[0].lower().encode() == TYPES_OF_QIIME or types[0].startswith(_PERSEUS.decode()):
        return True
    if len(types) != len(names) or len(types) < 2:
        return False
    fits = all(map(_RDB.fullmatch, types)) or all(map(_is_type, types))
    if not fits or any(map(_is_type, names)):
        return False
    return not any(all(map(_is_type, row)) for row in rows[2:3])


def types_in(cells: Row) -> tuple[ColumnType, ...]:
    """What a line of types says of each column; none of very many, as all who look are told."""
    perseus = _PERSEUS.decode()
    types: list[ColumnType]
    if cells and cells[0].startswith(perseus):
        letters = [cells[0].removeprefix(perseus), *cells[1:]]
        types = [_PERSEUS_TYPES.get(letter, "auto") for letter in letters]
    else:
        types = _types_by_words(cells)
    while types and types[-1] == "auto":
        types.pop()
    return tuple(types) if len(types) <= MOST_NAMES else ()


def _types_by_words(cells: Row) -> list[ColumnType]:
    return [
        (_TYPES | _ZEEK).get(re.sub(r"^\d+|\[.*", "", cell.strip().lower()), "auto")
        for cell in cells
    ]


def start_of_types(line: bytes) -> bytes:
    """How a line of types starts, by which it is left out of the rows: no other line starts so."""
    if line.lower().startswith(TYPES_OF_QIIME):
        return line[:1]  # no name in such a file starts like it
    if line.startswith(_PERSEUS):
        return ANNOTATION
    return line[:_LONGEST_START].decode("utf-8", "ignore").encode()


def _is_type(cell: str) -> bool:
    word = cell.strip().lower()
    return word in _TYPES and word not in _LETTERS
