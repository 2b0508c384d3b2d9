"""Who is there: the count, names, places, and what it costs in a crowd."""

import contextlib
import json
import time

import pytest
from patience import PATIENCE
from relay_fixture import tsv, wait_for
from slow_fixture import busy, make_busy, slow_viewer

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_NAME, MAX_PEOPLE, Place, Working, encode
from tsvshare_widget.query import Query
from tsvshare_widget.relay.rooms.presence import check_place, clean_name
from tsvshare_widget.relay.rooms.wire_frames import NO_WORK_FRAME, text_frame


def presence(viewer, condition):
    """The next message of who is there for which ``condition`` holds."""
    while not condition(message := viewer.next("presence")):
        pass
    return message


def newest(document):
    """The position that a document has now."""
    with document.viewer(cid="new") as viewer:
        return viewer.welcome["seq"]


def count(n):
    return lambda message: message["viewers"] == n


def names(message):
    return [person["name"] for person in message["people"]]


def test_everyone_hears_who_comes_and_goes(document):
    with document.editor(cid="a", name="Ada") as ann:
        assert ann.welcome["viewers"] == 1
        with document.viewer(cid="b") as bob:
            assert bob.welcome["viewers"] == 2
            ada = {"cid": "a", "role": "edit", "name": "Ada", "at": None}
            somebody = {"cid": "b", "role": "look", "name": None, "at": None}
            for viewer in (ann, bob):
                assert presence(viewer, count(2))["people"] == [ada, somebody]
        assert presence(ann, count(1))["people"] == [ada]


def test_who_comes_is_not_told_of_the_time_before(relay, document):
    with document.editor(cid="a") as ann:
        ann.next("presence")
        with document.viewer(cid="b") as bob:
            relay.look_after_viewers(later=0.0)
            assert bob.next("presence")["viewers"] == 2


def test_viewers_say_who_and_where_they_are(document):
    place = {"page": 7, "n_pages": 12, "own_query": True}
    with document.editor(cid="a") as ann, document.viewer(cid="b") as bob:
        bob.send(type="me", name=" Bob\n\u202e the  builder ", at=place)
        options = presence(ann, lambda message: "Bob the builder" in names(message))
        assert {"cid": "b", "role": "look", "name": "Bob the builder", "at": place} in options[
            "people"
        ]
        bob.send(type="me", name=None, at=None)
        presence(
            ann, lambda message: message["people"][1]["at"] is None and not any(names(message))
        )


def test_named_ones_and_editors_come_first_and_then_as_they_came(document):
    with (
        document.viewer(cid="l1") as ann,
        document.viewer(cid="l2", name="Bob"),
        document.viewer(cid="l3"),
        document.editor(cid="e1"),
    ):
        options = presence(ann, count(4))
        assert [person["cid"] for person in options["people"]] == ["l2", "e1", "l1", "l3"]


def test_who_comes_back_is_there_once(document):
    with document.editor(cid="a", name="old") as old, document.viewer(say_hello=False) as new:
        token = old.welcome["token"]
        new.send(type="hello", v=1, cid="a", key=document.key, name="new", token=token)
        assert names(presence(new, count(2))) == ["new"]


def test_what_cannot_be_is_refused_and_changes_nothing(document):
    with document.editor(cid="a", name="Ada") as ann:
        ann.send(type="me", name="Eve", at={"page": 3, "n_pages": 2})
        assert ann.next("error")["code"] == "bad_value"
        with document.viewer(cid="b"):
            assert names(presence(ann, count(2))) == ["Ada", None]


def test_a_cid_that_is_too_long_is_refused(document):
    with document.viewer(say_hello=False) as bob:
        bob.send(type="hello", v=1, cid="c" * 65)
        assert bob.next("error")["code"] == "bad_request"
        bob.send(type="hello", v=1, cid="c" * 64)
        assert bob.next("welcome")["viewers"] == 1


def test_the_plain_protocol_counts_and_hears_nothing(relay, document):
    from websockets.sync.client import connect

    document.put(tsv(10), header="true")
    with document.editor(cid="a") as ann:
        url = f"{relay.url}/parser/ws/{document.uuid}".replace("http", "ws", 1)
        with connect(url, additional_headers={"X-TSVShare-Key": document.key}) as plain:
            assert [person["cid"] for person in presence(ann, count(2))["people"]] == ["a"]
            plain.send("1")
            pages = [json.loads(plain.recv(timeout=PATIENCE)) for _ in range(2)]
            assert all("data" in page for page in pages)
        presence(ann, count(1))


def test_many_changes_are_few_messages(document):
    with document.editor(cid="a", name="0") as ann:
        began = time.monotonic()
        for n in range(200):
            ann.send(type="me", name=str(n + 1))
        messages = [ann.next("presence")]
        while names(messages[-1]) != ["200"]:
            messages.append(ann.next("presence"))
        assert len(messages) <= 3 + 2 * (time.monotonic() - began)


def test_a_crowd_is_counted_and_its_first_are_named(document):
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(document.viewer(cid=f"v{n}")) for n in range(MAX_PEOPLE + 5)]
        ann = stack.enter_context(document.editor(cid="a", name="Ada"))
        for viewer in (ann, crowd[-1]):
            options = presence(viewer, count(MAX_PEOPLE + 6))
            cids = [person["cid"] for person in options["people"]]
            assert cids == ["a", *(f"v{n}" for n in range(MAX_PEOPLE - 1))]


def test_who_was_busy_hears_of_it_later(relay, document):
    table = document.put(tsv(3000, columns=60), header="true").json["id"]
    with document.editor(cid="a") as ann, slow_viewer(document) as sloth:
        ann.op(table, page_size=1000)
        make_busy(relay, ann, table)
        ann.send(type="me", name="Ada")
        presence(ann, lambda message: "Ada" in names(message))
        assert len(busy(relay)) == 1
        last = newest(document)
        sloth.state(lambda state: state["seq"] == last)
        wait_for(lambda: not busy(relay))
        relay.look_after_viewers(later=0.0)
        presence(sloth, lambda message: "Ada" in names(message))


WORK = text_frame(encode(Working(by="a", query=Query(search="x"), done=0.5)))


def test_who_was_busy_hears_later_that_work_has_ended(relay, document):
    table = document.put(tsv(3000, columns=60), header="true").json["id"]
    with document.editor(cid="a") as ann, slow_viewer(document) as sloth:
        room = relay.hub.rooms._rooms[document.uuid]
        relay.run(room.announce_work(WORK))
        assert sloth.next("working")["query"] == {"search": "x"}
        ann.op(table, page_size=1000)
        make_busy(relay, ann, table)
        relay.run(room.announce_work(text_frame(encode(Working(done=0.25)))))
        relay.run(room.announce_work(NO_WORK_FRAME))
        assert [ann.next("working")["done"] for _ in range(2)] == [0.25, 0.0]
        assert sloth.next("working") == {"type": "working", "by": None, "query": None, "done": 0.0}


def test_who_comes_late_hears_what_is_under_way(relay, document):
    with document.viewer():
        room = relay.hub.rooms._rooms[document.uuid]
        relay.run(room.announce_work(WORK))
        with document.viewer() as bob:
            assert bob.next("working")["query"] == {"search": "x"}
        relay.run(room.announce_work(NO_WORK_FRAME))
        with document.viewer(cid="c") as carol:
            relay.run(room.announce_work(WORK))
            assert carol.next("working")["query"] == {"search": "x"}  # not that there is none


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, None),
        ("", None),
        (" \t\r\n\x00\x07", None),
        ("\u200b\u200d", None),
        ("Ada", "Ada"),
        ("  Ada\n\tLovelace ", "Ada Lovelace"),
        ("\u2066evil\u202e", "evil"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # joiners are part of names
        ("x" * 200, "x" * MAX_NAME),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_names_are_of_one_line_and_not_too_long(name, shown):
    assert clean_name(name) == shown


@pytest.mark.parametrize(("page", "n_pages"), [(0, 1), (-1, 5), (6, 5), (1, 0), (10**30, 10**30)])
def test_nobody_is_nowhere(page, n_pages):
    with pytest.raises(BadValue):
        check_place(Place(page=page, n_pages=n_pages))
