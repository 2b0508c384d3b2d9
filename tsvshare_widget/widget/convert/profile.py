"""What a column is like, as a notebook shows it; pure."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from tsvshare_widget.query import Histogram, Profile, Spelling

from .frames import column_labels
from .header import Header

if TYPE_CHECKING:
    import pandas as pd

SPELLINGS: MappingProxyType[Spelling, str] = MappingProxyType(
    {
        "thousands": "1,234.5 is 1234.5: commas separate thousands",
        "decimal_comma": "1.234,5 is 1234.5: decimals follow a comma",
    }
)
"""What such cells are if they are sorted or filtered by number."""

BAR_CHARACTERS = 24
"""Characters of the longest bar."""

MAX_BARS = 20
"""Most bars of one picture; with more bins, neighbours are put together."""

MAX_WORDS = 5
"""Words for nothing that are shown."""

MAX_CELL_CHARACTERS = 60
"""Characters of a cell that are shown."""

_FIGURES = ("kind", "rows", "missing", "empty", "na", "fitting", "distinct", "minimum", "maximum")


class ColumnProfile(Struct, frozen=True, kw_only=True):
    """What the cells of a column are like; its ``repr`` is a small picture for people.

    Of ``rows`` cells ``missing`` are absent, ``empty`` have nothing in them, ``na`` say so in words
    (``NA``, ``null``, ``.``...; ``na_words`` are these words and how often they occur), and
    ``fitting`` are what ``kind`` says.  In a column of text such words are text like any other.
    ``distinct`` counts different cells, ``exact`` or as an estimate.  ``minimum`` and ``maximum``
    are cells, as in the file.  ``mean``, ``median`` and the edges of the ``histogram`` are numbers;
    of dates, seconds since 1970 in UTC.  ``top`` are the most frequent cells with their counts.
    ``spelling``: what is text here are numbers if it is asked for by number, written so.
    """

    name: str | int
    position: int
    kind: Literal["number", "date", "text", "empty"]
    rows: int
    missing: int
    empty: int
    na: int
    na_words: list[tuple[str, int]]
    fitting: int
    distinct: int
    exact: bool
    minimum: str | None
    maximum: str | None
    mean: float | None
    median: float | None
    histogram: Histogram | None
    top: list[tuple[str, int]]
    spelling: Spelling | None = None

    def __repr__(self) -> str:
        facts = [f"  {name:<10} {said}" for name, said in self._facts()]
        return "\n".join([f"column {self.name!r}: {self.kind}", *facts, "", *self._picture()])

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.3">{escape(repr(self))}</pre>'

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield "rows", f"{self.rows:,}"
        for name, count, more in (
            ("missing", self.missing, ""),
            ("empty", self.empty, ""),
            ("NA", self.na, f": {self._words()}" if self.na_words else ""),
        ):
            if count:
                yield name, f"{count:,} ({count / max(1, self.rows):.1%}){more}"
        if self.spelling is not None:
            yield "by number", SPELLINGS[self.spelling]
        about = "" if self.exact else "about "
        yield "distinct", f"{about}{self.distinct:,}"
        if self.minimum is not None:
            yield "minimum", _shown(self.minimum)
        if self.maximum is not None:
            yield "maximum", _shown(self.maximum)
        if self.mean is not None:
            yield "mean", self._number(self.mean)
        if self.median is not None:
            yield "median", self._number(self.median)

    def _words(self) -> str:
        """The words that were taken for nothing, the most frequent first."""
        words = [repr(word) for word, _ in self.na_words[:MAX_WORDS]]
        return ", ".join(words) + (", …" if len(self.na_words) > MAX_WORDS else "")

    def _picture(self) -> list[str]:
        if self.histogram is not None and self.histogram.counts:
            edges, counts = _together(self.histogram)
            labels = [
                f"{self._number(low)} to {self._number(high)}"
                for low, high in itertools.pairwise(edges)
            ]
            return _bars(labels, counts)
        return _bars([_shown(cell) for cell, _ in self.top], [count for _, count in self.top])

    def _number(self, number: float) -> str:
        return _date(number) if self.kind == "date" else _plain_number(number)


def describe_profile(profile: Profile, header: Header) -> ColumnProfile:
    """A column's profile as the relay sends it, with the column's name."""
    fields = msgspec.structs.asdict(profile)
    position = fields.pop("column")
    return ColumnProfile(name=header.label(position), position=position, **fields)


def profiles_frame(profiles: list[Profile], header: Header) -> pd.DataFrame:
    """Profiles as the relay sends them, as a DataFrame with a row for each column."""
    import pandas as pd

    rows = [
        {
            **{name: getattr(profile, name) for name in _FIGURES},
            **{name: _middle(profile, getattr(profile, name)) for name in ("mean", "median")},
            "top": profile.top[0][0] if profile.top else None,
            "freq": profile.top[0][1] if profile.top else 0,
        }
        for profile in profiles
    ]
    labels = pd.Index(column_labels(header.names, header.total)[: len(rows)], name="column")
    return pd.DataFrame(rows, index=labels, columns=[*_FIGURES, "mean", "median", "top", "freq"])


def _middle(profile: Profile, number: float | None) -> float | str | None:
    return _date(number) if profile.kind == "date" and number is not None else number


def _date(seconds: float) -> str:
    try:
        start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - as in the table, without a time zone
        moment = start + datetime.timedelta(seconds=seconds)
    except OverflowError:  # the edge of a histogram may lie outside the years that there are
        return f"{seconds:,.6g} s"
    is_day = moment.time() == datetime.time()
    return moment.date().isoformat() if is_day else moment.isoformat(" ", "seconds")


def _plain_number(number: float) -> str:
    if 1e5 <= abs(number) < 1e15:
        return f"{number:,.0f}"
    return f"{number:,.6g}"


def _shown(cell: str) -> str:
    said = repr(cell)[1:-1]
    return said if len(said) <= MAX_CELL_CHARACTERS else f"{said[:MAX_CELL_CHARACTERS]}…"


def _together(histogram: Histogram) -> tuple[list[float], list[int]]:
    step = -(-len(histogram.counts) // MAX_BARS)
    edges = [*histogram.edges[:-1:step], histogram.edges[-1]]
    counts = histogram.counts
    return edges, [sum(counts[i : i + step]) for i in range(0, len(counts), step)]


def _bars(labels: list[str], counts: list[int]) -> list[str]:
    most, width = max([1, *counts]), max([0, *map(len, labels)])
    return [
        f"  {label:<{width}}  {_bar(count / most):<{BAR_CHARACTERS}}  {count:,}"
        for label, count in zip(labels, counts, strict=True)
    ]


def _bar(share: float) -> str:
    """A bar for a share of the longest one; the least of anything can be seen."""
    return "█" * round(BAR_CHARACTERS * share) or ("▏" if share else "")
