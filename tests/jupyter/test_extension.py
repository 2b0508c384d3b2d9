"""The relay in a Jupyter Server: who is let in, what is opened, what kernels make of it."""

import http.client
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from patience import PATIENCE
from relay_fixture import Document, Viewer, request, tsv, wait_for
from server_process import TOKEN
from traitlets import TraitError
from websockets.exceptions import InvalidStatus
from widget_fixture import Screen

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, create_document, download, upload
from tsvshare_widget.client.jupyter_server import named_relay
from tsvshare_widget.jupyter.extension import TSVShareExtension
from tsvshare_widget.relay.settings import LEAST_QUERY_MEMORY
from tsvshare_widget.widget.live.defaults import publishing_relay

pytestmark = pytest.mark.slow

AS_USER = {"Authorization": f"token {TOKEN}"}
PUBLISH = "https://tables.example.org"
AS_PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def jupyter(serve_jupyter, tmp_path_factory):
    """A server as it is set up by itself, but for a folder: who has a link gets in."""
    return serve_jupyter(data_dir=tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def strict(serve_jupyter):
    """A server below a path, for its users only."""
    return serve_jupyter(
        base_url="/user/ann/", allow_links=False, max_upload=10_000, publish=PUBLISH
    )


def new_document(server):
    made = request("POST", f"{server.relay}/d", headers=AS_USER)
    assert made.status == 201
    uuid, key = made.json["uuid"], made.json["key"]
    document = object.__new__(Document)
    document.base, document.uuid, document.key = server.relay, uuid, key
    document.url = f"{server.relay}/d/{uuid}"
    return document


def login(server):
    """The cookies of a browser that has logged in, as one header."""
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    cookies = []
    for path in ("login", f"api/status?token={TOKEN}"):
        connection.request("GET", f"{parts.path}/{path}")
        answer = connection.getresponse()
        answer.read()
        cookies += answer.headers.get_all("Set-Cookie", [])
    connection.close()
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def test_users_make_documents_and_strangers_do_not(jupyter):
    refused = request("POST", f"{jupyter.relay}/d")
    assert (refused.status, refused.code) == (403, "login_needed")
    assert "log in" in refused.json["error"]["message"]
    assert request("GET", f"{jupyter.relay}/metrics").status == 403
    assert new_document(jupyter).put(tsv(3)).status == 200


def test_a_link_is_enough_where_that_is_allowed(jupyter):
    document = new_document(jupyter)
    document.put(tsv(250))
    page = request("GET", document.url, headers=AS_PAGE)
    assert page.status == 200
    assert b"page.js" in page.body
    assert request("GET", f"{jupyter.relay}/static/page.js").status == 200
    with document.editor(cid="a") as editor, document.viewer(cid="b") as viewer:
        assert (editor.welcome["role"], viewer.welcome["role"]) == ("edit", "look")
        editor.op(editor.welcome["state"]["table"]["id"], page=2)
        assert viewer.state()["state"]["view"]["page"] == 2


def test_a_link_is_not_enough_where_it_is_not_allowed(strict):
    document = new_document(strict)
    refused = request("PUT", f"{document.url}/table", b"a\n", {"X-TSVShare-Key": document.key})
    assert (refused.status, refused.code) == (403, "login_needed")
    marked = request("GET", document.url, headers=AS_PAGE)
    assert marked.status == 302
    path = urlsplit(document.url).path
    assert marked.headers["Location"] == f"{path}?login="
    # The page there has a key put away, which no login would lead back with.
    to_login = request("GET", f"{document.url}?login=", headers=AS_PAGE)
    assert to_login.status == 200
    [href] = re.findall('href="([^"]*)"', to_login.body.decode())
    where = urlsplit(unescape(href))
    assert where.path == "/user/ann/login"
    assert parse_qs(where.query)["next"] == [f"{path}?login="]
    back = request("GET", f"{document.url}?login=", headers=AS_PAGE | AS_USER)
    assert f'href="{path}" data-back' in back.body.decode()
    with pytest.raises(InvalidStatus, match="403"), document.viewer():
        pass
    with document.editor(additional_headers=AS_USER) as editor:
        assert editor.welcome["role"] == "edit"


def test_a_token_in_the_address_becomes_a_cookie_and_is_taken_out(strict):
    document = new_document(strict)
    led = request("GET", f"{document.url}?token={TOKEN}&x=1", headers=AS_PAGE)
    assert led.status == 302
    assert led.headers["Location"] == f"{urlsplit(document.url).path}?x=1"
    cookie = led.headers["Set-Cookie"].partition(";")[0]
    assert request("GET", document.url, headers={**AS_PAGE, "Cookie": cookie}).status == 200


@pytest.mark.parametrize("path", ["d", "file", "address"])
def test_another_page_cannot_use_the_login_of_a_browser(path, strict):
    cookies = login(strict)
    url = f"{strict.relay}/{path}"
    refused = request("POST", url, b"{}", {"Cookie": cookies})
    assert (refused.status, refused.code) == (403, "forbidden")
    xsrf = re.search("_xsrf=([^;]*)", cookies)[1]
    assert request("POST", url, b"{}", {"Cookie": cookies, "X-XSRFToken": xsrf}).status != 403


def test_names_that_jupyter_does_not_answer_to_are_refused(jupyter):
    refused = request("GET", f"{jupyter.relay}/livez", headers={"Host": "evil.example"})
    assert (refused.status, refused.code) == (421, "wrong_host")


def test_jupyters_own_addresses_are_as_before(jupyter):
    assert request("GET", f"{jupyter.url}/api/status").status == 403
    assert request("GET", f"{jupyter.url}/api/status", headers=AS_USER).status == 200
    assert request("GET", f"{jupyter.url}/tsvshareX", headers=AS_USER).status == 404
    missing = request("GET", f"{jupyter.relay}/nothing", headers=AS_USER)
    assert (missing.status, missing.code) == (404, "not_found")


def test_settings_count(strict):
    document = new_document(strict)
    headers = {**AS_USER, "X-TSVShare-Key": document.key}
    refused = request("PUT", f"{document.url}/table", b"a\n" * 5001, headers)
    assert (refused.status, refused.code) == (413, "too_large")


# --- files of the server ---


def open_file(server, path):
    body = json.dumps({"path": path}).encode()
    return request("POST", f"{server.relay}/file", body, AS_USER)


def cells_of(server, opened):
    page = f"{server.relay}/d/{opened.json['uuid']}/page/1"
    return wait_for(lambda: rows_of(request("GET", page, headers=AS_USER)))


def rows_of(page):
    return page.json["data"] if page.status == 200 else None


def test_a_question_needs_some_memory():
    with pytest.raises(TraitError, match="query_memory"):
        TSVShareExtension(query_memory=LEAST_QUERY_MEMORY - 1)


def test_a_file_is_one_document_however_often_it_is_opened(jupyter):
    file = jupyter.files / "some folder" / "genes.tsv"
    file.parent.mkdir()
    file.write_bytes(b"name\tn\nTP53\t1\n")
    first = open_file(jupyter, "some folder/genes.tsv")
    assert first.status == 200
    assert first.json["url"].endswith(f"/d/{first.json['uuid']}#k={first.json['key']}")
    assert cells_of(jupyter, first) == [["TP53", "1"]]
    again = open_file(jupyter, "/some folder/genes.tsv")
    assert again.json == first.json
    file.write_bytes(b"name\tn\nBRCA1\t22\n")
    changed = open_file(jupyter, "some folder/genes.tsv")
    assert changed.json == first.json
    assert cells_of(jupyter, changed) == [["BRCA1", "22"]]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nowhere.tsv", 404, "not_found"),
        ("../jupyter.log", 404, "not_found"),
        (".hidden.tsv", 404, "not_found"),
        ("folder", 400, "bad_value"),
        ("picture.tsv", 422, "bad_table"),
    ],
)
def test_what_is_no_table_is_said(path, status, code, jupyter):
    (jupyter.files / "folder").mkdir(exist_ok=True)
    (jupyter.files / ".hidden.tsv").write_bytes(b"a\n")
    (jupyter.files / "picture.tsv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    refused = open_file(jupyter, path)
    assert (refused.code, refused.status) == (code, status)


# --- kernels ---


def test_a_notebook_shares_on_its_server(strict, in_kernel, tmp_path):
    in_kernel(strict)
    (tmp_path / "t.tsv").write_bytes(tsv(250))
    widget = TSVShare(tmp_path / "t.tsv")
    assert publishing_relay() == PUBLISH
    path = f"/user/ann/tsvshare/d/{urlsplit(widget.view_url).path.rpartition('/')[2]}"
    assert widget.view_url == path
    widget.append([["x", "y"]])
    widget.page = -1
    assert widget.rows[-1] == ["x", "y"]
    screen = Screen(widget)
    screen.send(type="hi", id="v:1", origin="https://hub.example.org")
    wait_for(lambda: widget.view_url == f"https://hub.example.org{path}")
    link = wait_for(lambda: widget._link)
    assert (link["path"], link["base"]) == ("/user/ann/tsvshare", strict.relay)
    for url in (widget.url, widget.url.removeprefix("https://hub.example.org")):
        other = TSVShare.join(url)
        assert other.wait(PATIENCE).page == 3
        assert other._snapshot.role == "edit"
        other.close()
    widget.close()


@pytest.mark.exhaustive
def test_a_notebook_shares_on_a_server_with_a_certificate_of_its_own(
    serve_jupyter, in_kernel, monkeypatch
):
    server = serve_jupyter(tls=True)
    in_kernel(server)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    widget = TSVShare(tsv(250))
    assert widget.view_url.startswith("/tsvshare/d/")
    widget.page = 2
    assert len(widget.rows) == 100
    joined = TSVShare.join(f"{server.url}{widget.url}")
    assert joined.wait(PATIENCE).page == 2
    joined.close()
    widget.close()


@pytest.mark.exhaustive
def test_links_of_a_server_lead_to_where_a_table_was_published(jupyter, in_kernel, make_relay):
    in_kernel(jupyter)
    other = make_relay()
    widget = TSVShare(tsv(250))
    friend = TSVShare.join(widget.url)
    old = f"{jupyter.url}{urlsplit(widget.view_url).path}"
    widget.page = 3
    widget.publish(other.url)
    assert widget.url.startswith(f"{other.url}/d/")
    wait_for(lambda: friend.view_url == widget.view_url)
    assert friend.wait(PATIENCE).page == 3
    moved = request("GET", old)
    assert (moved.status, moved.headers["Location"]) == (302, widget.view_url)
    friend.close()
    widget.close()


def test_links_have_the_address_that_a_browser_tells(strict, in_kernel):
    in_kernel(strict)
    relay = named_relay()
    assert create_document(relay.base, token=relay.token).view_url.startswith("/user/ann/")
    told = json.dumps({"origin": "https://hub.example.org"}).encode()
    assert request("POST", f"{strict.relay}/address", told, AS_USER).status == 200
    link = create_document(relay.base, token=relay.token)
    assert link.url == f"https://hub.example.org/user/ann/tsvshare/d/{link.uuid}#k={link.key}"
    upload(link, b"a\tb\n1\t2\n", name="t.tsv")
    assert b"".join(download(link)) == b"a\tb\n1\t2\n"
    with Connection(link) as connection:
        assert connection.wait(lambda known: known.state.table is not None, PATIENCE).role == "edit"
    wrong = json.dumps({"origin": "javascript:alert(1)"}).encode()
    assert request("POST", f"{strict.relay}/address", wrong, AS_USER).code == "bad_value"


@pytest.mark.usefixtures("_no_relay_is_left")
def test_a_server_out_of_reach_is_not_waited_for(monkeypatch, strict, in_kernel):
    in_kernel(strict)
    monkeypatch.setenv("TSVSHARE_JUPYTER_URL", "http://127.0.0.1:9/user/ann/tsvshare")
    widget = TSVShare(b"a\tb\n")
    assert widget.view_url.startswith("http://127.0.0.1:")
    assert "/user/ann/" not in widget.view_url
    widget.close()


def test_documents_outlive_the_server_where_they_have_a_folder(jupyter):
    document = new_document(jupyter)
    document.put(tsv(3))
    with Viewer(document.ws_url, document.key) as viewer:
        jupyter.end()
        assert viewer.next("bye")["retry_ms"] > 0
    jupyter.start()
    assert len(rows_of(request("GET", f"{document.url}/page/1"))) == 3
