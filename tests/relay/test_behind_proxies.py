"""Relays behind nginx and Caddy, as ``deploy/`` configures them: over TLS, and nothing is lost."""

import contextlib
import http.client
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cli_fixture import landing_page
from cluster_fixture import CALM, relays_on_redis
from front_fixture import front
from parted_fixture import DATA, PartedUpload
from patience import PATIENCE
from relay_fixture import Document, SlowUpload, free_port, request, tsv, wait_for
from tls_fixture import TLS_CERT

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.client.backoff import Backoff
from tsvshare_widget.protocol import Settings

QUICK = Backoff(first=0.05, most=0.2)

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


# --- restarts ------------------------------------------------------------------------------------


class Watch:
    """How often a connection was lost."""

    def __init__(self, connection):
        self.connection, self.losses, self._was = connection, 0, "live"
        connection._on_change = self._look

    def _look(self):
        status = self.connection.snapshot.status
        self.losses += self._was == "live" and status != "live"
        self._was = status


def meeting(held, proxy, count):
    """A document of 1,000 rows behind a proxy, so many people at it, and watches of them."""
    document = Document(proxy.url)
    document.put(tsv(1000))
    link = Link(proxy.url, document.uuid, document.key)
    people = [held.enter_context(Connection(link, backoff=QUICK)) for _ in range(count)]
    for one in people:
        one.wait(lambda known: known.viewers == count, PATIENCE)
    return document, people, [Watch(one) for one in people]


@pytest.mark.slow
@pytest.mark.parametrize(
    "end",
    [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.exhaustive)],
    ids=["restarted", "killed"],
)
def test_a_restart_costs_viewers_one_reconnect_and_nothing_else(
    kind, end, start, tmp_path, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    port = free_port()
    words = ["serve", "--port", port, "--data-dir", tmp_path / "data", "--trust-proxy", "127.0.0.1"]
    relay = start(*words)
    landing_page(relay)
    with contextlib.ExitStack() as held:
        proxy = held.enter_context(front(kind, tmp_path / "front", port))
        document, people, watches = meeting(held, proxy, 2)
        table = people[0].snapshot.table_id
        people[0].set(Settings(page=7), table=table).result(PATIENCE)
        relay.send_signal(end)
        relay.wait(PATIENCE)
        landing_page(start(*words))
        for one in people:
            one.wait(lambda known: known.status == "live" and known.viewers == 2, PATIENCE)
            assert one.snapshot.state.view.page == 7
        assert [watch.losses for watch in watches] == [1, 1]
        people[1].set(Settings(page=3), table=table).result(PATIENCE)
        people[0].wait(lambda known: known.state.view.page == 3, PATIENCE)
        assert request("GET", f"{document.url}/table").body == tsv(1000)


@pytest.mark.exhaustive
def test_a_relay_of_several_dies_and_its_viewers_go_on_at_another(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    with contextlib.ExitStack() as held:
        relays = held.enter_context(relays_on_redis(tmp_path))
        two = [relays.start_process() for _ in range(2)]
        ports = [relay.port for relay in two]
        proxy = held.enter_context(front(kind, tmp_path / "front", *ports))
        document, people, watches = meeting(held, proxy, 4)
        table = people[0].snapshot.table_id
        people[0].set(Settings(page=7), table=table).result(PATIENCE)
        two[0].kill()
        people[1].set(Settings(page=9), table=table).result(PATIENCE)
        for one in people:
            one.wait(lambda known: known.status == "live" and known.state.view.page == 9, PATIENCE)
        assert sum(watch.losses for watch in watches) > 0
        assert request("GET", f"{document.url}/table").body == tsv(1000)


class Work:
    """An editor who turns pages and a program that adds rows, each as fast as it is answered."""

    def __init__(self, document, editor):
        self.added, self.turned = [], []
        self._document, self._editor = document, editor
        self._over = threading.Event()

    @property
    def done(self):
        return len(self.added), len(self.turned)

    @contextlib.contextmanager
    def going_on(self):
        with ThreadPoolExecutor(2) as threads:
            work = [threads.submit(each) for each in (self._add, self._turn)]
            try:
                yield
            finally:
                self._over.set()
            for each in work:
                each.result(PATIENCE)

    def _add(self):
        headers = {"X-TSVShare-Key": self._document.key}
        while not self._over.is_set():
            row = b"%d\tadded\n" % len(self.added)
            url = f"{self._document.url}/table?id=a:{len(self.added)}"  # which makes a retry safe
            with contextlib.suppress(OSError, http.client.HTTPException):
                if request("POST", url, row, headers).status == 200:
                    self.added.append(row)

    def _turn(self):
        table = self._editor.snapshot.table_id
        while not self._over.is_set():
            page = len(self.turned) % 9 + 1
            self._editor.set(Settings(page=page), table=table).result(PATIENCE)
            self.turned.append(page)


@pytest.mark.slow
def test_a_rolling_restart_costs_viewers_reconnects_and_nothing_else(kind, tmp_path, monkeypatch):
    """Three relays are restarted in turn, while an editor turns pages and a program adds rows."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    with contextlib.ExitStack() as held:
        relays = held.enter_context(relays_on_redis(tmp_path))
        three = [relays.start_process(CALM) for _ in range(3)]
        proxy = held.enter_context(front(kind, tmp_path / "front", *(each.port for each in three)))
        document, people, watches = meeting(held, proxy, 6)
        work = Work(document, people[0])
        with work.going_on():
            for relay in three:
                before = work.done
                relay.end()
                relay.start()
                wait_for(lambda url=relay.url: request("GET", f"{url}/readyz").status == 200)
                wait_for(lambda before=before: min(work.done) > max(before))
        for one in people:
            one.wait(
                lambda known: known.status == "live" and known.state.view.page == work.turned[-1],
                PATIENCE,
            )
        losses = [watch.losses for watch in watches]
        assert sum(losses) > 0
        # Once for each relay at most: where it was is restarted, or where the document is.
        assert max(losses) <= len(three), losses
        assert request("GET", f"{document.url}/table").body == tsv(1000) + b"".join(work.added)
