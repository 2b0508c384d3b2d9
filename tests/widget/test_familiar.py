"""What people type who know DataFrames, with a real relay."""

import socket
import warnings

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from relay_fixture import tsv

import tsvshare_widget
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import BadValue, Unavailable

GENES = b'gene\tscore\tstart\nTP53\t0.5\t10\nKRAS\t10\t9\n"a, b"\t007\t5\n'


def test_rows_and_columns_are_counted_as_of_a_dataframe(share):
    widget = share(GENES)
    widget.search = "KRAS"
    widget.wait()
    assert (len(widget), widget.shape, widget.n_rows) == (3, (3, 3), 1)
    assert bool(share(b"gene\tscore\n", header=True))
    with tsvshare_widget.connect(widget.url) as table:
        assert (len(table), table.shape) == (3, (3, 3))


def test_first_and_last_rows(share):
    widget = share(tsv(2_500))
    assert list(widget.head()["name0"]) == [f"r{n}c0" for n in range(5)]
    assert list(widget.head(3).index) == [0, 1, 2]
    assert list(widget.tail(2)["name0"]) == ["r2498c0", "r2499c0"]
    assert list(widget.tail(1_500).index) == list(range(1_000, 2_500))
    assert share(b"a\n1\n").head().shape == (1, 1)
    with pytest.raises(BadValue):
        widget.head(2.5)


def test_it_is_written_as_text(share, tmp_path):
    widget = share(GENES)
    path = tmp_path / "out.csv"
    assert widget.to_csv(path, index=False) is None
    text = path.read_bytes().decode()
    assert text == 'gene,score,start\r\nTP53,0.5,10\r\nKRAS,10,9\r\n"a, b",007,5\r\n'
    assert widget.to_csv() == text
    widget.search = "KRAS"
    assert widget.to_csv(sep="\t", view=True) == "gene\tscore\tstart\nKRAS\t10\t9\n"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(BadValue, match=r"w.to_pandas\(\).to_csv"):
        widget.to_csv(index=True)


def test_short_ways_to_ask(share):
    widget = share(GENES)
    widget.sort = "-score"
    assert widget.sort == [("score", "desc")]
    widget.filters = {"gene": "TP53"}
    assert [row[0] for row in widget.rows] == ["TP53"]
    widget.filters = [{"gene": ["TP53", "KRAS"]}, ("score", "=", 10)]
    assert widget.filters == [("gene", "in", ["TP53", "KRAS"]), ("score", "==", 10)]
    assert [row[0] for row in widget.rows] == ["KRAS"]
    assert share(b"-a\ta\n1\t2\n").shape == (1, 2)


def test_a_column_that_is_called_so_goes_up(share):
    widget = share(b"-a\ta\n1\t2\n", header=True)
    widget.sort = "-a"
    assert widget.sort == [("-a", "asc")]


def test_texts_that_order_numbers_are_warned_of_where_they_stand(share):
    widget = share(GENES)
    with pytest.warns(UserWarning, match="compares texts") as caught:
        widget.filters = ("start", ">", "5")
    assert caught[0].filename == __file__
    with (
        tsvshare_widget.connect(widget.url) as table,
        pytest.warns(UserWarning, match=r"\('start', '>', 5\)") as caught,
    ):
        table.filters = ("start", ">", "5")
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        widget.filters = [("start", ">", 5), ("gene", ">", "A"), ("start", "==", "9")]


def test_sep_is_delimiter(share):
    assert share(b"a;b\n1;2\n", sep=";").columns == ["a", "b"]
    with pytest.raises(TypeError, match="give one of them"):
        TSVShare(b"a", sep=";", delimiter=";")


def test_a_dead_link_fails_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        link = f"http://127.0.0.1:{taken.getsockname()[1]}/d/12345678-1234-4234-8234-123456789abc"
        for call in (TSVShare, TSVShare.join, tsvshare_widget.connect):
            with pytest.raises(Unavailable, match="cannot reach the relay"):
                call(link, timeout=None)


def test_ours_is_listed_and_not_what_lies_beneath(share):
    names = [name for name in dir(share(GENES)) if not name.startswith("_")]
    assert {"page", "head", "to_csv", "observe", "close", "undo", "n_rows"} <= set(names)
    assert not {"add_traits", "get_state", "comm", "keys", "log"} & set(names)

    class Mine(TSVShare):
        def of_mine(self):
            """Something of a user's own."""

    widget = Mine(GENES)
    listed = dir(widget)
    widget.close()
    assert "of_mine" in listed


@pytest.mark.slow
@pytest.mark.parametrize("use_jedi", [True, False])
def test_completion_offers_ours(use_jedi):
    shell = InteractiveShell.instance()
    try:
        shell.Completer.use_jedi = use_jedi
        shell.run_cell("from tsvshare_widget import TSVShare\nw = TSVShare(b'a\\tb\\n1\\t2\\n')")
        with provisionalcompleter():
            found = [each.text for each in shell.Completer.completions("w.", 2)]
        shell.run_cell("w.close()")
    finally:
        InteractiveShell.clear_instance()
    found = [text.removeprefix(".") for text in found]
    assert {"page", "head", "sort"} <= set(found)
    assert not {"add_traits", "get_state", "comm"} & set(found)


def test_help_begins_with_an_example():
    first, _, rest = (TSVShare.__doc__ or "").partition("\n\n")
    assert "\n" not in first
    assert 'w = TSVShare("genes.tsv")' in rest.splitlines()[2]
