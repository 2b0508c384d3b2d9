"""What is asked right after opening waits for the table, and what is mistyped is refused."""

import threading

import pytest
from patience import PATIENCE
from relay_fixture import wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.table import Table
from tsvshare_widget.widget.live import shared_table
from tsvshare_widget.widget.live.shared_table import LARGE_BYTES

WIDE = 900


@pytest.fixture
def wide(tmp_path):
    """A file whose header line alone is larger than what is read of a file at first."""
    path = tmp_path / "wide.tsv"
    names = "\t".join(f"a_column_with_a_name_that_is_rather_long_{n:05}" * 10 for n in range(WIDE))
    rows = "".join("\t".join(["1"] * WIDE) + "\n" for _ in range(30))
    path.write_text(f"{names}\n{rows}")
    return path


@pytest.fixture
def slow_opening(monkeypatch):
    """Files are opened only once the test lets them."""
    may_go, open_path = threading.Event(), EmbeddedRelay.open_path

    def open_later(*args, **options):
        assert may_go.wait(PATIENCE)
        return open_path(*args, **options)

    monkeypatch.setattr(EmbeddedRelay, "open_path", open_later)
    yield may_go
    may_go.set()


ASKED = {
    "describe": lambda w: len(w.describe()) == WIDE and int(w.describe()["rows"].iloc[0]) == 30,
    "profile by name": lambda w: w.profile(w.columns[7]).rows == 30,
    "profile by position": lambda w: w.profile(WIDE - 1).rows == 30,
    "columns": lambda w: len(w.columns) == WIDE,
    "rows": lambda w: len(w.rows) == 30,
    "page_df": lambda w: w.page_df.shape[0] == 30,
    "df": lambda w: w.df.shape == (30, WIDE),
    "lines": lambda w: w.lines[0] == 2,
    "reading": lambda w: w.reading.columns == WIDE,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_at_once_waits_for_the_table(name, share, wide, slow_opening):
    widget = share(wide, relay=None)
    threading.Timer(0.05, slow_opening.set).start()
    assert ASKED[name](widget)


def test_the_columns_are_those_of_the_whole_header(share, slow_upload):
    widget = share()
    coming = slow_upload(widget)
    coming.send(b"name\tsco")
    wait_for(lambda: widget.status.table == "receiving")
    names: list[str] = []
    asking = threading.Thread(target=lambda: names.extend(widget.columns))
    asking.start()
    coming.send(b"re\n1\t2\n")
    coming.end()
    asking.join(PATIENCE)
    assert names == ["name", "score"]


@pytest.mark.parametrize("name", [5, b"Ada", ["Ada"], True])
def test_a_name_is_a_text(share, name):
    widget = share(b"a\n1\n")
    with pytest.raises(BadValue, match="text or None"):
        widget.me = name
    widget.me = "Ada"
    assert widget.me == "Ada"
    widget.me = None


@pytest.mark.parametrize(
    ("name", "meant"), [("pagee", "page"), ("filter", "filters"), ("Sort", "sort")]
)
def test_what_is_mistyped_is_refused(share, name, meant):
    widget = share(b"a\n1\n")
    with pytest.raises(AttributeError, match=f"{name!r}.*did you mean '{meant}'"):
        setattr(widget, name, 3)
    with pytest.raises(AttributeError, match="has no 'colour'"):
        widget.colour = "red"
    with pytest.raises(AttributeError):
        widget.columns = ["a"]


def test_subclasses_have_attributes_of_their_own(relay):
    class Mine(TSVShare):
        pass

    widget = Mine(b"a\n1\n", relay=relay.url)
    widget.note = "mine"
    assert widget.note == "mine"
    widget.close()


def test_a_large_file_shows_while_its_rows_are_counted(share, tmp_path, monkeypatch):
    path = tmp_path / "large.tsv"
    path.write_bytes(b"a\tb\n" + b"1\ta cell of some length\n" * (LARGE_BYTES // 20))
    may_go, open_path = threading.Event(), EmbeddedRelay.open_path

    def open_slowly(*args, **options):
        opened = open_path(*args, **options)
        assert may_go.wait(PATIENCE)
        return opened

    monkeypatch.setattr(EmbeddedRelay, "open_path", open_slowly)
    monkeypatch.setattr(shared_table, "QUICK_OPENING_SECONDS", 100 * PATIENCE)
    made = []
    maker = threading.Thread(target=lambda: made.append(share(path, relay=None)))
    maker.start()
    try:
        wait_for(lambda: made)
        assert made[0].n_rows > 0
        assert made[0]._shared.is_opening
    finally:
        may_go.set()
        maker.join()


def in_thread(ask):
    """The answers to a question, as they come, and the thread that asks it."""
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask()), daemon=True)
    asking.start()
    return answers, asking


def test_a_query_is_answered_once_a_file_has_come_in_full(share, tmp_path, monkeypatch):
    rows = LARGE_BYTES // 20
    path = tmp_path / "large.tsv"
    path.write_bytes(b"a\tb\n" + b"1\ta cell of some length\n" * rows + b"0\tthe last one\n")
    may_go, adopt = threading.Event(), Table.adopt

    def adopt_slowly(table, source, progress, stop):
        def report(facts):
            progress(facts)
            assert facts.rows > rows or may_go.wait(PATIENCE)

        adopt(table, source, report, stop)

    monkeypatch.setattr(Table, "adopt", adopt_slowly)
    widget = share(path, relay=None)
    widget.sort = [("a", "asc")]
    answers, asking = in_thread(lambda: (widget.rows[0], widget.n_rows))
    try:
        wait_for(lambda: widget.n_total > 0)
        widget._shared.pending.send_due()
        assert not widget._shared.pending.get("sort").is_sent
    finally:
        may_go.set()
        asking.join(PATIENCE)
    assert answers == [(["0", "the last one"], rows + 1)]


def test_rows_of_a_query_are_those_of_all_that_somebody_sends(share, slow_upload):
    mine = share()
    yours = share(mine.url)
    first, last = b"name\n" + b"n\n" * 200, b"a\n"
    coming = slow_upload(yours, len(first + last))
    coming.send(first)
    wait_for(lambda: mine.n_rows == 200)
    mine.sort = [("name", "asc")]
    wait_for(lambda: not mine._shared.pending.has_any)
    answers, asking = in_thread(lambda: mine.rows[0])
    assert not answers
    coming.send(last)
    coming.end()
    asking.join(PATIENCE)
    assert answers == [["a"]]
