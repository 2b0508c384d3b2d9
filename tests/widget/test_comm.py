"""The comm without a relay: messages of a view, and how many updates it is sent."""

import json
import threading
from pathlib import Path

import pytest
from msgspec import Raw
from patience import PATIENCE

from tsvshare_widget.client import Connection, Link
from tsvshare_widget.client.thread import ClientThread
from tsvshare_widget.errors import BadRequest
from tsvshare_widget.protocol import ColumnsAnswer, PageAnswer, decode_viewer, encode
from tsvshare_widget.widget.comm.built import STATIC
from tsvshare_widget.widget.comm.front_end import FrontEnd, Screens, release_subshell
from tsvshare_widget.widget.comm.messages import read_message, to_content
from tsvshare_widget.widget.comm.rate import RateLimit

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "protocol.json").read_text(encoding="utf-8")
)
NOT_OF_A_VIEW = ("hello", "pong")


class KernelComm:
    """A comm as ipykernel 7.4 makes it."""

    def _reply_subshell_for(self, data, default):
        return "the busy one"


def test_messages_are_handled_where_the_front_end_asks():
    comm = KernelComm()
    release_subshell(comm)
    assert comm._reply_subshell_for({}, "as asked") == "as asked"
    release_subshell(None)


def test_updates_may_come_at_once_but_not_for_long():
    rate = RateLimit(per_second=20.0, burst=3)
    assert [rate.next(100.0) for _ in range(3)] == [100.0] * 3
    assert rate.next(100.0) == pytest.approx(100.05)
    assert rate.next(100.05) == pytest.approx(100.1)
    assert rate.next(200.0) == 200.0


# --- messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOLDEN["viewer"])
def test_what_a_view_asks_of_the_relay_is_read_as_the_relay_reads_it(name):
    content = GOLDEN["viewer"][name]
    if content["type"] in NOT_OF_A_VIEW:
        with pytest.raises(BadRequest, match=content["type"]):
            read_message(content)
    else:
        assert read_message(content) == decode_viewer(json.dumps(content))


@pytest.mark.parametrize("content", [None, "hi", [], {}, {"type": None}, {"type": "hi", "id": 7}])
def test_nonsense_is_no_message(content):
    with pytest.raises(BadRequest, match="not a message of a view"):
        read_message(content)


@pytest.mark.parametrize(
    "answer",
    [
        PageAnswer(id="v:1", page=Raw(b'{"rows": [["a", "\\u00e9"]], "cut": []}')),
        ColumnsAnswer(id="v:1", total=7, found=[(3, "gene")]),
    ],
)
def test_an_answer_reaches_a_view_as_the_relay_wrote_it(answer):
    assert json.loads(json.dumps(to_content(answer))) == json.loads(encode(answer))


# --- threads -----------------------------------------------------------------------------------


class CountingThread(ClientThread):
    """A client's thread that counts how often something hops onto it."""

    hops = 0

    def call(self, function, *args):
        self.hops += 1
        return super().call(function, *args)


@pytest.fixture
def front_end():
    """The front end of a connection that is never opened, its thread, and what it sends."""
    thread, messages = CountingThread(), []
    connection = Connection(Link(base="http://127.0.0.1:9", uuid="u", key="k"), thread=thread)
    screens = Screens(
        send=messages.append,
        set_traits=messages.append,
        send_traits=lambda: None,
        on_select=messages.append,
        on_greeting=lambda view: messages.append(("greets", view)),
        on_leaving=lambda view: messages.append(("leaves", view)),
        on_sharing=lambda: messages.append(("shares", "")),
    )
    front_end = FrontEnd(connection, screens, print)
    thread.hops = 0
    yield front_end, thread, messages
    front_end.close()
    thread.stop()


@pytest.mark.parametrize(
    "content",
    [
        {"type": "op", "id": "v:1", "table": "t1", "set": {"page": 3}},
        {"type": "cancel", "id": "v:1"},
        {"type": "me", "name": "Ada"},
        {"type": "hi", "id": "v:1"},
        {"type": "selection", "ids": [1]},
        {"type": "nonsense"},
    ],
)
def test_a_message_of_a_view_hops_onto_the_connections_thread_once(front_end, content):
    front_end, thread, _ = front_end
    front_end.receive_message(None, content, [])
    assert thread.hops == 1


def test_it_is_known_which_views_come_and_go_and_that_links_were_shown(front_end):
    front_end, _, messages = front_end
    for content in (
        {"type": "hi", "id": "v:1"},
        {"type": "leave", "id": "v:"},
        {"type": "sharing"},
    ):
        front_end.receive_message(None, content, [])
    heard = [message for message in messages if not isinstance(message, dict)]
    assert heard == [("greets", "v"), ("leaves", "v"), ("shares", "")]


@pytest.mark.parametrize("part", ["extras", "widget", "texts-de"])
def test_the_parts_of_the_front_end_come_from_the_kernel(front_end, part):
    front_end, thread, messages = front_end
    asked = {} if part == "extras" else {"part": part}
    front_end.receive_message(None, {"type": "extras", "id": "v:1", **asked}, [])
    done = threading.Event()
    thread.call(done.set)  # after what was asked for
    assert done.wait(PATIENCE)
    [answer] = [message for message in messages if message["type"] == "extras"]
    source = (STATIC / f"{part}.js").read_text("utf-8")
    assert answer == {"type": "extras", "id": "v:1", "source": source}
