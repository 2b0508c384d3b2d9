"""What stays of what everyone asked when a table is replaced."""

import pytest
from document_fixture import NOW, table, turn, with_table
from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.document import Found, Kept
from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import Settings
from tsvshare_widget.query import EVERYTHING, Query, Sort
from tsvshare_widget.read_options import Dialect

ASKED = Query(sort=(Sort(column=1),), search="x")
LESS = Query(sort=(Sort(column=0),))


def ask(document, query, *, of="t1", n_rows=20):
    rows = document.state.table.rows
    return docs.apply(
        document,
        Settings(sort=query.sort, filters=query.filters, search=query.search),
        table=of,
        op_id=None,
        by="c",
        now=NOW,
        found=Found(query=query, n_rows=n_rows, of_rows=rows),
    )


def asked_document():
    return turn(ask(with_table(columns=2), ASKED, n_rows=220), 2)


def kept(query, *, asked=ASKED, rows=10):
    found = None if query == EVERYTHING else Found(query=query, n_rows=7, of_rows=rows)
    return Kept(asked=asked, query=query, found=found)


def show(document, kept, rows=10):
    return docs.show_table(document, table("t2", rows=rows), by="d", now=NOW, kept=kept)


@pytest.mark.parametrize(("query", "carried"), [(ASKED, "all"), (LESS, "part")])
def test_what_can_be_asked_of_the_new_table_stays_and_starts_at_page_one(query, carried):
    view = show(asked_document(), kept(query)).state.view
    assert (view.query, view.carried) == (query, carried)
    assert (view.page, view.n_rows, view.of_rows) == (1, 7, 10)


def test_what_cannot_goes_and_is_told():
    view = show(asked_document(), kept(EVERYTHING)).state.view
    assert (view.query, view.carried, view.n_rows) == (EVERYTHING, "none", 10)


def test_without_anything_asked_there_is_nothing_to_tell():
    view = show(with_table(), kept(EVERYTHING, asked=EVERYTHING)).state.view
    assert (view.query, view.carried) == (EVERYTHING, UNSET)


def test_an_upload_that_keeps_nothing_says_nothing():
    view = show(asked_document(), None).state.view
    assert (view.query, view.carried) == (EVERYTHING, UNSET)


def test_what_was_found_counts_only_while_the_same_is_asked():
    document = ask(asked_document(), LESS)
    with pytest.raises(Stale):
        show(document, kept(ASKED))


def test_it_is_told_until_something_else_is_asked():
    shown = show(asked_document(), kept(ASKED))
    grown = docs.grow_table(shown, table("t2", rows=30))
    done = docs.finish_table(grown, table("t2", rows=30, status="complete"), now=NOW)
    turned = docs.apply(done, Settings(page=1), table="t2", op_id=None, by="c", now=NOW)
    assert turned.state.view.carried == "all"
    cleared = docs.apply(
        turned, Settings(sort=(), search=""), table="t2", op_id=None, by="c", now=NOW
    )
    assert (cleared.state.view.query, cleared.state.view.carried) == (EVERYTHING, UNSET)


def read_otherwise(document, rows=30, **more):
    again = table("t2", rows=rows, columns=2, dialect=Dialect(delimiter=","))
    return docs.grow_table(document, again, docs.NewReading(lambda row: 0, **more)).state.view


def test_late_evidence_brings_back_what_the_first_lines_did_not_let_stay():
    shown = show(asked_document(), kept(EVERYTHING))
    view = read_otherwise(shown, kept=kept(ASKED, rows=30))
    assert (view.query, view.carried, view.of_rows) == (ASKED, "all", 30)


def test_late_evidence_changes_nothing_that_was_asked_since():
    shown = ask(show(asked_document(), kept(EVERYTHING)), LESS, of="t2")
    again = Kept(asked=LESS, query=LESS, found=Found(query=LESS, n_rows=3, of_rows=30))
    view = read_otherwise(shown, again=again, kept=kept(ASKED, rows=30))
    assert (view.query, view.carried, view.n_rows) == (LESS, UNSET, 3)


def test_an_upload_that_fails_brings_back_the_view_there_was():
    document = asked_document()
    back = docs.revert_table(show(document, kept(LESS)), "t2", now=NOW)
    assert back.state == document.state
