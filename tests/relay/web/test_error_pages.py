"""Errors: a page for who looks with a browser, JSON for programs; links followed very early."""

import threading

import pytest
from relay_fixture import Document, request, tsv, wait_for

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}

WRONG = ["nothing", "d", "d/", "d/un?known", "d/no-such/page/1", "d/no-such/table", "a/b/c.html"]


@pytest.mark.parametrize("path", WRONG)
def test_wrong_addresses_answer_browsers_with_a_page_and_programs_with_json(relay, path):
    answer = request("GET", f"{relay.url}/{path}", headers=BROWSER)
    assert 400 <= answer.status < 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"<h1>" in answer.body
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        other = request("GET", f"{relay.url}/{path}", headers=accept)
        if not path.startswith("d/un"):  # that is a document's page, also for programs
            assert (other.status, other.json.keys()) == (answer.status, {"error"})


def test_a_page_that_does_not_exist_is_said_as_a_page(document):
    document.put(tsv(3))
    answer = request("GET", f"{document.url}/page/99", headers=BROWSER)
    assert (answer.status, b"There is no page 99" in answer.body) == (400, True)
    assert b"no_such_page" in answer.body


@pytest.mark.parametrize("base_path", ["/", "/tsv/"])
def test_its_links_lead_home_wherever_it_is(make_relay, base_path):
    relay = make_relay(base_path=base_path)
    answer = request("GET", f"{relay.url}/a/b/c", headers=BROWSER)
    assert b'href="../../static/widget.css"' in answer.body
    assert b'href="../../"' in answer.body
    assert b"script" not in answer.body
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_is_asked_for_is_never_markup(document):
    document.put(tsv(3))
    answer = request(
        "GET", f"{document.url}/page/%3Cscript%3Ealert(1)%3C%2Fscript%3E", headers=BROWSER
    )
    assert answer.status == 400
    assert b"<script" not in answer.body


def test_a_name_that_is_not_the_relays_gets_a_page_too(relay):
    headers = BROWSER | {"Host": "evil.example.org"}
    answer = request("GET", f"{relay.url}/", headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (421, "text/html; charset=utf-8")
    assert b"--allowed-host" in answer.body
    assert (
        request("GET", f"{relay.url}/", headers={"Host": "evil.example.org"}).code == "wrong_host"
    )


def test_what_is_sent_with_a_browsers_headers_is_still_answered_as_before(document):
    answer = request("PUT", f"{document.url}/table", b"a\n", BROWSER)
    assert answer.code == "forbidden"
    head = request("HEAD", f"{document.base}/nothing", headers=BROWSER)
    assert (head.status, head.body) == (404, b"")


# --- a link that is followed in the moment in which it was made -----------------------------------


def test_a_page_of_a_table_that_is_on_its_way_is_waited_for(document, slow_put):
    upload = slow_put(document, None, header="true")
    answers = []
    asking = [
        threading.Thread(target=lambda end=end: answers.append(request("GET", document.url + end)))
        for end in ("/page/1", "/table")
    ]
    for thread in asking:
        thread.start()
    upload.send(b"a\tb\n1\t2\n")
    for thread in asking:
        thread.join()
    assert [answer.status for answer in answers] == [200, 200]
    upload.end()


def test_a_link_may_be_followed_before_the_upload_begins(relay):
    document = Document(relay.url)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(request("GET", document.url + "/page/1"))
    )
    asking.start()
    document.put(tsv(3), header="true")
    asking.join()
    assert answers[0].json["data"][0] == ["r0c0", "r0c1"]


def test_one_that_takes_long_is_said_to_be_coming(document, slow_put, monkeypatch):
    monkeypatch.setattr("tsvshare_widget.relay.web.handler.COMING_SECONDS", 0.05)
    monkeypatch.setattr("tsvshare_widget.relay.web.handler.NEW_SECONDS", 0.0)
    assert request("GET", f"{document.url}/page/1").code == "not_found"
    slow_put(document, None, header="true")
    wait_for(lambda: request("GET", f"{document.url}/page/1").code == "not_yet")
    answer = request("GET", f"{document.url}/page/1")
    assert (answer.status, "on its way" in answer.json["error"]["message"]) == (409, True)
