"""The current view as TSV: it reads back to the same cells."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relay_fixture import request, tsv

from tsvshare_widget.client import Link, download
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.queries.view import Key, View
from tsvshare_widget.relay.web.transfer.download import view_name
from tsvshare_widget.table import Table
from tsvshare_widget.table.export.tsv import write_rows, write_table
from tsvshare_widget.table.worker.jobs import RowIds

AS_WRITTEN = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    header=False,
    skip=0,
    comments=False,
    format="",
)

CELLS = st.text(st.sampled_from('ab"\t\n\r ,#é\ufeff\u2028'), max_size=6)


def read(folder, data, options=AS_WRITTEN):
    table = Table.create(folder, options=options, durable=False)
    table.feed_bytes(data)
    table.finish_input()
    facts = table.facts
    return table.rows(0, facts.rows, 0, facts.columns, sys.maxsize).cells, table


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6))
def test_what_is_written_reads_back(tmp_path_factory, rows):
    found, table = read(tmp_path_factory.mktemp("t") / "t", write_rows(rows, first=True))
    table.close()
    assert found == rows


def test_cells_are_quoted_only_where_they_have_to_be():
    rows = [['say "hi"', "a,b", " x "], ['"', "tab\there", "two\nlines", "cr\r"], [""]]
    assert write_rows(rows) == (b'say "hi"\ta,b\t x \n""""\t"tab\there"\t"two\nlines"\t"cr\r"\n\n')


def test_a_table_is_written_with_its_header_in_pieces(tmp_path):
    data = tsv(40_000, columns=4)
    _, table = read(tmp_path / "t", data, ReadOptions(header=True, quoting="none", comments=False))
    pieces = list(write_table(table.frozen()))
    assert len(pieces) >= 3
    assert b"".join(pieces) == data


def test_the_rows_of_a_view_are_written_in_its_order_in_pieces(tmp_path):
    data = tsv(40_000, columns=4)
    _, table = read(tmp_path / "t", data, ReadOptions(header=True, quoting="none", comments=False))
    places = np.random.default_rng(1).permutation(40_000)[:30_000]
    places.astype("<u4").tofile(tmp_path / "ids")
    file = RowIds(path=str(tmp_path / "ids"), count=30_000, of_rows=40_000, width=4)
    view = View(Key("t", b"", Query(search="r"), 40_000), file, 0.0, 0.0)
    pieces = list(write_table(table.frozen(), view))
    assert len(pieces) >= 2
    header, *lines = data.splitlines(keepends=True)
    assert b"".join(pieces) == header + b"".join(lines[place] for place in places)


def test_the_view_can_be_downloaded(document):
    data = b'a\tb\n1\n2\t3\t4\n\n5\t"x\ty"\n'
    document.put(data, name="genes.csv.gz", header="true", quoting="excel")
    answer = request("GET", f"{document.url}/table?view=1")
    assert answer.body == data
    assert answer.headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    assert 'filename="genes-view.tsv"' in answer.headers["Content-Disposition"]
    head = request("HEAD", f"{document.url}/table?view=1")
    assert (head.status, head.body) == (200, b"")
    link = Link(base=document.base, uuid=document.uuid)
    assert b"".join(download(link, view=EVERYTHING)) == data


def test_the_view_of_another_dialect_is_tab_separated(document):
    document.put(b"# c\na;b\n1;x\ty\n\xe4;2\n", delimiter=";", header="true", encoding="latin-1")
    answer = request("GET", f"{document.url}/table?view=1")
    assert answer.body == 'a\tb\n1\t"x\ty"\nä\t2\n'.encode()


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("genes.tsv", "genes-view.tsv"),
        ("a.b.csv.GZ", "a.b-view.tsv"),
        ("x.tsv.zst", "x-view.tsv"),
        ("plain", "plain-view.tsv"),
    ],
)
def test_a_view_is_named_after_its_file(name, view):
    assert view_name(name) == view
