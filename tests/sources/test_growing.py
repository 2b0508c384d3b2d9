"""Iterators, of which rows come as they are made."""

import io
import threading

import numpy as np
import pandas as pd
import pytest
from relay_fixture import wait_for

from tsvshare_widget.errors import BadTable, BadValue
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.sources.growing import MOST_WAITING, Growing, is_growing
from tsvshare_widget.sources.recognise import read_part, recognise_source


def opened(items, options=NO_OPTIONS):
    found = Growing(iter(items), "rows.tsv", options, read_part).open()
    return b"".join(found.body).decode(), found.options.header


FRAMES = [pd.DataFrame({"a": [1], "b": ["x"]}), pd.DataFrame({"a": [2], "b": ["y"]}, index=[9])]


@pytest.mark.parametrize(
    ("items", "text", "header"),
    [
        ([["a", 1], ("b", 2.5)], "a\t1\nb\t2.5\n", None),
        ([{"a": 1, "b": 2}, {"b": 3}], "a\tb\n1\t2\n\t3\n", True),
        ([b"a\tb\n", "é\t1\n"], "a\tb\né\t1\n", None),
        (FRAMES, "a\tb\n1\tx\n2\ty\n", True),
        ([{"a": [1, 2]}], "a\n[1, 2]\n", True),
        ([np.array([1, 2])], "1\t2\n", None),
        ([["\ufeffa"], ["\ufeffb"]], '"\ufeffa"\n\ufeffb\n', None),
        (pd.read_csv(io.StringIO("a\n1\n2\n3\n"), chunksize=2), "a\n1\n2\n3\n", True),
    ],
    ids=lambda value: "",
)
def test_items_become_text(items, text, header):
    assert opened(items) == (text, header)


def test_names_of_lists_may_be_said():
    assert opened([["x"]], ReadOptions(names=("a",))) == ("a\nx\n", True)


def test_what_does_not_fit_is_said():
    with pytest.raises(BadValue, match="without a row"):
        opened([])
    with pytest.raises(BadValue, match="row 2 has a column 'b' that"):
        opened([{"a": 1}, {"b": 1}])
    with pytest.raises(BadTable, match="other columns than the first one: b"):
        opened([FRAMES[0][["a"]], FRAMES[0][["b"]]])
    with pytest.raises(TypeError, match="cannot open a int"):
        opened([3])


def test_files_are_no_iterators():
    assert not is_growing(io.BytesIO())
    assert not is_growing([1])
    assert is_growing(iter([1]))
    assert isinstance(recognise_source(x for x in [[1]]), Growing)


def test_rows_come_before_the_next_one_is_there_and_end_when_they_are_stopped():
    go_on, closed = threading.Event(), threading.Event()

    def items():
        try:
            yield ["first"]
            go_on.wait()
            yield ["second"]
        finally:
            closed.set()

    growing = Growing(items(), "rows.tsv", NO_OPTIONS, read_part)
    body = iter(growing.open().body)
    assert next(body) == b"first\n"
    growing.stop()
    assert list(body) == []
    go_on.set()
    wait_for(closed.is_set)


def test_only_so_much_is_taken_from_an_iterator_as_is_sent():
    sent, ahead = 0, []

    def pieces():
        for number in range(1, 101):
            yield b"x" * (1 << 20)
            ahead.append((number << 20) - sent)

    growing = Growing(pieces(), "rows.tsv", NO_OPTIONS, read_part)
    for piece in growing.open().body:
        sent += len(piece)
    assert sent == 100 << 20
    assert max(ahead) <= 2 * MOST_WAITING + (1 << 20)  # those that wait, and those on their way

    growing = Growing(iter(FRAMES * 50), "rows.tsv", NO_OPTIONS, read_part)
    waiting = growing.batches()
    assert all(len(batch) == 1 for batch in waiting)


def test_what_an_iterator_raises_comes_after_what_was_there():
    def items():
        yield ["first"]
        raise OSError("the instrument was switched off")

    growing = Growing(items(), "rows.tsv", NO_OPTIONS, read_part)
    body = iter(growing.open().body)
    assert next(body) == b"first\n"
    with pytest.raises(OSError, match="switched off"):
        next(body)
