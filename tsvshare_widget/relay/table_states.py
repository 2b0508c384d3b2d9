"""The state of a table, as everyone sees it, out of what its reader knows of it; pure."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Literal

import msgspec

from tsvshare_widget.document import settled_status
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import Problem, TableState
from tsvshare_widget.protocol.shown_text import clean_name as clean_signs
from tsvshare_widget.read_options import ReadOptions, delimiter_of
from tsvshare_widget.table import Facts


def table_state(
    table_id: str,
    name: str,
    facts: Facts,
    options: ReadOptions,
    *,
    total: int | None = None,
    finished: bool = False,
) -> TableState:
    """The state of a table of which ``facts`` are known.

    ``total`` is how many bytes there will be, if that is known; ``finished``: no more will come.
    """
    problem = Problem(*facts.problem) if facts.problem and finished else None
    status: Literal["receiving", "complete", "incomplete"] = "receiving"
    if finished:
        status = settled_status(problem)
    return TableState(
        id=table_id,
        name=name,
        bytes=facts.bytes,
        total_bytes=facts.bytes if finished else total,
        rows=facts.rows,
        columns=facts.columns,
        status=status,
        problem=problem,
        dialect=facts.dialect,
        options=options,
        line_stats=facts.line_stats,
    )


def reads_alike(one: TableState, other: TableState) -> bool:
    """Whether both are moments of the same table, read in the same way."""
    return one.id == other.id and one.dialect.rules == other.dialect.rules


def is_whole_now(before: TableState | None, now: TableState) -> bool:
    """Whether all of a table has come that was another one before, or still on its way in."""
    if now.status == "receiving":
        return False
    return before is None or before.id != now.id or before.status == "receiving"


def options_from_query(words: dict[str, list[str]]) -> ReadOptions:
    """What the query of an address tells, each name with its values.  Raises :class:`BadValue`.

    ``names``, ``comments``, ``missing`` and ``types`` are given once for each; ``comments`` may
    also be ``true`` or ``false``, the last two, and ``missing_in``, a list as JSON has it.
    """
    options: dict[str, object] = {name: values[-1] for name, values in words.items() if values}
    if "delimiter" in options:
        options["delimiter"] = delimiter_of(str(options["delimiter"]))
    for name in ("names", "comments"):
        if options.get(name, "true") not in ("true", "false"):
            options[name] = words[name]
    for name in ("missing", "missing_in", "types"):
        if name in options:
            options[name] = _json_list(words[name])
    try:
        return msgspec.convert(options, ReadOptions, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`")
        shown = str(options.get(name))[:40]
        raise BadValue(f"a table cannot be read with {name}={shown!r}: {error}") from error


def _json_list(words: list[str]) -> object:
    """The list that one word is as JSON, or else the words themselves."""
    with suppress(msgspec.DecodeError):
        found = msgspec.json.decode(words[0]) if len(words) == 1 else None
        if isinstance(found, list):
            return found
    return words


def clean_name(name: str) -> str:
    """A file name that is safe to show and to offer for a download: the last part of a path."""
    last = re.split(r"[/\\]", name)[-1]
    return clean_signs(last).strip()[:200] or "table.tsv"


def describe_size(size: int) -> str:
    """A size for people, such as ``10 GB``."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
