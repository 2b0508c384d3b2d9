"""A table without a widget, for scripts."""

import threading

import pytest
from patience import PATIENCE
from relay_fixture import Document, tsv, wait_for

import tsvshare_widget
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import BadValue, Forbidden, NoSuchPage, NotFound


@pytest.fixture
def link(document):
    document.put(tsv(250))
    return f"{document.url}#k={document.key}"


def test_pages_are_read_and_the_view_is_set(link, share):
    widget = share(link)
    with tsvshare_widget.connect(link) as table:
        assert (table.url, table.n_rows, table.n_total, table.n_pages) == (link, 250, 250, 3)
        assert table.columns == ["name0", "name1"]
        table.page = 3
        assert table.rows[0] == ["r200c0", "r200c1"]
        assert table.read_page(1, 2) == [["r0c0", "r0c1"], ["r1c0", "r1c1"]]
        assert table.page == 3  # everyone stays
        table.page_size, table.page = 50, -1
        assert table.page == 5
        table.search, table.sort = "r1c", [("name0", "desc")]
        table.filters = [("name1", "contains", "r1c")]
        assert (table.n_rows, table.sort, table.search) == (1, [("name0", "desc")], "r1c")
        assert table.filters == [("name1", "contains", "r1c")]
        wait_for(lambda: widget.n_rows == 1)
        assert list(table.to_pandas(view=True)["name0"]) == ["r1c0"]
        assert len(table.to_pandas(dtype=str)) == 250
        for wrong in (0, 99):
            with pytest.raises((BadValue, NoSuchPage)):
                table.page = wrong
        with pytest.raises(BadValue):
            table.sort = "nothing"
    wait_for(lambda: table.status.connection == "closed")


def test_rows_are_appended_and_tables_replaced(link):
    with tsvshare_widget.connect(link) as table:
        table.append([["x", "y"], {"name1": "z"}])
        assert table.n_total == 252
        table.upload(b"a\tb\n1\t2\n", name="other.tsv")
        assert (table.columns, table.n_total) == (["a", "b"], 1)


def test_changes_are_waited_for_and_called_back(link):
    heard = []
    called = threading.Event()

    def hear(table):
        heard.append((table.page, threading.current_thread()))  # it may read
        if table.page == 2:
            called.set()

    with (
        tsvshare_widget.connect(link, on_change=hear) as table,
        tsvshare_widget.connect(link) as other,
    ):
        assert not table.wait_for_change(timeout=0.01)
        other.page = 2
        assert table.wait_for_change(PATIENCE)
        assert table.page == 2
        assert called.wait(PATIENCE)
    assert threading.current_thread() not in {thread for _, thread in heard}


def test_links_that_allow_less_or_nothing(document, link, relay):
    with tsvshare_widget.connect(document.url) as table:
        assert len(table.rows) == 100
        for change in (lambda: setattr(table, "page", 2), lambda: table.append([["x"]])):
            with pytest.raises(Forbidden):
                change()
    with pytest.raises(NotFound):
        tsvshare_widget.connect(f"{relay.url}/d/nothing")
    with pytest.raises(BadValue):
        tsvshare_widget.connect("nothing")
    with tsvshare_widget.connect(Document(relay.url).url) as empty:
        assert (empty.rows, empty.n_total, empty.columns) == ([], 0, [])


def test_a_widget_is_closed_with_its_block(relay):
    with TSVShare(tsv(3), relay=relay.url) as widget:
        assert widget.n_rows == 3
    wait_for(lambda: widget.status.connection == "closed")
