"""Relays of which a Jupyter Server or JupyterHub tells a process, and what is said to them."""

from contextlib import closing

import pytest

from tsvshare_widget import connect
from tsvshare_widget.client import Link, create_document, upload
from tsvshare_widget.client.jupyter_server import complete_url, known_relays, parse_link, token_for
from tsvshare_widget.client.link import key_in

HUB = {"TSVSHARE_HUB_URL": "http://hub:8000/services/tsvshare/", "JUPYTERHUB_API_TOKEN": "h"}
SERVER = {
    "TSVSHARE_JUPYTER_URL": "http://127.0.0.1:9/user/ann/tsvshare",
    "TSVSHARE_JUPYTER_TOKEN": "s",
}


def test_the_hub_comes_before_the_server():
    told = [tuple(relay) for relay in known_relays(HUB | SERVER)]
    hub = ("http://hub:8000/services/tsvshare", "h", "JupyterHub")
    assert told == [hub, ("http://127.0.0.1:9/user/ann/tsvshare", "s", "Jupyter server")]
    assert known_relays({"TSVSHARE_HUB_URL": "http://hub/x"}) == []  # no server of a hub


@pytest.mark.parametrize(
    ("base", "token"),
    [
        ("http://hub:8000/services/tsvshare", "h"),
        ("http://127.0.0.1:9/user/ann/tsvshare", "s"),
        ("http://hub:8000/services/other", None),
        ("http://evil.example/services/tsvshare", None),
        ("https://hub:8000/services/tsvshare", None),
    ],
)
def test_a_token_is_said_only_where_it_was_given_for(base, token):
    assert token_for(base, HUB | SERVER) == token


def test_a_path_is_completed_by_whose_it_is():
    environ = HUB | SERVER
    hubs = "/services/tsvshare/d/a#k=1"
    assert complete_url(hubs, environ) == f"http://hub:8000{hubs}"
    servers = "/user/ann/tsvshare/d/a"
    assert complete_url(servers, environ) == f"http://127.0.0.1:9{servers}"
    for other in ("/user/bob/tsvshare/d/a", "https://x.example/services/tsvshare/d/a"):
        assert complete_url(other, environ) == other


def test_a_link_elsewhere_is_left_alone():
    link = parse_link("https://x.example/d/a#k=1", HUB | SERVER)
    assert link == Link("https://x.example", "a", "1")


def test_the_key_of_a_link_that_is_a_path():
    assert key_in("k=abc&view=%7B%7D") == "abc"
    assert key_in("") is None


def test_a_script_opens_a_link_that_is_a_path(relay, monkeypatch):
    monkeypatch.setenv("TSVSHARE_JUPYTER_URL", relay.url)
    monkeypatch.setenv("TSVSHARE_JUPYTER_TOKEN", "s")
    link = create_document(relay.url)
    upload(link, b"a\tb\n1\t2\n", name="t.tsv")
    with closing(connect(f"/d/{link.uuid}#k={link.key}")) as table:
        assert table.rows == [["1", "2"]]
