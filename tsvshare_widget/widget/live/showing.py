"""Where one widget is shown, as far as its kernel can know; pure.

A cell that displayed it shows it until it runs again, whether or not anybody looks: who closes a
notebook and opens it again finds its tables there.  A view of a front end shows it until it says
that it leaves.  A page that was reloaded or lost has said nothing; so when the cell runs again, its
views are asked, and those that do not answer are taken for gone.
"""

from __future__ import annotations

ANSWER_SECONDS = 60.0
"""How long a view may take to answer: older kernels hear of it after all cells that wait."""


class Showing:
    """The cells and the views that show one widget."""

    def __init__(self) -> None:
        self._cells: set[str | None] = set()
        self._views: dict[str, float | None] = {}  # and since when an answer is awaited

    @property
    def is_shown(self) -> bool:
        """Whether anything may show it."""
        return bool(self._cells or self._views)

    def display(self, cell: str | None) -> None:
        """Take in that a cell has displayed it; None: nobody knows where, but a view will come."""
        self._cells.add(cell)

    def greet(self, view: str) -> None:
        """Take in that a view is there."""
        self._views[view] = None
        self._cells.discard(None)

    def leave(self, view: str) -> None:
        """Take in that a view is there no more."""
        self._views.pop(view, None)

    def run_again(self, cell: str, now: float) -> bool:
        """Take in that a cell runs, whose output goes; whether views are to be asked."""
        if cell not in self._cells:
            return False
        self._cells.remove(cell)
        for view, asked in self._views.items():
            self._views[view] = now if asked is None else asked
        return bool(self._views)

    def expire(self, now: float) -> None:
        """Take the views for gone that were asked and have not answered."""
        for view, asked in list(self._views.items()):
            if asked is not None and now - asked > ANSWER_SECONDS:
                del self._views[view]
