"""``tsvshare admin``: by who may read the data folder or has the token, and by nobody else."""

from __future__ import annotations

import argparse
import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_fixture import Start, landing_page
from edges_fixture import EdgedRelay
from patience import PATIENCE
from relay_fixture import Document, RelayThread, request, tsv
from tls_fixture import TLS_CERT, TLS_KEY

from tsvshare_widget.cli.main import main
from tsvshare_widget.cli.values import parse_admin_token

Told = Callable[..., str]

TOKEN = "an administrator's word".replace(" ", "-")
ADMIN = {"X-TSVShare-Admin": TOKEN}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What ``tsvshare admin`` prints, on standard error if it fails."""

    def tell(*words: object, code: int = 0) -> str:
        capsys.readouterr()
        assert main(["admin", *map(str, words)]) == code
        out, err = capsys.readouterr()
        return err if code else out

    return tell


@pytest.fixture
def asked(told: Told) -> Callable[..., Any]:
    """What it prints, for programs."""
    return lambda *words: json.loads(told(*words, "--json"))


# --- the right -----------------------------------------------------------------------------------


def with_token(relay: RelayThread, document: Document, **headers: str) -> list[int]:
    """What is answered to the administrator's requests with these headers."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = [("GET", f"{relay.url}/admin/documents"), ("POST", f"{document.url}/links")]
    return [request(method, url, b"", sent).status for method, url in asked]


def test_only_who_has_the_token_is_the_administrator(make_relay):
    for kind in (make_relay, EdgedRelay):
        if kind is EdgedRelay and sys.platform == "win32":
            continue
        relay = kind(admin_token=TOKEN)
        document = Document(relay.url)
        assert with_token(relay, document) == [401, 403]
        assert with_token(relay, document, X_TSVShare_Admin="another") == [403, 403]
        for proxy in ("X-Forwarded-For", "Forwarded", "Via"):
            both = {"X-TSVShare-Admin": TOKEN, proxy: "192.0.2.1"}
            assert with_token(relay, document, **both) == [403, 403]
        assert with_token(relay, document, **ADMIN) == [200, 200]
        relay.stop()


def test_without_a_token_there_is_no_administrator(relay, document):
    assert with_token(relay, document, X_TSVShare_Admin="") == [403, 403]
    assert with_token(relay, document, **ADMIN) == [403, 403]


def test_a_token_is_long(tmp_path: Path):
    (tmp_path / "token").write_text("guessable")
    with pytest.raises(argparse.ArgumentTypeError, match="openssl rand") as caught:
        parse_admin_token(str(tmp_path / "token"))
    assert "guessable" not in str(caught.value)


# --- with a relay, and without -------------------------------------------------------------------


def test_documents_are_looked_after_by_a_token(make_relay, tmp_path: Path, told, asked):
    relay = make_relay(admin_token=TOKEN, keep_seconds=30 * 24 * 3600.0)
    (tmp_path / "token").write_text(TOKEN)
    where = ("--relay", relay.url, "--admin-token", tmp_path / "token")
    document, other = Document(relay.url), Document(relay.url)
    document.put(tsv(30), name="genes.tsv")
    with document.viewer() as viewer:
        [used, _] = asked("list", *where)
        assert (used["uuid"], used["name"], used["viewers"]) == (document.uuid, "genes.tsv", 1)
        assert (used["idle"], used["bytes"], used["rows"]) == (0, len(tsv(30)), 30)
        said = told("list", *where)
        assert "genes.tsv" in said
        assert document.uuid in said
        assert document.key not in said

        new = asked("links", document.uuid, *where)
        assert viewer.next("error")["code"] == "revoked"
    assert document.put(tsv(3)).status == 403
    assert document.put(tsv(3), key=new["url"].partition("#k=")[2]).status == 200

    told("look", document.uuid, "closed", *where)
    assert asked("links", document.uuid, *where)["view_url"] is None
    told("look", document.uuid, "open", *where)
    assert asked("keep", document.uuid, "2d", *where)["ends"] > 0
    assert "some time after" in told("keep", document.uuid, "idle", *where)
    assert asked("expire", "1h", *where) == {"deleted": []}
    assert "deleted" in told("delete", document.uuid, *where)
    assert [each["uuid"] for each in asked("list", *where)] == [other.uuid]
    gone = told("delete", document.uuid, *where, code=1)
    assert "deleted by somebody" in gone


def test_what_nobody_has_used_for_long_is_ended(make_relay):
    relay = make_relay(admin_token=TOKEN)
    old, used = Document(relay.url), Document(relay.url)
    used.put(tsv(3))
    with used.viewer():
        answer = request("POST", f"{relay.url}/admin/expire", b'{"idle": 0}', ADMIN)
    assert answer.json == {"ended": [old.uuid]}
    assert "not used for long" in request("GET", f"{old.url}/state").json["error"]["message"]
    assert request("POST", f"{relay.url}/admin/expire", b'{"idle": -1}', ADMIN).status == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("--tls-cert", TLS_CERT, "--tls-key", TLS_KEY),
        pytest.param(("--processes", "1", "--base-path", "/tsv/"), marks=pytest.mark.exhaustive),
    ],
    ids=["tls", "processes"],
)
def test_who_may_read_the_data_folder_is_the_administrator(
    start: Start, tmp_path: Path, words: tuple[object, ...], asked
):
    if "--processes" in words and sys.platform == "win32":
        pytest.skip("Windows has no such sockets")
    folder = tmp_path / "data"
    process = start("serve", "--port", 0, "--data-dir", folder, *words)
    document = Document(landing_page(process).replace("//localhost", "//127.0.0.1"))
    document.put(tsv(30), name="genes.tsv")
    way = folder / "admin.json"
    if os.name != "nt":
        assert stat.S_IMODE(way.stat().st_mode) == 0o600
    [seen] = asked("list", "--data-dir", folder)
    assert (seen["uuid"], seen["name"]) == (document.uuid, "genes.tsv")
    token = json.loads(way.read_text())["token"]
    process.send_signal(signal.SIGTERM)
    assert token not in "".join(process.communicate(timeout=PATIENCE))
    assert not way.exists()

    [seen] = asked("list", "--data-dir", folder)  # with no relay there
    assert (seen["uuid"], seen["rows"]) == (document.uuid, 30)
    public = ("--public-url", "https://tables.example.org")
    new = asked("links", document.uuid, "--data-dir", folder, *public)
    assert new["url"].startswith(f"https://tables.example.org/d/{document.uuid}#k=")


def test_what_is_wrong_is_said(tmp_path: Path, told):
    assert "--data-dir" in told("list", code=1)
    assert "no data folder" in told("list", "--data-dir", tmp_path, code=1)
    assert "--admin-token" in told("list", "--relay", "http://127.0.0.1:9", code=1)


def test_uuids_may_stand_among_options(monkeypatch: pytest.MonkeyPatch, capsys):
    asked: list[argparse.Namespace] = []
    monkeypatch.setattr(sys.modules[main.__module__], "admin", asked.append)
    main(["admin", "restore", "backup", "--data-dir", "x", "one", "two"])
    main(["admin", "delete", "one", "--data-dir", "x", "two"])
    assert [args.uuid for args in asked] == [["one", "two"]] * 2
    for words in (["list", "one"], ["delete", "one", "--nonsens"]):
        with pytest.raises(SystemExit):
            main(["admin", *words])
        assert f"unrecognized arguments: {words[-1]}" in capsys.readouterr().err


def test_a_relay_that_does_not_say_how_is_named(tmp_path: Path, told):
    folder = tmp_path / "data"
    relay = RelayThread(data_dir=folder)
    try:
        assert "does not say how" in told("list", "--data-dir", folder, code=1)
    finally:
        relay.stop()
