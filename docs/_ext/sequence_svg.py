"""Sequence diagrams in Mermaid's words -> SVG, without a browser or a network; pure.

Understood are ``sequenceDiagram``, ``title:``, ``participant A as Words``, ``A->>B: words``,
``A-->>B: words`` and ``Note over A,B: words``: what the pages here need.  Where Markdown is shown
as it is, as on code hosts, Mermaid itself draws the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

ROW_PIXELS = 44
HEAD_PIXELS = 34
LETTER_PIXELS = 7.2
MARGIN_PIXELS = 16
LOOP_PIXELS = 36

_LANE = re.compile(r"participant (\w+)(?: as (.+))?$")
_ARROW = re.compile(r"(\w+)(--?)>>(\w+): (.+)$")
_NOTE = re.compile(r"Note over (\w+)(?:, ?(\w+))?: (.+)$")


@dataclass(frozen=True)
class Arrow:
    """A message from one lane to another, or to itself; ``dashed`` is an answer."""

    source: str
    target: str
    words: str
    dashed: bool


@dataclass(frozen=True)
class Note:
    """Words over one lane, or over all from one to another."""

    first: str
    last: str
    words: str


@dataclass
class Diagram:
    """What a text says: lanes from left to right, steps from top to bottom."""

    title: str = ""
    lanes: dict[str, str] = field(default_factory=dict)
    steps: list[Arrow | Note] = field(default_factory=list)


def parse(text: str) -> Diagram:
    """Read a diagram.  Raises ValueError that names the line that is not understood."""
    diagram = Diagram()
    first, *lines = [line.strip() for line in text.strip().splitlines()]
    if first != "sequenceDiagram":
        raise ValueError(f"not a sequence diagram: {first!r}")
    for line in filter(None, lines):
        _take_line(diagram, line)
    return diagram


def _take_line(diagram: Diagram, line: str) -> None:
    if line.startswith("title:"):
        diagram.title = line.removeprefix("title:").strip()
    elif lane := _LANE.match(line):
        diagram.lanes[lane[1]] = lane[2] or lane[1]
    elif arrow := _ARROW.match(line):
        step = Arrow(arrow[1], arrow[3], arrow[4], dashed=arrow[2] == "--")
        _check_lanes(diagram, line, step.source, step.target)
        diagram.steps.append(step)
    elif note := _NOTE.match(line):
        _check_lanes(diagram, line, note[1], note[2] or note[1])
        diagram.steps.append(Note(note[1], note[2] or note[1], note[3]))
    else:
        raise ValueError(f"not understood in a sequence diagram: {line!r}")


def _check_lanes(diagram: Diagram, line: str, *names: str) -> None:
    unknown = [name for name in names if name not in diagram.lanes]
    if unknown:
        raise ValueError(f"no participant {unknown[0]!r}: {line!r}")


def draw(diagram: Diagram) -> str:
    """The diagram as an ``<svg>`` whose colours are those of the page around it."""
    x = _positions(diagram)
    bottom = HEAD_PIXELS + ROW_PIXELS * len(diagram.steps) + MARGIN_PIXELS
    width = max(x.values()) + _half_lane(diagram, list(x)[-1]) + MARGIN_PIXELS
    width = max([width, *(_right_end(step, x) for step in diagram.steps)])
    parts = [_lane(x[name], words, bottom) for name, words in diagram.lanes.items()]
    for number, step in enumerate(diagram.steps):
        y = HEAD_PIXELS + ROW_PIXELS * (number + 1)
        parts.append(_arrow(step, x, y) if isinstance(step, Arrow) else _note(step, x, y))
    name = escape(diagram.title or "sequence diagram", quote=True)
    return (
        f'<svg class="sequence" role="img" aria-label="{name}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width:.0f} {bottom:.0f}" width="{width:.0f}">{_STYLE}{"".join(parts)}</svg>'
    )


_STYLE = (
    "<style>.sequence{max-width:100%;height:auto;font:13px system-ui,sans-serif}"
    ".sequence text{fill:currentColor;text-anchor:middle}.sequence .start{text-anchor:start}"
    ".sequence rect{fill:currentColor;fill-opacity:.08;stroke:currentColor;stroke-opacity:.4}"
    ".sequence path{fill:none;stroke:currentColor}.sequence .life{stroke-opacity:.25}"
    ".sequence .head{fill:currentColor}.sequence .dashed{stroke-dasharray:5 4}</style>"
)


def _length(words: str) -> float:
    return LETTER_PIXELS * len(words)


def _half_lane(diagram: Diagram, name: str) -> float:
    return _length(diagram.lanes[name]) / 2 + 10


def _positions(diagram: Diagram) -> dict[str, float]:
    """Where each lane stands: far enough from those to its left for all words between them."""
    x: dict[str, float] = {}
    for name in diagram.lanes:
        needs = [MARGIN_PIXELS + _half_lane(diagram, name)]
        if x:
            before = list(x)[-1]
            gap = _half_lane(diagram, before) + _half_lane(diagram, name) + MARGIN_PIXELS
            needs.append(x[before] + gap)
        for step in diagram.steps:
            needs += _needs(step, name, x)
        x[name] = max(needs)
    return x


def _needs(step: Arrow | Note, name: str, x: dict[str, float]) -> list[float]:
    if isinstance(step, Note):
        # Words over one lane reach to both sides of it.
        return [MARGIN_PIXELS + _length(step.words) / 2] if step.first == step.last == name else []
    ends = {step.source, step.target}
    if len(ends) == 1:
        is_beside = list(x)[-1:] == [step.source]
        return [_loop_end(step, x)] if is_beside else []
    if name not in ends:
        return []
    (other,) = ends - {name}
    return [x[other] + _length(step.words) + 2 * MARGIN_PIXELS] if other in x else []


def _loop_end(step: Arrow, x: dict[str, float]) -> float:
    return x[step.source] + LOOP_PIXELS + _length(step.words) + 2 * MARGIN_PIXELS


def _right_end(step: Arrow | Note, x: dict[str, float]) -> float:
    if isinstance(step, Arrow) and step.source == step.target:
        return _loop_end(step, x)
    if isinstance(step, Note):
        middle = (x[step.first] + x[step.last]) / 2
        return middle + _length(step.words) / 2 + 2 * MARGIN_PIXELS
    return 0.0


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{attribute}>{escape(words)}</text>'


def _lane(x: float, words: str, bottom: float) -> str:
    half = _length(words) / 2 + 10
    box = f'<rect x="{x - half:.1f}" y="4" width="{2 * half:.1f}" height="26" rx="4"/>'
    life = f'<path class="life" d="M{x:.1f} {HEAD_PIXELS - 4}V{bottom:.1f}"/>'
    return life + box + _text(x, 21, words)


def _arrow(step: Arrow, x: dict[str, float], y: float) -> str:
    start, end = x[step.source], x[step.target]
    kind = ' class="dashed"' if step.dashed else ""
    if start == end:
        loop = f"M{start:.1f} {y - 16:.1f}h{LOOP_PIXELS - 8}v14H{start + 7:.1f}"
        words = _text(start + LOOP_PIXELS, y - 5, step.words, "start")
        return f'<path{kind} d="{loop}"/>{_head(start, y - 2, -1)}{words}'
    sign = 1 if end > start else -1
    line = f'<path{kind} d="M{start:.1f} {y:.1f}H{end - 7 * sign:.1f}"/>'
    return line + _head(end, y, sign) + _text((start + end) / 2, y - 6, step.words)


def _head(x: float, y: float, sign: int) -> str:
    return f'<path class="head" d="M{x:.1f} {y:.1f}l{-8 * sign} -4v8z"/>'


def _note(note: Note, x: dict[str, float], y: float) -> str:
    middle = (x[note.first] + x[note.last]) / 2
    width = max(_length(note.words) + 16, abs(x[note.last] - x[note.first]) + 24)
    box = f'<rect x="{middle - width / 2:.1f}" y="{y - 21:.1f}" width="{width:.1f}" height="26"/>'
    return box + _text(middle, y - 4, note.words)
