"""Progress bars, which appear only where something takes long, and leave nothing behind."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

BAR_DELAY_SECONDS = 1.0
"""Seconds after which a progress bar appears."""


class _LateBar:
    """A bar that is made when it has to be shown: in a notebook it is ten widgets."""

    def __init__(self, is_shown: bool, **options: Any) -> None:
        self._due = time.monotonic() + BAR_DELAY_SECONDS if is_shown else float("inf")
        self._options = options
        self._bar: Any = None

    def show(self, done: float, total: float | None) -> None:
        """Show how far it has come, of how much (None: nobody knows)."""
        if self._bar is None:
            if time.monotonic() < self._due:
                return
            from tqdm.auto import tqdm

            self._bar = tqdm(leave=False, **self._options)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            _close_widgets(getattr(self._bar, "container", None))


def _close_widgets(widget: Any) -> None:
    """Close a widget and all that it is made of, which ipywidgets would keep for ever."""
    for part in getattr(widget, "children", ()):
        _close_widgets(part)
    for part in ("layout", "style"):
        with contextlib.suppress(AttributeError):
            getattr(widget, part).close()
    with contextlib.suppress(AttributeError):
        widget.close()


@contextlib.contextmanager
def byte_bar(name: str, *, is_shown: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A bar of the bytes sent, of how many there will be (None: nobody knows)."""
    with contextlib.closing(_LateBar(is_shown, desc=name, unit="B", unit_scale=True)) as bar:
        yield bar.show


@contextlib.contextmanager
def fraction_bar(name: str, *, is_shown: bool) -> Iterator[Callable[[float], None]]:
    """A bar of the fraction done, between 0 and 1."""
    form = "{desc}: {percentage:3.0f}%|{bar}|"
    with contextlib.closing(_LateBar(is_shown, desc=name, total=1.0, bar_format=form)) as bar:
        yield lambda done: bar.show(done, 1.0)
