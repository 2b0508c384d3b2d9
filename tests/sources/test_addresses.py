"""Files on the web, from a server of the test's own."""

import io
import zipfile
from typing import Any

import pytest
from proxy_fixture import Proxy
from web_fixture import serving

from tsvshare_widget.errors import BadTable, BadValue, NotFound, Unavailable
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.sources import recognise
from tsvshare_widget.sources.addresses import is_address, is_link, open_address

recognised: Any = recognise.recognise_source

TABLE = b"gene\tscore\nTP53\t1\n"


@pytest.fixture
def web():
    with serving() as web:
        yield web


def test_what_is_a_link_and_what_the_address_of_a_file():
    assert is_link("https://h/d/0a1b#k=x")
    assert is_link("http://h:1/tsv/d/0a1b")
    assert is_link("https://h/broken#k=x")
    for file in ("https://h/genes.tsv", "http://h/d/genes.tsv", "HTTPS://h/x.zip!a.tsv"):
        assert is_address(file)
        assert not is_link(file)
    assert not is_address("genes.tsv")
    assert not is_link(b"https://h/d/0a1b")


def test_a_file_is_streamed_with_its_size_and_called_as_its_address_ends(web):
    found = recognised(web.add("/data/my%20genes.tsv?raw=1", TABLE))
    assert (found.name, found.size, found.path) == ("my genes.tsv", len(TABLE), None)
    assert b"".join(found.body) == TABLE
    [(path, headers)] = web.seen
    assert path == "/data/my%20genes.tsv?raw=1"
    assert headers["Accept-Encoding"] == "identity"
    assert recognised(web.add("/a.tsv", TABLE), name="mine.tsv").name == "mine.tsv"
    assert recognised(web.add("/", TABLE)).name == "127.0.0.1"
    assert recognised(f"{web.url}/a.tsv#part").name == "a.tsv"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('attachment; filename="genes v2.tsv"', "genes v2.tsv"),
        ("attachment; filename*=UTF-8''g%C3%A8nes.tsv", "gènes.tsv"),
        ("attachment; filename=../../x.tsv", "x.tsv"),
        ("inline", "download"),
    ],
)
def test_the_server_may_name_the_file(web, said, name):
    url = web.add("/download", TABLE, Content_Disposition=said)
    assert open_named(url) == name


def open_named(url):
    return recognised(url).name


def test_other_addresses_that_it_leads_to(web):
    web.add("/data/a.tsv", TABLE)
    web.add("/loop", b"", 302, Location="/loop")
    assert b"".join(recognised(web.add("/x", b"", 302, Location="/data/a.tsv")).body) == TABLE
    with pytest.raises(Unavailable, match="for ever"):
        recognised(f"{web.url}/loop")
    with pytest.raises(Unavailable, match="no web address"):
        recognised(web.add("/y", b"", 302, Location="file:///etc/passwd"))


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (404, NotFound, "answers 404 Not Found: there is no such file"),
        (410, NotFound, "answers 410"),
        (403, Unavailable, "answers 403 Forbidden: it is for who is let in"),
        (500, Unavailable, "answers 500 Internal Server Error, and no file"),
        (204, Unavailable, "answers 204"),
    ],
)
def test_what_is_no_file_is_said_with_its_status(web, status, error, said):
    url = web.add("/x.tsv?token=secret", b"" if status == 204 else b"<html>", status)
    with pytest.raises(error, match=said) as caught:
        recognised(url)
    assert "secret" not in str(caught.value)
    assert caught.value.code in ("not_found", "unavailable")


@pytest.mark.parametrize(
    "page",
    [b"<!DOCTYPE html><p>", b"\n <html lang=x>", b"\xef\xbb\xbf<!-- x -->\n<!doctype html>"],
)
def test_a_web_page_is_no_table(web, page):
    with pytest.raises(BadTable, match="is a web page, not a table"):
        recognised(web.add("/genes.tsv", page + b"x" * 5000))


def test_a_table_of_html_is_one(web):
    text = b"tag\tcount\n<html>\t1\n"
    assert b"".join(recognised(web.add("/t.tsv", text, Content_Type="text/html")).body) == text


def test_a_file_that_ends_early_is_said(web):
    found = recognised(web.add("/a.tsv", TABLE * 1000, Content_Length="40000"))
    with pytest.raises(BadTable, match=r"ended early, after 18,000 of 40,000 bytes"):
        b"".join(found.body)


def test_archives_on_the_web(web):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.tsv", TABLE)
        file.writestr("b.tsv", b"b\n")
    url = web.add("/two.zip", packed.getvalue())
    with pytest.raises(BadValue, match=r"2 files in two\.zip: a\.tsv, b\.tsv"):
        recognised(url)
    for found in (recognised(f"{url}!a.tsv"), recognised(url, member="a.tsv")):
        assert (found.name, b"".join(found.body)) == ("a.tsv", TABLE)


def test_nobody_there():
    for url in ("http://127.0.0.1:9/x.tsv", "http://nothing.invalid/x.tsv"):
        with pytest.raises(Unavailable, match="cannot be reached"):
            recognised(url)
    with pytest.raises(BadValue, match="no address"):
        recognised("http://")


def test_a_password_in_the_address_is_sent_and_not_repeated(web):
    url = web.add("/x.tsv", TABLE).replace("http://", "http://me:secret@")
    assert recognised(url).name == "x.tsv"
    assert web.seen[0][1]["Authorization"] == "Basic bWU6c2VjcmV0"
    with pytest.raises(NotFound) as caught:
        recognised(url.replace("x.tsv", "y.tsv"))
    assert "secret" not in str(caught.value)


def test_it_goes_through_the_proxy_that_counts_for_relays(web, monkeypatch):
    proxy = Proxy(("127.0.0.1", web.port))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    web.add("/x.tsv", TABLE)
    try:
        found = open_address(
            "http://files.invalid/x.tsv", name=None, options=NO_OPTIONS, member=None
        )
        assert b"".join(found.body) == TABLE
        assert proxy.seen[0].startswith("GET http://files.invalid/x.tsv")
    finally:
        proxy.close()
