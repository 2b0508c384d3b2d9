"""What a connection holds: little while nothing happens on it, and nothing once it has ended."""

import gc
import weakref

import pytest
from patience import PATIENCE
from relay_fixture import tsv, wait_for
from websockets.sync.client import connect

from tsvshare_widget.relay.rooms.viewers import Viewer
from tsvshare_widget.relay.web.live_socket import LiveSocket
from tsvshare_widget.relay.web.plain_socket import PlainSocket
from tsvshare_widget.relay.web.websocket_rules import StrictProtocol

CONNECTION = (Viewer, LiveSocket, PlainSocket, StrictProtocol)


@pytest.fixture(autouse=True)
def _no_gc():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def parts():
    return [weakref.ref(one) for one in gc.get_objects() if issubclass(type(one), CONNECTION)]


def test_all_of_a_viewer_goes_with_its_connection(relay, document):
    document.put(tsv(300))
    with document.editor() as ann, document.viewer():
        ann.send(type="me", name="Ann")
        ann.next("presence")
        held = parts()
        assert len(held) == 6
    wait_for(lambda: not any(one() for one in held))


@pytest.mark.parametrize("message", ["1", b"a\tb\n1\t2\n", "no page"])
def test_all_of_a_plain_viewer_goes_with_its_connection(relay, document, message):
    document.put(tsv(300))
    url = f"{relay.url.replace('http', 'ws', 1)}/parser/ws/{document.uuid}"
    with connect(url, additional_headers={"X-TSVShare-Key": document.key}) as ann:
        ann.recv(timeout=PATIENCE)
        ann.send(message)
        ann.recv(timeout=PATIENCE)
        held = parts()
        assert len(held) == 3
    wait_for(lambda: not any(one() for one in held))


def test_one_that_broke_the_rules_leaves_nothing(relay, document):
    with document.viewer() as eve:
        held = parts()
        eve.socket.socket.sendall(b"\x01\x00")  # not masked
        assert eve.close_code() == 1002
    wait_for(lambda: not any(one() for one in held))


def test_the_request_that_began_it_is_forgotten(relay, document):
    with document.viewer():
        (handler,) = (one for one in gc.get_objects() if issubclass(type(one), LiveSocket))
        assert dict(handler.request.headers) == {}
        assert handler.request.connection is None
        assert "requests" not in vars(handler)
