"""One shared document as a value, and every way it can change; pure.

Shared, and therefore here: which table, which page, the page size, the query.
Private (the view of a viewer who does not follow) is not: such a viewer asks by ``look``.
Browser-only (column widths, focus, selection) never leaves the browser.

A document is immutable.  Each function takes one and returns the next, with ``seq`` raised by
exactly one if anything that people see changed and unchanged otherwise, so that whoever keeps
documents (:mod:`tsvshare_widget.relay.storage.documents`) can store the result only if nobody was
faster.

    state      what a document is, how it is stored
    keys       who may look at it and change it;  access: how that changes, and when it ends
    paging     views as pages of rows
    views      what viewers set: page, page size, query
    uploads    a table comes in, fails to, grows
    readings   its table is read anew
    undoing    the table before the last upload comes back
    saved_views  what can be asked, under a name
    handing_over  it goes to another relay, or comes out of a backup
"""

from tsvshare_widget.protocol import new_key

from .access import Taken, move_away, set_access
from .handing_over import Over, Standing, check_over, standing, taken_over, without_incoming
from .keys import create, hash_key, look_key_for, may_look, role_for
from .paging import check_page_size, count_pages, resolve_page, rows_of_page
from .readings import (
    begin_rereading,
    finish_rereading,
    give_up_rereading,
    query_of,
    table_read_anew,
    top_row,
)
from .saved_views import change_saved_views, check_view_name, is_about_saved_views
from .state import (
    REMEMBERED_APPENDS,
    REMEMBERED_OPS,
    Destination,
    Document,
    Found,
    Kept,
    Moved,
    NewReading,
    from_json,
    has_other_links,
    hidden_table,
    is_of,
    known_op,
    must_be_synced,
    settled_status,
    to_json,
)
from .undoing import UndoLimits, forget_previous, undo
from .uploads import extend_table, finish_table, grow_table, growing_table, revert_table, show_table
from .views import apply, is_about_query, renew_view, wanted_query

__all__ = [
    "REMEMBERED_APPENDS",
    "REMEMBERED_OPS",
    "Destination",
    "Document",
    "Found",
    "Kept",
    "Moved",
    "NewReading",
    "Over",
    "Standing",
    "Taken",
    "UndoLimits",
    "apply",
    "begin_rereading",
    "change_saved_views",
    "check_over",
    "check_page_size",
    "check_view_name",
    "count_pages",
    "create",
    "extend_table",
    "finish_rereading",
    "finish_table",
    "forget_previous",
    "from_json",
    "give_up_rereading",
    "grow_table",
    "growing_table",
    "has_other_links",
    "hash_key",
    "hidden_table",
    "is_about_query",
    "is_about_saved_views",
    "is_of",
    "known_op",
    "look_key_for",
    "may_look",
    "move_away",
    "must_be_synced",
    "new_key",
    "query_of",
    "renew_view",
    "resolve_page",
    "revert_table",
    "role_for",
    "rows_of_page",
    "set_access",
    "settled_status",
    "show_table",
    "standing",
    "table_read_anew",
    "taken_over",
    "to_json",
    "top_row",
    "undo",
    "wanted_query",
    "without_incoming",
]
