"""Saved views on a relay: for everyone to see, for editors to change; over restarts and undos."""

from relay_fixture import Document, request, tsv

VIEW = {
    "id": "v1",
    "name": "Newest first",
    "query": {"sort": [{"column": 0, "direction": "desc"}]},
    "names": [[0, "name0"]],
}


def views(viewer):
    viewer.send(type="views", id="q:1")
    return viewer.next("views")["views"]


def test_an_editor_saves_and_everyone_can_see_it(document):
    table = document.put(tsv(10), header="true").json["id"]
    with document.editor(cid="a") as ann, document.viewer() as bob:
        assert ann.op(table, save_view=VIEW)["type"] == "ack"
        told = bob.state(lambda message: message["event"] == "views")
        assert (told["by"], told["state"]["saved"]) == ("a", told["seq"])
        assert told["state"]["view"]["query"] == {}
        assert views(bob) == views(ann) == [VIEW]
        assert bob.op(table, save_view=VIEW)["code"] == "forbidden"
        assert bob.op(table, delete_view="v1")["code"] == "forbidden"
        assert ann.op(table, delete_view="v2")["code"] == "not_found"
        assert ann.op(table, save_view={**VIEW, "id": "v2"})["code"] == "bad_value"
        assert ann.op(table, delete_view="v1")["type"] == "ack"
        assert views(bob) == []


def test_they_are_there_after_a_restart_and_an_undo(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    old = document.put(tsv(10), header="true").json["id"]
    with document.editor() as ann:
        ann.op(old, save_view=VIEW)
        new = document.put(tsv(20), header="true").json["id"]
        ann.op(new, undo=old)
        assert views(ann) == [VIEW]
    relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    with document.viewer() as bob:
        assert views(bob) == [VIEW]
        assert bob.welcome["state"]["table"]["id"] == old
    assert request("GET", f"{document.url}/state").json["saved"] == [VIEW]
