"""Sort, filters and search: as people write them in Python, and as the relay takes them; pure.

    w.sort = [("score", "desc"), ("gene", "asc", "natural"), "chrom"]
    w.filters = [("score", ">", 0.5), ("gene", "in", ["TP53", "KRAS"]), ("note", "missing")]

and shorter: ``w.sort = "-score"``, ``w.filters = {"gene": "TP53", "chrom": ["1", "X"]}``.
A column is meant by its name, or by its position from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast, get_args

import msgspec

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import (
    EVERYTHING,
    Filter,
    FilterOp,
    Query,
    Sort,
    SortBy,
    Value,
    check_query,
    compile_pattern,
)

from .header import Header
from .scalars import By, read_value

DIRECTIONS = ("asc", "desc")
OPS: tuple[str, ...] = get_args(FilterOp)
SPELLINGS = {"=": "==", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "isin": "in"}
"""Ops as others write them."""
WITHOUT_VALUE = ("missing", "present")

Key = str | int | tuple[Any, ...] | Sort
Condition = tuple[Any, ...] | Mapping[str, Any] | Filter


class FilterWords(TypedDict, total=False):
    """A filter in full, where a tuple does not say enough; see :class:`Filter`."""

    column: str | int
    op: FilterOp
    value: Any
    by: By
    caseless: bool


# --- sort --------------------------------------------------------------------------------------


def read_sort(value: Any, header: Header) -> tuple[Sort, ...]:
    """What ``w.sort`` was set to: columns, the first one first, each in one direction.

    Each is a column (which goes up), ``(column, "asc" or "desc")`` or ``(column, direction, by)``,
    with ``by`` as in :class:`Sort`; one alone needs no list, and None is no sort.  ``"-score"``
    goes down, unless a column is called so.  Raises :class:`BadValue`.
    """
    keys = [value] if isinstance(value, (str, int, Sort)) else _listed(value, "sort")
    if isinstance(value, tuple) and len(value) > 1 and value[1] in DIRECTIONS:
        keys = [value]
    sort = tuple(_read_key(key, header) for key in keys)
    check_query(Query(sort=sort), header.total)
    return sort


def _read_key(key: Any, header: Header) -> Sort:
    words: tuple[Any, ...] = key if isinstance(key, tuple) else (key,)
    if isinstance(key, str) and key[:1] == "-" and key not in (header.names or ()):
        words = (key[1:], "desc")
    if isinstance(key, Sort):
        words = (key.column, key.direction, key.by)
    column, direction, by = (*words, *("", "asc", "auto")[len(words) :])[:3]
    if len(words) > 3 or direction not in DIRECTIONS or by not in get_args(SortBy):
        raise BadValue(
            f"cannot sort by {key!r}: a key is a column, (column, 'desc') or (column, 'asc', by) "
            f"with by one of {_either(get_args(SortBy))}"
        )
    return Sort(column=header.position(column), direction=direction, by=by)


def write_sort(sort: tuple[Sort, ...], header: Header) -> list[tuple[Any, ...]]:
    """A sort as ``w.sort`` shows it."""
    return [
        (header.label(key.column), key.direction, *([key.by] if key.by != "auto" else []))
        for key in sort
    ]


# --- filters -----------------------------------------------------------------------------------


def read_filters(value: Any, header: Header) -> tuple[Filter, ...]:
    """What ``w.filters`` was set to: conditions that all have to hold.

    Each is ``(column, op, value)``, ``(column, "missing" or "present")``, or, to say more, a
    dictionary of the fields of :class:`Filter` or a Filter; None is no filter.  Dates compare as
    dates.  Raises :class:`BadValue`.
    """
    is_one = isinstance(value, (Mapping, Filter)) or (
        isinstance(value, tuple)
        and len(value) > 1
        and isinstance(value[1], str)
        and _op(value[1]) in OPS
    )
    filters = tuple(
        _read_filter(written, header)
        for condition in ([value] if is_one else _listed(value, "filters"))
        for written in _each(condition, header)
    )
    check_query(Query(filters=filters), header.total)
    for wanted in filters:
        if wanted.op == "matches":
            compile_pattern(str(wanted.value), caseless=wanted.caseless)
    return filters


def _op(op: Any) -> Any:
    """An op as we write it."""
    return SPELLINGS.get(op, op) if isinstance(op, str) else op


def _each(condition: Any, header: Header) -> list[Any]:
    """A condition; of a dictionary of columns and their values, one for each of these."""
    if not isinstance(condition, Mapping) or {"column", "op"} <= condition.keys():
        return [condition]
    columns = header.names or ()
    if not condition or ("column" in condition and "column" not in columns):
        return [condition]  # neither, which is said of it
    return [_is_value(column, value) for column, value in condition.items()]


def _is_value(column: Any, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (column, "missing")
    if isinstance(value, (list, tuple, set, frozenset)):
        return (column, "in", list(value))
    return (column, "==", value)


def _read_filter(condition: Any, header: Header) -> Filter:
    words = _in_words(condition)
    op = _op(words["op"])
    if op not in OPS:
        raise BadValue(f"there is no filter {op!r}: it is one of {_either(OPS)}")
    column, value = header.position(words["column"]), words.get("value")
    if value is None and op not in WITHOUT_VALUE:
        raise BadValue(
            f"the filter {op!r} takes a value; for cells that are not there say "
            f"({words['column']!r}, 'missing'), for empty ones ({words['column']!r}, '==', '')"
        )
    value, by = read_value(value) if op != "in" else _read_choices(value)
    return Filter(
        column=column,
        op=op,
        value=value,
        by=words.get("by", by),
        caseless=bool(words.get("caseless", False)),
    )


def _in_words(condition: Any) -> FilterWords:
    if isinstance(condition, Filter):
        return {name: getattr(condition, name) for name in condition.__struct_fields__}  # type: ignore[return-value]
    if isinstance(condition, Mapping):
        unknown = condition.keys() - FilterWords.__annotations__.keys()
        if not unknown and {"column", "op"} <= condition.keys():
            return cast(FilterWords, dict(condition))
    elif isinstance(condition, (tuple, list)) and len(condition) in (2, 3):
        return cast(FilterWords, dict(zip(("column", "op", "value"), condition, strict=False)))
    raise BadValue(
        f"{condition!r} is no filter; one looks like ('score', '>', 0.5), ('gene', 'missing'), "
        "{'gene': 'TP53'} or "
        "{'column': 'gene', 'op': 'contains', 'value': 'tp53', 'caseless': True}"
    )


def _read_choices(values: Any) -> tuple[tuple[Value, ...], By]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise BadValue(f"the filter 'in' takes a list of values, not {values!r}")
    read = [read_value(value) for value in values]
    kinds = {by for _, by in read}
    if kinds == {"auto", "number"} and not any(_is_text(value, by) for value, by in read):
        kinds = {"number"}
    if len(kinds) > 1:
        raise BadValue("the filter 'in' takes values of one kind: texts, numbers or dates")
    return tuple(cast(Value, value) for value, _ in read), kinds.pop() if kinds else "auto"


def _is_text(value: Value | None, by: By) -> bool:
    return isinstance(value, str) and by == "auto"


def write_filters(filters: tuple[Filter, ...], header: Header) -> list[Any]:
    """Filters as ``w.filters`` shows them: tuples, or dictionaries where these say more."""
    return [_write_filter(wanted, header) for wanted in filters]


def _write_filter(wanted: Filter, header: Header) -> tuple[Any, ...] | FilterWords:
    value = list(wanted.value) if isinstance(wanted.value, tuple) else wanted.value
    column = header.label(wanted.column)
    if wanted.by == "auto" and not wanted.caseless:
        return (column, wanted.op) if value is None else (column, wanted.op, value)
    words: FilterWords = {"column": column, "op": wanted.op, "value": value}
    if wanted.by != "auto":
        words["by"] = wanted.by
    if wanted.caseless:
        words["caseless"] = True
    return words


# --- search ------------------------------------------------------------------------------------


def read_search(value: Any, header: Header) -> str:
    """What ``w.search`` was set to; None is no search.  Raises :class:`BadValue`."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadValue(f"a search is a text, not {value!r}")
    check_query(Query(search=value), header.total)
    return value


def write_search(search: str, _: Header) -> str:
    """A search as ``w.search`` shows it."""
    return search


# --- in words ----------------------------------------------------------------------------------

_SAID = {
    "==": "is",
    "!=": "is not",
    "startswith": "starts with",
    "endswith": "ends with",
    "in": "is one of",
    "missing": "is missing",
    "present": "is there",
}


def describe_query(query: Query, header: Header) -> str:
    """A query in words, such as ``sorted by score (down), score > 0.5``; empty if it is."""
    if query == EVERYTHING:
        return ""
    parts = [_describe_filter(wanted, header) for wanted in query.filters]
    if query.search:
        parts.append(f"holding {query.search!r}")
    if query.sort:
        keys = (_describe_key(key, header) for key in query.sort)
        parts.append(f"sorted by {', '.join(keys)}")
    return ", ".join(parts)


def describe_lost(before: tuple[Query, Header], after: tuple[Query, Header]) -> list[str]:
    """What was asked before and is no more, in words.

    What is left stands in the order of before, maybe about columns at other places.
    """
    (asked, header), (left, new_header) = before, after
    parts: list[Filter | Sort] = [*asked.filters, *asked.sort]
    left_parts: list[Filter | Sort] = [*left.filters, *left.sort]
    lost = []
    for part in parts:
        if left_parts and _is_same(part, header, left_parts[0], new_header):
            del left_parts[0]
        elif isinstance(part, Filter):
            lost.append(_describe_filter(part, header))
        else:
            lost.append(f"sorted by {_describe_key(part, header)}")
    if asked.search and not left.search:
        lost.append(f"search for {asked.search!r}")
    return lost


def describe_asked(query: Query, header: Header) -> list[str]:
    """What is asked, in words: filters, columns sorted by, a search."""
    return [
        *(_describe_filter(wanted, header) for wanted in query.filters),
        *(f"sorted by {_describe_key(key, header)}" for key in query.sort),
        *([f"search for {query.search!r}"] if query.search else []),
    ]


def _is_same(one: Sort | Filter, header: Header, other: Sort | Filter, new_header: Header) -> bool:
    """Whether both ask the same of the same column, or of one that has no name in one of both."""
    labels = {header.label(one.column), new_header.label(other.column)}
    named = all(isinstance(label, str) for label in labels)
    return one == msgspec.structs.replace(other, column=one.column) and (
        len(labels) == 1 or not named
    )


def _describe_key(key: Sort, header: Header) -> str:
    return f"{header.label(key.column)}{' (down)' if key.direction == 'desc' else ''}"


def _describe_filter(wanted: Filter, header: Header) -> str:
    said = f"{header.label(wanted.column)} {_SAID.get(wanted.op, wanted.op)}"
    if wanted.value is None:
        return said
    values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
    return f"{said} {', '.join(repr(value) for value in values)}"


# --- what all need -----------------------------------------------------------------------------


def _listed(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise BadValue(f"{what} is a list, not {value!r}")
    return list(value)


def _either(words: Iterable[str]) -> str:
    return ", ".join(repr(word) for word in words)
