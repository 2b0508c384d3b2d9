"""Sort, filters, search and profiles in a notebook, with real relays and their processes."""

import datetime

import pandas as pd
import pytest
from relay_fixture import tsv, wait_for

from tsvshare_widget.errors import BadValue, Forbidden, NoSuchPage, TooSlow

GENES = b"".join(
    [
        b"gene\tscore\tseen\n",
        b"TP53\t0.5\t2026-01-03\n",
        b"chr10\t10\t2026-01-01\n",
        b"chr2\t9\t\n",
        b"tp53 like\tNA\t2026-01-02\n",
        b"KRAS\n",
    ]
)


def genes(widget):
    return [row[0] for row in widget.rows]


def test_everyone_sees_the_query(share):
    mine = share(GENES)
    yours = share(mine.view_url)
    mine.sort = [("score", "desc")]
    assert mine.sort == [("score", "desc")]
    assert genes(mine) == ["chr10", "chr2", "TP53", "tp53 like", "KRAS"]
    mine.filters = [("score", ">", 1)]
    assert genes(mine) == ["chr10", "chr2"]
    assert (mine.n_rows, mine.n_total, mine.n_pages) == (2, 5, 1)
    assert "2 of 5 rows" in repr(mine)
    wait_for(lambda: yours.n_rows == 2)
    assert (yours.sort, yours.filters) == ([("score", "desc")], [("score", ">", 1)])
    mine.sort = mine.filters = None
    mine.search = "TP53"
    assert genes(mine) == ["TP53", "tp53 like"]
    assert (mine.sort, mine.filters, mine.search) == ([], [], "TP53")
    mine.search = ""
    assert len(mine.rows) == 5


def test_queries_of_every_kind(share):
    widget = share(GENES)
    widget.sort = ("gene", "asc", "natural")
    assert genes(widget) == ["KRAS", "TP53", "chr2", "chr10", "tp53 like"]
    widget.sort = [("gene", "desc", "caseless")]
    assert genes(widget)[0] == "tp53 like"
    widget.sort = None
    for condition, found in (
        (("gene", "startswith", "chr"), ["chr10", "chr2"]),
        (("gene", "matches", "^[A-Z]+$"), ["KRAS"]),
        (("gene", "in", ["KRAS", "x"]), ["KRAS"]),
        (("score", "missing"), ["KRAS"]),
        (("seen", "==", ""), ["chr2"]),
        (("seen", ">=", datetime.date(2026, 1, 2)), ["TP53", "tp53 like"]),
        ({"column": 0, "op": "contains", "value": "tp53", "caseless": True}, ["TP53", "tp53 like"]),
    ):
        widget.filters = [condition]
        assert genes(widget) == found, condition
        assert widget.filters == [condition] or widget.filters[0]["op"] in (">=", "contains")


def test_an_impossible_query_is_refused_at_once_and_nothing_changes(share):
    widget = share(GENES)
    for name, value in (
        ("sort", "scroe"),
        ("filters", [("gene", "matches", "(")]),
        ("filters", [("gene", "~", "x")]),
        ("search", 7),
    ):
        with pytest.raises(BadValue):
            setattr(widget, name, value)
    with pytest.raises(Forbidden):
        share(widget.view_url).sort = "gene"
    empty = share()
    empty.sort = None
    with pytest.raises(BadValue, match="no header"):
        empty.sort = "gene"
    assert (widget.sort, widget.filters, widget.search) == ([], [], "")


def test_a_query_that_takes_too_long_is_refused_and_the_view_stays(make_relay, share):
    relay = make_relay(query_stall_seconds=0.5)
    widget = share(b"x\n" + b"a" * 40 + b"b\n" * 3, relay=relay.url)
    widget.filters = [("x", "matches", "(a+)+$")]
    with pytest.raises(TooSlow):
        widget.rows  # noqa: B018
    assert widget.filters == []
    assert len(widget.rows) == 3


def test_parts_of_a_query_set_together_are_one_change(share):
    widget, heard = share(tsv(1000)), []
    wait_for(lambda: widget._trait_values.get("n_rows") == 1000)
    widget.observe(lambda change: heard.append(change.name), names=["sort", "filters", "search"])
    widget.observe(lambda change: heard.append(change.new), names="n_rows")
    before = widget._snapshot.position.seq
    with widget._shared.pending._lock:  # however slow this machine is, these are made together
        widget.sort = [(0, "desc")]
        widget.filters = [("name0", "contains", "9")]
        widget.search = "r99"
    assert genes(widget)[:2] == ["r99c0", "r999c0"]
    assert widget._snapshot.position.seq == before + 1
    wait_for(lambda: len(heard) == 4)
    assert heard == ["sort", "filters", "search", 11]


def test_a_page_is_turned_to_in_the_view_of_the_pending_query(share):
    widget = share(tsv(1000), page_size=10)
    widget.filters = [("name0", "endswith", "0c0")]
    widget.page = 10
    assert genes(widget) == [f"r{n}c0" for n in range(900, 1000, 10)]
    widget.search = "nowhere"
    widget.page = 2
    with pytest.raises(NoSuchPage):
        widget.rows  # noqa: B018
    assert (widget.rows, widget.n_rows, widget.n_pages) == ([], 0, 1)


def test_the_view_and_its_pages_as_frames(share):
    widget = share(GENES)
    widget.sort = [("score", "desc")]
    widget.filters = [("score", "present")]
    frame = widget.view_df
    assert frame["gene"].tolist() == ["chr10", "chr2", "TP53", "tp53 like"]
    assert frame["score"].tolist()[:3] == [10.0, 9.0, 0.5]
    assert widget.to_pandas(view=True, dtype=str)["score"].tolist() == ["10", "9", "0.5", "NA"]
    assert widget.page_df.index.tolist() == [1, 2, 0, 3]
    pd.testing.assert_frame_equal(widget.df.loc[widget.page_df.index], widget.page_df)
    assert len(widget.df) == 5


def test_awkward_cells_in_the_view_as_a_frame(share):
    data = b'a\tb\n"x\ty"\t"two\nlines"\nz\n"q""q"\t\n'
    widget = share(data, quoting="excel", header=True)
    widget.sort = [("a", "desc")]
    frame = widget.to_pandas(view=True, dtype=str)
    assert frame["a"].tolist() == ["z", "x\ty", 'q"q']
    assert frame["b"].tolist()[1:] == ["two\nlines", ""]
    assert frame["b"].isna().tolist() == [True, False, False]


def test_a_view_without_a_header_line_as_a_frame(share):
    widget = share(b"1\tx\n3\ty\n2\tz\n", header=False)
    widget.sort = [(0, "desc")]
    assert widget.sort == [(0, "desc")]
    assert widget.view_df[1].tolist() == ["y", "z", "x"]


def test_columns_of_a_wide_table_are_known_by_name(share):
    widget = share(tsv(30, columns=1500))
    widget.sort = [("name1400", "desc")]
    assert widget.sort == [("name1400", "desc")]
    with pytest.warns(UserWarning, match="first 1,000"):
        assert genes(widget)[0] == "r9c0"
    assert share(widget.url).sort == [("name1400", "desc")]


def test_what_is_in_a_column(share):
    widget = share(GENES)
    profile = widget.profile("score")
    assert (profile.name, profile.position, profile.kind) == ("score", 1, "number")
    assert (profile.rows, profile.missing, profile.na, profile.fitting) == (5, 1, 1, 3)
    assert (profile.minimum, profile.maximum, profile.mean) == ("0.5", "10", 6.5)
    widget.search = "chr"
    assert widget.profile(1, view=True).rows == 2
    assert widget.profile(1).rows == 5
    assert share(widget.view_url).profile("gene").kind == "text"
    with pytest.raises(BadValue, match="did you mean 'score'"):
        widget.profile("Score")


def test_what_is_in_all_columns(share):
    widget = share(GENES)
    found = widget.describe()
    assert list(found.index) == ["gene", "score", "seen"]
    assert list(found["kind"]) == ["text", "number", "date"]
    assert list(found["missing"]) == [0, 1, 1]
    assert tuple(found.loc["score", ["na", "fitting", "minimum", "mean"]]) == (1, 3, "0.5", 6.5)
    assert tuple(found.loc["seen", ["median", "top", "freq"]]) == ("2026-01-02", "2026-01-03", 1)
    widget.search = "chr"
    assert list(widget.describe(view=True)["rows"]) == [2, 2, 2]
    assert list(widget.describe()["rows"]) == [5, 5, 5]


@pytest.mark.slow
def test_all_columns_of_a_wide_table_are_described_in_parts(share):
    widget = share(tsv(3, columns=1500))
    found = widget.describe()
    assert list(found.index) == [f"name{n}" for n in range(1500)]
    assert list(found["top"]) == [f"r0c{n}" for n in range(1500)]


@pytest.mark.slow
def test_appended_rows_are_in_the_answer(share):
    widget = share(GENES)
    widget.sort = [("score", "desc")]
    assert genes(widget)[0] == "chr10"
    widget.append([["new", "11", ""], ["newer", "0.1", ""]])
    assert genes(widget) == ["new", "chr10", "chr2", "TP53", "newer", "tp53 like", "KRAS"]
    widget.append([["newest", "12", ""]])
    assert widget.view_df["gene"].tolist()[:2] == ["newest", "new"]
    assert (widget.n_rows, widget.n_total) == (8, 8)


@pytest.mark.slow
def test_what_is_under_way_is_told_and_waited_for(make_relay, share):
    relay = make_relay(query_stall_seconds=60.0)
    widget = share(b"x\n" + (b"a" * 23 + b"b\n") * 5, relay=relay.url)
    widget.filters = [("x", "matches", "(a+)+$")]
    wait_for(lambda: widget._link["working"])
    assert widget._link["working"]["by"] == widget._link["cid"]
    assert widget._link["working"]["query"]["filters"][0]["value"] == "(a+)+$"
    assert widget.wait(timeout=0.2).n_rows == 0
    wait_for(lambda: widget._link["working"] is None)


def test_a_view_queries_through_the_kernel(share, screens):
    widget = share(GENES)
    view, table = screens[0], widget._snapshot.table_id
    search = {"search": "chr"}
    view.send(type="look", id="v:1", table=table, page=1, page_size=10, query=search)
    page = view.answer("v:1")["page"]
    assert (page["ids"], page["n_rows"], page["of_rows"]) == ([1, 2], 2, 5)
    view.send(type="profile", id="v:2", table=table, column=1, query=search)
    assert view.answer("v:2")["profile"]["rows"] == 2
    view.send(type="columns", id="v:3", table=table, text="SEEN")
    assert view.answer("v:3")["found"] == [[2, "seen"]]
    view.send(type="op", id="v:4", table=table, set={"sort": [{"column": 0}]})
    assert view.answer("v:4")["type"] == "ack"
    assert widget.sort == [("gene", "asc")]


def test_a_view_cancels_through_the_kernel(share, screens):
    widget = share(b"x\n" + b"a" * 40 + b"b\n" * 3)
    view, table = screens[0], widget._snapshot.table_id
    hopeless = {"filters": [{"column": 0, "op": "matches", "value": "(a+)+$"}]}
    view.send(type="look", id="v:1", table=table, page=1, page_size=10, query=hopeless)
    view.send(type="cancel", id="v:1")
    assert view.answer("v:1")["code"] == "cancelled"


def test_saved_notebooks_say_the_query(share):
    widget = share(GENES)
    widget.sort = [("score", "desc")]
    widget.filters = [("score", ">", 1)]
    html = widget.wait()._repr_mimebundle_()[0]["text/html"]
    assert "2 of 5 rows" in html
    assert "score &gt; 1, sorted by score (down)" in html
    assert "run its cell" in html


def test_what_a_new_table_keeps_of_what_was_asked_is_said(share, capsys):
    widget = share(b"gene\tscore\nTP53\t1\nKRAS\t2\n")
    widget.upload(b"gene\tscore\nTP53\t1\n")
    assert capsys.readouterr().out == ""
    widget.sort, widget.filters, widget.search = "gene", [("score", ">", 1)], "a"
    widget.upload(b"score\tgene\n1\tABL1\n2\tABL2\n3\tX\n")
    said = capsys.readouterr().out
    assert said == "kept: score > 1, sorted by gene, search for 'a'; 1 of 3 rows show\n"
    widget.upload(b"score\tgene\n1\tABL1\n2\tABL2\n3\tX\n", progress=False)
    assert capsys.readouterr().out == ""
    with pytest.warns(UserWarning, match="no columns for: score > 1, search for 'a'"):
        widget.upload(b"gene\nABL1\n")
    assert capsys.readouterr().out == "kept: sorted by gene; 1 of 1 rows show\n"
