"""``POST /d/UUID/fetch``, by HTTP."""

import json

import pytest
from relay_fixture import Document, request, wait_for
from site_fixture import Site, sends


@pytest.fixture
def site():
    site = Site(sends(b"gene\tscore\nTP53\t1\n"))
    yield site
    site.close()


def ask(document, url, key=None, **headers):
    headers |= {"X-TSVShare-Key": document.key if key is None else key}
    return request("POST", f"{document.url}/fetch", json.dumps({"url": url}), headers)


def test_a_file_of_a_named_host_becomes_the_table(make_relay, site):
    document = Document(make_relay(fetch_from=(site.host,)).url)
    answer = ask(document, f"http://{site.host}/data/genes.tsv")
    assert (answer.status, answer.json) == (202, {"name": "genes.tsv"})

    def table():
        return request("GET", f"{document.url}/state").json["state"]["table"]

    wait_for(lambda: (table() or {}).get("status") == "complete")
    assert (table()["name"], table()["rows"]) == ("genes.tsv", 1)


def test_a_relay_fetches_nothing_of_itself(make_relay, site):
    document = Document(make_relay().url)
    answer = ask(document, f"http://{site.host}/x.tsv")
    assert (answer.status, answer.code) == (403, "forbidden")
    assert site.asked == []


def test_who_has_no_key_and_pages_from_elsewhere_get_nothing(make_relay, site):
    document = Document(make_relay(fetch_from=(site.host,)).url)
    url = f"http://{site.host}/x.tsv"
    assert ask(document, url, key="wrong").status == 403
    assert ask(document, url, Origin="https://evil.test").status == 403
    assert request("POST", f"{document.url}/fetch", b"no json").status in (400, 403)
    assert site.asked == []


def test_what_does_not_come_changes_nothing(make_relay, site):
    page = Site(sends(b"<!doctype html><title>Login</title>"))
    try:
        document = Document(make_relay(fetch_from=(site.host, page.host)).url)
        document.put(b"a\n1\n")
        before = request("GET", f"{document.url}/state").json["state"]["table"]["id"]
        assert ask(document, f"http://{page.host}/x.tsv").code == "bad_table"
        assert ask(document, "http://other.test/x.tsv").code == "forbidden"
        assert ask(document, "nonsense").code == "bad_value"
        assert request("GET", f"{document.url}/state").json["state"]["table"]["id"] == before
    finally:
        page.close()


def test_a_file_that_breaks_off_brings_the_old_table_back(make_relay):
    broken = Site(sends(b"a\tb\n" * 50, Content_Length="100000"))
    try:
        document = Document(make_relay(fetch_from=(broken.host,)).url)
        document.put(b"a\n1\n")
        assert ask(document, f"http://{broken.host}/x.tsv").status == 202

        def shown():
            return request("GET", f"{document.url}/state").json["state"]["table"]

        wait_for(lambda: shown()["name"] != "x.tsv" and shown()["status"] == "complete")
    finally:
        broken.close()
