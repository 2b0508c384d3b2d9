"""Saved views: what can be asked of the table under a name, as users save and show them."""

from __future__ import annotations

import secrets
import warnings
from typing import Any

from tsvshare_widget.document import check_view_name
from tsvshare_widget.errors import NotFound
from tsvshare_widget.protocol import Settings
from tsvshare_widget.query import Query, SavedView

from .convert.header import Header
from .convert.query import read_filters, read_search, read_sort
from .convert.saved_views import names_in, resolve_view, write_view
from .live.pending import check_right
from .live.shared_table import LONG_SECONDS, TIMEOUT_SECONDS, SharedTable


class SavedViews:
    """The views of a shared table that have a name, for all; needs nothing but its ``_shared``."""

    _shared: SharedTable

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        """The views that are saved for everyone, by name, each with what it asks.

        That is ``sort``, ``filters`` and ``search``, in the forms in which they are set.
        """
        return {view.name: write_view(view) for view in self._saved()}

    def save_view(
        self, name: str, *, sort: Any = None, filters: Any = None, search: str | None = None
    ) -> None:
        """Save what is asked of the table now, for everyone, in place of a view of that name.

        With ``sort``, ``filters`` or ``search`` that is saved, and nothing that shows changes.
        Raises :class:`Forbidden` over a look-only link, :class:`TooMany` and :class:`TooLarge`
        where there is no room for more.
        """
        known = self._shared.wait_for_view(TIMEOUT_SECONDS)
        header = self._shared.header(known, TIMEOUT_SECONDS)
        query = known.state.view.query
        if any(part is not None for part in (sort, filters, search)):
            query = _read_query(sort, filters, search, header)
        name = check_view_name(name)
        same = next((view.id for view in self._saved() if view.name == name), None)
        id = same or secrets.token_hex(8)
        view = SavedView(id=id, name=name, query=query, names=names_in(query, header))
        self._change(Settings(save_view=view))

    def show_view(self, name: str) -> None:
        """Show a saved view to everyone: sorted, filtered and searched like that, from page 1.

        What it asks of columns that this table lacks is left out, with a warning.
        """
        view = self._view(name)
        known = self._shared.wait_for_view(TIMEOUT_SECONDS)
        query, lost = resolve_view(view, self._shared.header(known, TIMEOUT_SECONDS))
        if lost:
            columns = ", ".join(map(repr, lost))
            warnings.warn(
                f"this table has no column {columns}; what the view {name!r} asks of it is left "
                "out",
                stacklevel=2,
            )
        self._change(Settings(sort=query.sort, filters=query.filters, search=query.search))

    def rename_view(self, name: str, new_name: str) -> None:
        """Give a saved view another name; links to it stay."""
        view = self._view(name)
        renamed = SavedView(id=view.id, name=new_name, query=view.query, names=view.names)
        self._change(Settings(save_view=renamed))

    def delete_view(self, name: str) -> None:
        """Delete a saved view, for everyone; what they look at now stays as it is."""
        self._change(Settings(delete_view=self._view(name).id))

    def _saved(self) -> tuple[SavedView, ...]:
        self._shared.wait_until_connected(TIMEOUT_SECONDS)
        return self._shared.connection.views(timeout=TIMEOUT_SECONDS)

    def _view(self, name: str) -> SavedView:
        saved = self._saved()
        for view in saved:
            if view.name == name:
                return view
        names = ", ".join(repr(view.name) for view in saved) or "none"
        raise NotFound(f"no view is saved as {name!r}; there are: {names}")

    def _change(self, settings: Settings) -> None:
        check_right(self._shared.snapshot)
        self._shared.set_and_wait(settings, LONG_SECONDS)


def _read_query(sort: Any, filters: Any, search: str | None, header: Header) -> Query:
    return Query(
        sort=() if sort is None else read_sort(sort, header),
        filters=() if filters is None else read_filters(filters, header),
        search=read_search(search, header),
    )
