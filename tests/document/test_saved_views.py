"""Saved views as a part of a document: named, bounded, left alone by whatever comes in."""

import msgspec
import pytest
from document_fixture import NOW, table, turn, with_table

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NotFound, TooLarge, TooMany
from tsvshare_widget.protocol import MAX_SAVED_VIEWS, Settings
from tsvshare_widget.query import Filter, Query, SavedView, Sort

QUERY = Query(sort=(Sort(column=1, direction="desc"),), search="tp53")


def view(id="v1", name="Outliers", query=QUERY, names=((1, "score"),)):
    return SavedView(id=id, name=name, query=query, names=names)


def save(document, *views, op_id=None):
    for each in views:
        document = docs.change_saved_views(
            document, Settings(save_view=each), op_id=op_id, by="c", now=NOW
        )
    return document


def delete(document, id):
    settings = Settings(delete_view=id)
    return docs.change_saved_views(document, settings, op_id=None, by="c", now=NOW)


def test_a_view_is_saved_renamed_and_deleted_and_nothing_that_shows_changes():
    before = with_table()
    saved = save(before, view())
    assert (saved.saved, saved.event, saved.seq) == ((view(),), "views", before.seq + 1)
    assert saved.state.saved == saved.seq
    assert saved.state.view == before.state.view
    assert save(saved, view()) is saved
    renamed = save(saved, view(name="  Far\nout "))
    assert [each.name for each in renamed.saved] == ["Far out"]
    assert renamed.state.saved == renamed.seq > saved.seq
    gone = delete(renamed, "v1")
    assert (gone.saved, gone.state.saved) == ((), gone.seq)
    with pytest.raises(NotFound):
        delete(gone, "v1")


def test_views_stay_when_tables_come_fail_and_come_back():
    document = save(with_table(), view())
    marker = document.state.saved
    for change in (
        lambda it: turn(it, 2),
        lambda it: docs.show_table(it, table("t2"), by="c", now=NOW),
        lambda it: docs.finish_table(
            it, table("t2", status="complete"), now=NOW, undo=docs.UndoLimits(60.0)
        ),
        lambda it: docs.undo(it, "t1", table="t2", op_id=None, by="c", now=NOW, undo_seconds=60.0),
        lambda it: docs.show_table(it, table("t3"), by="c", now=NOW),
        lambda it: docs.revert_table(it, "t3", now=NOW),
    ):
        before = document
        document = change(document)
        assert document is not before
        assert (document.saved, document.state.saved) == ((view(),), marker)
    assert docs.from_json(docs.to_json(document)) == document


def test_a_change_of_them_is_told_also_after_an_undo_to_a_table_of_before():
    document = docs.show_table(with_table(), table("t2"), by="c", now=NOW)
    document = docs.finish_table(
        document, table("t2", status="complete"), now=NOW, undo=docs.UndoLimits(60.0)
    )
    document = save(document, view())
    back = docs.undo(document, "t1", table="t2", op_id=None, by="c", now=NOW, undo_seconds=60.0)
    assert back.state.saved == document.state.saved


def test_an_op_that_comes_twice_is_done_once():
    once = save(with_table(), view(), op_id="c:1")
    assert save(once, view(name="Another"), op_id="c:1") is once


def test_saving_costs_no_more_than_a_power_cut_may():
    before = with_table()
    assert docs.must_be_synced(before, save(before, view()))


@pytest.mark.parametrize(
    "wrong",
    [
        view(name=" \n"),
        view(name="x" * 61),
        view(id=""),
        view(id="x" * 65),
        view(query=Query(sort=(Sort(column=-1),))),
        view(query=Query(filters=(Filter(column=0, op="missing", value=1),))),
    ],
)
def test_what_cannot_be_a_view_is_refused(wrong):
    with pytest.raises(BadValue):
        save(with_table(), wrong)


def test_two_views_have_two_names():
    document = save(with_table(), view())
    with pytest.raises(BadValue, match="'Outliers' already"):
        save(document, view(id="v2"))


def test_one_view_is_changed_at_a_time():
    for settings in (
        Settings(save_view=view(), page=2),
        Settings(save_view=view(), delete_view="v1"),
        Settings(delete_view="v1", search="x"),
    ):
        with pytest.raises(BadValue, match="one view"):
            docs.change_saved_views(with_table(), settings, op_id=None, by="c", now=NOW)


def test_they_are_bounded_in_number_and_size():
    full = save(with_table(), *(view(f"v{n}", f"View {n}") for n in range(MAX_SAVED_VIEWS)))
    with pytest.raises(TooMany, match="delete one"):
        save(full, view("one more", "One more"))
    assert len(save(full, view("v1", "Renamed")).saved) == MAX_SAVED_VIEWS
    values = tuple(f"{n:0900}" for n in range(40))
    large = view(query=Query(filters=(Filter(column=0, op="in", value=values),)))
    with pytest.raises(TooLarge, match="32,000 bytes"):
        save(with_table(), large)


def test_a_document_of_before_has_none():
    old = msgspec.json.decode(docs.to_json(with_table()))
    del old["saved"]
    assert docs.from_json(msgspec.json.encode(old)).saved == ()
