"""All columns of a table, asked of a relay in parts."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from relay_fixture import wait_for

from tsvshare_widget.client import describe_columns
from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import DescriptionAnswer, TableState
from tsvshare_widget.query import Profile, Query


class Answering:
    """In place of a connection: answers are given by hand."""

    def __init__(self):
        self.sent = []
        self.cancelled = []

    def next_id(self):
        return f"c:{len(self.sent)}"

    def send_request(self, request, timeout, on_fraction):
        assert timeout == 5
        self.sent.append((request, Future(), on_fraction))
        return self.sent[-1][1]

    def cancel(self, id):
        self.cancelled.append(id)

    def start(self, pool, columns, rows=1, on_fraction=lambda done: None):
        table = TableState(id="t1", name="t.tsv", columns=columns, rows=rows)
        options = {"query": Query(), "timeout": 5, "on_fraction": on_fraction}
        return pool.submit(describe_columns, self, table, **options)

    def wait_for(self, count):
        wait_for(lambda: len(self.sent) >= count)

    def give(self, number):
        start, stop = self.sent[number][0].columns
        profiles = [Profile(column=column, kind="text", rows=1) for column in range(start, stop)]
        self.sent[number][1].set_result(
            DescriptionAnswer(id=f"c:{number}", of_rows=1, profiles=profiles)
        )


def test_many_columns_are_asked_for_in_parts_two_at_a_time():
    connection, fractions = Answering(), []
    with ThreadPoolExecutor() as pool:
        found = connection.start(pool, 1100, on_fraction=fractions.append)
        connection.wait_for(2)
        connection.sent[1][2](0.5)
        connection.give(1)
        connection.give(0)
        connection.wait_for(3)
        connection.give(2)
        assert [profile.column for profile in found.result()] == list(range(1100))
    assert [sent[0].columns for sent in connection.sent] == [(0, 500), (500, 1000), (1000, 1100)]
    assert fractions == pytest.approx([0.5 / 3, 1.5 / 3, 2 / 3, 1])
    assert connection.cancelled == []


def test_few_columns_are_shared_out_and_those_not_wanted_are_given_up():
    connection = Answering()
    with ThreadPoolExecutor() as pool:
        found = connection.start(pool, 5)
        connection.wait_for(2)
        connection.sent[0][1].set_exception(Stale("gone"))
        with pytest.raises(Stale, match="gone"):
            found.result()
    assert [sent[0].columns for sent in connection.sent] == [(0, 3), (3, 5)]
    assert connection.cancelled == ["c:0", "c:1"]


def test_of_a_table_of_many_rows_few_columns_are_asked_for_at_once():
    connection = Answering()
    with ThreadPoolExecutor() as pool:
        found = connection.start(pool, 5, rows=10_000_000)
        for number in range(2):
            connection.wait_for(number + 1)
            connection.give(number)
        assert len(found.result()) == 5
    assert [sent[0].columns for sent in connection.sent] == [(0, 3), (3, 5)]
    connection = Answering()
    with ThreadPoolExecutor() as pool:
        found = connection.start(pool, 3, rows=10**9)
        for number in range(3):
            connection.wait_for(number + 1)
            connection.give(number)
        assert len(found.result()) == 3
