"""Listening on the network beside loopback, and TLS."""

import http.client
import ipaddress
import json
import socket
import ssl
from urllib.parse import urlsplit

import pytest
from patience import PATIENCE
from relay_fixture import Document, request, tsv
from tls_fixture import TLS_CERT, TLS_EXPIRED, TLS_KEY, trusting

from tsvshare_widget.errors import BadValue, Unavailable
from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.relay.listening import TlsFiles, address, network_host
from tsvshare_widget.relay.settings import Settings

TLS = (TLS_CERT, TLS_KEY)


@pytest.fixture
def embedded():
    relay = EmbeddedRelay(Settings())
    relay.start()
    yield relay
    relay.stop(timeout=PATIENCE)


@pytest.fixture
def named(monkeypatch):
    """This computer has one of the names in the certificate."""
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "relay.test")


def here(url):
    """The same address by loopback, which 0.0.0.0 includes."""
    return f"http://127.0.0.1:{urlsplit(url).port}"


def test_a_relay_listens_on_the_network_when_it_is_told_to(embedded):
    document = Document(embedded.url)
    document.put(tsv(3))
    assert embedded.network_url is None
    url = embedded.share_on_network()
    assert url == embedded.network_url
    assert urlsplit(url).port != urlsplit(embedded.url).port
    assert urlsplit(url).hostname not in ("0.0.0.0", None)
    for base in (embedded.url, here(url)):
        assert request("GET", f"{base}/d/{document.uuid}/table").body == tsv(3)
    made = request("POST", f"{here(url)}/d", headers={"Host": "lab.test"})
    assert (made.status, made.code) == (421, "wrong_host")
    assert embedded.share_on_network() == url  # again: the same


def test_this_computer_alone_is_no_network(embedded):
    assert embedded.share_on_network("127.0.0.1") is None
    assert embedded.network_url is None


def test_a_port_that_is_taken_and_an_address_of_nobody(embedded, named):
    taken = urlsplit(embedded.share_on_network()).port
    with pytest.raises(Unavailable, match=f"port {taken}"):
        embedded.share_on_network("0.0.0.0", taken, TLS)
    with pytest.raises(Unavailable, match=r"192\.0\.2\.1"):
        embedded.share_on_network("192.0.2.1")


def test_links_are_by_an_address_of_this_computer():
    host = network_host("0.0.0.0")
    try:
        assert not ipaddress.ip_address(host).is_unspecified
    except ValueError:  # no network: the name is all there is
        assert host
    assert network_host("192.0.2.7") == "192.0.2.7"
    assert address("::1", 80, "/t/", is_secure=True) == "https://[::1]:80/t"


def test_what_is_sent_over_tls_is_encrypted(embedded, named):
    url = embedded.share_on_network("0.0.0.0", 0, TLS)
    assert url.startswith("https://relay.test:")
    assert url == embedded.share_on_network("0.0.0.0", 0, TLS)
    port = urlsplit(url).port
    secure = http.client.HTTPSConnection("127.0.0.1", port, context=trusting(), timeout=PATIENCE)
    body = tsv(20_000)
    secure.request("POST", "/d", headers={"Content-Length": "0"})
    made = secure.getresponse()
    assert made.getheader("Location").startswith("https://127.0.0.1")
    document = json.loads(made.read())
    uuid, key = document["uuid"], document["key"]
    secure.request("PUT", f"/d/{uuid}/table", body=body, headers={"X-TSVShare-Key": key})
    assert secure.getresponse().read()
    secure.request("GET", f"/d/{uuid}/table")
    assert secure.getresponse().read() == body
    secure.close()
    with pytest.raises((http.client.HTTPException, OSError)):  # plain HTTP is not understood
        request("GET", f"http://127.0.0.1:{port}/livez")
    assert request("GET", f"{embedded.url}/livez").status == 200  # and loopback stays plain


def test_a_refusal_before_the_body_is_heard_over_tls(embedded, named):
    url = embedded.share_on_network("0.0.0.0", 0, TLS)
    connection = http.client.HTTPSConnection(
        "127.0.0.1", urlsplit(url).port, context=trusting(), timeout=PATIENCE
    )
    document = Document(embedded.url)
    connection.putrequest("PUT", f"/d/{document.uuid}/table")
    connection.putheader("Content-Length", str(10**12))
    connection.putheader("X-TSVShare-Key", document.key)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, b"too_large" in answer.read()) == (413, True)
    connection.close()


def test_tls_files_that_cannot_be_used(embedded, tmp_path):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing\n")
    for *tls, says in (
        (tmp_path / "none.pem", None, "no file"),
        (nonsense, None, "no certificate"),
        (TLS_CERT, None, "no private key"),
        (TLS_CERT, TLS_EXPIRED, "is not that of the certificate"),
    ):
        with pytest.raises(BadValue, match=f"TLS: .*{says}"):
            embedded.share_on_network("0.0.0.0", 0, tls)
    assert isinstance(TlsFiles(*TLS).context(), ssl.SSLContext)


@pytest.mark.parametrize(
    ("host", "is_for"),
    [
        ("relay.test", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("b.test", False),
        ("9.9.9.9", False),
    ],
)
def test_a_certificate_is_for_some_names(host, is_for):
    assert TlsFiles(*TLS).is_for(host) is is_for


@pytest.mark.parametrize("name", ["localhost", "b.test"])
def test_a_certificate_for_other_names_is_warned_of(name, embedded, monkeypatch):
    monkeypatch.setattr(socket, "getfqdn", lambda *_: name)
    with pytest.warns(UserWarning, match=r"browsers will warn.*cert\.pem is for none of"):
        url = embedded.share_on_network("0.0.0.0", 0, TLS)
    assert url.startswith("https://")


def test_a_certificate_whose_time_is_over_is_refused(embedded, named):
    with pytest.raises(BadValue, match=r"expired\.pem is of no use: certificate has expired"):
        embedded.share_on_network("0.0.0.0", 0, (TLS_EXPIRED, None))
    assert embedded.network_url is None
