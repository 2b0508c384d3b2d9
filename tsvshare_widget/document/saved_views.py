"""Saved views: what can be asked of a table, under a name, for everyone.

They are kept beside what is shown, not in it: whatever comes in, comes back or is read anew leaves
them as they are.  The names of the columns that they are about go with them, so that they can be
asked of another table; that is for who shows one.
"""

from __future__ import annotations

import sys

import msgspec
from msgspec import UNSET

from tsvshare_widget.errors import BadValue, NotFound, TooLarge, TooMany
from tsvshare_widget.protocol import (
    MAX_CID,
    MAX_NAME,
    MAX_SAVED_BYTES,
    MAX_SAVED_VIEWS,
    Settings,
)
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.query import SavedView, check_query

from .state import Document, known_op, next_document, remembered


def is_about_saved_views(settings: Settings) -> bool:
    """Whether an op saves a view or deletes one."""
    return settings.save_view is not UNSET or settings.delete_view is not UNSET


def change_saved_views(
    document: Document, settings: Settings, *, op_id: str | None, by: str | None, now: float
) -> Document:
    """Save a view, in place of the one with its id if there is that, or delete one.

    Nothing that is shown changes for anybody.  Raises :class:`BadValue`, :class:`NotFound`,
    :class:`TooMany` and :class:`TooLarge`.
    """
    if op_id is not None and known_op(document, op_id) is not None:
        return document
    views = _changed(document.saved, settings)
    if views == document.saved:
        return document
    ops = remembered(document, op_id)
    after = next_document(document, "views", by, saved=views, ops=ops, touched=now)
    state = msgspec.structs.replace(after.state, saved=after.seq)
    return msgspec.structs.replace(after, state=state)


def _changed(saved: tuple[SavedView, ...], settings: Settings) -> tuple[SavedView, ...]:
    view, id = settings.save_view, settings.delete_view
    if view is not UNSET and settings == Settings(save_view=view):
        return _with(saved, view)
    if id is not UNSET and settings == Settings(delete_view=id):
        if all(each.id != id for each in saved):
            raise NotFound("there is no such saved view any more")
        return tuple(each for each in saved if each.id != id)
    raise BadValue("one view is saved or deleted at a time, and nothing else is set with it")


def _with(saved: tuple[SavedView, ...], view: SavedView) -> tuple[SavedView, ...]:
    view = msgspec.structs.replace(view, name=check_view_name(view.name))
    if not 0 < len(view.id) <= MAX_CID:
        raise BadValue(f"the id of a saved view has 1 to {MAX_CID} characters")
    # Not by the table that is shown: a view of another one may be given another name.
    check_query(view.query, sys.maxsize)
    if any(each.name == view.name and each.id != view.id for each in saved):
        raise BadValue(f"a view is saved as {view.name!r} already; give this one another name")
    known = any(each.id == view.id for each in saved)
    views = (
        tuple(view if each.id == view.id else each for each in saved) if known else (*saved, view)
    )
    if len(views) > MAX_SAVED_VIEWS:
        raise TooMany(
            f"a table has up to {MAX_SAVED_VIEWS} views that are saved for everyone; delete one of "
            "them first"
        )
    if len(msgspec.json.encode(views)) > MAX_SAVED_BYTES:
        raise TooLarge(
            f"the views that are saved for everyone have up to {MAX_SAVED_BYTES:,} bytes together, "
            "and with this one they have more; delete one of them, or save this one with shorter "
            "filters"
        )
    return views


def check_view_name(name: str) -> str:
    """The name of a view, on one line.  Raises :class:`BadValue` for one that cannot be read."""
    shown = clean_text(name)
    if not any(map(str.isprintable, shown)):
        raise BadValue("a saved view has a name, such as 'Outliers'")
    if len(shown) > MAX_NAME:
        raise BadValue(f"the name of a saved view has up to {MAX_NAME} characters")
    return shown
