"""Files that are shared while they are written to, and pipes, by the command ``tsvshare``."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from cli_fixture import Start, full_link, get, landing_page, line_with, page_of, run
from patience import PATIENCE

from tsvshare_widget.client import Connection, create_document, upload

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "log.tsv"
    path.write_bytes(b"n\tname\n1\ta\n")
    return path


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_file_is_followed_until_ctrl_c(start: Start, path: Path):
    process = start("--follow", path, "--no-browser")
    link = full_link(process)
    line_with(process, "log.tsv: 1 row, 2 columns")
    append(path, b"2\tb\n3\t")
    assert page_of(link, rows=2).rows == [["1", "a"], ["2", "b"]]
    append(path, b"c\n")
    assert page_of(link, rows=3).rows[2] == ["3", "c"]
    assert get(f"{link.http_url}/table") == path.read_bytes()
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_a_file_is_followed_through_rotation_and_truncation(start: Start, path: Path):
    process = start("--follow", path, "--no-browser", "--header")
    link = full_link(process)
    page_of(link, rows=1)
    path.rename(path.with_suffix(".1"))
    append(path.with_suffix(".1"), b"2\tb\n")
    path.write_bytes(b"n\tname\n3\tc\n")
    assert page_of(link, rows=3).rows == [["1", "a"], ["2", "b"], ["3", "c"]]
    path.write_bytes(b"n\tname\n")
    append(path, b"4\td\n")
    assert page_of(link, rows=4).rows[3] == ["4", "d"]


def test_a_file_that_is_empty_at_first(start: Start, tmp_path: Path):
    (tmp_path / "new.tsv").write_bytes(b"")
    process = start("new.tsv", "--follow", "--no-browser", "--header")
    link = full_link(process)
    append(tmp_path / "new.tsv", b"n\n1\n")
    assert page_of(link, rows=1).columns.names == ["n"]


def test_many_lines_quickly_come_all_and_once(start: Start, path: Path):
    link = full_link(start("--follow", path, "--no-browser"))
    page_of(link, rows=1)
    for first in range(2, 20_002, 100):
        append(path, b"".join(b"%d\tx\n" % n for n in range(first, first + 100)))
    page_of(link, rows=20_001)
    assert get(f"{link.http_url}/table") == path.read_bytes()


def test_a_file_is_followed_to_a_relay_elsewhere(start: Start, path: Path):
    link = create_document(landing_page(start("serve", "--port", 0)))
    process = start("push", "--follow", path, link.url, "--name", "run 7")
    line_with(process, "run 7: 1 row, 2 columns")
    append(path, b"2\tb\n")
    page_of(link, rows=2)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0


def test_a_relay_that_comes_back_is_given_what_was_written_meanwhile(
    start: Start, path: Path, tmp_path: Path
):
    serving = start("serve", "--port", 0, "--data-dir", tmp_path / "data")
    base = landing_page(serving)
    link = create_document(base)
    line_with(start("push", "--follow", path, link.url), "1 row")
    serving.kill()
    serving.wait()
    append(path, b"2\tb\n")
    port = base.rpartition(":")[2]
    assert landing_page(start("serve", "--port", port, "--data-dir", tmp_path / "data")) == base
    append(path, b"3\tc\n")
    assert page_of(link, rows=3).rows == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_a_file_whose_table_was_replaced_is_no_longer_followed(start: Start, path: Path):
    process = start("--follow", path, "--no-browser")
    link = full_link(process)
    line_with(process, "log.tsv: 1 row")  # else that would be what is replaced
    upload(link, b"x\n1\n2\n3\n", name="other.tsv")
    append(path, b"2\tb\n")
    assert process.stderr is not None
    assert "not followed any longer" in process.stderr.readline()
    assert page_of(link, rows=3).rows == [["1"], ["2"], ["3"]]
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 1


@pytest.mark.parametrize("words", [["-", "--follow"], ["--follow", "nothing.tsv"]])
def test_what_cannot_be_followed_is_said_in_one_line(words: list[str], tmp_path: Path):
    done = run(*words, "--no-browser", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("tsvshare: ")
    assert done.stderr.count("\n") == 1


def test_what_came_through_a_pipe_stays_when_its_sender_is_killed(start: Start):
    link = create_document(landing_page(start("serve", "--port", 0)))
    process = start("push", "-", link.url)
    assert process.stdin is not None
    process.stdin.write("n\n1\n2\n")
    process.stdin.flush()
    with Connection(link) as watching:
        watching.wait(lambda known: known.state.view.n_rows == 2, PATIENCE)
        process.kill()
        after = watching.wait(lambda known: known.state.table.status != "receiving", PATIENCE)
    assert (after.state.table.rows, after.state.table.name) == (2, "standard input")
