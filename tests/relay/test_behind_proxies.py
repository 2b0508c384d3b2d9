"""Relays behind nginx and Caddy, as ``deploy/`` configures them: over TLS, and nothing is lost."""

import contextlib

import pytest
from front_fixture import front
from parted_fixture import DATA, PartedUpload
from relay_fixture import Document, SlowUpload, request, tsv

BEHIND = {"trusted_proxies": ("127.0.0.1",)}

LINE = b"%07d\tand more of it, so that there are some megabytes\n"
TABLE = b"n\ttext\n" + b"".join(LINE % number for number in range(100_000))


@pytest.fixture(params=["nginx", pytest.param("caddy", marks=pytest.mark.exhaustive)])
def kind(request):
    return request.param


@pytest.fixture
def behind(kind, make_relay, tmp_path):
    """A relay behind a proxy: the address of that."""
    relay = make_relay(**BEHIND)
    with front(kind, tmp_path / "front", relay.port) as proxy:
        yield proxy.url


def test_pages_and_links_are_as_people_reach_them(behind):
    document = Document(behind)
    document.put(tsv(250))
    made = request("POST", f"{behind}/d").json
    assert made["view_url"].startswith(f"{behind}/d/")
    page = request("GET", document.url)
    assert page.status == 200
    assert behind.replace("https", "wss") in page.headers["Content-Security-Policy"]
    assert request("GET", f"{document.url}/page/3").json["data"][0] == ["r200c0", "r200c1"]
    for inside in ("livez", "readyz", "metrics", "admin/documents"):
        answer = request("GET", f"{behind}/{inside}")
        assert answer.status == 404
        assert not answer.body.startswith(b"{")  # the proxy says so, not a relay


def test_pages_turn_for_everyone(behind):
    document = Document(behind)
    document.put(tsv(250))
    with document.editor(cid="a") as editor, document.viewer(cid="b") as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        assert editor.op(table, page=3)["type"] == "ack"
        assert viewer.state()["state"]["view"]["page"] == 3


def test_an_upload_shows_while_it_comes_and_comes_back_as_it_was(behind):
    document = Document(behind)
    with document.viewer() as viewer:
        upload = SlowUpload(document, len(TABLE))
        with contextlib.ExitStack() as held:
            held.callback(upload.disconnect)
            half = len(TABLE) // 2
            upload.send(TABLE[:half])
            seen = viewer.state(lambda state: state["state"]["table"]["bytes"] == half)
            assert seen["state"]["table"]["status"] == "receiving"
            upload.send(TABLE[half:])
            assert upload.answer().status == 200
    assert request("GET", f"{document.url}/table").body == TABLE


def test_an_upload_in_parts_goes_on_after_a_loss(behind):
    document = Document(behind)
    upload = PartedUpload(document)
    upload.break_off(0, DATA[:20_000]).close()
    assert upload.patch(upload.offset, DATA[upload.offset :]).status in (200, 204)
    assert request("GET", f"{document.url}/table").body == DATA


def test_below_a_path(kind, make_relay, tmp_path):
    relay = make_relay(base_path="/tsv/", **BEHIND)
    with front(kind, tmp_path / "front", relay.port, root="/tsv/") as proxy:
        document = Document(proxy.url)
        document.put(tsv(250))
        assert request("GET", f"{proxy.url}/static/widget.css").status == 200
        with document.editor() as editor:
            table = editor.welcome["state"]["table"]["id"]
            assert editor.op(table, page=2)["type"] == "ack"


