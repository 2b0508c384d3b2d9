"""Through a company's proxy, and over TLS."""

import socket
import warnings

import pytest
from patience import PATIENCE
from proxy_fixture import Proxy
from relay_fixture import tsv
from tls_fixture import TLS_CERT, TLS_KEY

from tsvshare_widget.client import Appender, Connection, create_document, download, upload
from tsvshare_widget.client.proxies import parse_proxy, proxy_for
from tsvshare_widget.client.trust import KERNELS_CERTIFICATE, KERNELS_URL, first_certificate
from tsvshare_widget.errors import BadValue, Forbidden, Unavailable
from tsvshare_widget.protocol import Settings
from tsvshare_widget.relay.embedded import EmbeddedRelay
from tsvshare_widget.relay.settings import Settings as RelaySettings

NOWHERE = "relay.test"
"""A name that only the proxy knows."""

OTHER, THIRD = "https://other.test", "https://third.test"
"""Names that the certificate is not for."""


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def make_proxy():
    proxies = []

    def make(port, **options):
        proxies.append(Proxy(("127.0.0.1", port), **options))
        return proxies[-1]

    yield make
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def secure():
    """A relay over TLS; its port."""
    relay = EmbeddedRelay(RelaySettings(allowed_hosts=(NOWHERE, "other.test", "third.test")))
    relay.start()
    with warnings.catch_warnings(action="ignore"):  # the certificate is for names of tests
        url = relay.share_on_network("0.0.0.0", 0, (TLS_CERT, TLS_KEY))
    yield int(url.rpartition(":")[2])
    relay.stop(timeout=PATIENCE)


def use(base):
    """Do everything that a client does."""
    link = create_document(base, timeout=PATIENCE)
    table = upload(link, tsv(20_000), name="t.tsv", timeout=PATIENCE)
    with Connection(link) as connection:
        connection.set(Settings(page=3), table=table.id, timeout=PATIENCE).result()
        assert connection.snapshot.state.view.page == 3
        appender = Appender(link)
        more = appender.append(b"x\ty\n", table=table.id, timeout=PATIENCE)
        assert more.rows == appender.append([["z"]], table=table.id, timeout=PATIENCE).rows - 1
        appender.close()
    assert b"".join(download(link, timeout=PATIENCE)) == tsv(20_000) + b"x\ty\nz\n"
    return link


def test_everything_goes_through_a_proxy(make_relay, make_proxy, monkeypatch):
    relay = make_relay(allowed_hosts=(NOWHERE,))
    proxy = make_proxy(relay.port)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    use(f"http://{NOWHERE}")
    assert f"POST http://{NOWHERE}/d HTTP/1.1" in proxy.seen
    assert f"CONNECT {NOWHERE}:80 HTTP/1.1" in proxy.seen  # the WebSocket


def test_tls_goes_through_a_tunnel(secure, make_proxy, monkeypatch):
    proxy = make_proxy(secure)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unavailable, match="not trusted here"):
        create_document(f"https://{NOWHERE}", timeout=PATIENCE)
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    use(f"https://{NOWHERE}")
    assert {line.rpartition(" ")[0] for line in proxy.seen} == {f"CONNECT {NOWHERE}:443"}


def test_a_certificate_is_trusted_by_ssl_cert_file(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    use(f"https://localhost:{secure}")


@pytest.fixture
def own_server(secure, make_proxy, monkeypatch):
    """The relay of a Jupyter Server that has told its kernel, us, of its certificate."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{make_proxy(secure).port}")
    monkeypatch.setenv(KERNELS_URL, f"{OTHER}/tsvshare")
    monkeypatch.setenv(KERNELS_CERTIFICATE, TLS_CERT.read_text())


@pytest.mark.usefixtures("own_server")
def test_a_kernel_trusts_its_server_and_no_other_by_the_certificate_it_was_told():
    use(OTHER)
    with pytest.raises(Unavailable, match="SSL_CERT_FILE"):
        create_document(THIRD, timeout=PATIENCE)


@pytest.mark.usefixtures("own_server")
def test_a_connection_says_what_to_do_about_a_certificate(monkeypatch):
    link = create_document(OTHER, timeout=PATIENCE)
    monkeypatch.delenv(KERNELS_CERTIFICATE)
    with Connection(link) as connection:
        known = connection.wait(lambda known: known.problem is not None, PATIENCE)
    assert "SSL_CERT_FILE" in known.problem.message


def test_the_certificate_is_found_beside_keys_and_others():
    pem = TLS_CERT.read_text().strip()
    assert first_certificate(f"{TLS_KEY.read_text()}{pem}\n{pem}\n") == pem
    assert first_certificate("nothing") is None


def test_a_refusal_is_heard_over_tls_before_everything_is_sent(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_CERT))
    link = create_document(f"https://localhost:{secure}", timeout=PATIENCE)
    looking = type(link)(base=link.base, uuid=link.uuid)
    with pytest.raises(Forbidden):
        upload(looking, (bytes(1 << 20) for _ in range(10**6)), name="t.tsv", timeout=PATIENCE)


def test_a_proxy_that_wants_a_password(make_relay, make_proxy, monkeypatch):
    relay = make_relay(allowed_hosts=(NOWHERE,))
    proxy = make_proxy(relay.port, authorization="Basic YW5uOnNlIGNyZXQ=")
    monkeypatch.setenv("HTTP_PROXY", f"http://ann:se%20cret@127.0.0.1:{proxy.port}")
    use(f"http://{NOWHERE}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unavailable, match="407"):
        create_document(f"http://{NOWHERE}", timeout=PATIENCE)


def test_some_are_reached_without_it(make_relay, make_proxy, monkeypatch):
    relay = make_relay()
    proxy = make_proxy(1)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    create_document(relay.url, timeout=PATIENCE)  # this computer
    assert proxy_for(f"http://{NOWHERE}") is not None
    monkeypatch.setenv("NO_PROXY", "other.test,.example.org,relay.test:8000")
    assert proxy_for(f"http://{NOWHERE}:8000") is None
    assert proxy_for("http://tables.example.org") is None
    assert proxy_for("http://example.com") is not None
    monkeypatch.setenv("NO_PROXY", "*")
    assert proxy_for(f"http://{NOWHERE}") is None
    assert proxy.seen == []


def test_the_address_of_a_proxy():
    assert (parse_proxy("proxy.test:8080").port, parse_proxy("http://proxy.test").port) == (
        8080,
        80,
    )
    assert "secret" not in repr(parse_proxy("http://ann:secret@proxy.test"))
    for wrong in ("socks5://proxy.test", "https://ann:secret@proxy.test", "http://"):
        with pytest.raises(BadValue) as caught:
            parse_proxy(wrong)
        assert "secret" not in str(caught.value)


def test_a_proxy_that_does_not_answer_is_said(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable, match=NOWHERE):
        create_document(f"http://{NOWHERE}", timeout=PATIENCE)
