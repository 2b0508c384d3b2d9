"""How often rows are appended, and in which order."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from appends_fixture import append, download, lines, rows_on, total, upload
from relay_fixture import tsv


@pytest.mark.slow
def test_many_appends_are_few_messages_and_nothing_is_lost_or_twice(document):
    table = upload(document, 0)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        ann.op(table, page=-1)
        bob.state()
        began = time.monotonic()
        for n in range(200):
            append(document, lines(10 * n, 10))
        options = [bob.state()]
        while options[-1]["state"]["table"]["rows"] < 2000:
            options.append(bob.state())
        assert len(options) <= 2 + (time.monotonic() - began) / 0.1
        assert rows_on(options[-1]["page"]) == [f"r{r}c0" for r in range(1900, 2000)]
    assert download(document) == tsv(2000)


@pytest.mark.slow
def test_a_crowd_on_the_last_page_ends_on_the_same_one(document):
    table = upload(document, 0)
    with contextlib.ExitStack() as stack:
        ann = stack.enter_context(document.editor())
        ann.op(table, page=-1)
        crowd = [stack.enter_context(document.viewer()) for _ in range(50)]
        for n in range(200):
            append(document, lines(50 * n, 50))
        pages = [viewer.state(total(10_000))["page"] for viewer in crowd]
    assert all(page == pages[0] for page in pages)
    assert rows_on(pages[0]) == [f"r{r}c0" for r in range(9_900, 10_000)]
    assert download(document) == tsv(10_000)


def test_a_page_turn_is_not_held_up_by_growth(document):
    table = upload(document, 1000)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        for n in range(20):
            append(document, lines(1000 + n, 1))
            page = n % 2 + 1
            seq = ann.op(table, page=page)["seq"]
            options = bob.state(lambda message, seq=seq: message["seq"] >= seq)
            assert options["state"]["view"]["page"] == page


def test_appends_at_the_same_time_come_one_after_the_other(document):
    upload(document, 0)
    parts = [lines(100 * n, 100) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(lambda p: append(document, p), parts)} == {200}
    body = download(document)
    assert sorted(body.splitlines()) == sorted(tsv(2000).splitlines())
    assert all(part in body for part in parts)


def test_a_retry_appends_once(document):
    upload(document)
    first = append(document, lines(250, 5), id="a:1")
    again = append(document, lines(250, 5), id="a:1")
    assert first.json["rows"] == again.json["rows"] == 255
    assert append(document, lines(255, 5), id="a:2").json["rows"] == 260
    assert download(document) == tsv(260)


def test_appends_are_counted(relay, document):
    upload(document)
    append(document, lines(250, 5))
    append(document, b"[", format="rows")
    assert "tsvshare_appends_total 1\n" in relay.hub.metrics_text()
