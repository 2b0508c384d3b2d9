"""A document while tables come in, fail to, grow, and come back."""

import msgspec
import pytest
from document_fixture import NOW, begin, table, turn, with_table

from tsvshare_widget import document as docs
from tsvshare_widget.errors import NotFound, NotYet, Stale
from tsvshare_widget.protocol import Problem, Settings
from tsvshare_widget.query import Query


def test_a_new_table_sets_page_one_and_keeps_the_page_size():
    document = turn(turn(with_table(), page_size=50), 4)
    shown = docs.show_table(document, table("t2", rows=10), by="d", now=NOW)
    assert (shown.state.view.page, shown.state.view.page_size) == (1, 50)
    assert shown.table_ids == {"t1", "t2"}


def test_a_failed_upload_returns_to_the_old_table_and_its_view():
    document = turn(with_table(), 3)
    shown = docs.show_table(document, table("t2", rows=10), by="d", now=NOW)
    back = docs.revert_table(shown, "t2", now=NOW)
    assert back.state == document.state
    assert back.seq == shown.seq + 1
    assert back.event == "reverted"


def test_a_second_upload_over_an_unfinished_one_keeps_the_last_whole_table():
    document = with_table()
    first = docs.show_table(document, table("t2"), by="d", now=NOW)
    second = docs.show_table(first, table("t3"), by="d", now=NOW)
    assert docs.revert_table(second, "t2", now=NOW) is second
    assert docs.revert_table(second, "t3", now=NOW).state == document.state


def test_a_finished_upload_lets_go_of_the_old_table():
    shown = docs.show_table(with_table(), table("t2"), by="d", now=NOW)
    problem = Problem("truncated", "the gzip stream ends early")
    last = table("t2", rows=7, status="incomplete", problem=problem)
    done = docs.finish_table(shown, last, now=NOW)
    assert (done.event, done.before, done.table_ids) == ("incomplete", None, {"t2"})


def test_news_of_a_table_no_longer_shown_change_nothing():
    document = with_table()
    assert docs.grow_table(document, table("t9")) is document
    assert docs.finish_table(document, table("t9"), now=NOW) is document


# --- rows that are appended -----------------------------------------------------------------------


def extend(document, rows, *, table_id="t1", op_id=None, by="c"):
    longer = table(table_id, rows=rows, status="complete")
    return docs.extend_table(document, longer, op_id=op_id, by=by, now=NOW + 1)


def test_a_complete_table_grows_and_stays_complete():
    document = turn(with_table(), 2)
    longer = extend(document, 1000, op_id="c:1", by="d")
    assert (longer.event, longer.by, longer.seq) == ("growth", "d", document.seq + 1)
    assert longer.state.table == table(rows=1000, status="complete")
    assert (longer.state.view.page, longer.state.view.n_pages) == (2, 10)
    assert (longer.appends, longer.touched) == (("c:1",), NOW + 1)
    assert extend(longer, 1000) is longer


def test_who_sticks_to_the_end_of_a_table_goes_along_when_it_grows():
    assert extend(turn(with_table(), -1), 1000).state.view.page == 10
    assert extend(turn(with_table(), 3), 1000).state.view.page == 3


def test_a_query_keeps_its_rows_until_it_is_asked_again():
    query = Query(search="x")
    found = docs.Found(query=query, n_rows=7, of_rows=250)
    settings = Settings(search="x")
    document = docs.apply(
        with_table(), settings, table="t1", op_id=None, by=None, now=NOW, found=found
    )
    longer = extend(document, 1000)
    assert longer.state.view == document.state.view
    renewed = docs.renew_view(longer, "t1", docs.Found(query=query, n_rows=9, of_rows=1000))
    assert (renewed.state.view.n_rows, renewed.state.view.of_rows) == (9, 1000)


def test_a_table_that_is_hidden_by_now_grows_unseen():
    document = with_table()
    hidden = docs.show_table(document, table("t2"), by="d", now=NOW)
    longer = extend(hidden, 1000)
    assert (longer.state, longer.seq) == (hidden.state, hidden.seq)
    assert docs.revert_table(longer, "t2", now=NOW).state.table.rows == 1000

    replaced = docs.finish_table(
        hidden, table("t2", status="complete"), now=NOW, undo=docs.UndoLimits(60)
    )
    again = undo(extend(replaced, 1000), "t1", shown="t2")
    assert (again.state.table.rows, again.state.view.n_pages) == (1000, 10)

    gone = docs.finish_table(hidden, table("t2", status="complete"), now=NOW)
    with pytest.raises(Stale):
        extend(gone, 1000)


def test_rows_are_known_by_their_id_whatever_else_happens():
    document = extend(with_table(), 1000, op_id="c:1")
    for n in range(2 * docs.REMEMBERED_OPS):
        document = turn(document, 1 + n % 2, op_id=f"d:{n}")
    hidden = docs.show_table(document, table("t2"), by="d", now=NOW)
    after = extend(hidden, 2000, op_id="c:2")
    assert after.appends == ("c:1", "c:2")
    assert docs.must_be_synced(hidden, after)
    for n in range(100):
        after = extend(after, 3000 + n, op_id=f"c:{n}")
    assert after.appends[-1] == "c:99"
    assert len(after.appends) == docs.REMEMBERED_APPENDS


def test_a_table_that_may_come_back_is_found():
    document = with_table()
    hidden = docs.show_table(document, table("t2"), by="d", now=NOW)
    assert docs.hidden_table(hidden, "t1") == document.state.table
    assert docs.hidden_table(hidden, "t2") is None
    assert docs.hidden_table(hidden, "t3") is None


def test_only_a_whole_table_that_is_there_can_be_appended_to():
    empty = docs.create("u", key=None, now=NOW)
    with pytest.raises(NotFound, match="no table yet"):
        docs.growing_table(empty, None)
    with pytest.raises(NotYet, match="still coming in"):
        docs.growing_table(docs.show_table(empty, table(), by=None, now=NOW), None)
    document = with_table()
    with pytest.raises(Stale):
        docs.growing_table(document, "t0")
    assert docs.growing_table(document, "t1") == docs.growing_table(document, None)


# --- undo -----------------------------------------------------------------------------------------


def replace(document, id="t2", undo_seconds=60, **changes):
    """A new table in place of the one that shows."""
    shown = docs.show_table(document, table(id, **changes), by="d", now=NOW)
    last = table(id, status="complete", **changes)
    return docs.finish_table(shown, last, now=NOW, undo=docs.UndoLimits(undo_seconds))


def undo(document, wanted, *, shown, op_id=None, now=NOW):
    return docs.undo(document, wanted, table=shown, op_id=op_id, by="e", now=now, undo_seconds=60)


def test_a_replaced_table_comes_back_with_its_view():
    before = turn(turn(with_table(), page_size=50), 4)
    replaced = replace(before, rows=7)
    assert (replaced.state.undo.table, replaced.state.undo.until) == ("t1", NOW + 60)
    assert replaced.table_ids == {"t1", "t2"}

    back = undo(replaced, "t1", shown="t2", op_id="e:1")
    assert (back.state.table, back.state.view) == (before.state.table, before.state.view)
    assert (back.event, back.by, back.seq) == ("undo", "e", replaced.seq + 1)
    assert (back.state.undo.table, back.state.undo.rows) == ("t2", 7)
    assert undo(back, "t1", shown="t2", op_id="e:1") is back
    assert undo(back, "t2", shown="t1").state.table == replaced.state.table


def test_the_first_table_and_one_without_time_for_it_have_no_undo():
    assert with_table().state.undo is None
    replaced = replace(with_table(), undo_seconds=0)
    assert (replaced.state.undo, replaced.previous, replaced.table_ids) == (None, None, {"t2"})


def test_what_cannot_be_undone_says_why():
    replaced = replace(with_table())
    for wanted, shown, error in (("t1", "t1", Stale), ("t9", "t2", NotFound)):
        with pytest.raises(error):
            undo(replaced, wanted, shown=shown)
    coming = docs.show_table(replaced, table("t3"), by="d", now=NOW)
    with pytest.raises(NotYet, match="still coming in"):
        undo(coming, "t1", shown="t3")
    with pytest.raises(NotFound):
        undo(with_table(), "t1", shown="t1")


def test_an_upload_that_fails_leaves_the_undo_there_was():
    replaced = replace(with_table())
    coming = docs.show_table(replaced, table("t3"), by="d", now=NOW)
    assert coming.state.undo is None
    assert coming.table_ids == {"t1", "t2", "t3"}
    back = docs.revert_table(coming, "t3", now=NOW)
    assert (back.state, back.previous) == (replaced.state, replaced.previous)
    assert undo(back, "t1", shown="t2").state.table.id == "t1"


def test_a_second_upload_can_be_undone_and_the_first_no_more():
    twice = replace(replace(with_table()), "t3")
    assert (twice.table_ids, twice.state.undo.table) == ({"t2", "t3"}, "t2")
    with pytest.raises(NotFound):
        undo(twice, "t1", shown="t3")


def test_what_can_come_back_is_forgotten_in_time():
    replaced = replace(with_table())
    assert docs.forget_previous(replaced, now=NOW + 59) is replaced
    forgotten = docs.forget_previous(replaced, now=NOW + 60)
    assert (forgotten.event, forgotten.state.undo) == ("forgotten", None)
    assert (forgotten.table_ids, forgotten.seq) == ({"t2"}, replaced.seq + 1)
    assert docs.forget_previous(forgotten, now=NOW + 99) is forgotten


def test_nothing_is_forgotten_while_an_upload_shows():
    coming = docs.show_table(replace(with_table()), table("t3"), by="d", now=NOW)
    assert docs.forget_previous(coming, now=NOW + 99) is coming
    back = docs.revert_table(coming, "t3", now=NOW)
    assert docs.forget_previous(back, now=NOW + 99).table_ids == {"t2"}


def test_a_stored_document_comes_back_with_what_it_can_undo():
    replaced = replace(turn(with_table(), 2))
    assert docs.from_json(docs.to_json(replaced)) == replaced


def test_rows_are_appended_to_a_whole_table_only():
    assert docs.growing_table(with_table(), None).id == "t1"
    empty = docs.create("u", key="secret", now=NOW)
    with pytest.raises(NotFound, match="upload one"):
        docs.growing_table(empty, None)
    coming = docs.show_table(empty, table(), by="c", now=NOW)
    with pytest.raises(NotYet, match="still coming in"):
        docs.growing_table(coming, "t1")
    with pytest.raises(NotYet, match="read anew"):
        docs.growing_table(begin(with_table()), "t1")
    with pytest.raises(Stale):
        docs.growing_table(with_table(), "t0")


# --- more than one upload deep --------------------------------------------------------------------

LIMITS = docs.UndoLimits(60, 3, 1000)


def upload_in_turn(document, *ids, limits=LIMITS, now=NOW, **changes):
    for id in ids:
        shown = docs.show_table(document, table(id), by="e", now=now)
        last = table(id, status="complete", **changes)
        document = docs.finish_table(shown, last, now=now, undo=limits)
    return document


def offered(document):
    earlier = document.state.earlier
    told = [document.state.undo, *(() if earlier is msgspec.UNSET else earlier)]
    return [each.table for each in told if each is not None]


def kept(document):
    return [state.table.id for state in document.states[1:]]


def test_tables_before_the_last_one_can_come_back_too():
    document = upload_in_turn(with_table(), "b", "c")
    first = with_table().state.table.id
    assert offered(document) == kept(document) == ["b", first]
    back = undo(document, first, shown="c")
    assert back.state.table.id == first
    assert offered(back) == kept(back) == ["c", "b"]
    again = undo(back, "c", shown=first)
    assert offered(again) == kept(again) == [first, "b"]
    assert docs.from_json(docs.to_json(again)) == again


def test_no_more_of_them_are_kept_than_is_allowed_by_number_and_size():
    first = with_table().state.table.id
    document = upload_in_turn(with_table(), "b", "c", "d", "e")
    assert kept(document) == ["d", "c", "b"]
    large = upload_in_turn(with_table(), "b", "c", "d", "e", bytes=700)
    assert kept(large) == ["d", "c"]
    assert kept(upload_in_turn(with_table(), "b", limits=docs.UndoLimits(60))) == [first]
    assert kept(upload_in_turn(with_table(), "b", "c", limits=docs.UndoLimits(60))) == ["b"]


def test_each_of_them_has_its_own_time():
    first = with_table().state.table.id
    document = upload_in_turn(with_table(), "b")
    document = upload_in_turn(document, "c", now=NOW + 30)
    assert docs.forget_previous(document, now=NOW + 59) is document
    later = docs.forget_previous(document, now=NOW + 61)
    assert (kept(later), later.event) == (["b"], "forgotten")
    assert first not in later.table_ids
    assert kept(docs.forget_previous(later, now=NOW + 91)) == []
    late = upload_in_turn(document, "d", now=NOW + 61)
    assert kept(late) == ["c", "b"]


def test_an_upload_that_fails_brings_all_of_it_back():
    document = upload_in_turn(with_table(), "b", "c")
    coming = docs.show_table(document, table("d"), by="e", now=NOW)
    assert docs.forget_previous(coming, now=NOW + 1000) is coming
    back = docs.revert_table(coming, "d", now=NOW)
    assert (offered(back), kept(back)) == (offered(document), kept(document))
