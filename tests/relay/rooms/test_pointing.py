"""Where editors point: the others see the newest, at a pace of its own, and nothing is kept."""

import asyncio
import json

import pytest
from relay_fixture import tsv

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_POINTED, MAX_SPOTS, Point, Spot, TableState
from tsvshare_widget.relay.rooms.pointing import PointingBoard, spot_of

TABLE = TableState(id="t-1", name="a.tsv", rows=10, columns=3)


class Eye:
    """A viewer that keeps what it is shown."""

    def __init__(self, cid):
        self.cid = cid
        self.seen = []

    def show_pointing(self, frame, alone):
        if self.cid != alone:
            self.seen.append(json.loads(frame[frame.index(b"{") :]))


def shown(eyes, *points):
    """What viewers see when others point in one go: (who, row) each, or (who, row, table)."""

    async def point():
        board = PointingBoard(eyes, lambda: len(eyes))
        for by, row, *table in points:
            board.point(table[0] if table else "t-1", Spot(by=by, row=row))
        await board._showing  # ends by itself: nobody points any more

    asyncio.run(point())


def test_of_many_spots_of_one_the_newest_is_shown_once():
    ann, bob = Eye("a"), Eye("b")
    shown([ann, bob], *[("a", row) for row in range(50)])
    (message,) = bob.seen
    assert message["spots"] == [{"by": "a", "row": 49, "column": None}]
    assert ann.seen == []


def test_what_several_point_at_is_one_message():
    eyes = [Eye("a"), Eye("b"), Eye("c")]
    shown(eyes, ("a", 1), ("b", 2), ("a", 3))
    for eye in eyes:
        (message,) = eye.seen
        assert [(spot["by"], spot["row"]) for spot in message["spots"]] == [("b", 2), ("a", 3)]


def test_however_many_point_a_message_stays_small():
    eye = Eye("z")
    shown([eye], *[(f"c{n}", n) for n in range(3 * MAX_SPOTS)])
    assert len(eye.seen[0]["spots"]) == MAX_SPOTS


def test_in_a_crowd_nobody_is_shown_anything():
    few, crowd = ([Eye(str(n)) for n in range(most)] for most in (MAX_POINTED, MAX_POINTED + 1))
    shown(few, ("a", 1))
    shown(crowd, ("a", 1))
    assert all(len(eye.seen) == 1 for eye in few)
    assert not any(eye.seen for eye in crowd)


def test_spots_of_another_table_are_forgotten():
    eye = Eye("z")
    shown([eye], ("a", 1), ("b", 2, "t-2"))
    (message,) = eye.seen
    assert (message["table"], len(message["spots"])) == ("t-2", 1)


@pytest.mark.parametrize(("row", "column"), [(-1, 0), (10, 0), (0, -1), (0, 3), (2**70, None)])
def test_a_spot_is_in_the_table(row, column):
    with pytest.raises(BadValue):
        spot_of(Point(table="t-1", row=row, column=column), "a", TABLE)


def test_a_spot_of_a_table_that_is_gone_is_none():
    assert spot_of(Point(table="t-0", row=0), "a", TABLE) is None
    assert spot_of(Point(table="t-0", row=0), "a", None) is None


# --- on the wire ---------------------------------------------------------------------------------


def test_the_others_see_where_an_editor_points(document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor(cid="a") as ann, document.viewer(cid="b") as bob:
        assert bob.welcome["limits"]["pointing"] == MAX_POINTED
        seq = bob.welcome["seq"]
        ann.send(type="point", table=table, row=204, column=1)
        message = bob.next("pointing")
        assert message["table"] == table
        assert message["spots"] == [{"by": "a", "row": 204, "column": 1}]
        ann.send(type="point", table=table, row=7)
        assert bob.next("pointing")["spots"] == [{"by": "a", "row": 7, "column": None}]
    with document.viewer(cid="c") as cem:
        assert cem.welcome["seq"] == seq, "pointing is no change of the document"


def test_who_may_only_look_cannot_point(document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor() as ann, document.viewer() as bob:
        bob.send(type="point", table=table, row=1)
        assert bob.next("error")["code"] == "forbidden"
        ann.send(type="point", table=table, row=999)
        assert ann.next("error")["code"] == "bad_value"
        ann.send(type="point", table="another", row=1)
        assert ann.op(table, page=2)["type"] == "ack", "the connection lives on"


def test_everyone_is_brought_to_a_row_and_a_column(document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.op(table, page=3, bring=True, spot=[204, 1])
        view = bob.state()["state"]["view"]
        assert (view["page"], view["spot"]) == (3, [204, 1])
        ann.op(table, bring=True)
        assert "spot" not in bob.state()["state"]["view"]
        assert ann.op(table, bring=True, spot=[204, 9])["code"] == "bad_value"


def test_it_is_said_how_many_look_around_alone(document):
    with document.editor(cid="a") as ann, document.viewer() as bob:
        bob.send(type="me", at={"page": 2, "n_pages": 3})
        while ann.next("presence")["apart"] != 1:
            pass
