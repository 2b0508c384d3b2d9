"""A viewer's session: what it knows and what is pending."""

import json
from pathlib import Path

from msgspec import structs

from tsvshare_widget import protocol
from tsvshare_widget.client.effects import Effects
from tsvshare_widget.client.session import Session
from tsvshare_widget.errors import (
    Cancelled,
    NotFound,
    Stale,
    Unavailable,
    WrongKey,
    WrongVersion,
    from_code,
)
from tsvshare_widget.protocol import (
    Ack,
    Cancel,
    Close,
    DocumentState,
    ErrorMessage,
    GetProfile,
    Limits,
    Look,
    Me,
    Op,
    Over,
    Person,
    Place,
    Pong,
    Position,
    Presence,
    ProfileAnswer,
    Progress,
    Reject,
    Settings,
    State,
    ViewState,
    Welcome,
    Working,
)
from tsvshare_widget.query import Profile, Query
from tsvshare_widget.read_options import ReadOptions

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "protocol.json").read_text(encoding="utf-8")
)


# --- what a viewer knows -------------------------------------------------------------------------


def state_at(page, n_pages=9):
    return DocumentState(view=ViewState(page=page, n_pages=n_pages, n_rows=n_pages * 100))


def welcome(seq=1, *, epoch="e1", page=1, **changes):
    fields = {"v": 1, "epoch": epoch, "seq": seq, "role": "edit", "viewers": 1, "heartbeat": 25.0}
    fields |= {"limits": Limits(upload=10), "state": state_at(page)}
    return Welcome(**(fields | changes))


def moved(seq, page, *, epoch="e1"):
    return State(epoch=epoch, seq=seq, by="c", event="page", state=state_at(page))


def live_session(**changes):
    session = Session("c", "key")
    session.receive(welcome(**changes))
    return session


def turn(id, page=None, **settings):
    if page is not None:
        settings["page"] = page
    return Op(id=id, table="t1", set=Settings(**settings))


def page_of(session):
    return session.snapshot.state.view.page


def test_every_golden_message_of_a_relay_is_taken_in():
    session = Session("c", None)
    for example in GOLDEN["relay"].values():
        session.receive(protocol.decode_relay(json.dumps(example)))
    assert session.snapshot.status == "live"
    assert session.snapshot.viewers == 3
    assert session.snapshot.state.view.page_size == 100


def test_the_newest_snapshot_wins():
    session = live_session(seq=5)
    session.receive(moved(7, page=7))
    session.receive(moved(6, page=6))
    assert (page_of(session), session.snapshot.position) == (7, Position("e1", 7))
    session.receive(moved(1, page=2, epoch="e2"))
    assert (page_of(session), session.snapshot.position) == (2, Position("e2", 1))


def test_a_viewer_resumes_where_it_was():
    session = live_session(seq=5, page=4)
    assert session.hello().key == "key"
    session.lost(None, "lost", now=100.0)
    assert (session.snapshot.status, session.snapshot.since) == ("stale", 100.0)
    assert session.hello().have == Position("e1", 5)
    session.receive(welcome(5, unchanged=True, state=None))
    assert (session.snapshot.status, session.snapshot.since) == ("live", None)
    assert page_of(session) == 4


def test_being_stale_is_counted_from_the_first_loss():
    session = live_session()
    session.lost(None, "lost", now=100.0)
    session.lost(None, "refused", now=130.0)
    assert session.snapshot.since == 100.0
    assert session.snapshot.problem.message == "refused"


def test_before_the_first_welcome_a_viewer_is_connecting():
    session = Session("c", None)
    session.lost(None, "refused", now=1.0)
    assert (session.snapshot.status, session.snapshot.since) == ("connecting", None)
    assert session.hello().have is None


def test_a_final_close_ends_it_with_the_reason_the_relay_gave():
    session = Session("c", None)
    session.add_request(turn("c:1", 2))
    session.receive(ErrorMessage(code="not_found", message="there is no such document"))
    effects = session.lost(Close.GONE, "closed", now=1.0)
    assert session.is_over
    assert session.snapshot.status == "gone"
    assert [(id, type(error)) for id, error in effects.done] == [("c:1", NotFound)]
    assert [type(error) for _, error in session.add_request(turn("c:2", 3)).done] == [NotFound]


def test_another_version_ends_it_for_good():
    session = Session("c", None)
    session.add_request(turn("c:1", 2))
    effects = session.part(WrongVersion("version 2 here"), now=1.0)
    session.lost(None, "closed", now=2.0)
    assert session.is_over
    assert (session.snapshot.since, session.snapshot.problem.code) == (1.0, "wrong_version")
    assert [(id, type(error)) for id, error in effects.done] == [("c:1", WrongVersion)]


def test_an_event_of_a_later_version_is_shown_like_any_other():
    session = live_session(seq=5)
    moved = State(epoch="e1", seq=6, by=None, event="from the future", state=state_at(7))
    text = protocol.encode(moved)
    session.receive(protocol.decode_relay(text))
    assert (session.snapshot.event, session.snapshot.state.view.page) == ("from the future", 7)


def test_a_closed_session_answers_every_request():
    session = live_session()
    session.add_request(turn("c:1", 2))
    assert [type(error) for _, error in session.close().done] == [Unavailable]
    assert [type(error) for _, error in session.add_request(turn("c:2", 2)).done] == [Unavailable]


def test_a_heartbeat_is_answered():
    assert live_session().receive(protocol.Heartbeat()).send == [Pong()]


def test_what_was_wrong_is_over_when_the_relay_says_so():
    session = live_session()
    session.receive(ErrorMessage(code="engine_down", message="nothing can be changed"))
    session.receive(Over(code="wrong_key"))
    assert session.snapshot.problem.code == "engine_down"
    session.receive(Over(code="engine_down"))
    assert session.snapshot.problem is None


def test_a_wrong_key_stays_known_after_the_welcome():
    session = Session("c", "guess")
    session.receive(ErrorMessage(code="wrong_key", message="not right"))
    session.receive(welcome(role="look"))
    problem = session.snapshot.problem
    assert isinstance(from_code(problem.code, problem.message), WrongKey)


# --- what is pending -----------------------------------------------------------------------------


def test_an_op_is_done_when_its_effect_has_come():
    session = live_session(seq=1)
    assert session.add_request(turn("c:1", 7)).send == [turn("c:1", 7)]
    ack = Ack(id="c:1", epoch="e1", seq=2)
    assert session.receive(ack).done == []
    assert session.receive(moved(2, page=7)).done == [("c:1", ack)]


def test_an_ack_that_comes_after_its_effect_is_done_at_once():
    session = live_session(seq=1)
    session.add_request(turn("c:1", 7))
    session.receive(moved(2, page=7))
    ack = Ack(id="c:1", epoch="e1", seq=2)
    assert session.receive(ack).done == [("c:1", ack)]
    assert session.receive(ack).done == []


def test_a_refusal_is_the_error_it_stands_for():
    session = live_session()
    session.add_request(turn("c:1", 7))
    (id, error) = session.receive(protocol.Reject(id="c:1", code="stale", message="too late")).done[
        0
    ]
    assert (id, type(error), str(error)) == ("c:1", Stale, "too late")


def test_a_request_made_before_the_welcome_is_sent_after_it():
    session = Session("c", "key")
    look = Look(id="c:1", table="t1", page=2, page_size=100)
    assert session.add_request(look).send == []
    assert session.receive(welcome()).send == [look]


def test_after_a_loss_only_what_is_still_wanted_is_sent_again():
    session = live_session(seq=1)
    ops = [turn("c:1", 3), turn("c:2", page_size=50), turn("c:3", 7)]
    for op in ops:
        session.add_request(op)
    session.lost(None, "lost", now=1.0)
    effects = session.receive(welcome(1))
    assert effects.send == [turn("c:2", page_size=50), turn("c:3", 7)]
    assert effects.done == []
    session.receive(Ack(id="c:3", epoch="e1", seq=2))
    effects = session.receive(moved(2, 7))
    assert effects.done == [(id, Ack(id=id, epoch="e1", seq=2)) for id in ("c:3", "c:1")]


def test_what_a_later_op_stands_for_is_sent_again_if_that_is_refused():
    session = live_session(seq=1)
    for op in (turn("c:1", 3), turn("c:2", 7)):
        session.add_request(op)
    session.lost(None, "lost", now=1.0)
    assert session.receive(welcome(1)).send == [turn("c:2", 7)]
    effects = session.receive(Reject(id="c:2", code="stale", message="too late"))
    assert [(id, type(error)) for id, error in effects.done] == [("c:2", Stale)]
    assert effects.send == [turn("c:1", 3)]  # it may have been done before the loss


def test_what_a_later_op_stands_for_is_sent_again_if_that_is_cancelled():
    session = live_session(seq=1)
    for op in (turn("c:1", 3), turn("c:2", page_size=50, page=7)):
        session.add_request(op)
    session.lost(None, "lost", now=1.0)
    session.receive(welcome(1))
    effects = session.cancel("c:2")
    assert [id for id, _ in effects.done] == ["c:2"]
    assert effects.send[0] == turn("c:1", 3)


def test_an_op_on_another_table_stands_for_nothing():
    session = live_session(seq=1)
    ops = [turn("c:1", 3), turn("c:2", 7)]
    ops[0] = structs.replace(ops[0], table="before")
    for op in ops:
        session.add_request(op)
    session.lost(None, "lost", now=1.0)
    assert session.receive(welcome(1)).send == ops
    assert session.receive(Ack(id="c:2", epoch="e1", seq=1)).done == [
        ("c:2", Ack(id="c:2", epoch="e1", seq=1))
    ]


def test_who_was_shown_no_page_asks_for_all_of_it_again():
    golden = protocol.decode_relay(json.dumps(GOLDEN["relay"]["state incomplete"]))
    assert isinstance(golden, State)
    assert golden.state.table is not None
    session = live_session(seq=1, epoch=golden.epoch)
    without = structs.replace(golden, seq=2, page=protocol.NO_PAGE)
    session.receive(without)
    assert session.hello().have is None
    session.receive(structs.replace(golden, seq=3))
    assert session.hello().have == Position(golden.epoch, 3)


def test_of_readings_that_waited_out_a_loss_the_last_one_is_sent_again():
    session = live_session(seq=1)
    ops = [turn(f"c:{n}", options=ReadOptions(skip=n)) for n in (1, 2)]
    for op in [*ops, turn("c:3", 7)]:
        session.add_request(op)
    session.lost(None, "lost", now=1.0)
    effects = session.receive(welcome(1))
    assert effects.send == [ops[1], turn("c:3", 7)]
    assert effects.done == []


def test_an_op_that_was_acknowledged_before_the_loss_is_not_sent_again():
    session = live_session(seq=1)
    session.add_request(turn("c:1", 7))
    ack = Ack(id="c:1", epoch="e1", seq=2)
    session.receive(ack)
    session.lost(None, "lost", now=1.0)
    effects = session.receive(welcome(2, page=7))
    assert (effects.send, effects.done) == ([], [("c:1", ack)])


def test_a_request_that_is_cancelled_ends_at_once_and_the_relay_is_told():
    session = live_session()
    session.add_request(turn("c:1", 7))
    effects = session.cancel("c:1")
    assert effects.send == [Cancel(id="c:1")]
    assert [(id, type(error)) for id, error in effects.done] == [("c:1", Cancelled)]
    assert session.receive(protocol.Reject(id="c:1", code="cancelled", message="")).done == []
    assert session.cancel("c:1") == Effects()


def test_what_is_cancelled_while_the_connection_is_lost_is_not_sent_again():
    session = live_session()
    session.add_request(GetProfile(id="c:1", table="t1", column=2))
    session.lost(None, "lost", now=1.0)
    assert session.cancel("c:1").send == []
    assert session.receive(welcome(1)).send == []


def test_what_takes_long_says_how_far_it_is():
    session = live_session()
    session.add_request(GetProfile(id="c:1", table="t1", column=2))
    assert session.receive(Progress(id="c:1", done=0.5)).progress == [("c:1", 0.5)]
    answer = ProfileAnswer(id="c:1", of_rows=3, profile=Profile(column=2, kind="text", rows=3))
    assert session.receive(answer).done == [("c:1", answer)]


def test_what_everyone_will_see_soon_is_known_until_it_is_there_or_the_connection_is_lost():
    session, query = live_session(), Query(search="TP53")
    working = Working(by="d", query=query, done=0.5)
    session.receive(working)
    assert session.snapshot.working == working
    session.receive(Working())
    assert session.snapshot.working is None
    session.receive(working)
    session.lost(None, "lost", now=1.0)
    assert (session.snapshot.working, session.snapshot.status) == (None, "stale")


def test_others_are_known_and_are_told_of_us_again_after_a_loss():
    session = live_session()
    ada = Person(cid="d", role="look", name="Ada")
    session.receive(Presence(viewers=2, people=[ada]))
    assert (session.snapshot.viewers, session.snapshot.people) == (2, (ada,))
    me = Me(name="Grace", at=Place(page=2, n_pages=3))
    assert session.introduce(me).send == [me]
    session.lost(None, "lost", now=1.0)
    assert session.hello().name == "Grace"
    assert session.receive(welcome(1)).send == [me]
    assert session.introduce(Me(name="Grace")).send == [Me(name="Grace")]
    session.lost(None, "lost", now=2.0)
    assert session.receive(welcome(1)).send == []
