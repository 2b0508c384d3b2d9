"""Relays for tests: in a thread of the test's process, or in a process that can be killed.

``conftest.py`` makes the fixtures out of these; other tests may use the classes directly.
"""

import asyncio
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from patience import PATIENCE
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings


def wait_for(condition):
    """Wait until ``condition()`` is true and return what it returned."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.005)
    return found


class RelayThread:
    """A relay in a thread; ``running`` and ``hub`` may be looked at, and used by :meth:`run`."""

    def __init__(self, **settings):
        self._port = settings.pop("port", 0)
        self._settings = Settings(**settings)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the relay did not start"
        running = self.running
        self.url, self.port, self.hub = running.url, running.port, running.hub

    async def _main(self):
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.running = await start(self._settings, port=self._port)
        self._ready.set()
        await self._stopping.wait()
        await self.running.stop()

    def run(self, work):
        """Run a coroutine in the relay's event loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def look_after_viewers(self, later):
        """Do with all connections what is due so many seconds later than now."""

        async def tick():
            now = self._loop.time() + later
            for viewer in list(self.hub.connections):
                viewer.tick(now, self._settings)

        self.run(tick())

    def stop(self):
        """Stop cleanly; the second time does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the relay did not stop"


SERVE = """
import asyncio, sys
from pathlib import Path
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings

async def main():
    relay = await start(Settings(data_dir=Path(sys.argv[1])), port=int(sys.argv[2]))
    print(relay.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class RelayProcess:
    """A relay with a data folder in a process of its own, on a port that stays the same."""

    def __init__(self, data_dir):
        self._data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        """Start it and wait until it listens."""
        command = [sys.executable, "-c", SERVE, str(self._data_dir), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline().strip() != self.url:
            self.kill()
            raise AssertionError(f"no relay has started on port {self.port}")

    def kill(self):
        """End it as ``kill -9`` does."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


def request(method, url, body=None, headers=None):
    """One HTTP request."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@contextlib.contextmanager
def open_download(document):
    """A download that has begun and is read at the test's pace."""
    parts = urlsplit(document.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path}/table")
        yield connection.getresponse()
    finally:
        connection.close()


class Gate:
    """Holds up something that is done with tables, in threads, until it is opened."""

    def __init__(self, work):
        self._work = work
        self.begun = []
        self.opened = threading.Event()

    def __call__(self, table, given, *rest):
        self.begun.append(given)
        assert self.opened.wait(PATIENCE)
        return self._work(table, given, *rest)


class Document:
    """A document made on a relay."""

    def __init__(self, relay_url):
        made = request("POST", f"{relay_url}/d").json
        self.base, self.uuid, self.key = relay_url, made["uuid"], made["key"]
        self.url = f"{relay_url}/d/{self.uuid}"

    @property
    def ws_url(self):
        return self.url.replace("http", "ws", 1) + "/ws"

    def put(self, body, key=None, **query):
        """Upload; ``key`` is the document's own unless another one is given."""
        headers = {"X-TSVShare-Key": key or self.key}
        return request("PUT", f"{self.url}/table?{urlencode(query)}", body, headers)

    def viewer(self, key=None, **options):
        """Someone who looks: at the full link if ``key`` is the document's, else look-only."""
        return Viewer(self.ws_url, key, **options)

    def editor(self, **options):
        """Someone with the full link."""
        return Viewer(self.ws_url, self.key, **options)


class SlowUpload:
    """A request of which the test sends one piece after the other; disconnect it in the end."""

    def __init__(self, document, total=None, *, method="PUT", **query):
        parts = urlsplit(document.url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
        self._connection.putrequest(method, f"{parts.path}/table?{urlencode(query)}")
        self._connection.putheader("X-TSVShare-Key", document.key)
        self._chunked = total is None
        if self._chunked:
            self._connection.putheader("Transfer-Encoding", "chunked")
        else:
            self._connection.putheader("Content-Length", str(total))
        self._connection.endheaders()

    def send(self, data):
        self._connection.send(b"%x\r\n%s\r\n" % (len(data), data) if self._chunked else data)

    def end(self):
        """Send the end, if that is not known from the length, and return the answer."""
        if self._chunked:
            self._connection.send(b"0\r\n\r\n")
        return self.answer()

    def answer(self):
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def disconnect(self):
        self._connection.close()


class Viewer:
    """A viewer that speaks ``tsvshare.v1``, connected within a ``with`` block."""

    def __init__(
        self, ws_url, key=None, *, cid="c", have=None, name=None, say_hello=True, **options
    ):
        options = {"max_queue": None, "close_timeout": 1.0, **options}
        self._connecting = connect(ws_url, open_timeout=PATIENCE, max_size=None, **options)
        self._hello = {"type": "hello", "v": 1, "cid": cid, "key": key, "have": have, "name": name}
        self._say_hello = say_hello
        self.cid = cid
        self._ops = 0
        self._passed = []

    def __enter__(self):
        self.socket = self._connecting.__enter__()
        if self._say_hello:
            self.send(**self._hello)
            self.welcome = self.next("welcome")
        return self

    def __exit__(self, *error):
        self._connecting.__exit__(*error)

    def send(self, **message):
        self.socket.send(json.dumps(message))

    def receive(self):
        """The next message, whatever it is."""
        return json.loads(self.socket.recv(timeout=PATIENCE))

    def next(self, *types):
        """The next message of one of ``types``; others before it are passed over."""
        while (message := self.receive())["type"] not in types:
            pass
        return message

    def state(self, condition=lambda state: True):
        """The next ``state`` for which ``condition`` holds.

        Next after what was asked by :meth:`op`: the relay may show that before it answers.
        """
        while self._passed:
            if condition(message := self._passed.pop(0)):
                return message
        while not condition(message := self.next("state")):
            pass
        return message

    def op(self, table, *, id=None, **settings):
        """Ask for a change and return the ack or reject."""
        self._ops += 1
        id = id or f"{self.cid}:{self._ops}"
        self.send(type="op", id=id, table=table, set=settings)
        states = []
        while (answer := self.next("ack", "reject", "state")).get("id") != id:
            if answer["type"] == "state":
                states.append(answer)
        seq = answer.get("seq", float("inf"))
        self._passed = [state for state in states if state["seq"] >= seq]
        return answer

    def close_code(self):
        """Wait for the other side to close, and return its code."""
        try:
            while True:
                self.socket.recv(timeout=PATIENCE)
        except ConnectionClosed:
            return self.socket.close_code


def tsv(rows, columns=2, header=True):
    """A table whose cells say where they are: ``r3c1`` is row 3, column 1, both from 0."""
    lines = ["\t".join(f"name{c}" for c in range(columns))] if header else []
    lines += ["\t".join(f"r{r}c{c}" for c in range(columns)) for r in range(rows)]
    return "".join(f"{line}\n" for line in lines).encode()
