"""A relay with few file descriptors."""

import contextlib
import socket
import subprocess
import sys

import pytest
from patience import PATIENCE
from relay_fixture import Document, request, tsv, wait_for

resource = pytest.importorskip("resource", reason="Windows has no such limits")

SERVE = """
import asyncio, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
from pathlib import Path
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings

async def main():
    relay = await start(Settings(data_dir=Path(sys.argv[1]), workers=1))
    print(relay.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

LIMITS = """
import resource
from tsvshare_widget.relay.storage.descriptors import raise_file_limit

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(100, soft), hard))
raise_file_limit()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], hard)
"""


@pytest.fixture
def relay_url(tmp_path):
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    with process, log:
        yield process.stdout.readline().strip()
        process.kill()


def connect(url):
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


@pytest.mark.slow
def test_who_is_in_is_served_when_no_descriptor_is_left(relay_url, tmp_path):
    document = Document(relay_url)
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor() as ann, contextlib.ExitStack() as crowd:
        for _ in range(100):
            crowd.enter_context(connect(relay_url))
        said = wait_for(lambda: (tmp_path / "log").read_text())
        for turn in range(20):
            assert ann.op(table, page=turn % 3 + 1)["type"] == "ack"
        ann.send(type="look", id="v:1", table=table, page=1, page_size=9, query={"search": "r7c0"})
        assert ann.next("page", "reject")["type"] == "page"
        assert "ulimit -n" in said
        assert "Traceback" not in (tmp_path / "log").read_text()
        assert len((tmp_path / "log").read_text().splitlines()) == 1
    assert b"accept_pauses_total" in request("GET", f"{relay_url}/metrics").body
    assert document.put(tsv(3), header="true").json["rows"] == 3


def test_a_low_limit_is_raised():
    said = subprocess.run(
        [sys.executable, "-c", LIMITS], capture_output=True, text=True, check=True
    )
    soft, hard = map(int, said.stdout.split())
    assert soft == hard or soft >= 10240


@pytest.mark.slow
def test_tables_that_nobody_reads_leave_descriptors_to_others(relay_url, tmp_path):
    documents = [Document(relay_url) for _ in range(20)]
    for document in documents:
        assert document.put(tsv(5), header="true").status == 200
    with contextlib.ExitStack() as viewers:
        for document in documents:
            assert request("GET", f"{document.url}/page/1").status == 200
            viewers.enter_context(document.viewer())
    assert documents[0].put(tsv(6), header="true").json["rows"] == 6
    assert "Traceback" not in (tmp_path / "log").read_text()
