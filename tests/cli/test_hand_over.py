"""``tsvshare admin move`` and ``restore``: documents as a whole, between relays, from backups."""

from __future__ import annotations

import contextlib
import json
import shutil
import tarfile
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE
from relay_fixture import Document, RelayThread, SlowUpload, request, tsv, wait_for

from tsvshare_widget.cli.main import main
from tsvshare_widget.client import Connection, Link
from tsvshare_widget.errors import Elsewhere, Stale
from tsvshare_widget.protocol import Settings
from tsvshare_widget.relay.storage.backup import back_up

pytestmark = pytest.mark.slow

TOKEN = "a-word-of-those-who-run-it"
ADMIN = {"X-TSVShare-Admin": TOKEN}

SORT = [{"column": 0, "direction": "desc"}]
VIEW = {"id": "v1", "name": "Latest first", "query": {"sort": SORT}, "names": [[0, "name0"]]}


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """The file with the token of all relays here."""
    path = tmp_path / "token"
    path.write_text(TOKEN)
    return path


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What ``tsvshare admin`` prints for programs; ``code`` is what it ends with."""

    def ask(*words: object, code: int = 0) -> Any:
        capsys.readouterr()
        assert main(["admin", *map(str, words), "--json"]) == code
        out, err = capsys.readouterr()
        return json.loads(out) if out else err

    return ask


@pytest.fixture
def relays(make_relay, tmp_path: Path) -> list[RelayThread]:
    """Two relays with folders of their own."""
    folders = (tmp_path / "one", tmp_path / "two")
    return [make_relay(data_dir=folder, admin_token=TOKEN) for folder in folders]


def at(relay: RelayThread, document: Document) -> Document:
    """The same document at another relay."""
    there = Document.__new__(Document)
    there.base, there.uuid, there.key = relay.url, document.uuid, document.key
    there.url = f"{relay.url}/d/{document.uuid}"
    return there


def seen(document: Document) -> tuple[Any, ...]:
    """What a document shows, has and gives, for who has the key."""
    headers = {"X-TSVShare-Key": document.key}
    state = request("GET", f"{document.url}/state", headers=headers).json
    table = request("GET", f"{document.url}/table", headers=headers).body
    page = request("GET", f"{document.url}/page/1", headers=headers).json
    return {**state, "epoch": "", "seq": 0}, table, page


def sort_and_turn(document: Document) -> None:
    """Sort, save that, and go to the second page."""
    with document.editor() as editor:
        table = editor.welcome["state"]["table"]["id"]
        for change in ({"sort": SORT}, {"save_view": VIEW}, {"page": 2}):
            assert editor.op(table, **change)["type"] == "ack"


def where(relay: RelayThread, word: Path) -> tuple[object, ...]:
    return ("--relay", relay.url, "--admin-token", word)


def to(relay: RelayThread, word: Path, links_to: str | None = None) -> tuple[object, ...]:
    told = ("--to-relay", relay.url, "--to-admin-token", word)
    return (*told, "--links-to", links_to or relay.url)


# --- move ----------------------------------------------------------------------------------------


def test_all_of_a_document_is_at_the_other_relay_and_its_links_lead_there(relays, word, asked):
    one, two = relays
    document = Document(one.url)
    document.put(tsv(250), name="old.tsv")
    document.put(tsv(500), name="genes.tsv")  # an undo brings back the one before
    sort_and_turn(document)
    before = seen(document)
    with Connection(Link(one.url, document.uuid, document.key)) as ann:
        ann.wait(lambda known: known.table_id is not None, PATIENCE)
        done = asked("move", document.uuid, *where(one, word), *to(two, word))
        assert done == {"moved": [document.uuid], "problems": []}
        epoch = request("GET", f"{two.url}/d/{document.uuid}/state").json["epoch"]
        ann.wait(
            lambda known: known.position is not None and known.position.epoch == epoch, PATIENCE
        )
        assert ann.snapshot.state.view.page == 2
        there = at(two, document)
        ann.set(Settings(page=1), table=ann.snapshot.table_id).result(PATIENCE)
    assert request("GET", f"{there.url}/page/1").json["page_no"] == 1
    assert seen(there)[1:] == before[1:]
    assert seen(there)[0]["saved"] == before[0]["saved"]
    assert seen(there)[0]["previous"]["table"] == before[0]["previous"]["table"]
    assert request("GET", document.url).headers["Location"] == there.url
    assert there.put(tsv(3)).status == 200
    assert wait_for(lambda: not list((one.hub.tables.folder).iterdir()))


def test_it_comes_back_and_both_can_be_repeated(relays, word, asked):
    one, two = relays
    document = Document(one.url)
    document.put(tsv(50))
    there = ("move", document.uuid, *where(one, word), *to(two, word))
    back = ("move", "--all", *where(two, word), *to(one, word))
    for _ in range(2):
        assert asked(*there)["moved"] == [document.uuid]
    assert at(two, document).put(tsv(70)).status == 200
    assert asked(*back)["moved"] == [document.uuid]
    assert asked(*back) == {"moved": [], "problems": []}
    assert request("GET", f"{document.url}/table").body == tsv(70)
    assert document.put(tsv(80)).status == 200
    assert asked(*there)["moved"] == [document.uuid]
    assert request("GET", f"{at(two, document).url}/table").body == tsv(80)
    # What was there before is deleted, and nothing is left of it.
    assert wait_for(lambda: len(list(two.hub.tables.folder.iterdir())) == 3)  # two for undos


def test_what_was_sent_before_it_broke_off_is_not_sent_again(relays, word, asked, monkeypatch):
    from tsvshare_widget.cli.admin_reach import Office

    one, two = relays
    document = Document(one.url)
    document.put(tsv(50_000))
    words = ("move", document.uuid, *where(one, word), *to(two, word))
    with monkeypatch.context() as broken:
        broken.setattr(Office, "lead_away", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asked(*words)
    assert request("GET", f"{document.url}/table").body == tsv(50_000)
    with document.editor() as editor:  # it is changed before the move is tried again
        table = editor.welcome["state"]["table"]["id"]
        assert editor.op(table, page=4)["type"] == "ack"
    sent = []
    put = Office.put
    monkeypatch.setattr(
        Office, "put", lambda self, uuid, pieces, over: put(self, uuid, counted(pieces, sent), over)
    )
    assert asked(*words)["moved"] == [document.uuid]
    assert sum(sent) < 50_000
    assert seen(at(two, document))[0]["state"]["view"]["page"] == 4
    assert request("GET", f"{at(two, document).url}/table").body == tsv(50_000)


def counted(pieces, sent):
    for piece in pieces:
        sent.append(len(piece))
        yield piece


def test_no_acknowledged_change_is_lost_while_it_is_moved(relays, word, asked):
    one, two = relays
    document = Document(one.url)
    document.put(tsv(20_000))
    acks, over = [], threading.Event()

    def turn(ann):
        page = 0
        while not over.is_set():
            page = page % 100 + 1
            # In the moment of the move: it is said, and not done.
            with contextlib.suppress(Stale, Elsewhere):
                ann.set(Settings(page=page), table=ann.snapshot.table_id).result(PATIENCE)
                acks.append(page)

    with Connection(Link(one.url, document.uuid, document.key)) as ann:
        ann.wait(lambda known: known.table_id is not None, PATIENCE)
        turning = threading.Thread(target=turn, args=(ann,))
        turning.start()
        try:
            wait_for(lambda: len(acks) > 10)
            done = asked("move", document.uuid, *where(one, word), *to(two, word))
            assert done["moved"] == [document.uuid]
            count = len(acks)
            wait_for(lambda: len(acks) > count + 10)
        finally:
            over.set()
            turning.join()
    page = seen(at(two, document))[0]["state"]["view"]["page"]
    assert page == acks[-1]


def test_where_the_address_stays_viewers_are_asked_to_come_back(relays, word, asked):
    one, two = relays
    document = Document(one.url)
    document.put(tsv(50))
    with document.viewer() as viewer:
        words = ("move", document.uuid, *where(one, word), *to(two, word, "same"))
        assert asked(*words)["moved"] == [document.uuid]
        assert viewer.next("bye")["retry_ms"] > 0
    with document.viewer(say_hello=False) as late:
        late.send(**late._hello)
        assert late.next("bye")["retry_ms"] > 0
    answer = request("GET", f"{document.url}/state")
    assert (answer.status, answer.code) == (503, "elsewhere")
    assert request("GET", document.url).status == 503
    [listed] = asked("list", *where(one, word))
    assert listed["moved"] == "the same address"


def test_data_folders_without_relays_are_moved_too(make_relay, tmp_path, asked):
    relay = make_relay(data_dir=tmp_path / "one")
    document = Document(relay.url)
    document.put(tsv(250))
    sort_and_turn(document)
    before = seen(document)
    relay.stop()
    both = ("--data-dir", tmp_path / "one", "--to-data-dir", tmp_path / "two")
    assert asked("move", "--all", *both, "--links-to", "same")["moved"] == [document.uuid]
    assert seen(at(make_relay(data_dir=tmp_path / "two"), document)) == before


def test_what_cannot_be_moved_is_named_with_a_code(relays, word, asked, tmp_path):
    one, two = relays
    coming, there = Document(one.url), Document(one.url)
    there.put(tsv(3))
    upload = SlowUpload(coming, 10_000)
    upload.send(tsv(100)[:1000])
    wait_for(lambda: request("GET", f"{coming.url}/state").json["state"]["table"])
    words = ("move", coming.uuid, there.uuid, "no-such", *where(one, word), *to(two, word))
    done = asked(*words, code=1)
    upload.disconnect()
    assert done["moved"] == [there.uuid]
    assert [each["code"] for each in done["problems"]] == ["not_yet", "not_found"]
    same = asked("move", coming.uuid, *where(one, word), *to(one, word), code=1)
    assert [each["code"] for each in same["problems"]] == ["bad_value"]
    assert "not the token" in str(
        asked("move", coming.uuid, *where(one, word), *to(two, wrong(tmp_path)), code=1)
    )


def wrong(folder: Path) -> Path:
    (folder / "wrong").write_text("another-word-than-the-right-one")
    return folder / "wrong"


# --- restore -------------------------------------------------------------------------------------


@pytest.fixture
def backed_up(make_relay, tmp_path: Path) -> tuple[RelayThread, Document, Document, Path]:
    """A relay with two documents, and a backup of it."""
    relay = make_relay(data_dir=tmp_path / "first", admin_token=TOKEN)
    documents = Document(relay.url), Document(relay.url)
    for number, document in enumerate(documents):
        document.put(tsv(250 + number))
    sort_and_turn(documents[0])
    backup = tmp_path / "backup"
    assert back_up(tmp_path / "first", backup).documents == 2
    return relay, *documents, backup


def test_a_backup_is_put_back_into_a_relay_and_a_folder(
    backed_up, relays, make_relay, word, asked, tmp_path
):
    _, first, second, backup = backed_up
    both = sorted((first.uuid, second.uuid))
    for _ in range(2):
        done = asked("restore", backup, *where(relays[1], word))
        assert done == {"restored": both, "problems": []}
    assert seen(at(relays[1], first)) == seen(first)
    assert at(relays[1], first).put(tsv(4)).status == 200
    assert at(relays[1], second).put(tsv(4), key="wrong" * 6 + "12").status == 403
    folder = tmp_path / "three"
    assert asked("restore", backup, second.uuid, "--data-dir", folder)["restored"] == [second.uuid]
    assert seen(at(make_relay(data_dir=folder), second)) == seen(second)


def test_what_is_newer_stays_unless_it_is_said(backed_up, word, asked):
    relay, changed, deleted, backup = backed_up
    assert changed.put(tsv(7)).status == 200
    key = {"X-TSVShare-Key": deleted.key}
    assert request("DELETE", deleted.url, headers=key).status == 204
    codes = {changed.uuid: "stale", deleted.uuid: "deleted"}
    done = asked("restore", backup, *where(relay, word), code=1)
    assert {each["uuid"]: each["code"] for each in done["problems"]} == codes
    assert request("GET", f"{changed.url}/table").body == tsv(7)
    with changed.viewer() as viewer:
        done = asked("restore", backup, "--replace", *where(relay, word))
        assert len(done["restored"]) == 2
        assert viewer.state()["state"]["table"]["rows"] == 250
    assert request("GET", f"{changed.url}/table").body == tsv(250)
    assert request("GET", f"{deleted.url}/table").body == tsv(251)
    assert asked("restore", backup, *where(relay, word))["problems"] == []


def test_an_older_one_is_replaced(make_relay, word, asked, tmp_path):
    relay = make_relay(data_dir=tmp_path / "one", admin_token=TOKEN)
    document = Document(relay.url)
    document.put(tsv(50))
    back_up(tmp_path / "one", tmp_path / "early")
    document.put(tsv(60))
    back_up(tmp_path / "one", tmp_path / "late")
    other = make_relay(data_dir=tmp_path / "two", admin_token=TOKEN)
    for backup in ("early", "late"):
        asked("restore", tmp_path / backup, *where(other, word))
    assert request("GET", f"{at(other, document).url}/table").body == tsv(60)
    [problem] = asked("restore", tmp_path / "early", *where(other, word), code=1)["problems"]
    assert problem["code"] == "stale"


def test_what_is_no_backup_is_said(backed_up, tmp_path, word, asked):
    relay, first, _, backup = backed_up
    running = str(asked("restore", tmp_path / "first", *where(relay, word), code=1))
    assert "a relay works on" in running
    assert "no backup" in str(asked("restore", tmp_path / "none", *where(relay, word), code=1))
    document = backup / "documents" / f"{first.uuid}.json"
    shutil.rmtree(backup / "tables" / json.loads(document.read_text())["state"]["table"]["id"])
    assert first.put(tsv(1)).status == 200
    done = asked("restore", backup, first.uuid, "--replace", *where(relay, word), code=1)
    assert [each["code"] for each in done["problems"]] == ["damaged"]
    assert request("GET", f"{first.url}/table").body == tsv(1)


# --- what is sent --------------------------------------------------------------------------------


def archive_of(document: Document) -> bytes:
    answer = request("GET", f"{document.url}/archive", headers=ADMIN)
    assert answer.status == 200
    return answer.body


def test_only_who_runs_the_relay_may(make_relay):
    relay = make_relay(admin_token=TOKEN)
    document = Document(relay.url)
    document.put(tsv(3))
    key = {"X-TSVShare-Key": document.key}
    for method in ("GET", "PUT"):
        assert request(method, f"{document.url}/archive", b"", key).status == 401


def test_what_is_damaged_on_its_way_is_not_taken(relays):
    one, two = relays
    document = Document(one.url)
    document.put(tsv(5000))
    sent = archive_of(document)
    with tarfile.open(fileobj=BytesIO(sent)) as archive:
        names = archive.getnames()
    assert names[0] == "archive.json"
    assert names[-1] == "digests.json"
    target = f"{at(two, document).url}/archive"
    at_row = sent.index(b"r4000c0")
    wrong = sent[:at_row] + b"X" + sent[at_row + 1 :]
    codes = [
        request("PUT", target, body, ADMIN).code
        for body in (wrong, sent[: len(sent) // 2], sent[2000:], b"", b"\0" * 2048)
    ]
    assert codes == ["damaged", "upload_broken", "bad_request", "upload_broken", "bad_request"]
    assert request("GET", f"{at(two, document).url}/state").status == 404
    assert not list(two.hub.tables.folder.iterdir())
    assert not list((two.hub.tables.folder.parent / "arriving").iterdir())
    assert request("PUT", target, sent, ADMIN).json == {"there_was": "missing"}
    assert seen(at(two, document)) == seen(document)
    assert request("PUT", target, sent, ADMIN).json == {"there_was": "same"}
