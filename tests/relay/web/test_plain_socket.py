"""The plain protocol, as a ten-line script speaks it, alone and beside the other one."""

import contextlib
import json

import pytest
from patience import PATIENCE
from relay_fixture import Document, RelayProcess, request, tsv
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin


class Script:
    """What the scripts of this protocol do, and a look at whether nothing else is sent."""

    def __init__(self, socket):
        self.socket = socket

    def receive(self):
        return json.loads(self.socket.recv(timeout=PATIENCE))

    def ask(self, message):
        self.socket.send(message)
        return self.receive()

    def has_nothing(self):
        """Whether nothing waits to be received, once the relay has answered a ping."""
        assert self.socket.ping().wait(PATIENCE)
        with contextlib.suppress(TimeoutError):
            return self.socket.recv(timeout=0) is None
        return True


@contextlib.contextmanager
def script(relay, uuid=None, key=None):
    url = relay.url.replace("http", "ws", 1) + "/parser/ws" + (f"/{uuid}" if uuid else "")
    headers = {"X-TSVShare-Key": key} if key else None
    with connect(url, max_size=None, additional_headers=headers) as socket:
        yield Script(socket)


def test_the_ten_line_script(relay):
    data = tsv(12_000, columns=3, header=False)
    with script(relay) as ann:
        first = ann.ask(data)
        assert list(first) == ["uuid", "page_no", "total_number", "columns", "data"]
        assert (first["page_no"], first["total_number"], first["columns"]) == (1, 12_000, [])
        assert first["data"][99] == ["r99c0", "r99c1", "r99c2"]
        with script(relay, first["uuid"]) as bob:
            assert bob.receive() == first
            third = bob.ask("3")
            assert third["data"][0] == ["r200c0", "r200c1", "r200c2"]
            assert (third["page_no"], len(third["data"])) == (3, 100)
            assert ann.receive() == third
            assert ann.has_nothing()
            assert bob.has_nothing()


def test_a_row_is_a_row(relay):
    with script(relay) as ann:
        answer = ann.ask(b"\tb\tc\n#1\t007\n x \n\n1\t2\t3\t4")
        assert answer["columns"] == []
        assert answer["data"] == [
            ["", "b", "c"],
            ["#1", "007"],
            [" x "],
            [""],
            ["1", "2", "3", "4"],
        ]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("3", "no_such_page"),
        ("0", "no_such_page"),
        ("-1", "no_such_page"),
        ("", "bad_value"),
        ("three", "bad_value"),
        ("1.5", "bad_value"),
        ("9" * 100, "bad_value"),
        ('{"type": "hello"}', "bad_value"),
        (b"PK\x03\x04" + bytes(100), "bad_table"),
    ],
)
def test_bad_input_gets_an_error_and_the_connection_lives(relay, message, code):
    with script(relay) as ann:
        uuid = ann.ask(tsv(150, header=False))["uuid"]
        with script(relay, uuid) as bob:
            bob.receive()
            answer = bob.ask(message)
            assert (set(answer), answer["code"]) == ({"error", "code"}, code)
            assert bob.ask("2")["page_no"] == 2
            assert ann.receive()["page_no"] == 2
            assert ann.has_nothing()


def test_an_unknown_document_gets_an_error_each_time(relay):
    with script(relay, "no-such-document") as ann:
        assert ann.receive()["code"] == "not_found"
        assert ann.ask("1")["code"] == "not_found"
        assert ann.ask(b"a\tb\n")["code"] == "not_found"


def test_turning_to_the_page_one_is_on_is_answered_to_the_sender_alone(relay):
    with script(relay) as ann:
        first = ann.ask(tsv(300, header=False))
        with script(relay, first["uuid"]) as bob:
            bob.receive()
            assert bob.ask("1") == first
            assert ann.has_nothing()


def test_each_turn_is_one_message_however_fast_they_come(relay):
    with script(relay) as ann:
        ann.ask(tsv(1000, header=False))
        for page in ("2", "3", "3", "4", "x", "5"):
            ann.socket.send(page)
        answers = [ann.receive() for _ in range(6)]
        assert [answer.get("page_no") for answer in answers] == [2, 3, 3, 4, None, 5]
        assert ann.has_nothing()


def test_replacing_the_file_is_one_message(relay):
    with script(relay) as ann:
        uuid = ann.ask(tsv(300, header=False))["uuid"]
        ann.ask("3")
        with script(relay, uuid) as bob:
            bob.receive()
            answer = bob.ask(tsv(120, columns=1, header=False))
            assert (answer["page_no"], answer["total_number"]) == (1, 120)
            assert ann.receive() == answer
            assert bob.ask(tsv(120, columns=1, header=False)) == answer
            assert ann.receive() == answer
            assert ann.has_nothing()


def test_an_empty_document_has_no_page_to_send(relay):
    with script(relay) as ann:
        assert ann.has_nothing()
        answer = ann.ask("1")
        assert (answer["page_no"], answer["total_number"], answer["data"]) == (1, 0, [])


def test_a_message_over_the_limit_ends_the_connection(make_relay):
    relay = make_relay(parser_max_message=1000)
    with script(relay) as ann:
        with contextlib.suppress(ConnectionClosed):
            ann.socket.send(bytes(2000))
            ann.receive()
        assert ann.socket.close_code == 1009


# --- beside widgets and pages --------------------------------------------------------------------


def test_scripts_and_pages_are_on_the_same_page(relay, document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor(cid="a") as ann, script(relay, document.uuid, document.key) as bob:
        first = bob.receive()
        assert (first["columns"], first["total_number"]) == (["name0", "name1"], 250)
        assert bob.ask("3")["data"][0] == ["r200c0", "r200c1"]
        state = ann.state()
        assert (state["state"]["view"]["page"], state["by"]) == (3, None)
        ann.op(table, page=2)
        assert bob.receive()["page_no"] == 2
        ann.op(table, page_size=50)
        smaller = bob.receive()
        assert (smaller["page_no"], len(smaller["data"])) == (3, 50)
        with document.viewer() as late:
            assert late.welcome["viewers"] == 3
        assert bob.has_nothing()


def test_an_open_document_can_be_edited_from_a_page(relay):
    with script(relay) as ann:
        uuid = ann.ask(tsv(250, header=False))["uuid"]
        document = Document(relay.url)
        document.url, document.key = f"{relay.url}/d/{uuid}", ""
        with document.viewer() as bob:
            assert bob.welcome["role"] == "edit"
            assert bob.op(bob.welcome["state"]["table"]["id"], page=2)["type"] == "ack"
            assert ann.receive()["page_no"] == 2
            assert document.put(tsv(10, header=False), header="false").status == 200
            assert ann.receive()["total_number"] == 10


def test_a_document_with_a_key_needs_it_for_changes(relay, document):
    document.put(tsv(250), header="true")
    for key in (None, "0" * 32):
        with script(relay, document.uuid, key) as bob:
            assert bob.receive()["page_no"] == 1
            code = "wrong_key" if key else "forbidden"
            assert bob.ask("2")["code"] == code
            assert bob.ask(tsv(1))["code"] == code
    with document.viewer() as ann:
        assert ann.welcome["state"]["view"]["page"] == 1


def test_pages_of_other_origins_are_kept_out(make_relay):
    relay = make_relay(trusted_origins=("https://good.example.org",))
    url = relay.url.replace("http", "ws", 1) + "/parser/ws"
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(url, origin=Origin("https://bad.example.org")),
    ):
        pass
    for origin in ("https://good.example.org", relay.url):
        with connect(url, origin=Origin(origin)) as socket:
            assert Script(socket).ask("1")["page_no"] == 1


def test_the_old_addresses_lead_to_the_new_pages(make_relay):
    relay = make_relay(base_path="/tsv")
    for address, location in {
        "/parser/": "../",
        "/parser": "./",
        "/parser/share/abc-1": "../../d/abc-1",
    }.items():
        answer = request("GET", relay.url + address)
        assert (answer.status, answer.headers["Location"]) == (302, location)


def test_a_document_of_a_script_survives_a_kill(relay_process: RelayProcess):
    with script(relay_process) as ann:
        uuid = ann.ask(tsv(250, header=False))["uuid"]
        second = ann.ask("2")
        relay_process.kill()
    relay_process.start()
    with script(relay_process, uuid) as bob:
        assert bob.receive() == second
