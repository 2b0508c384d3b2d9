"""Rows out of JSON text: the same as when it is decoded at once, in batches of bounded size."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.changes import row_lists
from tsvshare_widget.relay.changes.row_lists import decode_rows

rows = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=4))


@pytest.fixture(params=[1, 3, 20], autouse=True)
def _small_pieces(request, monkeypatch):
    monkeypatch.setattr(row_lists, "PIECE_BYTES", request.param)


@given(rows, st.sampled_from([None, 1]), st.booleans())
def test_they_are_what_they_are_at_once(rows, indent, ascii):
    body = json.dumps(rows, indent=indent, ensure_ascii=ascii).encode()
    assert list(itertools.chain(*decode_rows(body))) == rows


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[", b"{}", b"[[]", b"[[],]", b"[[] []]", b"[]]", b"[[]]x", b"[1]", b"[[1]]"),
        *(b'["a"]', b'[["a" "b"]]', b'[["a]]', b"[null]", b"[[NaN]]", b'[["\xff"]]', b'[["\xc3'),
        b"[" * 100_000,
        b'[["a"], [{"a": "b"}]]',
    ],
)
def test_what_is_none_is_refused(body):
    with pytest.raises(BadValue, match="JSON list of lists of strings"):
        list(decode_rows(body))


def test_only_a_few_are_decoded_at_a_time(monkeypatch):
    batches = [len(batch) for batch in decode_rows(b"[" + b'["a", "b"],' * 100 + b"[]]")]
    assert sum(batches) == 101
    assert max(batches) <= 3


def test_a_row_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(row_lists, "LONGEST_ROW", 100)
    with pytest.raises(BadValue):
        list(decode_rows(b'[["' + b"a" * 100_000 + b'"]]'))
    assert next(decode_rows(b'[["' + b"a" * 90 + b'"]]')) == [["a" * 90]]
