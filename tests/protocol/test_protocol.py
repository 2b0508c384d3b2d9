"""The messages of tsvshare.v1, against the golden examples that the TypeScript tests read too."""

import json
from pathlib import Path

import msgspec
import pytest

from tsvshare_widget import protocol
from tsvshare_widget.errors import BadRequest, NoSuchPage, TSVShareError, WrongVersion, from_code
from tsvshare_widget.read_options import ReadOptions

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "protocol.json").read_text())


@pytest.mark.parametrize("name", GOLDEN["viewer"])
def test_viewer_messages_round_trip(name):
    message = GOLDEN["viewer"][name]
    decoded = protocol.decode_viewer(json.dumps(message))
    assert json.loads(protocol.encode(decoded)) == message


@pytest.mark.parametrize("name", GOLDEN["relay"])
def test_relay_messages_round_trip(name):
    message = GOLDEN["relay"][name]
    decoded = protocol.decode_relay(json.dumps(message))
    assert json.loads(protocol.encode(decoded)) == message


def test_every_message_has_an_example():
    def tags(union):
        return {message.__struct_config__.tag for message in union.__args__}

    for side, union in (
        ("viewer", protocol.ViewerMessage),
        ("relay", protocol.RelayMessage),
    ):
        assert {m["type"] for m in GOLDEN[side].values()} == tags(union)


@pytest.mark.parametrize("name", GOLDEN["invalid"])
def test_invalid_messages_say_what_is_wrong(name):
    case = GOLDEN["invalid"][name]
    with pytest.raises(BadRequest) as caught:
        protocol.decode_viewer(case["text"])
    assert case["says"] in str(caught.value)


def test_what_is_told_of_a_table_is_what_its_reader_can_be_told():
    assert ReadOptions.__struct_fields__ == ReadOptions.__struct_fields__
    for message in GOLDEN["viewer"].values():
        if message["type"] == "op" and "reading" in message["set"]:
            msgspec.convert(message["set"]["reading"], ReadOptions)


def test_pages_in_relay_messages_are_pages():
    for message in GOLDEN["relay"].values():
        if message.get("page"):
            page = protocol.decode_page(json.dumps(message["page"]))
            assert page.page_size >= len(page.rows)


def test_fields_we_do_not_know_are_ignored():
    assert protocol.decode_viewer('{"type":"pong","n":1}') == protocol.Pong()


@pytest.mark.parametrize("rest", ["", ', "cid": "c"', ', "cid": 7, "more": []'])
def test_a_hello_of_another_version_is_known_whatever_else_is_in_it(rest):
    with pytest.raises(WrongVersion, match="version 2"):
        protocol.decode_viewer(f'{{"type": "hello", "v": 2{rest}}}')


def test_a_welcome_of_another_version_is_known_whatever_else_is_in_it():
    for message in ({"type": "welcome", "v": 2}, GOLDEN["relay"]["welcome"] | {"v": 0}):
        with pytest.raises(WrongVersion, match="version 1"):
            protocol.decode_relay(json.dumps(message))


def test_versions_are_a_matter_of_hello_and_welcome_alone():
    for text in ('{"type": "jump", "v": 2}', '{"type": "hello", "v": "2"}', "[2]"):
        with pytest.raises(BadRequest) as caught:
            protocol.decode_viewer(text)
        assert type(caught.value) is BadRequest
    assert protocol.decode_viewer('{"type": "pong", "v": 2}') == protocol.Pong()


def test_a_message_that_is_not_understood_may_still_have_an_id():
    assert protocol.request_id('{"type": "jump", "id": "c:1", "far": true}') == "c:1"
    for text in ('{"type": "jump"}', '{"id": 7}', "page 3", b"\xff"):
        assert protocol.request_id(text) is None


def test_errors_come_back_from_their_code():
    error = from_code("no_such_page", "there is no page 9")
    assert type(error) is NoSuchPage
    assert (error.message, error.status) == ("there is no page 9", 400)
    assert type(from_code("from the future", "?")) is TSVShareError
