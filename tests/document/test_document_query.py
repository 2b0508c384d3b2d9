"""The shared query of a document, and bringing everyone to one place."""

import pytest
from document_fixture import NOW, begin, table, turn, with_table
from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NoSuchPage, Stale, Superseded
from tsvshare_widget.protocol import Settings
from tsvshare_widget.query import EVERYTHING, Filter, Query, Sort
from tsvshare_widget.read_options import Dialect

SORTED = (Sort(column=1, direction="desc"),)


def wanted(document, *, of="t1", **settings):
    return docs.wanted_query(document, Settings(**settings), table=of)


def ask(document, n_rows=120, *, found=None, **settings):
    query = wanted(document, **settings)
    if found is None and query is not None:
        found = docs.Found(query=query, n_rows=n_rows, of_rows=document.state.table.rows)
    wish = Settings(**settings)
    return docs.apply(document, wish, table="t1", op_id=None, by="c", now=NOW, found=found)


def shown(columns=3):
    return with_table(columns=columns)


def test_each_part_of_a_query_is_set_on_its_own():
    document = ask(shown(), search="x")
    document = ask(document, sort=SORTED)
    query = wanted(document, filters=(Filter(column=0, op="missing"),))
    assert query == Query(sort=SORTED, filters=(Filter(column=0, op="missing"),), search="x")


def test_rows_have_to_be_found_only_for_a_new_query():
    document = ask(shown(), search="x")
    assert wanted(document, search="x") is None
    assert wanted(document, page=2) is None
    assert wanted(document, search="") is None
    assert wanted(document, search="y") == Query(search="y")


def test_a_query_turns_to_its_first_page_and_says_of_how_many():
    document = ask(turn(shown(), -1), n_rows=120, search="x")
    view = document.state.view
    assert (view.page, view.n_pages, view.stick) == (1, 2, False)
    assert (view.n_rows, view.of_rows) == (120, 250)
    assert document.event == "query"


def test_a_page_can_be_set_with_a_query_and_is_one_of_its_own():
    assert ask(shown(), search="x", page=2).state.view.page == 2
    with pytest.raises(NoSuchPage, match="pages 1 to 2"):
        ask(shown(), search="x", page=3)


def test_without_a_query_all_rows_show_again():
    document = ask(turn(ask(shown(), search="x"), 2), search="")
    view = document.state.view
    assert (view.query, view.page, view.n_rows, view.of_rows) == (EVERYTHING, 1, 250, 250)


def test_a_view_that_finds_nothing_has_one_empty_page():
    view = ask(shown(), n_rows=0, search="x").state.view
    assert (view.page, view.n_pages, view.n_rows) == (1, 1, 0)


def test_rows_of_another_query_are_not_shown_as_this_one():
    other = docs.Found(query=Query(search="y"), n_rows=1, of_rows=250)
    with pytest.raises(Superseded):
        ask(shown(), found=other, search="x")


@pytest.mark.parametrize(
    "settings",
    [
        {"sort": (Sort(column=3),)},
        {"sort": (Sort(column=-1),)},
        {"sort": (Sort(column=0), Sort(column=0))},
        {"filters": (Filter(column=3, op="missing"),)},
        {"filters": tuple(Filter(column=0, op="matches", value="a") for _ in range(9))},
        {"search": "x" * 1001},
    ],
)
def test_a_query_that_cannot_be_asked_is_refused(settings):
    with pytest.raises(BadValue):
        wanted(shown(), **settings)


def test_a_query_of_a_replaced_table_is_stale():
    with pytest.raises(Stale):
        wanted(shown(), of="t0", search="x")


def test_a_new_table_has_no_query():
    replaced = docs.show_table(ask(shown(), search="x"), table("t2"), by="d", now=NOW)
    assert replaced.state.view.query == EVERYTHING


def test_a_query_is_renewed_only_if_it_is_still_asked_and_of_more_rows():
    document = ask(shown(), search="x")
    for found in (
        docs.Found(query=Query(search="y"), n_rows=1, of_rows=900),
        docs.Found(query=Query(search="x"), n_rows=1, of_rows=250),
    ):
        assert docs.renew_view(document, "t1", found) is document
    newer = docs.Found(query=Query(search="x"), n_rows=300, of_rows=900)
    assert docs.renew_view(document, "t9", newer) is document
    renewed = docs.renew_view(document, "t1", newer)
    assert (renewed.event, renewed.seq) == ("growth", document.seq + 1)
    assert (renewed.state.view.n_pages, renewed.state.view.of_rows) == (3, 900)


def test_a_query_that_sticks_to_its_end_stays_there_as_it_grows():
    document = turn(ask(shown(), search="x"), -1)
    newer = docs.Found(query=Query(search="x"), n_rows=900, of_rows=2000)
    assert docs.renew_view(document, "t1", newer).state.view.page == 9


ASKED = Query(sort=SORTED, filters=(Filter(column=2, op="present"),))
NARROW = table(rows=600, columns=2, status="complete", dialect=Dialect(delimiter=","))


def read_narrow(again):
    document = begin(ask(shown(), sort=ASKED.sort, filters=ASKED.filters))
    reading = docs.NewReading(lambda row: row, again=again)
    done = docs.finish_rereading(document, NARROW, reading, by="c", op_id=None, now=NOW)
    return done.state.view


def test_a_new_reading_keeps_the_query_as_far_as_its_columns_are_there():
    asked, part = ASKED, Query(sort=SORTED)
    found = docs.Found(query=part, n_rows=500, of_rows=600)
    view = read_narrow(docs.Kept(asked=asked, query=part, found=found))
    assert (view.query, view.n_rows, view.carried) == (part, 500, "part")
    found = docs.Found(query=asked, n_rows=400, of_rows=600)
    view = read_narrow(docs.Kept(asked=asked, query=asked, found=found))
    assert (view.query, view.n_rows, view.carried) == (asked, 400, UNSET)


@pytest.mark.parametrize(
    "again",
    [
        None,
        docs.Kept(asked=ASKED, query=EVERYTHING),
        docs.Kept(
            asked=Query(sort=SORTED),  # of what was asked before something else
            query=Query(sort=SORTED),
            found=docs.Found(query=Query(sort=SORTED), n_rows=500, of_rows=600),
        ),
    ],
)
def test_a_new_reading_that_keeps_nothing_says_so(again):
    view = read_narrow(again)
    assert (view.query, view.n_rows, view.page, view.carried) == (EVERYTHING, 600, 1, "none")


# --- bringing everyone ----------------------------------------------------------------------------


def test_bringing_everyone_says_when_that_was():
    document = turn(with_table(), 2, bring=True)
    assert (document.event, document.state.view.brought) == ("bring", document.seq)
    assert document.state.view.page == 2


def test_everyone_can_be_brought_to_where_they_are_again():
    first = turn(with_table(), 2, bring=True)
    again = turn(first, 2, bring=True)
    assert first.state.view.brought < again.state.view.brought == again.seq
    assert turn(again, bring=False) is again


def test_what_comes_and_goes_brings_nobody():
    document = turn(with_table(), 2, bring=True)
    brought = document.state.view.brought
    shown = docs.show_table(document, table("t2"), by="d", now=NOW)
    assert shown.state.view.brought == brought
    later = turn(shown, 1, table="t2", bring=True).state.view.brought
    assert brought < later
    back = docs.revert_table(turn(shown, 1, table="t2", bring=True), "t2", now=NOW)
    assert back.state.view.brought == later
