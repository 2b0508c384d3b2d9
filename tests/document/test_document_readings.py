"""A document while its table is read anew, and afterwards."""

import pytest
from document_fixture import AS_CSV, NOW, begin, finish, read_anew, table, turn, with_table

from tsvshare_widget import document as docs
from tsvshare_widget.errors import NotYet, Stale
from tsvshare_widget.protocol import Problem
from tsvshare_widget.read_options import ReadOptions


def test_the_old_reading_shows_until_the_new_one_is_there():
    before = turn(with_table(), 2)
    during = begin(before)
    assert (during.state.table.status, during.event, during.by) == ("rereading", "rereading", "c")
    assert during.state.view == before.state.view
    assert during.options == AS_CSV
    assert turn(during, 3).state.view.page == 3
    after = finish(during, read_anew(), op_id="c:1")
    assert (after.state.table, after.event) == (read_anew(), "reading")
    assert (after.options, docs.known_op(after, "c:1")) == (None, after.seq)
    assert after.seq == during.seq + 1


@pytest.mark.parametrize(("moved", "page"), [(0, 1), (99, 1), (100, 2), (450, 5), (10**9, 6)])
def test_a_new_reading_keeps_the_top_row_in_sight(moved, page):
    asked = []

    def move(row):
        asked.append(row)
        return moved

    document = begin(turn(with_table(), 3))
    after = finish(document, read_anew(), move)
    assert (asked, after.state.view.page) == ([200], page)
    assert after.state.view.n_rows == 600


def test_the_row_on_top_is_known_also_while_an_upload_hides_it():
    document = turn(with_table(), 3)
    assert docs.top_row(document, "t1") == 200
    hidden = docs.show_table(document, table("t2"), by="d", now=NOW)
    assert (docs.top_row(hidden, "t1"), docs.top_row(hidden, "t2")) == (200, 0)
    assert docs.top_row(hidden, "t9") == 0


def test_who_sticks_to_the_end_stays_there():
    document = begin(turn(with_table(), -1))
    assert finish(document, read_anew(), lambda row: 0).state.view.page == 6


def test_a_reading_that_fails_leaves_the_old_one():
    for problem in (None, Problem("truncated", "ends early")):
        status = docs.settled_status(problem)
        document = turn(with_table(problem=problem), 2)
        back = docs.give_up_rereading(begin(document), "t1")
        assert back.state.table == table(problem=problem, status=status)
        assert (back.state.view, back.event, back.options) == (
            document.state.view,
            "rereading",
            None,
        )


def test_only_a_whole_table_is_read_anew():
    empty = docs.create("u", key=None, now=NOW)
    with pytest.raises(NotYet, match="no table yet"):
        begin(empty, None)
    with pytest.raises(Stale):
        begin(empty)
    with pytest.raises(NotYet, match="still coming in"):
        begin(docs.show_table(empty, table(), by=None, now=NOW))
    with pytest.raises(Stale):
        begin(with_table(), "t0")


@pytest.mark.parametrize("works", [True, False])
def test_a_table_that_an_upload_hides_returns_as_it_was_read_anew(works):
    hidden = docs.show_table(begin(turn(with_table(), 3)), table("t2"), by="d", now=NOW)
    done = finish(hidden, read_anew()) if works else docs.give_up_rereading(hidden, "t1")
    assert (done.state, done.seq, done.options) == (hidden.state, hidden.seq, None)
    back = docs.revert_table(done, "t2", now=NOW)
    assert back.state.table == (read_anew() if works else table(status="complete"))
    assert back.state.view.page == 3


def test_a_reading_of_a_table_that_was_replaced_is_stale():
    document = docs.show_table(begin(with_table()), table("t2"), by="d", now=NOW)
    replaced = docs.finish_table(document, table("t2", status="complete"), now=NOW)
    assert replaced.options is None
    with pytest.raises(Stale):
        finish(replaced, read_anew())
    assert docs.give_up_rereading(replaced, "t1") is replaced


def test_late_evidence_is_announced_as_a_reading():
    growing = docs.show_table(docs.create("u", key=None, now=NOW), table(), by=None, now=NOW)
    turned = turn(growing, 2)
    grown = docs.grow_table(turned, table(rows=70), docs.NewReading(lambda row: 10))
    assert (grown.event, grown.state.view.page, grown.state.view.n_rows) == ("reading", 1, 70)
    whole = docs.finish_table(turned, read_anew(), docs.NewReading(lambda row: 450), now=NOW)
    assert (whole.event, whole.state.view.page) == ("reading", 5)
    problem = Problem("truncated", "ends early")
    cut = table(status="incomplete", problem=problem)
    assert (
        docs.finish_table(turned, cut, docs.NewReading(lambda row: row), now=NOW).event
        == "incomplete"
    )


def test_a_stored_document_comes_back_with_its_reading():
    document = begin(with_table(options=ReadOptions(header=True)))
    assert docs.from_json(docs.to_json(document)) == document


def test_a_table_that_can_come_back_by_undo_is_read_anew_unseen():
    document = docs.show_table(begin(turn(with_table(), 3)), table("t2"), by="d", now=NOW)
    last = table("t2", status="complete")
    replaced = docs.finish_table(document, last, now=NOW, undo=docs.UndoLimits(60))
    assert (replaced.options, docs.table_read_anew(replaced).id) == (AS_CSV, "t1")
    assert docs.top_row(replaced, "t1") == 200

    def back(document):
        return docs.undo(document, "t1", table="t2", op_id=None, by=None, now=NOW, undo_seconds=60)

    with pytest.raises(NotYet, match="read anew"):
        back(replaced)
    done = finish(replaced, read_anew(), lambda row: 450)
    assert (done.state, done.seq, done.options) == (replaced.state, replaced.seq, None)
    assert docs.table_read_anew(done) is None
    assert (back(done).state.table, back(done).state.view.page) == (read_anew(), 5)
    given_up = back(docs.give_up_rereading(replaced, "t1"))
    assert (given_up.state.table, given_up.state.view.page) == (table(status="complete"), 3)
