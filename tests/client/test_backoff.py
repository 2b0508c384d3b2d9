"""Sessions and their waits, as the front end has them: the cases in tests/golden/session.json."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract_fixture import contract

from tsvshare_widget.client.backoff import Backoff
from tsvshare_widget.client.session import Session, Snapshot
from tsvshare_widget.protocol import Bye, Close, Position, RelayMessage, decode_relay

CASES = contract("session")
GOLDEN = contract("protocol")["relay"]


def golden(name: str, seq: int) -> RelayMessage:
    return decode_relay(json.dumps(GOLDEN[name] | {"seq": seq}))


@pytest.mark.parametrize("case", CASES["newer"], ids=str)
def test_the_newest_position_wins_within_an_epoch(case: dict[str, Any]) -> None:
    known = case["known"] and Position(**case["known"])
    assert Snapshot(position=known).is_newer(Position(**case["next"])) is case["newer"]


def message_of(event: dict[str, Any], known: Position | None) -> RelayMessage:
    if "bye" in event:
        return Bye(code=Close.GOING_AWAY, retry_ms=event["bye"])
    if "state" in event:
        return golden("state while growing", event["state"])
    if event["welcome"] is None:
        assert known is not None
        return golden("welcome unchanged", known.seq)
    return golden("welcome", event["welcome"])


def check_lost(session: Session, event: dict[str, Any]) -> None:
    session.lost(event["lost"], "lost", now=event.get("at", 1.0))
    assert session.is_over is (event["wait"] is None)
    if not session.is_over:
        assert session.backoff.next_wait(event["random"]) == pytest.approx(event["wait"])


@pytest.mark.parametrize("case", CASES["sessions"], ids=lambda case: case["name"])
def test_what_becomes_of_a_session(case: dict[str, Any]) -> None:
    session = Session("c", None, Backoff(at_once=case["at_once"]))
    for event in case["events"]:
        if "lost" in event:
            check_lost(session, event)
        else:
            session.receive(message_of(event, session.snapshot.position))
        if "shows" in event:
            known, have = session.snapshot, session.hello().have
            assert event["shows"] == {
                "status": known.status,
                "since": known.since,
                "viewers": known.viewers,
                "have": None if have is None else have.seq,
            }


def test_the_wait_never_overflows() -> None:
    backoff = Backoff()
    assert [backoff.next_wait(1.0) for _ in range(5000)][-1] == 30.0
