"""``tsvshare serve --processes``: any of them may be killed, and everyone is on the same page."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_fixture import Start, landing_page, run
from patience import PATIENCE
from relay_fixture import request, tsv, wait_for

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.protocol import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets"),
]


def children(process: subprocess.Popen[str]) -> dict[str, int]:
    """The processes that a relay has started, by their names."""
    command = ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split() for line in lines]
    return {
        row[-1]: int(row[0])
        for row in rows
        if int(row[1]) == process.pid and "tsvshare_widget.relay.processes.child" in row
    }


def kill(process: subprocess.Popen[str], name: str) -> None:
    """End one of the processes as ``kill -9`` does, and wait until there is another one."""
    before = children(process)[name]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: children(process).get(name, before) != before)


def shared_table(base: str) -> Link:
    """The full link of a new document with 1,000 rows."""
    made = request("POST", f"{base}/d").json
    headers = {"X-TSVShare-Key": made["key"]}
    answer = request("PUT", f"{base}/d/{made['uuid']}/table", tsv(1000), headers)
    assert answer.status == 200
    return Link.parse(made["url"])


@contextlib.contextmanager
def people(link: Link, number: int) -> Iterator[list[Connection]]:
    """So many who look at a document, all of them there."""
    with contextlib.ExitStack() as held:
        there = [held.enter_context(Connection(link)) for _ in range(number)]
        for one in there:
            one.wait(lambda known: known.viewers == number, PATIENCE)
        yield there


def turn(there: list[Connection], page: int) -> None:
    """Let the first one turn the page, and wait until all see it."""
    first = there[0]
    first.set(Settings(page=page), table=first.snapshot.table_id).result(PATIENCE)
    for one in there:
        one.wait(lambda known: known.state.view.page == page and known.status == "live", PATIENCE)


@pytest.mark.parametrize(
    "keeps", [False, pytest.param(True, marks=pytest.mark.exhaustive)], ids=["gone", "kept"]
)
def test_whichever_process_is_killed_everyone_is_on_the_same_page(
    start: Start, tmp_path: Path, keeps: bool
):
    words = ["--data-dir", tmp_path / "data"] if keeps else []
    process = start("serve", "--port", 0, "--processes", 2, *words)
    link = shared_table(landing_page(process))
    assert children(process).keys() == {"documents", "viewers-1", "viewers-2"}
    with people(link, 6) as there:
        turn(there, 2)
        for page, name in enumerate(["documents", "viewers-1", "viewers-2"], 3):
            kill(process, name)
            assert there[0].snapshot.state.view.page == page - 1
            turn(there, page)
        for one in there:
            one.wait(lambda known: known.viewers == len(there), PATIENCE)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_the_end_of_the_supervisor_is_the_end_of_all(start: Start):
    process = start("serve", "--port", 0, "--processes", 2)
    landing_page(process)
    mine = children(process).values()
    process.kill()
    process.wait(PATIENCE)
    for pid in mine:
        wait_for(lambda pid=pid: not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_wrong_is_said_once_and_nothing_stays(start: Start, tmp_path: Path):
    first = start("serve", "--port", 0, "--data-dir", tmp_path)
    base = landing_page(first)
    port = base.rpartition(":")[2]
    taken = run("serve", "--processes", 2, "--port", port)
    assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
    assert "port" in taken.stderr
    in_use = run("serve", "--processes", 2, "--port", 0, "--data-dir", tmp_path)
    assert (in_use.returncode, in_use.stderr.count("\n")) == (1, 1)
    assert "in use by another relay" in in_use.stderr
    hub = run("serve", "--processes", 2, "--jupyterhub", "--port", 0)
    assert "--jupyterhub" in hub.stderr
