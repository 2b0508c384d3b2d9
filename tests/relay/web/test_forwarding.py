"""Who asks, where a proxy says so: believed of proxies that were named, and of nobody else."""

import http.client

import pytest
from edges_fixture import EdgedRelay
from patience import PATIENCE
from relay_fixture import request

from tsvshare_widget.relay.web.forwarding import Proxies

NAMED = ("10.0.0.0/8", "192.0.2.7", "2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "is_named"),
    [
        ("10.1.2.3", True),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("127.0.0.1", False),
        ("2001:db8::1", True),
        ("fe80::1%eth0", False),
        ("::ffff:10.1.2.3", True),
        ("0.0.0.0.0", False),
        (None, False),
    ],
)
def test_a_proxy_is_known_by_its_address_or_network(peer, is_named):
    assert Proxies(NAMED).has(peer) is is_named


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.9", "198.51.100.1"),
        ("203.0.113.5, 198.51.100.1, 10.0.0.9", "198.51.100.1"),  # the first one is anybody's word
        ("10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("nonsense", "10.0.0.1"),
        ("nonsense, 10.0.0.9", "10.0.0.9"),
        ("", "10.0.0.1"),
    ],
)
def test_who_asks_is_the_last_that_is_no_proxy(said, client):
    assert Proxies(NAMED).client("10.0.0.1", {"X-Forwarded-For": said}) == client


def test_edges_are_believed_only_if_there_are_proxies():
    assert Proxies(NAMED, behind_edges=True).has(None)
    assert not Proxies((), behind_edges=True).has(None)


def policy(answer):
    return answer.headers["Content-Security-Policy"]


LIE = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1"}


def test_what_strangers_say_is_not_believed(make_relay):
    for named, believed in ((("127.0.0.1",), True), (("192.0.2.7",), False)):
        relay = make_relay(trusted_proxies=named)
        assert ("wss:" in policy(request("GET", f"{relay.url}/", headers=LIE))) is believed


def test_a_request_does_not_inherit_what_was_said_of_the_one_before(make_relay):
    relay = make_relay(trusted_proxies=("127.0.0.1",))
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=PATIENCE)
    try:
        for headers, is_secure in ((LIE, True), ({}, False)):
            connection.request("GET", "/", headers=headers)
            answer = connection.getresponse()
            assert ("wss:" in policy(answer)) is is_secure
            answer.read()
    finally:
        connection.close()


def test_what_strangers_say_passes_no_edge():
    """Not with the first request of a connection, and not with a later one."""
    relay = EdgedRelay(trusted_proxies=("192.0.2.7",))
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=PATIENCE)
    try:
        for headers in ({}, LIE, LIE):
            connection.request("GET", "/", headers=headers)
            answer = connection.getresponse()
            assert answer.status == 200
            assert "wss:" not in policy(answer)
            answer.read()
    finally:
        connection.close()
        relay.stop()


def test_what_a_proxy_says_passes_an_edge():
    relay = EdgedRelay(trusted_proxies=("127.0.0.1",))
    try:
        assert "wss:" in policy(request("GET", f"{relay.url}/", headers=LIE))
    finally:
        relay.stop()


def test_behind_a_proxy_that_nobody_named_the_public_address_says_how_people_come(make_relay):
    relay = make_relay(public_url="https://tables.example.org")
    headers = {"Host": "tables.example.org"}
    answer = request("GET", f"{relay.url}/", headers=headers)
    assert "wss://tables.example.org" in policy(answer)
