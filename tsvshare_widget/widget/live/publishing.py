"""Taking a document along to another relay: its table, views, and what an undo brings back."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

from msgspec import UNSET

from tsvshare_widget.client import (
    Connection,
    Link,
    OnBytes,
    create_document,
    delete_document,
    download,
    fetch_state,
    keep_document,
    move_document,
    renew_links,
    set_look,
    upload,
)
from tsvshare_widget.client.access import FetchedState
from tsvshare_widget.client.jupyter_server import token_for
from tsvshare_widget.errors import BadValue, NotFound, NotYet, Stale, TSVShareError, Unavailable
from tsvshare_widget.protocol import DocumentState, Settings, TableState
from tsvshare_widget.query import SavedView
from tsvshare_widget.read_options import exact_options

MOST_TRIES = 3
"""So often a document is taken along anew because its table was changed meanwhile."""

SECONDS_OF_WORK = 600.0
"""What finding the rows of a view, or reading a table otherwise, may take on the other relay."""


def take_along(
    link: Link, base: str, *, timeout: float | None, on_progress: OnBytes | None = None
) -> Link:
    """Make a document on the relay at ``base`` with all that the one at ``link`` shows.

    It has the same keys.  Raises :class:`NotYet` while a table comes in, and what either relay
    objects; nothing has changed then.
    """
    known = fetch_state(link, timeout=timeout)
    if any(_is_coming(state) for state in known.states):
        raise NotYet("the table is still coming in; publish it when all of it is here")
    there = create_document(base, key=link.key, token=token_for(base), timeout=timeout)
    if there.key != link.key:
        raise Unavailable(f"the relay at {base} is of an older version, which takes no tables over")
    try:
        for state in reversed(known.states[1:]):
            with suppress(Stale, NotFound):  # its time has just run out
                _copy(link, there, state, timeout, on_progress)
        _copy(link, there, known.state, timeout, on_progress)
        if known.saved:
            _save_views(there, known.saved)
        return _grant_alike(there, known, timeout)
    except BaseException:
        with suppress(TSVShareError):
            delete_document(there, timeout=timeout)
        raise


def _is_coming(state: DocumentState) -> bool:
    return state.table is not None and state.table.status == "receiving"


def lead_away(link: Link, there: Link, *, timeout: float | None) -> None:
    """Have the links of the old document lead to the new one.

    Raises :class:`Stale` if its table is another one than was taken along, and :class:`Forbidden`
    where links do not lead to other relays.
    """
    new = fetch_state(there, timeout=timeout).state.table
    old = fetch_state(link, timeout=timeout).state.table
    if (old.bytes if old else None) != (new.bytes if new else None):
        raise Stale("the table has changed while it was taken to another relay")
    table, size = (old.id, old.bytes) if old else (None, 0)
    move_document(link, there, table=table, size=size, timeout=timeout)


def _copy(
    link: Link,
    there: Link,
    state: DocumentState,
    timeout: float | None,
    on_progress: OnBytes | None,
) -> None:
    table = state.table
    if table is None:
        return
    pieces = download(link, table=table.id, timeout=timeout)
    name, options = table.name, table.options
    copy = upload(
        there, pieces, name=name, options=options, timeout=timeout, on_progress=on_progress
    )
    with Connection(there) as connection:
        if copy.dialect != table.dialect:
            options = exact_options(table.dialect)
            _set(connection, copy, Settings(options=options))
        view = state.view
        if view.heatmap is not UNSET:
            _set(connection, copy, Settings(heatmap=view.heatmap))
        query = view.query
        page = -1 if view.stick else view.page
        settings = Settings(
            page_size=view.page_size,
            sort=query.sort,
            filters=query.filters,
            search=query.search,
            page=page,
        )
        _set(connection, copy, settings)


def _save_views(there: Link, views: Iterable[SavedView]) -> None:
    with Connection(there) as connection:
        for view in views:
            settings = Settings(save_view=view)
            connection.set(settings, table=None, timeout=SECONDS_OF_WORK).result()


def _set(connection: Connection, table: TableState, settings: Settings) -> None:
    connection.set(settings, table=table.id, timeout=SECONDS_OF_WORK).result()


def _grant_alike(there: Link, known: FetchedState, timeout: float | None) -> Link:
    """Let the same links open the new document, as long as its relay keeps documents."""
    if known.access.look != "open":
        there = renew_links(there, key=there.key, timeout=timeout)
    if known.access.look == "closed":
        set_look(there, False, timeout=timeout)
    if known.access.ends is not None:
        with suppress(BadValue):  # longer than that relay keeps any
            keep_document(there, max(60.0, known.access.ends - time.time()), timeout=timeout)
    return there
