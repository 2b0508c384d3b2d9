"""The shared document as a value: who may what, what raises seq, what an upload does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NoSuchPage, NotYet, Stale
from tsvshare_widget.protocol import Problem, Settings, TableState
from tsvshare_widget.reading import ReadAs

NOW = 1000.0


def table(id="t1", rows=250, **changes):
    return TableState(id=id, name=f"{id}.tsv", rows=rows, **changes)


def with_table(**changes):
    empty = docs.create("u", key="secret", now=NOW)
    shown = docs.show_table(empty, table(**changes), by="c", now=NOW)
    return docs.finish_table(shown, table(status="complete", **changes), now=NOW)


def turn(document, page=None, *, table="t1", op_id=None, **settings):
    if page is not None:
        settings["page"] = page
    return docs.apply(document, Settings(**settings), table=table, op_id=op_id, by="c", now=NOW)


def test_keys_open_only_their_document():
    document = docs.create("u", key="secret", now=NOW)
    assert docs.role_for(document, "secret") == "edit"
    assert docs.role_for(document, None) == "look"
    assert docs.role_for(document, "guess") is None
    assert "secret" not in docs.to_json(document).decode()


def test_an_open_document_needs_no_key():
    document = docs.create("u", key=None, now=NOW)
    assert docs.role_for(document, None) == docs.role_for(document, "any") == "edit"


def test_keys_are_128_random_bits():
    keys = {docs.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(bytes.fromhex(key)) for key in keys} == {16}


def test_turning_the_page_raises_seq_by_one():
    before = with_table()
    after = turn(before, 3)
    assert after.state.view.page == 3
    assert (after.seq, after.event, after.by) == (before.seq + 1, "page", "c")


def test_turning_to_the_page_one_is_on_changes_nothing():
    document = turn(with_table(), 2)
    assert turn(document, 2) is document


@pytest.mark.parametrize("page", [0, 4, -2, 10**9])
def test_a_page_outside_the_view_is_refused_with_the_range(page):
    with pytest.raises(NoSuchPage, match="pages 1 to 3"):
        turn(with_table(), page)


@pytest.mark.parametrize("size", [0, -1, 1001])
def test_an_impossible_page_size_is_refused(size):
    with pytest.raises(BadValue, match="1 to 1,000"):
        turn(with_table(), page_size=size)


def test_an_op_against_a_replaced_table_is_stale():
    with pytest.raises(Stale):
        turn(with_table(), 2, table="t0")


def test_an_op_made_before_rows_were_appended_is_not_stale():
    growing = docs.show_table(docs.create("u", key=None, now=NOW), table(), by=None, now=NOW)
    longer = docs.grow_table(growing, table(rows=1000))
    assert turn(longer, 2).state.view.page == 2


def test_a_retried_op_is_done_once():
    first = turn(with_table(), 3, op_id="c:1")
    later = turn(first, 1, op_id="d:1")
    assert turn(later, 3, op_id="c:1") is later
    assert docs.known_op(later, "c:1") == first.seq


def test_remembered_ops_are_bounded():
    document = with_table()
    for n in range(100):
        document = turn(document, 1 + n % 2 + 1, op_id=f"c:{n}")
    assert len(document.ops) == docs.REMEMBERED_OPS


def test_a_new_page_size_keeps_the_top_row_in_sight():
    document = turn(turn(with_table(), 3), page_size=30)
    view = document.state.view
    assert (view.page - 1) * 30 <= 200 < view.page * 30
    assert view.n_pages == 9


def test_only_minus_one_sticks_to_the_end_of_a_growing_table():
    growing = docs.show_table(docs.create("u", key=None, now=NOW), table(), by=None, now=NOW)
    longer = table(rows=1000)
    assert docs.grow_table(turn(growing, 3), longer).state.view.page == 3
    stuck = docs.grow_table(turn(growing, -1), longer)
    assert stuck.state.view.page == 10
    assert turn(stuck, 9).state.view.stick is False


def test_an_empty_view_has_one_page():
    document = with_table(rows=0)
    assert document.state.view.n_pages == 1
    assert turn(document, -1).state.view.page == 1


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


# --- reading anew ---------------------------------------------------------------------------------

AS_CSV = ReadAs(delimiter=",")


def begin(document, table="t1"):
    return docs.begin_rereading(document, AS_CSV, table=table, by="c", now=NOW)


def finish(document, again, moved=lambda row: row, op_id=None):
    return docs.finish_rereading(document, again, moved, by="c", op_id=op_id, now=NOW)


def read_anew(rows=600, **changes):
    return table(rows=rows, columns=9, status="complete", reading={"delimiter": ","}, **changes)


def test_the_old_reading_shows_until_the_new_one_is_there():
    before = turn(with_table(), 2)
    during = begin(before)
    assert (during.state.table.status, during.event, during.by) == ("rereading", "rereading", "c")
    assert during.state.view == before.state.view
    assert during.read_as == AS_CSV
    assert turn(during, 3).state.view.page == 3
    after = finish(during, read_anew(), op_id="c:1")
    assert (after.state.table, after.event) == (read_anew(), "reading")
    assert (after.read_as, docs.known_op(after, "c:1")) == (None, after.seq)
    assert after.seq == during.seq + 1


@pytest.mark.parametrize(("moved", "page"), [(0, 1), (99, 1), (100, 2), (450, 5), (10**9, 6)])
def test_a_new_reading_keeps_the_top_row_in_sight(moved, page):
    asked = []
    document = begin(turn(with_table(), 3))
    after = finish(document, read_anew(), lambda row: asked.append(row) or moved)
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
        assert (back.state.view, back.event, back.read_as) == (
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
    assert (done.state, done.seq, done.read_as) == (hidden.state, hidden.seq, None)
    back = docs.revert_table(done, "t2", now=NOW)
    assert back.state.table == (read_anew() if works else table(status="complete"))
    assert back.state.view.page == 3


def test_a_reading_of_a_table_that_was_replaced_is_stale():
    document = docs.show_table(begin(with_table()), table("t2"), by="d", now=NOW)
    replaced = docs.finish_table(document, table("t2", status="complete"), now=NOW)
    assert replaced.read_as is None
    with pytest.raises(Stale):
        finish(replaced, read_anew())
    assert docs.give_up_rereading(replaced, "t1") is replaced


def test_late_evidence_is_announced_as_a_reading():
    growing = docs.show_table(docs.create("u", key=None, now=NOW), table(), by=None, now=NOW)
    turned = turn(growing, 2)
    grown = docs.grow_table(turned, table(rows=70), lambda row: 10)
    assert (grown.event, grown.state.view.page, grown.state.view.n_rows) == ("reading", 1, 70)
    whole = docs.finish_table(turned, read_anew(), lambda row: 450, now=NOW)
    assert (whole.event, whole.state.view.page) == ("reading", 5)
    problem = Problem("truncated", "ends early")
    cut = table(status="incomplete", problem=problem)
    assert docs.finish_table(turned, cut, lambda row: row, now=NOW).event == "incomplete"


def test_a_stored_document_comes_back_with_its_reading():
    document = begin(with_table(told={"header": True}))
    assert docs.from_json(docs.to_json(document)) == document


@given(
    rows=st.integers(0, 5000),
    steps=st.lists(
        st.one_of(
            st.integers(-1, 60).map(lambda page: {"page": page}),
            st.integers(1, 1000).map(lambda size: {"page_size": size}),
            st.integers(0, 3000).map(lambda more: {"more": more}),
        ),
        max_size=20,
    ),
)
def test_the_page_is_always_one_of_the_view(rows, steps):
    document = docs.show_table(
        docs.create("u", key=None, now=NOW), table(rows=rows), by=None, now=NOW
    )
    for step in steps:
        seq = document.seq
        if "more" in step:
            rows += step["more"]
            document = docs.grow_table(document, table(rows=rows))
        else:
            try:
                document = turn(document, **step)
            except NoSuchPage:
                continue
        view = document.state.view
        assert 1 <= view.page <= view.n_pages == docs.count_pages(rows, view.page_size)
        assert document.seq - seq in (0, 1)
    assert docs.from_json(docs.to_json(document)) == document
