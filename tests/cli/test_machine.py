"""``tsvshare serve --check``: what a machine lacks, and what to do about it."""

import contextlib
import socket
import sys

import pytest
from redis_fixture import redis_server

from tsvshare_widget.cli import machine
from tsvshare_widget.cli.machine import Finding, examine
from tsvshare_widget.cli.main import main
from tsvshare_widget.relay.listening import TlsFiles
from tsvshare_widget.relay.settings import Settings


def findings(*, host="127.0.0.1", port=0, tls=None, processes=0, **settings):
    found = examine(Settings(**settings), host, port, lambda: tls, processes)
    return {one.what: one for one in found}


def test_a_machine_that_is_ready(tmp_path, monkeypatch):
    queue = tmp_path / "somaxconn"
    queue.write_text("4096\n")
    monkeypatch.setattr(machine, "QUEUE", queue)
    monkeypatch.setattr(machine, "MANY_FILES", 64)
    found = findings(data_dir=tmp_path / "new", max_upload=1, query_memory=1)
    assert [one.what for one in found.values() if one.advice] == []
    assert not (tmp_path / "new").exists()


def test_a_queue_that_is_too_short(tmp_path, monkeypatch):
    queue = tmp_path / "somaxconn"
    queue.write_text("128\n")
    monkeypatch.setattr(machine, "QUEUE", queue)
    assert "somaxconn=1024" in findings()["queue"].advice


def test_too_few_open_files(monkeypatch):
    monkeypatch.setattr(machine, "MANY_FILES", sys.maxsize)
    assert "ulimit -n" in findings()["open files"].advice


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say how much memory it has")
def test_more_memory_for_questions_than_there_is():
    assert "--query-memory" in findings(query_memory=10**18)["memory"].advice


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot do it at all")
def test_what_so_many_processes_hold(monkeypatch):
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 4)
    assert "over 4 processors" in findings()["processes"].found
    fit = findings(processes=4)["processes"]
    assert "4 for viewers on 4 processors" in fit.found
    assert fit.advice is None
    assert "--processes 4" in findings(processes=5)["processes"].advice


def test_an_address_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = findings(port=port)["address"]
    assert str(port) in found.found
    assert found.advice


def test_a_certificate_that_is_none(tmp_path):
    assert findings(tls=TlsFiles(tmp_path / "none.pem"))["TLS"].advice


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_cannot_be_one(tmp_path, is_there):
    file = tmp_path / "file"
    file.write_text("")
    assert findings(data_dir=file if is_there else file / "below")["documents"].advice


def test_less_room_than_an_upload_may_take(tmp_path):
    assert "--max-upload" in findings(data_dir=tmp_path, max_upload=10**18)["documents"].advice


def test_what_is_wrong_stands_over_what_to_do():
    assert str(Finding("queue", "128", "more")) == f"fix  queue         128\n{'':<18} more"
    assert str(Finding("queue", "4096")) == "ok   queue         4096"


def test_the_command_ends_with_1_if_anything_lacks(capsys, tmp_path):
    assert main(["serve", "--check", "--port", "0", "--max-upload", "1"]) in (0, 1)
    assert "ok   documents" in capsys.readouterr().out
    words = ["serve", "--check", "--port", "0", "--tls-cert", str(tmp_path / "none.pem")]
    assert main(words) == 1
    assert "fix  TLS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--create", "token"], "go together"),
        (["--create-token", "{token}"], "go together"),
        (["--create", "token", "--create-token", "{none}"], "cannot be read"),
        (["--create", "token", "--create-token", "{short}"], "8 to 200"),
    ],
)
def test_a_token_is_read_from_a_file(words, what, tmp_path, capsys):
    (tmp_path / "token").write_text("correct-horse\n")
    (tmp_path / "short").write_text("abc\n")
    files = {name: tmp_path / name for name in ("token", "short", "none")}
    with contextlib.suppress(SystemExit):
        assert main(["serve", "--check", *(word.format(**files) for word in words)]) != 0
    assert what in capsys.readouterr().err


def test_a_store_of_tables(tmp_path):
    pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")
    good = findings(store=(tmp_path / "shared").as_uri())["store"]
    assert good.advice is None
    assert "takes tables and gives them back" in good.found
    (tmp_path / "file").write_text("")
    bad = findings(store=(tmp_path / "file" / "inside").as_uri())["store"]
    assert "cannot be used" in bad.found
    assert bad.advice is not None


def test_tables_alone_are_not_kept(tmp_path, capsys):
    assert main(["serve", "--store", (tmp_path / "shared").as_uri()]) != 0
    assert "--store goes with --data-dir" in capsys.readouterr().err


@pytest.mark.slow
def test_a_redis(tmp_path):
    with redis_server(tmp_path / "redis", "redis", "--requirepass", "a-word") as server:
        url = f"redis://:{{}}@127.0.0.1:{server.port}"
        found = findings(redis=url.format("a-word"))
        assert found["Redis"].advice is None
        assert "documents" not in found  # they are there
        wrong = findings(redis=url.format("another"))["Redis"]
        assert "password" in wrong.found
        assert "another" not in str(wrong)
    away = findings(redis=url.format("a-word"))["Redis"]
    assert "does not answer" in away.found


def test_a_store_that_is_none_is_refused_on_the_command_line(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--store", "ftp://host/folder"])
    assert "s3://BUCKET/FOLDER" in capsys.readouterr().err
