"""The shared document as a value: who may what, what raises seq, the page one is on."""

import pytest
from document_fixture import NOW, table, turn, with_table
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NoSuchPage, Stale


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
