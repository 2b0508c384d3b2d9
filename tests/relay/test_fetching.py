"""What a relay fetches from the web: what was named, and nothing inside its network."""

import contextlib
import threading

import pytest
from site_fixture import Site, sends

from tsvshare_widget.errors import (
    BadValue,
    Forbidden,
    NotFound,
    TimedOut,
    TooLarge,
    Unavailable,
)
from tsvshare_widget.relay.fetch_rules import FetchRules, is_public
from tsvshare_widget.relay.fetching import Fetcher


@pytest.fixture
def serve():
    sites = []

    def serve(answer):
        sites.append(Site(answer))
        return sites[-1]

    yield serve
    for site in sites:
        site.close()


def fetch(url, *hosts, limit=10_000, seconds=60.0, **options):
    fetched = Fetcher(FetchRules(hosts), limit, seconds, **options).open(url)
    return fetched.name, b"".join(fetched.pieces)


# --- which hosts ----------------------------------------------------------------------------------


def test_nothing_is_fetched_unless_hosts_are_named():
    with pytest.raises(Forbidden, match="fetches nothing from the web"):
        fetch("https://example.org/x.tsv")


@pytest.mark.parametrize(
    ("named", "url", "is_meant"),
    [
        ("data.example.org", "https://data.example.org/x.tsv", True),
        ("data.example.org", "https://DATA.example.org./x.tsv", True),
        ("data.example.org", "http://data.example.org/x.tsv", True),
        ("data.example.org", "https://data.example.org:8443/x.tsv", False),
        ("data.example.org:8443", "https://data.example.org:8443/x.tsv", True),
        ("data.example.org", "https://example.org/x.tsv", False),
        ("data.example.org", "https://data.example.org.evil.test/x.tsv", False),
        ("*.example.org", "https://data.example.org/x.tsv", True),
        ("*.example.org", "https://evilexample.org/x.tsv", False),
        ("*", "https://anything.test/x.tsv", True),
        ("*", "https://anything.test:22/x.tsv", False),
        ("*", "http://93.184.216.34/x.tsv", False),
        ("*", "http://[2606:2800:220:1::1]/x.tsv", False),
        ("127.0.0.1:80", "http://127.0.0.1/x.tsv", True),
        ("[::1]:8080", "http://[::1]:8080/x.tsv", True),
        ("*", "https://user@data.example.org/x.tsv", None),
        ("*", "https://data.example.org@evil.test/x.tsv", None),
        ("*", "ftp://data.example.org/x.tsv", None),
        ("*", "file:///etc/passwd", None),
        ("*", "gopher://127.0.0.1:6379/_x", None),
        ("*", "https://data.example.org:99999/x.tsv", None),
        ("*", "https://", None),
        ("*", "x.tsv", None),
        ("*", "https://a\r\nb/", None),
        ("*", "https://a/" + "x" * 3_000, None),
    ],
)
def test_a_host_is_meant_as_it_was_named(named, url, is_meant):
    rules = FetchRules((named,))
    if is_meant is None:
        with pytest.raises(BadValue):
            rules.target(url)
    elif is_meant:
        assert rules.target(url)
    else:
        with pytest.raises(Forbidden):
            rules.target(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        *(
            (address, False)
            for address in (
                *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
                *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1"),
                *("255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0"),
                *("fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
                *("::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
                *("2001:0:7f00:1::", "2001:db8::1", "no address", "2130706433", "0x7f.1"),
            )
        ),
    ],
)
def test_addresses_of_the_public_internet_are_told_from_others(address, public):
    assert is_public(address) is public


# --- inside its network ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["10.0.0.7"], ["::1"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%lo"]]
)
def test_a_name_that_leads_inside_is_refused_and_nothing_is_asked(found, serve):
    site = serve(sends())
    host = f"inside.test:{site.port}"
    with pytest.raises(Forbidden, match="leads into a network"):
        fetch(f"http://{host}/x.tsv", host, lookup=lambda *_: found)
    assert site.asked == []


def test_numbers_that_are_a_name_for_inside_are_looked_up_and_refused():
    for host in ("2130706433", "0x7f000001", "127.1", "localhost"):
        with pytest.raises((Forbidden, Unavailable)):
            fetch(f"http://{host}/x.tsv", "*", host)


def test_a_host_is_looked_up_once_so_that_it_cannot_lead_elsewhere_then(serve):
    site = serve(sends())
    answers = iter([["127.0.0.1"], AssertionError("looked up twice")])
    asked = []

    def lookup(host, port):
        asked.append((host, port))
        return next(answers)

    name, body = fetch(f"http://{site.host}/x.tsv", site.host, lookup=lookup)
    assert (name, body) == ("x.tsv", b"a\tb\n1\t2\n")
    assert asked == [("127.0.0.1", site.port)]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/secret",
        "http://localhost:{other}/secret",
        "http://[::1]:{other}/secret",
        "//127.0.0.1:{other}/secret",
        "http://inside.test/secret",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_redirect_to_what_was_not_named_is_refused(location, serve):
    other = serve(sends(b"secret"))
    site = serve(sends(b"", 302, Location=location.format(other=other.port)))
    with pytest.raises((Forbidden, Unavailable)):
        fetch(f"http://{site.host}/x.tsv", site.host, "*")
    assert other.asked == []


def test_a_redirect_is_looked_up_and_checked_as_well(serve):
    site = serve(sends(b"", 302, Location="http://named.test/x.tsv"))
    lookups = {"127.0.0.1": ["127.0.0.1"], "named.test": ["192.168.0.1"]}
    with pytest.raises(Forbidden, match=r"named\.test leads into a network"):
        fetch(
            f"http://{site.host}/x.tsv",
            *(site.host, "named.test"),
            lookup=lambda host, _: lookups[host],
        )


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x/y", "javascript:1"])
def test_a_redirect_to_what_is_no_web_address_is_refused(location, serve):
    site = serve(sends(b"", 301, Location=location))
    with pytest.raises(BadValue):
        fetch(f"http://{site.host}/x.tsv", site.host)


def test_a_redirect_on_the_same_host_is_followed_and_not_for_ever(serve):
    def answer(handler):
        is_there = handler.path == "/there.tsv"
        sends(b"a\n" if is_there else b"", 200 if is_there else 302, Location="/there.tsv")(handler)

    site = serve(answer)
    assert fetch(f"http://{site.host}/here", site.host) == ("there.tsv", b"a\n")
    loop = serve(sends(b"", 302, Location="/again"))
    with pytest.raises(Unavailable, match="from one address to the next"):
        fetch(f"http://{loop.host}/again", loop.host)
    assert len(loop.asked) == 6


# --- limits ---------------------------------------------------------------------------------------


def test_what_is_too_large_is_refused_whether_or_not_it_says_so(serve):
    says = serve(sends(b"x" * 10_001))
    with pytest.raises(TooLarge):
        fetch(f"http://{says.host}/x.tsv", says.host)

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(b"x" * 4_000)

    endless = serve(answer)
    with pytest.raises(TooLarge):
        fetch(f"http://{endless.host}/x.tsv", endless.host)


def test_what_comes_in_drops_is_ended_in_time(serve):
    ended = threading.Event()

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not ended.wait(0.01):
                handler.wfile.write(b"x")
                handler.wfile.flush()

    site = serve(answer)
    now = iter(range(10_000))  # a clock on which every piece takes a second
    try:
        with pytest.raises(TimedOut, match="did not come within 20 s"):
            fetch(f"http://{site.host}/x.tsv", site.host, seconds=20.0, clock=lambda: next(now))
    finally:
        ended.set()


@pytest.mark.parametrize("start", [b"HTTP/1.0 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_what_never_gets_anywhere_is_ended_in_time(start, serve):
    """Headers that go on for ever, and a server that says no more."""
    ended = threading.Event()

    def answer(handler):
        with contextlib.suppress(OSError):
            handler.wfile.write(start)
            while not ended.wait(0.01):
                if start.endswith(b": "):
                    handler.wfile.write(b"x")

    site = serve(answer)
    try:
        with pytest.raises(TimedOut, match=r"did not come within 0\.3 s|is silent"):
            fetch(f"http://{site.host}/x.tsv", site.host, seconds=0.3)
    finally:
        ended.set()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (sends(b"", 404), NotFound),
        (sends(b"", 500), Unavailable),
        (sends(b"", 401), Unavailable),
        (sends(b"", 302), Unavailable),
        (sends(b"short", Content_Length="9"), Unavailable),
    ],
)
def test_what_is_no_file_is_said(answer, error, serve):
    site = serve(answer)
    with pytest.raises(error):
        fetch(f"http://{site.host}/x.tsv?token=secret", site.host)


def test_secrets_of_an_address_are_not_repeated(serve):
    site = serve(sends(b"", 500))
    with pytest.raises(Unavailable) as caught:
        fetch(f"http://{site.host}/x.tsv?token=secret", site.host)
    assert "secret" not in str(caught.value)
    assert site.asked[0][0].endswith("?token=secret")
