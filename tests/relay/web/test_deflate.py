"""Compressed messages: agreed on as RFC 7692 has it, the same frame for everyone, and no bombs."""

import asyncio
import json
import zlib

import pytest
from raw_fixture import RawSocket
from relay_fixture import Document, tsv
from tornado.httpclient import HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.websocket import websocket_connect

from tsvshare_widget.protocol import MAX_MESSAGE
from tsvshare_widget.relay.rooms.wire_frames import WORTH_DEFLATING, deflated_frame, text_frame
from tsvshare_widget.relay.web.deflate import WINDOW_BYTES, Inflater, TooLong, accept, inflate

FROM_ELSEWHERE = {"X-Forwarded-For": "192.0.2.1"}
OFFER = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
TEXT, PING = 1, 9


@pytest.mark.parametrize(
    ("offer", "taken"),
    [
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; client_max_window_bits=10; server_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=15", True),
        ('permessage-deflate; client_max_window_bits="10"', True),
        ("x-webkit-deflate-frame, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10", False),
        ("permessage-deflate; server_max_window_bits", False),
        ("permessage-deflate; client_max_window_bits=16", False),
        ("permessage-deflate; client_max_window_bits=08", False),
        ("permessage-deflate; client_no_context_takeover=1", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("permessage-deflate; something", False),
        ("permessage-bzip2", False),
        ("", False),
    ],
)
def test_offers(offer, taken):
    assert accept({"Sec-WebSocket-Extensions": offer}, "192.0.2.1") is taken


@pytest.mark.parametrize(
    ("address", "headers", "taken"),
    [
        ("127.0.0.1", {}, False),
        ("::1", {}, False),
        ("", {}, False),
        ("2001:db8::1", {}, True),
        ("127.0.0.1", FROM_ELSEWHERE, True),
        ("127.0.0.1", {"Via": "1.1 proxy"}, True),
    ],
)
def test_nothing_is_compressed_for_a_browser_of_this_computer(address, headers, taken):
    assert accept(HTTPHeaders({**OFFER, **headers}), address) is taken


@pytest.mark.parametrize("size", [WORTH_DEFLATING, 70_000, 1_000_000])
def test_a_frame_is_compressed_by_itself(size):
    message = (json.dumps(list(range(size)))[:size]).encode()
    deflated = deflated_frame(text_frame(message))
    assert deflated[0] == 0xC1
    assert len(deflated) < size / 2
    head = {126: 4, 127: 10}.get(deflated[1], 2)
    assert inflate(deflated[head:], size) == message
    with pytest.raises(TooLong):
        inflate(deflated[head:], size - 1)


SAID = [b'{"type": "look", "id": "%d:%s"}' % (n, b"x" * 900) for n in range(60)]


def deflated(messages, *, remembers):
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for message in messages:
        if not remembers:
            made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        yield (made.compress(message) + made.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize("remembers", [True, False])
def test_whether_a_client_remembers_is_found_out(remembers):
    inflater = Inflater(2000)
    assert [inflater.inflate(each) for each in deflated(SAID, remembers=remembers)] == SAID
    # Of who does not, nothing is kept; of who does, what it may point back to.
    assert len(inflater._before or b"") == (WINDOW_BYTES if remembers else 0)


def test_a_message_that_is_none_is_told_from_one_that_points_back():
    inflater = Inflater(2000)
    first, second, *_ = deflated(SAID, remembers=True)
    with pytest.raises(zlib.error):
        inflater.inflate(second)
    assert inflater.inflate(first) == SAID[0]
    with pytest.raises(zlib.error):
        inflater.inflate(b"\xff" * 20)


def test_a_short_frame_stays_as_it_is():
    frame = text_frame(b"x" * (WORTH_DEFLATING - 1))
    assert deflated_frame(frame) is frame


def deflate(message):
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.fixture
def raw(relay):
    document = Document(relay.url)
    with RawSocket(relay.url, f"/d/{document.uuid}/ws", **OFFER, **FROM_ELSEWHERE) as socket:
        yield socket


HELLO = json.dumps({"type": "hello", "v": 1, "cid": "c"}).encode()


def test_messages_come_compressed_or_not_whole_or_in_parts(raw):
    half = len(deflate(HELLO)) // 2
    raw.send(TEXT, deflate(HELLO)[:half], rsv=4, fin=False)
    raw.send(PING, b"meanwhile")
    raw.send(0, deflate(HELLO)[half:])
    assert raw.next() == (10, b"meanwhile")
    assert json.loads(raw.next()[1])["type"] == "welcome"
    raw.send(TEXT, HELLO)
    while (said := json.loads(raw.next()[1]))["type"] != "error":
        pass
    assert said["message"] == "a hello was said already"


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(TEXT, deflate(b"x" * 50_000_000), {"rsv": 4})], 1009),
        ([(TEXT, deflate(b"x" * (MAX_MESSAGE + 1)), {"rsv": 4})], 4509),
        ([(TEXT, b"\xff" * 20, {"rsv": 4})], 1007),
        ([(TEXT, deflate(b"\xff\xfe"), {"rsv": 4})], 1007),
        ([(PING, b"", {"rsv": 4})], 1002),
        ([(TEXT, b"", {"rsv": 4, "fin": False}), (0, b"", {"rsv": 4})], 1002),
        ([(TEXT, b"", {"rsv": 2})], 1002),
        ([(TEXT, b"", {"rsv": 6})], 1002),
    ],
)
def test_what_breaks_the_rules_ends_the_connection(raw, frames, code):
    for opcode, payload, how in frames:
        raw.send(opcode, payload, **how)
    assert raw.close_code() == code


def test_who_did_not_agree_may_not_compress(relay, document):
    with RawSocket(relay.url, f"/d/{document.uuid}/ws") as raw:
        raw.send(TEXT, deflate(HELLO), rsv=4)
        assert raw.close_code() == 1002


def test_all_see_the_same_pages_compressed_or_not(relay, document):
    """With a client whose compressor remembers, and one that does not compress."""
    table = document.put(tsv(3000, columns=30), header="true").json["id"]
    with (
        document.editor(cid="a") as ann,
        document.viewer(cid="b", additional_headers=FROM_ELSEWHERE) as bob,
    ):
        assert [type(one).__name__ for one in bob.socket.protocol.extensions] == [
            "PerMessageDeflate"
        ]
        assert ann.socket.protocol.extensions == []
        for page in range(2, 7):
            seq = ann.op(table, page=page)["seq"]
            seen = [one.state(lambda s, seq=seq: s["seq"] == seq) for one in (ann, bob)]
            assert seen[0] == seen[1]
            assert len(seen[0]["page"]["rows"]) == 100


def test_a_page_goes_out_compressed(relay, document):
    table = document.put(tsv(3000, columns=30), header="true").json["id"]
    path = f"/d/{document.uuid}/ws"
    with RawSocket(relay.url, path, **OFFER, **FROM_ELSEWHERE) as raw, document.editor() as ann:
        raw.send(TEXT, HELLO)
        assert json.loads(raw.next()[1])["type"] == "welcome"
        ann.op(table, page=2)
        while (said := raw.next()[1]).startswith(b"{"):
            assert json.loads(said)["type"] == "presence"
        message = inflate(said, 1_000_000)
        assert json.loads(message)["page"]["rows"][0][0] == "r100c0"
        assert len(said) < len(message) / 3


def test_a_tornado_client_as_proxies_have_it(relay, document):
    """jupyter-server-proxy connects so, with a compressor that remembers whatever was agreed."""
    table = document.put(tsv(300, columns=3), header="true").json["id"]
    # More in all than a compressor remembers, and much of each was said before.
    ids = [f"{n}:{n % 7 * 12345678901:x}".ljust(100, ".") for n in range(250)]

    async def look():
        request = HTTPRequest(document.ws_url, headers=FROM_ELSEWHERE)
        socket = await websocket_connect(request, compression_options={})
        await socket.write_message(HELLO.decode())
        rows = json.loads(await socket.read_message())["page"]["rows"]
        answered = []
        for id in ids:
            asked = {"type": "cell", "id": id, "table": table, "row": 7, "column": 1}
            await socket.write_message(json.dumps(asked))
            while "id" not in (said := json.loads(await socket.read_message())):
                pass
            answered.append(said["id"])
        socket.close()
        while await socket.read_message() is not None:
            pass
        return rows, answered

    rows, answered = asyncio.run(look())
    assert len(rows) == 100
    assert answered == ids
