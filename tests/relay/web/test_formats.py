"""Rows as files of other formats: what is in them, and what they may cost."""

import csv
import io
import json
import socket
import sys
from urllib.parse import quote, urlsplit

import pytest
from relay_fixture import Document, request, wait_for

from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.table.export.kinds import as_shown

CELLS = (
    b"gene\tscore\tid\tshare\tnote\n"
    b"TP53\t1\t007\t0.5\t=1+1\n"
    b"KRAS\tNA\t12\t1e-3\ttwo\n"
    b'X\t-3\t1.50\t\ta, "b" c\n'
)
ROWS = [
    ["TP53", "1", "007", "0.5", "=1+1"],
    ["KRAS", "NA", "12", "1e-3", "two"],
    ["X", "-3", "1.50", "", 'a, "b" c'],
]
NAMES = ["gene", "score", "id", "share", "note"]


@pytest.fixture
def table(document):
    document.put(CELLS.replace(b'"a, ""b"\\" c"', b'a, "b" c'), quoting="none")
    return document


def download(document, format, **query):
    words = "".join(f"&{name}={quote(value)}" for name, value in query.items())
    return request("GET", f"{document.url}/table?view=1&format={format}{words}")


FIRST = {"filters": [{"column": 0, "op": "==", "value": "TP53"}]}


def test_csv(table):
    answer = download(table, "csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "-view.csv" in answer.headers["Content-Disposition"]
    assert list(csv.reader(io.StringIO(answer.body.decode(), newline=""))) == [NAMES, *ROWS]
    assert download(table, "csv", bom="1").body.startswith(b"\xef\xbb\xbfgene,score")
    lines = download(table, "csv", query=json.dumps(FIRST)).body.splitlines()
    assert lines == [b"gene,score,id,share,note", b"TP53,1,007,0.5,=1+1"]


def test_an_excel_workbook_has_numbers_that_look_the_same_and_text_and_no_formula(table):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    answer = download(table, "xlsx")
    assert "spreadsheetml" in answer.headers["Content-Type"]
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert rows == [
        NAMES,
        ["TP53", 1, "007", 0.5, "=1+1"],
        ["KRAS", "NA", 12, "1e-3", "two"],
        ["X", -3, "1.50", None, 'a, "b" c'],
    ]
    assert book.active.cell(2, 5).data_type != "f"
    book.close()
    book = openpyxl.load_workbook(io.BytesIO(download(table, "xlsx", query=json.dumps(FIRST)).body))
    assert book.active.max_row == 2
    book.close()


def test_a_parquet_file_has_types_and_loses_nothing(table):
    pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    found = parquet.read_table(io.BytesIO(download(table, "parquet").body))
    assert found.to_pydict() == {
        "gene": ["TP53", "KRAS", "X"],
        "score": [1, None, -3],
        "id": ["007", "12", "1.50"],
        "share": [0.5, 0.001, None],
        "note": ["=1+1", "two", 'a, "b" c'],
    }
    assert [str(field.type) for field in found.schema] == [
        *["string", "int64", "string", "double", "string"]
    ]


def test_columns_without_names_short_rows_and_nothing_at_all(document):
    pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    document.put(b"x\tx\t\n1\t2\n\t3\t\n", header="true")
    found = parquet.read_table(io.BytesIO(download(document, "parquet").body)).to_pydict()
    assert found == {"x": [1, None], "x (2)": [2, 3], "column 3": [None, ""]}


def test_what_a_relay_cannot_write_is_said_and_not_offered(make_relay, monkeypatch):
    for library in ("xlsxwriter", "pyarrow"):
        monkeypatch.setitem(sys.modules, library, None)
    document = Document(make_relay().url)
    document.put(CELLS)
    with document.viewer() as viewer:
        assert viewer.welcome["limits"]["formats"] == ["tsv", "csv"]
    for format, said in (("xlsx", "pip install xlsxwriter"), ("odt", "format= is one of tsv, csv")):
        answer = download(document, format)
        assert (answer.status, answer.json["error"]["code"]) == (400, "bad_value")
        assert said in answer.json["error"]["message"]


def test_what_no_sheet_has_room_for_is_refused(document):
    pytest.importorskip("xlsxwriter")
    document.put(b"\t".join([b"a"] * 17_000) + b"\n1\n", header="true")
    answer = download(document, "xlsx")
    assert (answer.status, answer.json["error"]["code"]) == (413, "too_large")
    document.put(b"a\n" + b"x" * 40_000 + b"\n", header="true")
    assert "a cell has 40,000 characters" in download(document, "xlsx").json["error"]["message"]


def test_making_one_ends_in_time_and_leaves_nothing(make_relay, monkeypatch):
    pytest.importorskip("xlsxwriter")
    document = Document(make_relay(query_seconds=1e-9).url)
    document.put(b"a\tb\n" + b"1\t2\n" * 50_000, header="true")
    answer = download(document, "xlsx")
    assert (answer.status, answer.json["error"]["code"]) == (422, "too_slow")


def test_who_has_gone_ends_what_was_made_for_them_and_others_go_on(document, relay):
    pytest.importorskip("xlsxwriter")
    document.put(b"a\tb\n" + b"1\t2\n" * 300_000, header="true")
    hub: Hub = relay.hub
    parts = urlsplit(document.url)
    leaving = socket.create_connection((parts.hostname, parts.port))
    target = f"{parts.path}/table?view=1&format=xlsx"
    leaving.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    wait_for(lambda: hub.making.at_work == 1)
    assert request("GET", f"{document.url}/page/1").status == 200
    leaving.close()
    wait_for(lambda: hub.making.at_work == 0)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *[("0", 0), ("-3", -3), ("0.5", 0.5), ("123456789012345", 123456789012345)],
        *[("007", None), ("1.50", None), ("+1", None), ("-0", None), ("1e5", None), ("", None)],
        *[("1234567890123456", None), ("1 000", None), ("inf", None), ("0.1234567890123456", None)],
    ],
)
def test_numbers_that_a_spreadsheet_shows_as_they_are(cell, number):
    assert as_shown(cell) == number
