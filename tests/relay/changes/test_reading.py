"""How tables are read: what is told, what is found, and what stays over a restart."""

import asyncio
import contextlib
import functools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from reading_fixture import is_read, shown, status
from relay_fixture import Document, RelayThread, Viewer, request, tsv, wait_for

from tsvshare_widget import document as docs
from tsvshare_widget.errors import BadValue, NotFound, Stale
from tsvshare_widget.read_options import MissingIn, ReadOptions, json_values
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.pages import Renderer
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import (
    options_from_query,
    table_state,
)
from tsvshare_widget.relay.threads import FairThreads

# --- what is told with an upload -----------------------------------------------------------------


def test_the_state_says_what_was_told_and_what_was_found(document):
    table = document.put(b"#x\na,b\n1,2,3\n4\n", header="true", delimiter=",").json
    assert table["told"] == {"header": True, "delimiter": ","}
    assert table["reading"]["delimiter"] == ","
    assert (table["rows"], table["columns"]) == (2, 3)
    line_stats = table["census"]
    assert (line_stats["short"], line_stats["long"]) == (
        {"count": 1, "lines": [4]},
        {"count": 1, "lines": [3]},
    )
    assert (line_stats["blank"]["count"], line_stats["undecodable"]) == (0, 0)


def test_everything_can_be_told_in_an_address():
    words = {
        "header": ["true"],
        "delimiter": ["\t"],
        "comments": ["#", "!"],
        "quoting": ["none"],
        "skip": ["3"],
    }
    options = ReadOptions(header=True, delimiter="\t", comments=("#", "!"), quoting="none", skip=3)
    assert options_from_query(words) == options
    assert options_from_query({"comments": ["false"], "header": []}) == ReadOptions(comments=False)
    assert options_from_query({"names": ["a", "b"]}) == ReadOptions(names=("a", "b"))
    assert options_from_query({"missing": ["-", "none given"]}) == ReadOptions(
        missing=("-", "none given")
    )
    assert options_from_query({"missing": ["[]"]}) == ReadOptions(missing=())
    assert options_from_query({"missing": ['["true"]'], "types": ["text", "auto"]}) == ReadOptions(
        missing=("true",), types=("text", "auto")
    )
    assert options_from_query({"missing_in": ['[{"column": 2, "words": ["x"]}]']}) == ReadOptions(
        missing_in=(MissingIn(column=2, words=("x",)),)
    )
    for wrong in ({"missing_in": ["age"]}, {"types": ["zip"]}, {"missing_in": ['[{"column": 1}]']}):
        with pytest.raises(BadValue, match=next(iter(wrong))):
            options_from_query(wrong)
    with pytest.raises(BadValue, match="header='perhaps'"):
        options_from_query({"header": ["perhaps"]})
    with pytest.raises(BadValue, match="skip='many'"):
        options_from_query({"skip": ["many"]})


def test_only_options_that_are_given_are_named():
    options = ReadOptions(delimiter=";", comments=("#",), header=False)
    assert json_values(options) == {"delimiter": ";", "comments": ["#"], "header": False}
    assert json_values(ReadOptions()) == {}


def test_a_telling_that_makes_no_sense_is_refused_before_the_upload(document):
    answer = document.put(b"a\n", skip="x")
    assert (answer.status, answer.code) == (400, "bad_value")


def test_rows_know_their_lines(document):
    table = document.put(b"#c\n#d\na\tb\n1\t2\n3\t4\n", header="true", comments="true").json["id"]
    with document.viewer() as bob:
        page = bob.welcome["page"]
        assert (page["rows"], page["lines"]) == ([["1", "2"], ["3", "4"]], [4, 5])
        assert page["columns"]["named_by"] == "file"
        bob.send(type="look", id="v:1", table=table, page=2, page_size=1)
        assert bob.next("page")["page"]["lines"] == [5]


BED = b"".join(b"chr1\t%d\t%d\tx%d\n" % (n, n + 9, n) for n in range(50))


def test_names_of_a_format_are_not_the_files(document):
    table = document.put(BED, name="peaks.bed").json
    assert (table["reading"]["format"], table["rows"]) == ("BED", 50)
    with document.editor() as ann:
        columns = ann.welcome["page"]["columns"]
        assert (columns["names"][0], columns["named_by"]) == ("chrom", "format")
        assert request("GET", f"{document.url}/page/1").json["columns"] == []
        assert request("GET", f"{document.url}/table?view=1").body == BED
        ann.op(table["id"], reading={"format": ""})
        assert ann.state(is_read)["page"]["columns"]["names"] is None
        ann.op(table["id"], reading={})
        again = ann.state(lambda s: is_read(s) and not s["state"]["table"]["told"])
        assert again["page"]["columns"]["named_by"] == "format"


# --- pages and readings ------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    store = TableStore(tmp_path)
    yield store
    store.close()


def stored(store, data, options):
    table_id, table = store.create(options, 10**9)
    table.feed_bytes(data)
    table.finish_input()
    store.release(table_id)
    return table_state(table_id, "t.tsv", table.facts, options, finished=True)


def test_a_page_is_never_of_another_reading_than_its_state(store):
    as_file = stored(store, tsv(5), ReadOptions(header=True))
    renderer = Renderer(store, FairThreads("reading", 2))
    options = ReadOptions(header=False)

    async def first_row(table):
        page = await renderer.page(table, window_of(table, 1, 100, None))
        return json.loads(page)["rows"][0][0]

    with store.growing(as_file) as table:
        table.reread(options)
        as_data = table_state(as_file.id, "t.tsv", table.facts, options, finished=True)
        assert asyncio.run(first_row(as_file)) == "r0c0"
        with pytest.raises(Stale):
            asyncio.run(first_row(as_data))
        with contextlib.suppress(NotFound), store.offer(as_file.id, table.frozen()):
            assert asyncio.run(first_row(as_data)) == "name0"
            raise NotFound("the change was not stored")
        with store.offer(as_file.id, table.frozen()):
            again = msgspec.structs.replace(as_file, rows=4)  # another key than what is remembered
            assert asyncio.run(first_row(again)) == "r0c0"
        again = msgspec.structs.replace(as_file, rows=3)
        with pytest.raises(Stale):
            asyncio.run(first_row(again))
        assert asyncio.run(first_row(as_data)) == "name0"


def test_pages_agree_with_their_state_while_readings_change(document):
    table = shown(document)
    stop = threading.Event()

    def look(uuid):
        looked = 0
        with document.viewer() as bob:
            header = bob.welcome["state"]["table"]["reading"]["header"]
            while not stop.is_set():
                message = bob.next("state")
                header = message["state"]["table"]["reading"]["header"]
                if message["page"] is not None:
                    assert (message["page"]["columns"]["names"] is not None) == header
                    assert message["page"]["rows"][0][0] == ("r0c0" if header else "name0")
                    looked += 1
        return looked

    with ThreadPoolExecutor(2) as pool, document.editor() as ann:
        looking = [pool.submit(look, n) for n in range(2)]
        for n in range(30):
            ann.op(table, reading={"header": n % 2 == 1, "quoting": "none"})
            ann.op(table, page_size=100 + n)
        stop.set()
        ann.op(table, page_size=10)
        assert all(future.result(10) > 3 for future in looking)


# --- late evidence -----------------------------------------------------------------------------


ROWS = b"# made\na\tb\n" + b"".join(b"r%d\tx\n" % n for n in range(20_000))


@pytest.mark.parametrize(
    ("late", "about"),
    [
        (b'"never closed\tx\n' * 300, "quoting"),
        (b"#7\tx\n" * 300, "comments"),
        ("é\tx\n".encode("latin-1") * 300, "encoding"),
    ],
)
def test_evidence_that_comes_late_is_announced(document, slow_put, late, about):
    upload = slow_put(document, len(ROWS + late))
    with document.editor(cid="ann") as ann:
        upload.send(ROWS)
        coming = ann.state(lambda s: s["state"]["table"]["rows"] > 15_000)["state"]["table"]
        assert ann.op(coming["id"], page=5)["type"] == "ack"
        upload.send(late)
        answer = upload.end().json
        seen = ann.state(lambda s: status(s) == "complete")
        assert seen["event"] == "reading"
        assert seen["state"]["table"] == answer
        assert (answer["rows"], answer["told"]) == (20_300, {})
        assert answer["reading"] != coming["reading"]
        assert answer["reading"]["notes"]["reread"] == answer["reading"]["notes"][about]
        assert 403 in seen["page"]["lines"]
        assert ["r400", "x"] in seen["page"]["rows"]


def test_what_is_asked_of_a_table_outlives_evidence_that_comes_late(document, slow_put):
    late = b'"never closed\tx\n' * 300
    upload = slow_put(document, len(ROWS + late))
    with document.editor(cid="ann") as ann:
        upload.send(ROWS)
        coming = ann.state(lambda s: s["state"]["table"]["rows"] > 15_000)["state"]["table"]
        wanted = {"search": "x", "sort": [{"column": 0, "direction": "desc"}]}
        assert ann.op(coming["id"], **wanted)["type"] == "ack"
        upload.send(late)
        upload.end()
        seen = ann.state(lambda s: status(s) == "complete")
        assert seen["event"] == "reading"
        view = seen["state"]["view"]
        assert (view["query"]["search"], view["n_rows"], view["of_rows"]) == ("x", 20_300, 20_300)
        assert seen["page"]["rows"][0] == ["r9999", "x"]


# --- over a restart ----------------------------------------------------------------------------


def test_a_new_reading_is_there_after_a_kill(relay_process):
    document = Document(relay_process.url)
    table = shown(document)
    with document.editor() as ann:
        assert ann.op(table, reading={"header": False})["type"] == "ack"
    relay_process.kill()
    relay_process.start()
    with document.viewer() as bob:
        assert bob.welcome["state"]["table"]["told"] == {"header": False}
        assert bob.welcome["page"]["rows"][0] == ["name0", "name1"]


@pytest.mark.parametrize("done", [False, True], ids=["before the swap", "after the swap"])
def test_a_document_left_being_read_anew_shows_its_stored_reading(make_relay, tmp_path, done):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    table = shown(document)
    begin = functools.partial(
        docs.begin_rereading, options=ReadOptions(header=False), table=table, by=None, now=0.0
    )
    relay.run(relay.hub.documents.change(document.uuid, begin))
    if done:
        relay.hub.tables.acquire(table).reread(ReadOptions(header=False))
        relay.hub.tables.release(table)
    relay.stop()
    again = make_relay(data_dir=tmp_path)
    loaded = again.run(again.hub.documents.load(document.uuid)).state.table
    assert (loaded.status, loaded.rows) == ("complete", 251 if done else 250)
    assert loaded.options == ReadOptions(header=not done)
    again_url = f"{again.url.replace('http', 'ws')}/d/{document.uuid}/ws"
    with Viewer(again_url) as bob:
        assert bob.welcome["page"]["rows"][0][0] == ("name0" if done else "r0c0")


def test_what_a_killed_relay_left_of_a_reading_is_in_nobodys_way(store):
    table = stored(store, tsv(5), ReadOptions(header=True))
    for name in ("rows.1.u64", "text.1"):
        (store.folder / table.id / name).write_bytes(b"half of it")
    data = store.acquire(table.id)
    data.reread(ReadOptions(header=False))
    assert data.facts.rows == 6
    store.release(table.id)


def test_states_survive_json(store):
    state = stored(store, tsv(5), ReadOptions(header=True, comments=("#",)))
    assert msgspec.json.decode(msgspec.json.encode(state), type=type(state)) == state


def test_a_relay_that_stops_does_not_wait_for_readings(gate):
    relay = RelayThread()
    document = Document(relay.url)
    table = shown(document)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: gate.begun)
        ann.send(type="op", id="a:2", table=table, set={"reading": {}})
        wait_for(lambda: document.uuid in relay.hub.rereads._waiting)
        closing = threading.Thread(target=relay.stop)
        closing.start()
        assert ann.next("ack", "reject", "bye")["type"] == "bye"
        closing.join(10)
        assert not closing.is_alive()
        gate.opened.set()
