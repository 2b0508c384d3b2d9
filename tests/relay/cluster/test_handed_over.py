"""Documents go from a relay alone to several on a Redis, and back to one."""

import json

import pytest
from cluster_fixture import SharedDocument, relays_on_redis
from relay_fixture import Document, request, tsv, wait_for

from tsvshare_widget.cli.main import main

pytestmark = pytest.mark.slow

TOKEN = "a-word-of-those-who-run-it"


@pytest.fixture
def relays(tmp_path):
    with relays_on_redis(tmp_path / "cluster") as relays:
        yield relays


@pytest.fixture
def token(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN)
    return path


@pytest.fixture
def asked(capsys):
    def ask(*words, code=0):
        capsys.readouterr()
        assert main(["admin", *map(str, words), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return ask


def at(relay, document):
    there = SharedDocument.__new__(SharedDocument)
    there.base, there.uuid, there.key = relay.url, document.uuid, document.key
    there.url, there._relays = f"{relay.url}/d/{document.uuid}", (relay,)
    return there


def test_an_institute_grows_from_one_relay_to_several_and_back(
    relays, make_relay, asked, token, tmp_path
):
    alone = make_relay(data_dir=tmp_path / "alone")
    documents = [Document(alone.url) for _ in range(3)]
    for number, document in enumerate(documents):
        document.put(tsv(250 + number))
    alone.stop()
    one, two, three = (relays.start(admin_token=TOKEN) for _ in range(3))
    where = ("--to-relay", one.url, "--to-admin-token", token, "--links-to", "same")
    done = asked("move", "--all", "--data-dir", tmp_path / "alone", *where)
    assert sorted(done["moved"]) == sorted(each.uuid for each in documents)
    for number, document in enumerate(documents):
        assert request("GET", f"{at(two, document).url}/table").body == tsv(250 + number)
    with at(two, documents[0]).at(two, documents[0].key) as ann:
        ann.op(ann.welcome["state"]["table"]["id"], page=3)
        assert at(three, documents[0]).put(tsv(330)).status == 200
    again = asked("move", "--all", "--data-dir", tmp_path / "alone", *where)
    assert again == {"moved": [], "problems": []}
    same = [word for each in (one, two, three) for word in ("--relay", each.url)]
    back = ("--admin-token", token, "--to-data-dir", tmp_path / "new", "--links-to", "same")
    done = asked("move", "--all", *same, *back)
    assert sorted(done["moved"]) == sorted(each.uuid for each in documents)
    wait_for(lambda: not one.hub.tables.stored.objects.folders("tables"))
    last = make_relay(data_dir=tmp_path / "new")
    assert request("GET", f"{at(last, documents[0]).url}/table").body == tsv(330)
    assert at(last, documents[1]).put(tsv(3)).status == 200


def test_what_redis_remembers_as_deleted_comes_back_if_that_is_said(
    relays, make_relay, asked, token, tmp_path
):
    alone = make_relay(data_dir=tmp_path / "alone")
    document = Document(alone.url)
    document.put(tsv(250))
    alone.stop()
    one, two = (relays.start(admin_token=TOKEN) for _ in range(2))
    where = ("--relay", two.url, "--admin-token", token)
    assert asked("restore", tmp_path / "alone", *where)["restored"] == [document.uuid]
    there = at(one, document)
    key = {"X-TSVShare-Key": document.key}
    assert request("DELETE", there.url, headers=key).status == 204
    wait_for(lambda: not one.hub.tables.stored.objects.folders("tables"))
    [problem] = asked("restore", tmp_path / "alone", *where, code=1)["problems"]
    assert problem["code"] in ("deleted", "stale")
    assert asked("restore", tmp_path / "alone", "--replace", *where)["problems"] == []
    assert request("GET", f"{there.url}/table").body == tsv(250)
