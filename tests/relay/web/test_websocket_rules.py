"""RFC 6455 to the letter; the numbers are those of the Autobahn test suite."""

import contextlib
import json
import struct

import pytest
from patience import PATIENCE
from raw_fixture import RawSocket, frame
from relay_fixture import Document, tsv, wait_for

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

PROTOCOL_ERROR, NOT_UTF8, TOO_BIG, SLOW, TRY_AGAIN = 1002, 1007, 1009, 4008, 1013


@pytest.fixture
def plain(relay):
    with RawSocket(relay.url, "/parser/ws") as raw:
        assert raw.status == 101
        yield raw


@pytest.fixture
def live(document):
    with RawSocket(document.base, f"/d/{document.uuid}/ws") as raw:
        assert raw.status == 101
        yield raw


def close_payload(code, reason=b""):
    return struct.pack(">H", code) + reason


@pytest.mark.parametrize(
    ("payload", "echoed"),
    [
        pytest.param(b"", 0, id="7.3.1"),
        pytest.param(b"a", PROTOCOL_ERROR, id="7.3.2"),
        pytest.param(close_payload(1000), 1000, id="7.3.3"),
        pytest.param(close_payload(1000, b"Hello World!"), 1000, id="7.3.4"),
        pytest.param(close_payload(1000, b"*" * 123), 1000, id="7.3.5"),
        pytest.param(close_payload(1000, b"*" * 124), PROTOCOL_ERROR, id="7.3.6"),
        pytest.param(close_payload(1000, b"\xce\xba\xed\xa0\x80edited"), NOT_UTF8, id="7.5.1"),
        *(
            pytest.param(close_payload(code), code, id=f"7.7-{code}")
            for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000)
        ),
        pytest.param(close_payload(4999), 4999, id="7.7-4999"),
        *(
            pytest.param(close_payload(code), PROTOCOL_ERROR, id=f"7.9.{number}")
            for number, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1)
        ),
        pytest.param(close_payload(5000), PROTOCOL_ERROR, id="7.13.1"),
        pytest.param(close_payload(65535), PROTOCOL_ERROR, id="7.13.2"),
    ],
)
def test_a_close_is_answered_by_its_code_if_that_may_be_sent(live, payload, echoed):
    live.send(CLOSE, payload)
    assert live.close_code() == echoed
    assert live.has_ended()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([frame(TEXT, b"1", mask=False)], id="5.1-unmasked"),
        pytest.param([frame(PING, b"", mask=False)], id="5.1-unmasked-ping"),
        pytest.param([frame(PING, b"x" * 126)], id="2.5"),
        pytest.param([frame(TEXT, b"1", rsv=1)], id="3.1"),
        pytest.param([frame(TEXT, b"1", rsv=4)], id="3.4"),
        pytest.param([frame(PING, b"1", rsv=5)], id="3.5"),
        pytest.param([frame(CLOSE, b"", rsv=7)], id="3.7"),
        *(pytest.param([frame(code)], id=f"4.1-{code}") for code in (3, 4, 5, 6, 7)),
        *(pytest.param([frame(code)], id=f"4.2-{code}") for code in (11, 12, 13, 14, 15)),
        pytest.param([frame(PING, b"fragment1", fin=False), frame(0, b"fragment2")], id="5.1"),
        pytest.param([frame(PONG, b"fragment1", fin=False), frame(0, b"fragment2")], id="5.2"),
        pytest.param([frame(0, b"non-continuation")], id="5.9"),
        pytest.param([frame(0, b"non-continuation", fin=False)], id="5.12"),
        pytest.param([frame(TEXT, b"1", fin=False), frame(TEXT, b"2")], id="5.18"),
        pytest.param([frame(TEXT, b"1", fin=False), frame(BINARY, b"2")], id="5.18-other"),
    ],
)
def test_frames_that_no_client_may_send_end_with_1002(plain, wrong):
    for data in wrong:
        plain.raw.sendall(data)
    assert plain.close_code() == PROTOCOL_ERROR
    assert plain.has_ended()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80edited", id="6.3.1"),
        pytest.param(b"\xce", id="6.6.1"),
        pytest.param(b"\xf4\x90\x80\x80", id="6.4"),
        pytest.param(b"\xf8\x88\x80\x80\x80", id="6.11.1"),
        pytest.param(b"\xc0\xaf", id="6.13"),
    ],
)
def test_text_that_is_not_utf8_ends_with_1007(plain, text):
    plain.send(TEXT, text)
    assert plain.close_code() == NOT_UTF8


def test_text_that_is_not_utf8_ends_with_1007_in_fragments_too(plain):
    plain.send(TEXT, b"\xce\xba\xed", fin=False)
    plain.send(0, b"\xa0\x80")
    assert plain.close_code() == NOT_UTF8


def test_a_character_may_be_split_between_fragments(live):
    hello = json.dumps({"type": "hello", "v": 1, "cid": "c", "name": "κόσμε"}, ensure_ascii=False)
    data = hello.encode()
    for place, byte in enumerate(data):
        live.send(0 if place else TEXT, bytes([byte]), fin=place == len(data) - 1)
    assert json.loads(live.next()[1])["type"] == "welcome"


def test_pings_between_fragments_are_answered_at_once(live):
    """5.6 to 5.8, 5.19"""
    live.send(TEXT, b'{"type": ', fin=False)
    live.send(PING, b"there?")
    assert live.next() == (PONG, b"there?")
    live.send(0, b'"nothing"}')
    assert json.loads(live.next()[1])["code"] == "bad_request"


@pytest.mark.parametrize("size", [125, 126, 127, 128, 65535, 65536])
def test_messages_of_every_kind_of_length_are_read(relay, size):
    """1.2"""
    with RawSocket(relay.url, "/parser/ws") as raw:
        table = tsv(1000, header=False)[: size - 1] + b"\n"
        raw.send(BINARY, table)
        page = json.loads(raw.next()[1])
        assert page["total_number"] == table.count(b"\n")


def test_what_is_too_big_is_refused_before_it_has_come(make_relay):
    relay = make_relay(parser_max_message=1000)
    with RawSocket(relay.url, "/parser/ws") as raw:
        raw.send(BINARY, b"", size=1001)
        assert raw.close_code() == TOO_BIG
    with RawSocket(relay.url, "/parser/ws") as raw:
        raw.send(BINARY, b"x" * 600, fin=False)
        raw.send(0, b"", size=401)
        assert raw.close_code() == TOO_BIG
    with RawSocket(relay.url, "/parser/ws") as raw:
        raw.send(BINARY, b"", size=(1 << 64) - 1)
        assert raw.close_code() == TOO_BIG


def test_nothing_wrong_is_logged_with_a_traceback(plain, caplog):
    plain.send(3)
    assert plain.close_code() == PROTOCOL_ERROR
    assert plain.has_ended()
    assert not [record for record in caplog.records if record.exc_info]


# --- half messages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "half",
    [
        frame(TEXT)[:1],
        frame(TEXT)[:3],
        frame(BINARY, b"x" * 10, size=1000),
        frame(BINARY, b"x" * 10, fin=False),
        frame(PING, b"x", size=100),
    ],
)
def test_half_a_message_ends_with_a_code_if_the_rest_does_not_come(make_relay, half):
    relay = make_relay(slow_seconds=0.2)
    with RawSocket(relay.url, "/parser/ws") as raw:
        raw.raw.sendall(half)
        assert raw.close_code() == SLOW
        wait_for(lambda: relay.hub.incoming.used == 0)


def test_who_says_nothing_stays(make_relay):
    relay = make_relay(slow_seconds=0.2)
    document = Document(relay.url)
    with RawSocket(relay.url, f"/d/{document.uuid}/ws") as quiet:
        with RawSocket(relay.url, "/parser/ws") as half:
            half.send(BINARY, b"x", size=10)
            assert half.close_code() == SLOW
        quiet.send(PING, b"")
        assert quiet.next() == (PONG, b"")


MB = 1024 * 1024


def test_half_messages_take_no_more_memory_than_allowed(make_relay):
    relay = make_relay(incoming_bytes=8 * MB, parser_max_message=4 * MB, slow_seconds=PATIENCE)
    large = [RawSocket(relay.url, "/parser/ws") for _ in range(6)]
    piece = frame(BINARY, bytes(3 * MB), size=4 * MB)
    for raw in large:
        raw.raw.sendall(piece)
    # Six times 3 MB do not fit into 8: four had to be given up, and two are left.
    wait_for(lambda: relay.hub.incoming.used == 6 * MB)
    rest = bytes(MB)
    ended = 0
    for raw in large:
        with contextlib.suppress(OSError):  # ended already
            raw.raw.sendall(rest)
        ended += raw.close_code_or_page() == TRY_AGAIN
        raw.__exit__()
    assert ended == 4
    wait_for(lambda: relay.hub.incoming.used == 0)


def test_small_messages_are_taken_while_large_ones_wait(make_relay):
    relay = make_relay(incoming_bytes=4 * MB, slow_seconds=PATIENCE)
    with RawSocket(relay.url, "/parser/ws") as large, RawSocket(relay.url, "/parser/ws") as small:
        large.send(BINARY, bytes(4 * MB), size=5 * MB)
        wait_for(lambda: relay.hub.incoming.used == 4 * MB)
        table = tsv(3, header=False)
        sent = frame(BINARY, table)
        for byte in sent:
            small.raw.sendall(bytes([byte]))
        assert json.loads(small.next()[1])["total_number"] == 3
        assert large.close_code() == TRY_AGAIN


def test_many_small_messages_that_come_slowly_all_arrive(make_relay):
    relay = make_relay(incoming_bytes=1 * MB, slow_seconds=PATIENCE)
    table = tsv(200, header=False)
    sent = frame(BINARY, table)
    half = len(sent) // 2
    viewers = [RawSocket(relay.url, "/parser/ws") for _ in range(50)]
    for raw in viewers:
        raw.raw.sendall(sent[:half])
    for raw in viewers:
        raw.raw.sendall(sent[half:])
    for raw in viewers:
        assert json.loads(raw.next()[1])["total_number"] == 200
        raw.__exit__()
