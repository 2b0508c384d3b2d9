"""Counters of one relay, in the text format of Prometheus."""

from __future__ import annotations

from collections import Counter

_HELP = {
    "viewers": ("gauge", "Connections that look at a document now."),
    "documents": ("gauge", "Documents that somebody looks at or uploads to now."),
    "questions": ("gauge", "Sorts, filters, searches and profiles that are worked on now."),
    "ops_total": ("counter", "Changes of what everyone sees that were asked for, by outcome."),
    "queries_total": ("counter", "Sorts, filters, searches and profiles worked on, by outcome."),
    "uploads_total": ("counter", "Uploads that have ended, by outcome."),
    "appends_total": ("counter", "Times that rows were added to a table."),
    "broadcasts_total": ("counter", "Snapshots sent to the viewers of a document."),
    "bytes_sent_total": ("counter", "Bytes of WebSocket frames handed to the network."),
    "accept_pauses_total": ("counter", "Times that no file descriptor was left for a connection."),
    "closed_total": ("counter", "Connections the relay closed, by close code."),
}


class Metrics:
    """Counts what happens; gauges are given when the text is made."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, name: str, label: str = "", *, by: int = 1) -> None:
        """Count ``by`` more of ``name`` (without ``_total``); ``label`` as ``result="ok"``."""
        self._counts[f"{name}_total", label] += by

    def text(self, **gauges: int) -> str:
        """Everything counted so far."""
        values: dict[tuple[str, str], int] = {(name, ""): n for name, n in gauges.items()}
        values.update(self._counts)
        lines = []
        for name, (kind, what) in _HELP.items():
            lines += [f"# HELP tsvshare_{name} {what}", f"# TYPE tsvshare_{name} {kind}"]
            for (counted, label), number in sorted(values.items()):
                if counted == name:
                    labels = f"{{{label}}}" if label else ""
                    lines.append(f"tsvshare_{name}{labels} {number}")
        return "\n".join(lines) + "\n"
