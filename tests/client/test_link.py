"""Links to documents."""

import pytest

from tsvshare_widget.client import Link
from tsvshare_widget.client.link import check_base
from tsvshare_widget.errors import (
    BadValue,
)


@pytest.mark.parametrize(
    ("url", "base", "key"),
    [
        ("http://127.0.0.1:8000/d/u-1#k=secret", "http://127.0.0.1:8000", "secret"),
        ("https://relay.example.org/tsv/d/u-1", "https://relay.example.org/tsv", None),
        ("https://relay.example.org/d/u-1/", "https://relay.example.org", None),
        ("http://h/parser/share/u-1", "http://h", None),
        ("http://h/a/parser/share/u-1#k=s", "http://h/a", "s"),
        ("http://h/d/u-1#k=s&view=%7B%22page%22%3A3%7D", "http://h", "s"),
        ("http://h/d/u-1#view=%7B%22search%22%3A%22a%3Db%22%7D", "http://h", None),
    ],
)
def test_every_kind_of_link_is_understood(url, base, key):
    assert Link.parse(url) == Link(base=base, uuid="u-1", key=key)


@pytest.mark.parametrize("left", [".", ")", ">", "%3E", ").", ",", " ", "\n", "%22", "”"])
def test_what_mail_programs_leave_behind_a_link_is_not_of_it(left):
    meant = Link(base="https://h/tsv", uuid="u-1", key="secret")
    assert Link.parse(f"https://h/tsv/d/u-1#k=secret{left}") == meant
    assert Link.parse(f"https://h/tsv/d/u-1%23k=secret{left}") == meant
    assert Link.parse(f"<https://h/tsv/d/u-1#k=secret{left}") == meant
    assert Link.parse(f"https://h/tsv/d/u-1{left}") == Link(base="https://h/tsv", uuid="u-1")


def test_a_link_out_of_html_has_its_key():
    assert Link.parse("http://h/d/u-1#view=%7B%7D&amp;k=secret").key == "secret"
    assert Link.parse("http://h/d/u-1#k=secret&view=%7B%22search%22%3A%22%23%22%7D").key == "secret"


@pytest.mark.parametrize(
    "url", ["genes.tsv", "ftp://h/d/u", "http://h/", "http://h/d/", "http:///d/u", "http://h/d/a/b"]
)
def test_what_is_no_link_is_refused(url):
    with pytest.raises(BadValue, match="not the link of a document"):
        Link.parse(url)


def test_a_bad_link_is_quoted_without_its_key():
    with pytest.raises(BadValue) as caught:
        Link.parse("http://h/somewhere#k=secret")
    assert "secret" not in str(caught.value)


def test_links_lead_back_to_where_they_came_from():
    link = Link(base="https://h/tsv", uuid="u", key="secret")
    assert Link.parse(link.url) == link
    assert link.view_url == "https://h/tsv/d/u"
    assert link.ws_url == "wss://h/tsv/d/u/ws"
    assert Link(base="http://http.org", uuid="u").ws_url == "ws://http.org/d/u/ws"
    assert "secret" not in repr(link)


def test_people_are_given_the_public_name_of_a_relay():
    link = Link(base="http://10.0.0.1:8000", uuid="u", key="k", shown="https://tsv.example.org")
    assert link.url == "https://tsv.example.org/d/u#k=k"
    assert link.ws_url == "ws://10.0.0.1:8000/d/u/ws"


def test_the_address_of_a_relay_is_checked():
    assert check_base("http://h:1/tsv/") == "http://h:1/tsv"
    with pytest.raises(BadValue, match="not the address of a relay"):
        check_base("localhost:8000")
