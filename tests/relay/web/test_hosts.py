"""By which names a relay may be asked, and whose pages may show its own inside."""

import pytest
from raw_fixture import RawSocket, raw_request
from relay_fixture import Document, request, tsv

from tsvshare_widget.errors import WrongHost
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.web.hosts import host_name, hub_hosts, known_hosts, listens_beyond

LOOPBACK = [
    "localhost",
    "LOCALHOST:1",
    "lab.localhost:8765",
    "localhost.",
    "127.0.0.1:80",
    "[::1]:80",
]
NUMBERS = ["10.0.0.7:8765", "192.0.2.1", "[2001:db8::1]:8765", "[fe80::1%25eth0]:1"]
OTHERS = [
    "rebind.test",
    "rebind.test:8765",
    "localhost.rebind.test",
    "127.0.0.1.rebind.test",
    "notlocalhost",
    "127.1",
    "0x7f.1",
    "",
]


def answers(header, listening="127.0.0.1", own=(), **settings):
    try:
        known_hosts(Settings(**settings), listening, own).check(header)
    except WrongHost:
        return False
    return True


@pytest.mark.parametrize("header", [*LOOPBACK, *NUMBERS])
def test_names_that_nobody_else_can_hold(header):
    assert answers(header)


@pytest.mark.parametrize("header", OTHERS)
def test_names_that_anybody_could_let_lead_here(header):
    assert not answers(header)
    assert not answers(header, "0.0.0.0", ["lab.example.org"])


def test_names_that_the_relay_was_told():
    known = {
        "public_url": "https://Tables.example.org:444/tsv",
        "allowed_hosts": ("relay", "b.test"),
    }
    for header in ("tables.example.org", "tables.example.org:444", "relay:8765", "B.TEST."):
        assert answers(header, **known)
    assert not answers("example.org", **known)


@pytest.mark.parametrize(
    ("listening", "beyond"),
    [
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),
        ("::", True),
        ("10.0.0.7", True),
        ("lab.example.org", True),
    ],
)
def test_names_of_the_machine_count_when_others_are_let_in(listening, beyond):
    assert listens_beyond(listening) is beyond
    assert answers("lab:8765", listening, ["lab", "lab.example.org"]) is beyond


def test_the_address_it_listens_on_counts():
    assert answers("lab.example.org:8765", "lab.example.org")


def test_a_hub_says_its_own_names():
    environ = {
        "JUPYTERHUB_PUBLIC_URL": "https://ann.hub.example.org:444/user/ann/",
        "JUPYTERHUB_HOST": "https://hub.example.org",
        "HOST": "rebind.test",
    }
    names = hub_hosts(environ)
    assert answers("ann.hub.example.org", allowed_hosts=names)
    assert answers("hub.example.org:444", allowed_hosts=names)
    assert not answers("rebind.test", allowed_hosts=names)
    assert hub_hosts({}) == ()


def test_a_host_is_what_stands_before_the_port():
    assert host_name("[::1]:80") == "::1" == host_name("::1")


# --- on the wire ---------------------------------------------------------------------------------


def changes(relay):
    """What was done on a relay, in numbers."""
    lines = request("GET", f"{relay.url}/metrics").body.decode().splitlines()
    return [line for line in lines if "loop_lag" not in line]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/"),
        ("GET", "/metrics"),
        ("GET", "/livez"),
        ("GET", "/static/page.js"),
        ("GET", "/parser/"),
        ("GET", "/nothing"),
        ("POST", "/d"),
        ("OPTIONS", "/d/{uuid}/table"),
        ("PUT", "/d/{uuid}/table"),
        ("GET", "/d/{uuid}/table"),
    ],
)
def test_a_page_that_rebinds_its_name_gets_nothing(relay, document, method, address):
    document.put(tsv(3))
    before = changes(relay)
    headers = {"Host": "rebind.test", "X-TSVShare-Key": document.key}
    path = address.format(uuid=document.uuid)
    answer = request(method, relay.url + path, b"a\n" if method == "PUT" else None, headers)
    assert (answer.status, answer.code) == (421, "wrong_host")
    for word in ("rebind.test", "--allowed-host", "--public-url"):
        assert word in answer.json["error"]["message"]
    assert changes(relay) == before


def test_an_upload_under_a_wrong_name_is_refused_however_large(relay, document):
    head = f"PUT /d/{document.uuid}/table HTTP/1.1\nHost: rebind.test\nContent-Length: {1 << 40}"
    answer = raw_request(relay.url, head, bytes(1 << 20))
    assert (answer.status, answer.code) == (421, "wrong_host")


@pytest.mark.parametrize("path", ["/parser/ws", "/d/{uuid}/ws"])
def test_websockets_are_refused_too(relay, document, path):
    with RawSocket(relay.url, path.format(uuid=document.uuid), Host="rebind.test") as raw:
        assert raw.status == 421
    with RawSocket(relay.url, path.format(uuid=document.uuid), Host="localhost:1") as raw:
        assert raw.status == 101


def test_who_goes_on_after_a_refusal_is_not_heard(relay):
    head = "GET / HTTP/1.1\nHost: rebind.test\n\nGET /metrics HTTP/1.1\nHost: localhost"
    answer = raw_request(relay.url, head)
    assert answer.status == 421
    assert answer.headers["Connection"] == "close"


def test_a_refusal_of_a_head_request_has_no_body(relay):
    answer = request("HEAD", f"{relay.url}/", headers={"Host": "rebind.test"})
    assert (answer.status, answer.body) == (421, b"")


def test_health_checks_by_number_and_a_proxy_in_front_go_on_working(make_relay):
    relay = make_relay(public_url="https://tables.example.org", trusted_proxies=("127.0.0.1",))
    for address in ("/livez", "/readyz", "/metrics"):
        assert request("GET", relay.url + address).status == 200
    forwarded = {
        "Host": "tables.example.org",
        "X-Forwarded-For": "192.0.2.9",
        "X-Forwarded-Host": "other.test",
        "X-Forwarded-Proto": "https",
    }
    made = request("POST", f"{relay.url}/d", headers=forwarded)
    assert made.json["view_url"].startswith("https://tables.example.org/d/")
    with RawSocket(relay.url, f"/d/{made.json['uuid']}/ws", Host="tables.example.org") as raw:
        assert raw.status == 101


def test_a_server_proxy_beside_a_notebook_passes_on_the_name_of_the_notebook(relay):
    """As jupyter-server-proxy does; nothing but the name says that the request may come in."""
    headers = {"X-ProxyContextPath": "/user/ann/proxy/1", "X-Forwarded-Prefix": "/user/ann/proxy/1"}
    for host, status in (("localhost:8888", 200), ("127.0.0.1:8888", 200), ("hub.test", 421)):
        assert request("GET", f"{relay.url}/", headers=headers | {"Host": host}).status == status


def test_headers_that_any_page_can_send_open_nothing(make_relay):
    relay = make_relay(public_url="https://tables.example.org", trusted_proxies=("127.0.0.1",))
    headers = {"Host": "rebind.test", "X-Forwarded-Host": "tables.example.org"}
    assert request("GET", f"{relay.url}/", headers=headers).status == 421


# --- pages inside others -------------------------------------------------------------------------


def policy(answer):
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)["frame-ancestors"]


def test_pages_are_shown_inside_the_relays_own_only(relay, document):
    document.put(tsv(3))
    for address in ("/", f"/d/{document.uuid}", f"/d/{document.uuid}/page/1", "/static/page.js"):
        answer = request("GET", relay.url + address)
        assert policy(answer) == "'self'"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_sites_that_are_named_may_show_them_too(make_relay):
    relay = make_relay(embedding_origins=("https://wiki.example.org", "http://localhost:8000"))
    document = Document(relay.url)
    for address in ("/", f"/d/{document.uuid}"):
        answer = request("GET", relay.url + address)
        assert policy(answer) == "'self' https://wiki.example.org http://localhost:8000"
        assert "X-Frame-Options" not in answer.headers
