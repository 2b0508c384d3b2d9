"""A newer version of a table is sorted, filtered and searched as the older one was."""

import json

import pytest
from websockets.sync.client import connect

ROWS = [("TP53", "0.9"), ("BRCA1", "0.1"), ("TP63", "0.7"), ("EGFR", "0.5")]
ASKED = {
    "sort": [{"column": 1, "direction": "desc"}],
    "filters": [{"column": 0, "op": "startswith", "value": "TP"}],
}


def text(rows=ROWS, names=("gene", "score")):
    return "".join("\t".join(cells) + "\n" for cells in (names, *rows)).encode()


def put(document, data, **query):
    return document.put(data, header="true", **query).json["id"]


def of(table, *, rows=None):
    def is_it(message):
        state = message["state"]
        same = state["table"]["id"] == table and state["table"]["status"] == "complete"
        return same and (rows is None or state["view"]["of_rows"] == rows)

    return is_it


@pytest.fixture
def ann(document):
    """An editor who asked something of a table."""
    table = put(document, text())
    with document.editor(cid="a") as ann:
        assert ann.op(table, **ASKED)["type"] == "ack"
        ann.state(lambda message: message["state"]["view"]["n_rows"] == 2)
        yield ann


def test_a_newer_version_is_asked_the_same(document, ann):
    newer = put(document, text([*ROWS, ("TP73", "0.8")]))
    shown = ann.state(of(newer))
    view = shown["state"]["view"]
    assert (view["query"], view["carried"]) == (ASKED, "all")
    assert (view["page"], view["n_rows"], view["of_rows"]) == (1, 3, 5)
    assert [row[0] for row in shown["page"]["rows"]] == ["TP53", "TP73", "TP63"]

    ann.op(newer, sort=[], filters=[])
    cleared = ann.state(lambda message: message["state"]["view"]["n_rows"] == 5)
    assert "carried" not in cleared["state"]["view"]


def test_its_columns_may_have_moved(document, ann):
    newer = put(document, text([(s, "x", g) for g, s in ROWS], ("score", "note", "gene")))
    shown = ann.state(of(newer))
    query = shown["state"]["view"]["query"]
    assert query["sort"] == [{"column": 0, "direction": "desc"}]
    assert query["filters"][0]["column"] == 2
    assert [row[2] for row in shown["page"]["rows"]] == ["TP53", "TP63"]


def test_what_is_asked_of_a_column_that_it_lacks_goes(document, ann):
    newer = put(document, text(names=("gene", "p-value")))
    view = ann.state(of(newer))["state"]["view"]
    assert (view["query"], view["carried"]) == ({"filters": ASKED["filters"]}, "part")


def test_another_table_shows_as_it_is(document, ann):
    other = put(document, text(names=("a", "b")))
    view = ann.state(of(other))["state"]["view"]
    assert (view["query"], view["carried"], view["n_rows"]) == ({}, "none", 4)


def test_what_comes_in_slowly_is_asked_from_its_first_rows_on(document, ann, slow_put):
    more = [(f"TP{n}", "0.6") for n in range(1000, 3000)]
    data = text([*ROWS, *more])
    upload = slow_put(document, len(data), header="true")
    upload.send(data[:8000])
    first = ann.state(lambda message: message["event"] == "table")
    assert first["state"]["view"]["query"] == ASKED
    assert first["page"]["rows"][0] == ["TP53", "0.9"]
    assert first["state"]["table"]["status"] == "receiving"
    upload.send(data[8000:])
    newer = upload.end().json["id"]
    view = ann.state(of(newer, rows=2004))["state"]["view"]
    assert (view["n_rows"], view["carried"]) == (2002, "all")


def test_an_upload_that_breaks_off_brings_back_what_there_was(document, ann, slow_put):
    data = text(names=("a", "b"))
    upload = slow_put(document, 10 * len(data), header="true")
    upload.send(data)
    ann.state(lambda message: message["event"] == "table")
    upload.disconnect()
    back = ann.state(lambda message: message["event"] == "reverted")
    assert (back["state"]["view"]["query"], back["state"]["view"]["n_rows"]) == (ASKED, 2)


def test_late_evidence_lets_stay_what_the_first_lines_did_not(document, slow_put):
    head = "gène\tb\n".encode() + b"".join(b"r%d\tx\n" % n for n in range(20_000))
    old = put(document, "gène\tb\nTP53\tx\n".encode(), encoding="latin-1")
    with document.editor(cid="a") as ann:
        asked = {"sort": [{"column": 0, "direction": "desc"}]}
        assert ann.op(old, **asked)["type"] == "ack"
        upload = slow_put(document, None)
        upload.send(head)
        first = ann.state(lambda message: message["event"] == "table")
        assert first["page"]["columns"]["names"] == ["gène", "b"]
        assert first["state"]["view"]["carried"] == "none"
        upload.send("café\tx\n".encode("latin-1") * 300)
        view = ann.state(of(upload.end().json["id"], rows=20_300))["state"]["view"]
        assert (view["query"], view["carried"]) == (asked, "all")


def test_the_plain_path_clears_what_was_asked(document, ann):
    url = document.base.replace("http", "ws", 1) + f"/parser/ws/{document.uuid}"
    with connect(url, additional_headers={"X-TSVShare-Key": document.key}) as plain:
        assert json.loads(plain.recv())["total_number"] == 2
        plain.send(text())
        assert json.loads(plain.recv())["total_number"] == 5
    view = ann.state(lambda message: message["state"]["table"]["name"] == "upload.tsv")
    assert view["state"]["view"]["query"] == {}
    assert "carried" not in view["state"]["view"]
