"""Which widgets live: those that something shows and those that somebody holds.

ipywidgets would keep every widget for ever.  Here its registry and the comm know a widget weakly,
so it ends as any object of Python does once no variable has it; what is shown is held here
meanwhile.  What a cell returned is also in IPython's history (``_``, ``Out[7]``), where nobody
looks for it again: a widget that is nowhere else and not shown lets go, too.
"""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from tsvshare_widget.process_wide import process_wide

from .showing import Showing


class Kept(Protocol):
    """What is asked of a widget here."""

    _showing: Showing

    def _call_roll(self) -> None:
        """Have all its views say that they are there."""

    def _cell_ended(self) -> None:
        """Take in that a cell has ended."""

    def _let_go(self) -> None:
        """Give back what it has taken."""


class Keeper:
    """The widgets of one process.  May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: list[weakref.ref[Kept]] = []
        self._shown: dict[int, Kept] = {}
        self._bringer: weakref.ref[Any] | None = None
        self._shell: Any = None

    def add(self, widget: Kept) -> None:
        """Look after a widget from now on."""
        with self._lock:
            self._known = [ref for ref in self._known if ref() is not None]
            self._known.append(weakref.ref(widget))
            self._watch_cells()

    def brings(self, widget: object) -> bool:
        """Whether it is this widget that brings the front end to a page: one of all that live."""
        with self._lock:
            bringer = self._bringer() if self._bringer is not None else None
            if bringer is None:
                self._bringer = weakref.ref(widget)
            return bringer is None or bringer is widget

    def displayed(self, widget: Kept) -> None:
        """Take in that a widget was displayed, by the cell that runs or outside of any."""
        if hasattr(self._shell, "kernel"):  # else there is no screen to show it
            cell = cell_of(self._shell)
            self._change(widget, lambda showing: showing.display(cell))

    def greeted(self, widget: Kept, view: str) -> None:
        """Take in that a view of a widget is there."""
        self._change(widget, lambda showing: showing.greet(view))

    def left(self, widget: Kept, view: str) -> None:
        """Take in that a view of a widget is there no more."""
        self._change(widget, lambda showing: showing.leave(view))

    def closed(self, widget: Kept) -> None:
        """Take in that a widget was closed, which nothing can show any more."""
        with self._lock:
            self._shown.pop(id(widget), None)
            if self._bringer is not None and self._bringer() is widget:
                self._bringer = None

    def _change(self, widget: Kept, change: Callable[[Showing], object]) -> None:
        with self._lock:
            change(widget._showing)
            if widget._showing.is_shown:
                self._shown[id(widget)] = widget
            else:
                self._shown.pop(id(widget), None)

    def _living(self) -> Iterator[Kept]:
        for ref in list(self._known):
            widget = ref()
            if widget is not None:
                yield widget

    # --- cells, as IPython tells of them ---

    def _watch_cells(self) -> None:
        shell = ipython()
        if shell is None or shell is self._shell:
            return
        self._shell = shell
        shell.events.register("pre_run_cell", self._before_cell)
        shell.events.register("post_run_cell", self._after_cell)

    def _before_cell(self, *_: object) -> None:
        cell = cell_of(self._shell)
        if cell is None:
            return
        now = time.monotonic()
        for widget in self._living():
            asks: list[bool] = []
            self._change(widget, lambda showing: asks.append(showing.run_again(cell, now)))  # noqa: B023
            if any(asks):
                widget._call_roll()

    def _after_cell(self, *_: object) -> None:
        now = time.monotonic()
        for widget in self._living():
            self._change(widget, lambda showing: showing.expire(now))
            widget._cell_ended()
        let_unheld_go(self._shell, list(self._known))


def let_unheld_go(shell: Any, known: list[weakref.ref[Kept]]) -> None:
    """Let those go that are not shown and that only IPython's history has."""
    for ref in known:
        widget = ref()
        if widget is None or widget._showing.is_shown:
            continue
        in_history = sum(value is widget for value in history(shell))
        del widget
        if in_history and references(ref) <= in_history:
            widget = ref()
            if widget is not None:
                widget._let_go()


def references(ref: weakref.ref[Any]) -> int:
    """How many references there are to what ``ref`` is of."""
    return _count(ref) - _CALL


def _count(ref: weakref.ref[Any]) -> int:
    # Not every Python counts; where it does not, everything is held.
    return getattr(sys, "getrefcount", lambda _: sys.maxsize)(ref())


class _Probe:
    pass


_PROBES = [_Probe()]
_CALL = _count(weakref.ref(_PROBES[0])) - 1
"""References that counting itself makes."""


LATEST = ("_", "__", "___")


def history(shell: Any) -> Iterator[object]:
    """What IPython remembers of what cells returned, each as often as it does."""
    outputs = shell.user_ns.get("_oh")
    numbers = list(outputs) if isinstance(outputs, dict) else []
    for name in LATEST:
        yield getattr(shell.displayhook, name, None)
    for names in (shell.user_ns, shell.user_ns_hidden):
        for name in (*LATEST, *(f"_{number}" for number in numbers)):
            yield names.get(name)
    for number in numbers:
        yield outputs.get(number)
    yield getattr(getattr(shell, "last_execution_result", None), "result", None)


def cell_of(shell: Any) -> str | None:
    """What is known of the cell that runs: its id, or else its text; None outside a kernel."""
    try:
        parent = shell.get_parent()
        return parent["metadata"].get("cellId") or f"\n{parent['content']['code']}"
    except (AttributeError, KeyError, TypeError):
        return None


def ipython() -> Any:
    """The shell of the notebook that this runs in, or None."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def get_keeper() -> Keeper:
    """The process's keeper."""
    return process_wide("keeper", Keeper)
