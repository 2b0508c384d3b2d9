"""Widgets together with others: rows that are appended, undo, who is there, what is marked."""

import threading

import pandas as pd
import pytest
from patience import PATIENCE
from relay_fixture import tsv, wait_for

from tsvshare_widget.client import Appender, Link
from tsvshare_widget.errors import BadValue, Forbidden, NotFound, Stale, Unavailable
from tsvshare_widget.protocol import Place

# --- appending ---------------------------------------------------------------------------------


def test_rows_are_appended_for_everyone(share):
    mine = share(b"gene\tscore\nTP53\t007\n")
    yours = share(mine.url)
    mine.append([["KRAS", "1"]])
    assert (mine.n_rows, mine.n_total, mine.rows[1]) == (2, 2, ["KRAS", "1"])
    yours.append(pd.DataFrame({"score": [0.5, None], "gene": ["a", "b"]}))
    assert yours.rows[2:] == [["a", "0.5"], ["b", ""]]
    yours.append({"gene": "c"})
    yours.append("d\t4\n")
    yours.append(b"e\t5")
    wait_for(lambda: mine.n_rows == 7)
    assert [row[0] for row in mine.rows] == ["TP53", "KRAS", "a", "b", "c", "d", "e"]
    assert mine.df["gene"].tolist() == [row[0] for row in mine.rows]


def test_cells_are_written_as_the_table_is_read(share):
    widget = share(b"a;b\n1;2\n", delimiter=";", quoting="excel", header=True)
    widget.append([["x;y", 'say "hi"'], ["two\nlines", ""]])
    assert widget.rows[1:] == [["x;y", 'say "hi"'], ["two\nlines", ""]]
    plain = share(b"a\tb\n1\t2\n", quoting="none")
    with pytest.raises(BadValue, match="tab"):
        plain.append([["x\ty", "z"]])
    assert plain.n_total == 1


@pytest.mark.slow
def test_many_rows_in_quick_succession_come_all_and_once(share):
    widget = share(tsv(10))
    watching = share(widget.view_url)
    widget.page = -1
    for n in range(200):
        widget.append([[f"new{n}", "x"]])
        assert widget.n_total == 11 + n
    assert widget.rows[-1] == ["new199", "x"]
    wait_for(lambda: watching.n_rows == 210)
    assert [row[0] for row in watching.rows][-3:] == ["new197", "new198", "new199"]
    assert widget.df["name0"].tolist()[10:] == [f"new{n}" for n in range(200)]


def test_what_cannot_be_appended_is_said_and_nothing_changes(share):
    widget = share(b"gene\tscore\nTP53\t1\n")
    with pytest.raises(BadValue, match="did you mean 'gene'"):
        widget.append({"gane": 1})
    with pytest.raises(Forbidden, match="look-only"):
        share(widget.view_url).append([["x"]])
    with pytest.raises(NotFound, match=r"w\.upload"):
        share().append([["x"]])
    widget.append([])
    assert widget.n_total == 1


def test_rows_wait_until_the_table_has_come(share, slow_upload):
    widget = share()
    sending = slow_upload(widget)
    sending.send(tsv(150))
    wait_for(lambda: widget.n_rows > 100)
    appending = threading.Thread(target=widget.append, args=([["last", "x"]],))
    appending.start()
    assert sending.end().status == 200
    appending.join(10)
    assert (widget.n_total, widget.df["name0"].tolist()[-1]) == (151, "last")


def test_rows_for_a_table_that_was_replaced_are_refused(share):
    widget = share(tsv(3))
    old = widget._snapshot.table_id
    widget.upload(b"x\n1\n")
    appender = Appender(Link.parse(widget.url))
    with pytest.raises(Stale):
        appender.append([["y"]], table=old)
    appender.close()
    assert widget.n_total == 1


@pytest.mark.slow
def test_an_appender_outlives_a_relay_that_is_started_again(share, relay_process):
    widget = share(tsv(3), relay=relay_process.url)
    appender = Appender(Link.parse(widget.url))
    table = widget._snapshot.table_id
    appender.append([["before", "x"]], table=table)
    relay_process.kill()
    with pytest.raises(Unavailable, match="cannot reach"):
        appender.append([["never", "x"]], table=table, timeout=0.1)
    coming = threading.Thread(target=lambda: appender.append([["after", "x"]], table=table))
    coming.start()
    relay_process.start()
    coming.join(PATIENCE)
    appender.close()
    wait_for(lambda: widget.n_rows == 5)
    assert [row[0] for row in widget.rows][3:] == ["before", "after"]


# --- undo --------------------------------------------------------------------------------------


def test_the_table_before_comes_back_with_its_view(share):
    widget = share(tsv(250))
    with pytest.raises(NotFound, match="no earlier table"):
        widget.undo()
    widget.page = 3
    widget.upload(b"x\n1\n", name="new.tsv")
    assert widget.columns == ["x"]
    widget.undo()
    assert (widget.page, widget.n_rows, widget.columns) == (3, 250, ["name0", "name1"])
    widget.undo()
    assert widget.rows == [["1"]]
    with pytest.raises(Forbidden):
        share(widget.view_url).undo()


# --- people ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_people_see_who_is_there(share, screens):
    mine = share(tsv(250))
    yours = share(mine.view_url)
    yours.me = "Ada"
    assert yours.me == "Ada"
    wait_for(lambda: "Ada" in {person.name for person in mine.people})
    ada = next(person for person in mine.people if person.name == "Ada")
    assert (ada.role, ada.at, mine.viewers) == ("look", None, 2)
    screens[1].send(type="me", name=None, at={"page": 2, "n_pages": 3, "own_query": False})
    wait_for(lambda: Place(page=2, n_pages=3) in {person.at for person in mine.people})
    assert yours.me == "Ada"
    screens[1].send(type="me", name="", at=None)
    wait_for(lambda: yours.me is None)
    wait_for(lambda: "Ada" not in {person.name for person in mine.people})
    heard = []
    mine.observe(lambda change: heard.append(change.new), names="people")
    yours.close()
    wait_for(lambda: heard and len(heard[-1]) == 1)


def test_everyone_is_brought_to_the_shared_page(share, screens):
    widget = share(tsv(250))
    before = widget._snapshot.state.view.brought
    widget.bring()
    assert widget._snapshot.state.view.brought > before
    with pytest.raises(Forbidden):
        share(widget.view_url).bring()


# --- what is marked ----------------------------------------------------------------------------


def test_what_is_marked_on_the_screen_is_known_in_python(share, screens):
    widget, heard = share(tsv(3000, columns=4)), []
    assert not widget.selection
    assert widget.selected_df.empty
    wait_for(lambda: widget._trait_values.get("n_rows") == 3000)
    widget.observe(lambda change: heard.append(change.new), names="selection")
    screens[0].send(type="selection", ids=[2500, 7], columns=[1, 3])
    wait_for(lambda: heard)
    assert widget.selection.rows == [2500, 7]
    assert widget.selection.columns == ["name1", "name3"]
    frame = widget.selected_df
    assert frame.index.tolist() == [2500, 7]
    assert frame.columns.tolist() == ["name1", "name3"]
    assert frame.to_numpy().tolist() == [["r2500c1", "r2500c3"], ["r7c1", "r7c3"]]
    screens[0].send(type="selection", ids=[1], columns=None)
    wait_for(lambda: len(widget.selection.columns) == 4)
    widget.upload(b"x\n1\n")
    assert not widget.selection
    wait_for(lambda: len(heard) == 3)


def test_rows_all_over_a_table_and_long_cells_are_marked(share, screens):
    widget = share(b"a\tb\n" + b"x" * 20_000 + b"\t1\n" + tsv(30_000, header=False))
    ids = [*range(0, 30_000, 1000), 0]
    screens[0].send(type="selection", ids=ids, columns=[0])
    wait_for(lambda: widget.selection)
    assert widget.selected_df["a"].tolist()[:2] == ["x" * 20_000, "r999c0"]
    screens[0].send(type="selection", ids=[0, 1], columns=[0, 1])
    wait_for(lambda: len(widget.selection.rows) == 2)
    assert widget.selected_df["a"].tolist() == ["x" * 20_000, "r0c0"]


def test_short_rows_are_marked(share, screens):
    widget = share(b"a\tb\tc\n1\n2\tx\ty\n", header=True)
    screens[0].send(type="selection", ids=[0, 1], columns=[2, 0])
    wait_for(lambda: widget.selection)
    frame = widget.selected_df
    assert frame.columns.tolist() == ["a", "c"]
    assert frame["a"].tolist() == [1, 2]
    assert frame["c"].isna().tolist() == [True, False]


# --- what is found -----------------------------------------------------------------------------


def test_rows_with_a_text_are_found_and_nobody_is_moved(share, screens):
    long = "x" * 20_000
    widget = share(f"a\tb\n1\tTP53\n2\t-\ntp53\n4\t{long}tp53\n".encode(), header=True)
    before = widget._snapshot.position
    found = widget.find("Tp53")
    assert found.index.tolist() == [0, 2, 3]
    assert found["a"].tolist() == ["1", "tp53", "4"]
    assert found["b"].tolist()[::2] == ["TP53", f"{long}tp53"]
    assert found["b"].isna().tolist() == [False, True, False]
    assert widget.find("nowhere").empty
    assert widget._snapshot.position == before
    with pytest.raises(BadValue, match="empty text"):
        widget.find("")


@pytest.mark.exhaustive
def test_of_many_rows_the_first_are_found_over_pages_of_any_width(share, screens):
    widget = share(tsv(2500, columns=1100))
    with pytest.warns(UserWarning, match="2,500 rows hold 'c1099', and the first 1,010 are here"):
        found = widget.find("c1099", limit=1010)
    assert found.index.tolist() == list(range(1010))
    assert found["name1099"].tolist()[-1] == "r1009c1099"


@pytest.mark.parametrize("content", [{"ids": "all"}, {"ids": [1], "columns": ["a"]}, {}])
def test_nonsense_is_no_selection(share, screens, content):
    widget = share(tsv(3))
    screens[0].send(type="selection", **content)
    view = screens[0]
    wait_for(lambda: any(m.get("code") == "bad_request" for m in view.messages))
    assert not widget.selection


def test_undo_goes_more_than_one_upload_back(share):
    widget = share(b"name\na\n")
    for name in (b"b", b"c"):
        widget.upload(b"name\n" + name + b"\n", progress=False)
    widget.undo(2)
    assert widget.rows == [["a"]]
    widget.undo()
    assert widget.rows == [["c"]]
    with pytest.raises(NotFound, match="only 2 of them are kept"):
        widget.undo(3)
    with pytest.raises(BadValue, match="from 1"):
        widget.undo(0)
