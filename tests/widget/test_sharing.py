"""Who can open the links: this computer, its network, everyone who reaches a relay."""

import http.client
import socket

import pytest
from patience import PATIENCE
from relay_fixture import request, tsv, wait_for
from tls_fixture import TLS_CERT, TLS_EXPIRED, TLS_KEY, trusting
from traitlets.config import Application, Config

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Link
from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.embedded import get_relay
from tsvshare_widget.widget.convert.links import describe_reach
from tsvshare_widget.widget.live.relays import find_relay


@pytest.fixture(autouse=True)
def _nothing_stays_on_the_network():
    yield
    get_relay().stop(timeout=PATIENCE)


def port_of(link):
    return Link.parse(link).base.rpartition(":")[2]


def test_a_table_is_shared_on_the_network(share):
    widget = share(tsv(3), relay=None)
    before = widget.view_url
    assert "this computer" in widget.reach
    links = widget.share_on_network()
    assert (links.full, links.look, links.reach) == (widget.url, widget.view_url, widget.reach)
    assert "network" in widget.reach
    assert "encrypted" in widget.reach
    assert Link.parse(widget.url).key not in repr(links)  # what is displayed is saved
    assert port_of(widget.view_url) != port_of(before)
    wait_for(lambda: widget._link["view_url"] == widget.view_url)  # screens give out the new link
    moved = f"http://127.0.0.1:{port_of(widget.view_url)}/d/{Link.parse(widget.url).uuid}/table"
    for address in (f"{before}/table", moved):
        assert request("GET", address).body == tsv(3)
    later = share(tsv(1), relay=None)
    assert port_of(later.view_url) == port_of(widget.view_url)


def test_the_host_can_be_named_at_once_or_by_the_environment(share, monkeypatch):
    widget = share(tsv(3), relay=None, host="0.0.0.0")
    assert "network" in widget.reach
    with pytest.raises(BadValue, match="host="):
        TSVShare(tsv(3), relay="http://127.0.0.1:1", host="0.0.0.0")
    with pytest.raises(TypeError, match="host="):
        TSVShare(widget.url, host="0.0.0.0")
    monkeypatch.setenv("TSVSHARE_HOST", "0.0.0.0")
    assert find_relay(None).embedded.network_url is not None


@pytest.fixture
def named(monkeypatch):
    """This computer has one of the names in the certificate of these tests."""
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "relay.test")


@pytest.mark.parametrize("way", ["at once", "later", "environment"])
def test_links_for_the_network_are_over_tls_where_there_is_a_certificate(
    way, share, named, monkeypatch
):
    tls = {"tls_cert": TLS_CERT, "tls_key": str(TLS_KEY)}
    if way == "environment":
        monkeypatch.setenv("TSVSHARE_TLS_CERT", str(TLS_CERT))
        monkeypatch.setenv("TSVSHARE_TLS_KEY", str(TLS_KEY))
    now = tls | {"host": "0.0.0.0"} if way == "at once" else {}
    widget = share(tsv(3), relay=None, **now)
    if way != "at once":
        widget.share_on_network(**({} if way == "environment" else tls))
    assert widget.url.startswith("https://relay.test:")
    assert widget.view_url.startswith("https://relay.test:")
    assert "is encrypted" in widget.reach
    connection = http.client.HTTPSConnection(
        "127.0.0.1", int(port_of(widget.url)), context=trusting(), timeout=PATIENCE
    )
    connection.request("GET", f"/d/{Link.parse(widget.url).uuid}/table")
    assert connection.getresponse().read() == tsv(3)
    connection.close()


def test_a_certificate_goes_with_the_network(share, named):
    with pytest.raises(BadValue, match="say host="):
        TSVShare(tsv(3), tls_cert=TLS_CERT, tls_key=TLS_KEY)
    with pytest.raises(BadValue, match="goes with its certificate"):
        TSVShare(tsv(3), host="0.0.0.0", tls_key=TLS_KEY)
    with pytest.raises(BadValue, match="is not that of the certificate"):
        TSVShare(tsv(3), host="0.0.0.0", tls_cert=TLS_CERT, tls_key=TLS_EXPIRED)
    assert get_relay().network_url is None


def test_a_table_on_a_relay_elsewhere_is_not_for_this_kernel_to_share(share, relay):
    widget = share(tsv(3))
    with pytest.raises(BadValue, match="not on a relay in this kernel"):
        widget.share_on_network()


@pytest.mark.parametrize(
    ("url", "is_here", "says"),
    [
        ("http://127.0.0.1:1/d/u", True, "this computer"),
        ("http://localhost:1/d/u", False, "this computer"),
        ("http://[::1]:1/d/u", True, "this computer"),
        ("http://192.168.1.5:81/d/u", True, "192.168.1.5 port 81"),
        ("https://192.168.1.5:81/d/u", True, "is encrypted"),
        ("https://tables.example.org/tsv/d/u", False, "reaches https://tables.example.org"),
    ],
)
def test_who_can_open_a_link_in_words(url, is_here, says):
    assert says in describe_reach(url, is_here=is_here)


# --- defaults ------------------------------------------------------------------------------------


@pytest.fixture
def configured():
    """The configuration of the application that this is a part of, as in a kernel."""
    Application.clear_instance()
    application = Application.instance()
    yield application
    application.update_config(Config())
    Application.clear_instance()


def test_the_environment_comes_before_the_users_file_and_that_before_jupyters(
    configured, tmp_path, monkeypatch
):
    monkeypatch.setenv("TSVSHARE_JUPYTER_RELAY", "https://server.example.org")
    assert find_relay(None).base == "https://server.example.org"
    configured.config.Sharing.relay = "https://traits.example.org"
    assert find_relay(None).base == "https://traits.example.org"
    file = tmp_path / "tsvshare.toml"
    file.write_text('relay = "https://file.example.org/"\n')
    monkeypatch.setenv("TSVSHARE_CONFIG", str(file))
    assert find_relay(None).base == "https://file.example.org"
    monkeypatch.setenv("TSVSHARE_RELAY", "https://env.example.org")
    assert find_relay(None).base == "https://env.example.org"
    assert find_relay("https://said.example.org").base == "https://said.example.org"


@pytest.mark.parametrize(
    ("text", "says"), [("relay = 7\n", "relay in"), ("relay = \n", "not TOML")]
)
def test_a_file_of_settings_that_cannot_be_read_is_named(text, says, tmp_path, monkeypatch):
    file = tmp_path / "tsvshare.toml"
    file.write_text(text)
    monkeypatch.setenv("TSVSHARE_CONFIG", str(file))
    with pytest.raises(BadValue, match=says):
        TSVShare(b"a\n", timeout=PATIENCE)
