"""Counters and times of one relay, in the text format of Prometheus.

Counting is all that happens until they are asked for, and a relay in a notebook should not wait for
a library to be loaded; so there is none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import Literal

import msgspec

Kind = Literal["gauge", "counter", "histogram"]

METRICS: dict[str, tuple[Kind, str]] = {
    "viewers": ("gauge", "Connections that look at a document now."),
    "edges": ("gauge", "Processes that hold the connections of viewers, besides the relay's own."),
    "slow_viewers": ("gauge", "Viewers for whom bytes wait for the network now."),
    "documents": ("gauge", "Documents that somebody looks at or uploads to now."),
    "questions": ("gauge", "Sorts, filters, searches and profiles that are worked on now."),
    "waiting_bytes": ("gauge", "Bytes of pages that wait for slow networks now."),
    "answer_bytes": ("gauge", "Bytes of answers that are in memory now."),
    "redis_away": ("gauge", "1 while Redis does not answer this relay, else 0."),
    "cache_bytes": ("gauge", "Bytes on disk of tables that are kept in an object store."),
    "joins_total": ("counter", "Viewers that came: new, or back, to the same page or another."),
    "ops_total": ("counter", "Changes of what everyone sees that were asked for, by outcome."),
    "queries_total": ("counter", "Sorts, filters, searches and profiles worked on, by outcome."),
    "uploads_total": ("counter", "Uploads that have ended, by outcome."),
    "upload_bytes_total": ("counter", "Bytes of tables that were taken in."),
    "appends_total": ("counter", "Times that rows were added to a table."),
    "broadcasts_total": ("counter", "Snapshots sent to the viewers of a document."),
    "bytes_sent_total": ("counter", "Bytes of WebSocket frames handed to the network."),
    "refused_total": ("counter", "What was asked for and refused, by the code of the error."),
    "accept_pauses_total": ("counter", "Times that no file descriptor was left for a connection."),
    "closed_total": ("counter", "Connections the relay closed, by close code."),
    "store_requests_total": ("counter", "What the object store of tables was asked for, by kind."),
    "store_failures_total": ("counter", "Requests of these that failed, by kind."),
    "store_read_bytes_total": ("counter", "Bytes that came from there."),
    "cache_hits_total": ("counter", "Times that what was read of a stored table was here."),
    "cache_misses_total": ("counter", "Times that it had to come from the object store first."),
    "redis_requests_total": ("counter", "What Redis was asked, each a round trip or a few."),
    "redis_failures_total": ("counter", "Times that Redis did not answer, or refused."),
    "store_seconds": ("histogram", "From asking the object store to its answer."),
    "redis_seconds": ("histogram", "From asking Redis to its answer."),
    "fanout_seconds": ("histogram", "From a snapshot to the last viewer it was handed to."),
    "loop_lag_seconds": ("histogram", "How much later than it was due a regular task began."),
}
"""All of them, without ``tsvshare_``: the kind, and what it says."""

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Up to which a time is counted in each bucket of a histogram, in seconds."""


class Counts(msgspec.Struct, frozen=True):
    """All that one process has counted, to be added to what others have."""

    counts: list[tuple[str, str, int]]
    times: dict[str, tuple[list[int], float]]


NOTHING_COUNTED = Counts(counts=[], times={})


class Metrics:
    """Counts what happens; gauges are given when the text is made."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._times: dict[str, Times] = {}

    def count(self, name: str, label: str = "", *, by: int = 1) -> None:
        """Count ``by`` more of ``name`` (without ``_total``); ``label`` as ``result="ok"``."""
        self._counts[f"{name}_total", label] += by

    def observe(self, name: str, seconds: float) -> None:
        """Take in how long something took; ``name`` is that of a histogram."""
        self._times.setdefault(name, Times()).add(seconds)

    def counted(self) -> Counts:
        """All that was counted so far."""
        return Counts(
            counts=[(name, label, number) for (name, label), number in self._counts.items()],
            times={name: times.counted() for name, times in self._times.items()},
        )

    def add(self, counts: Counts) -> None:
        """Count also what another process has counted."""
        for name, label, number in counts.counts:
            self._counts[name, label] += number
        for name, times in counts.times.items():
            self._times.setdefault(name, Times()).join(*times)

    def text(self, **gauges: int) -> str:
        """Everything counted so far."""
        values: dict[tuple[str, str], int] = {(name, ""): n for name, n in gauges.items()}
        values.update(self._counts)
        lines = []
        for name, (kind, what) in METRICS.items():
            lines += [f"# HELP tsvshare_{name} {what}", f"# TYPE tsvshare_{name} {kind}"]
            if kind == "histogram":
                lines += self._times.get(name, Times()).lines(f"tsvshare_{name}")
            for (counted, label), number in sorted(values.items()):
                if counted == name:
                    labels = f"{{{label}}}" if label else ""
                    lines.append(f"tsvshare_{name}{labels} {number}")
        return "\n".join(lines) + "\n"


class Times:
    """How often something took how long."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Take in that it took so long."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def counted(self) -> tuple[list[int], float]:
        """What :meth:`join` takes in elsewhere."""
        return list(self._counts), self._sum

    def join(self, counts: list[int], seconds: float) -> None:
        """Take in what was counted elsewhere."""
        self._counts = [own + more for own, more in zip(self._counts, counts, strict=True)]
        self._sum += seconds

    def lines(self, name: str) -> list[str]:
        """As Prometheus has it: how many took up to each bound."""
        bounds = [f"{bound:g}" for bound in BOUNDS] + ["+Inf"]
        counts = list(accumulate(self._counts))
        return [
            *(f'{name}_bucket{{le="{le}"}} {n}' for le, n in zip(bounds, counts, strict=True)),
            f"{name}_sum {self._sum:.6f}",
            f"{name}_count {counts[-1]}",
        ]
