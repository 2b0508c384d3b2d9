"""The process that finds views and profiles."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from patience import PATIENCE
from query_fixture import fill
from relay_fixture import wait_for

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table import Table
from tsvshare_widget.table.worker.jobs import (
    Advance,
    Answer,
    Failed,
    FoundRows,
    Job,
    ProfileJob,
    Summary,
    ViewJob,
)
from tsvshare_widget.table.worker.main import _as_error
from tsvshare_widget.table.worker.row_ids import RowIdsFile

PATHOLOGICAL = Filter(column=0, op="matches", value="(a+)+$")
LONG = b"a" * 60 + b"b\n"

SORTED = Query(sort=(Sort(column=1),))

decode = msgspec.json.Decoder(Answer).decode


class Worker:
    """A worker process and the pipes to it."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tsvshare_widget.table.worker.main", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.input, self.output = self.process.stdin, self.process.stdout

    def give(self, job: Job) -> None:
        self.input.write(msgspec.json.encode(job) + b"\n")
        self.input.flush()

    def answers(self) -> list[Answer]:
        """All answers to the job that was given, the final one last."""
        found: list[Answer] = []
        while not found or isinstance(found[-1], Advance):
            found.append(decode(self.output.readline()))
        return found

    def do(self, job: Job) -> Answer:
        self.give(job)
        return self.answers()[-1]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.input.close()
        self.output.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Worker]]:
    """Starts workers; all of them are ended."""
    workers: list[Worker] = []

    def start_one(*options: str) -> Worker:
        workers.append(Worker(*options))
        return workers[-1]

    yield start_one
    for worker in workers:
        worker.end()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Numbers from 9 down to 0, and what they are called."""
    table = fill(tmp_path, b"".join(b"%d\tnumber %d\n" % (9 - n, n) for n in range(10)))
    yield table
    table.close()


def view(table: Table, query: Query, out: Path) -> ViewJob:
    return ViewJob(moment=table.moment(), query=query, out=str(out))


def ids(answer: Answer) -> list[int]:
    assert isinstance(answer, FoundRows), answer
    return RowIdsFile(answer.ids).read_ids(0, answer.ids.count).tolist()


def test_one_job_after_the_other(
    start: Callable[..., Worker], table: Table, tmp_path: Path
) -> None:
    worker = start()
    up = worker.do(view(table, Query(sort=(Sort(column=0),)), tmp_path / "up"))
    assert ids(up) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert isinstance(up, FoundRows)
    assert (up.ids.count, up.ids.of_rows, up.ids.path) == (10, 10, str(tmp_path / "up"))
    query = Query(filters=(Filter(column=0, op=">", value=7),))
    found = worker.do(view(table, query, tmp_path / "found"))
    assert ids(found) == [0, 1]
    assert isinstance(found, FoundRows)
    profile = worker.do(ProfileJob(moment=table.moment(), start=0, stop=2, most=100, ids=found.ids))
    assert isinstance(profile, Summary)
    described = [(one.column, one.kind, one.rows, one.mean) for one in profile.profiles]
    assert described == [(0, "number", 2, 8.5), (1, "text", 2, None)]


def test_a_view_is_read_in_parts(
    start: Callable[..., Worker], table: Table, tmp_path: Path
) -> None:
    answer = start().do(view(table, Query(sort=(Sort(column=0),)), tmp_path / "ids"))
    assert isinstance(answer, FoundRows)
    rows = RowIdsFile(answer.ids)
    assert rows.read_ids(8, 5).tolist() == [1, 0]
    assert rows.read_ids(-3, 2).tolist() == [9, 8]
    assert rows.read_ids(20, 2).tolist() == []


def test_growing_tables(start: Callable[..., Worker], tmp_path: Path) -> None:
    """Be it in memory, in files that grow, or finished: each moment stays what it was."""
    worker, query = start(), Query(search="7")
    table = Table.create(tmp_path / "grows")
    table.feed_bytes(b"n\n7\n8\n")
    moments = [table.moment()]
    table.feed_bytes(b"".join(b"%d\n" % number for number in range(30_000)))
    moments.append(table.moment())
    table.feed_bytes(b"77\n")
    table.finish_input()
    moments.append(table.moment())
    found = [
        len(ids(worker.do(ViewJob(moment=one, query=query, out=str(tmp_path / f"{number}")))))
        for number, one in enumerate(moments)
    ]
    assert moments[0].inline is not None
    assert moments[1].inline is None
    many = sum("7" in str(number) for number in range(30_000))
    assert found == [1, 1 + many, 2 + many]
    table.close()


def test_new_rows_alone(start: Callable[..., Worker], tmp_path: Path) -> None:
    table = Table.create(tmp_path / "grows")
    worker, query = start(), Query(filters=(Filter(column=0, op="==", value="a"),))
    table.feed_bytes(b"n\n" + b"a\nb\n" * 40_000)
    first = worker.do(view(table, query, tmp_path / "first"))
    table.feed_bytes(b"a\n")
    assert isinstance(first, FoundRows)
    job = msgspec.structs.replace(view(table, query, tmp_path / "then"), earlier=first.ids)
    assert ids(worker.do(job)) == [*range(0, 80_000, 2), 80_000]
    table.finish_input()
    table.close()


def test_questions_that_fail(start: Callable[..., Worker], table: Table, tmp_path: Path) -> None:
    worker = start()
    wrong = Query(filters=(Filter(column=0, op="<", value="soon", by="date"),))
    answer = worker.do(view(table, wrong, tmp_path / "a"))
    assert isinstance(answer, Failed)
    assert (answer.code, "'soon' is not a date" in answer.message) == ("bad_value", True)
    gone = view(table, Query(search="x"), tmp_path / "b")
    gone = msgspec.structs.replace(
        gone, moment=msgspec.structs.replace(gone.moment, folder=str(tmp_path / "nowhere"))
    )
    answer = worker.do(gone)
    assert isinstance(answer, Failed)
    assert answer.code == "stale"
    assert ids(worker.do(view(table, Query(search="5"), tmp_path / "c"))) == [4, 5]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_ceiling_of_memory(start: Callable[..., Worker], tmp_path: Path) -> None:
    data = b"".join(
        b"%d\t%d\n" % (number * 7919 % 1_000_003, number) for number in range(1_000_000)
    )
    table = fill(tmp_path, data)
    query = Query(sort=(Sort(column=0), Sort(column=1)))
    answer = start("--memory", str(30 << 20)).do(view(table, query, tmp_path / "a"))
    assert isinstance(answer, Failed)
    assert answer.code == "too_much_memory"
    enough = start("--memory", str(200 << 20))
    assert len(ids(enough.do(view(table, query, tmp_path / "b")))) == 1_000_000
    table.close()


@pytest.mark.slow
def test_it_tells_how_far_it_is_not_too_often(start: Callable[..., Worker], tmp_path: Path) -> None:
    table = fill(tmp_path, b"".join(b"%d\tabc\n" % number for number in range(600_000)))
    worker, began = start(), time.monotonic()
    worker.give(
        view(table, Query(filters=(Filter(column=0, op="matches", value="9$"),)), tmp_path / "a")
    )
    *advances, answer = worker.answers()
    seconds = time.monotonic() - began
    assert len(ids(answer)) == 60_000
    parts = [advance.done for advance in advances if isinstance(advance, Advance)]
    assert 1 <= len(parts) <= 2 + 10 * seconds
    assert parts == sorted(parts)
    assert 0 <= parts[0] <= parts[-1] <= 1
    table.close()


def busy(worker: Worker, tmp_path: Path) -> None:
    """Let it begin with what it cannot end."""
    table = fill(tmp_path, LONG, "none")
    worker.give(view(table, Query(filters=(PATHOLOGICAL,)), tmp_path / "out"))
    begun = cpu_seconds(worker.process.pid)
    wait_for(lambda: cpu_seconds(worker.process.pid) > begun + 0.3)
    table.close()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


linux = pytest.mark.skipif(sys.platform != "linux", reason="processor time is read from /proc")


@linux
def test_killed_in_the_middle(start: Callable[..., Worker], tmp_path: Path) -> None:
    worker = start()
    busy(worker, tmp_path)
    worker.process.send_signal(signal.SIGKILL)
    assert worker.process.wait(PATIENCE) == -signal.SIGKILL
    assert b'"rows"' not in worker.output.read()
    assert not (tmp_path / "out").exists()


def test_it_ends_with_its_input(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.input.close()
    assert worker.process.wait(PATIENCE) == 0


def test_it_ends_with_its_input_while_busy(start: Callable[..., Worker], tmp_path: Path) -> None:
    rows = b"".join(b"%d" % number + b"a" * 16 + b"b\n" for number in range(100_000))  # hours
    table = fill(tmp_path, rows, "none")
    worker = start()
    worker.give(view(table, Query(filters=(PATHOLOGICAL,)), tmp_path / "a"))
    assert isinstance(decode(worker.output.readline()), Advance)
    worker.input.close()
    assert worker.process.wait(PATIENCE) == 0
    assert worker.output.read().count(b'"rows"') == 0
    table.close()


@linux
def test_it_ends_if_it_gets_nowhere(start: Callable[..., Worker], tmp_path: Path) -> None:
    worker, table = start("--stall", "1"), fill(tmp_path, LONG, "none")
    worker.give(view(table, Query(filters=(PATHOLOGICAL,)), tmp_path / "out"))
    assert worker.process.wait(PATIENCE) == -signal.SIGALRM
    table.close()


def test_it_starts_light() -> None:
    code = "import sys, tsvshare_widget.table.worker.main; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"tornado", "asyncio", "pandas", "anywidget", "traitlets"} & set(
        loaded.stdout.split()
    )


def failure(worker: Worker, job: Job) -> tuple[str, str]:
    answer = worker.do(job)
    assert isinstance(answer, Failed)
    return answer.code, answer.message


@pytest.mark.slow
def test_a_bad_pattern(start: Callable[..., Worker], table: Table, tmp_path: Path) -> None:
    for pattern in ("(", "a{99999999999}", "(?P<a>x)(?P<a>y)", "[z-a]", r"\1"):
        wanted = Query(filters=(Filter(column=0, op="matches", value=pattern),))
        code, message = failure(start(), view(table, wanted, tmp_path / "rows"))
        assert (code, "is not a regular expression" in message) == ("bad_value", True)


def test_a_table_that_has_gone_is_stale(
    start: Callable[..., Worker], table: Table, tmp_path: Path
) -> None:
    job = view(table, SORTED, tmp_path / "rows")
    for path in Path(job.moment.folder).iterdir():
        path.unlink()
    assert failure(start(), job)[0] == "stale"


def test_an_answer_that_cannot_be_written(
    start: Callable[..., Worker], table: Table, tmp_path: Path
) -> None:
    """Asking again would not help: it is not the table that has changed."""
    worker = start()
    code, message = failure(worker, view(table, SORTED, tmp_path / "no folder" / "rows"))
    assert (code, os.strerror(errno.ENOENT) in message) == ("unavailable", True)
    assert isinstance(worker.do(view(table, SORTED, tmp_path / "rows")), FoundRows)
    code, message = failure(worker, view(table, SORTED, tmp_path / "rows"))
    assert (code, os.strerror(errno.EEXIST) in message) == ("unavailable", True)
    assert str(tmp_path) not in message


def test_a_full_disk(tmp_path: Path) -> None:
    for code in (errno.ENOSPC, errno.EDQUOT):
        assert _as_error(OSError(code, os.strerror(code)), tmp_path).code == "disk_full"


@pytest.mark.skipif(sys.platform == "win32", reason="sizes of files cannot be limited")
def test_half_an_answer_is_not_left(table: Table, tmp_path: Path) -> None:
    """As on a full disk: a limit for the size of files, after which writing fails."""
    rows = tmp_path / "rows"
    script = (
        "import resource, signal, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from tsvshare_widget.table.worker.row_ids import write_row_ids\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_row_ids(Path(sys.argv[1]), [np.arange(10_000)], 10_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(rows)], capture_output=True)
    assert done.returncode
    assert b"File too large" in done.stderr
    assert not rows.exists()


def test_earlier_rows_that_have_gone(
    start: Callable[..., Worker], table: Table, tmp_path: Path
) -> None:
    """What helped to be quick is missing; the answer is the same."""
    worker = start()
    first = worker.do(view(table, SORTED, tmp_path / "first"))
    assert isinstance(first, FoundRows)
    Path(first.ids.path).unlink()
    job = msgspec.structs.replace(view(table, SORTED, tmp_path / "again"), earlier=first.ids)
    again = worker.do(job)
    assert isinstance(again, FoundRows)
    assert again.ids.count == first.ids.count
