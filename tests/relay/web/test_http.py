"""Pages for people, pages for scripts, downloads, and who may ask for what from where."""

import gzip
import http.client
import re
from urllib.parse import unquote

import pytest
from relay_fixture import Document, open_download, request, tsv, wait_for

from tsvshare_widget.relay.web.transfer import download as downloading
from tsvshare_widget.table.export.formats import Format

# --- new documents -------------------------------------------------------------------------------


def test_a_new_document_has_two_links(relay):
    answer = request("POST", f"{relay.url}/d")
    made = answer.json
    assert answer.status == 201
    assert set(made) == {"uuid", "key", "url", "view_url"}
    assert re.fullmatch(r"[0-9a-f]{32}", made["key"])
    assert made["view_url"] == f"{relay.url}/d/{made['uuid']}" == answer.headers["Location"]
    assert made["url"] == f"{made['view_url']}#k={made['key']}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "{relay}", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "{relay}"}, 201),
        ({"Origin": "https://good.example.org", "Sec-Fetch-Site": "cross-site"}, 201),
        ({"Origin": "https://public.example.org", "Sec-Fetch-Site": "cross-site"}, 201),
        ({"Origin": "https://bad.example.org", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://bad.example.org", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://bad.example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_pages_from_elsewhere_make_no_documents(make_relay, headers, status):
    relay = make_relay(
        trusted_origins=("https://good.example.org",), public_url="https://public.example.org/tsv"
    )
    headers = {name: value.format(relay=relay.url) for name, value in headers.items()}
    answer = request("POST", f"{relay.url}/d", headers=headers)
    assert answer.status == status
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_links_are_as_the_outside_knows_the_relay(make_relay):
    relay = make_relay(base_path="tsv", public_url="https://example.org/tsv/")
    assert relay.url.endswith("/tsv")
    made = request("POST", f"{relay.url}/d").json
    assert made["view_url"] == f"https://example.org/tsv/d/{made['uuid']}"


def test_a_proxy_in_front_is_believed_only_if_told(make_relay):
    headers = {"X-Forwarded-Proto": "https", "Host": "example.org"}
    for named, scheme in ((("127.0.0.0/8",), "https"), (("192.0.2.7",), "http"), ((), "http")):
        relay = make_relay(trusted_proxies=named, allowed_hosts=("example.org",))
        made = request("POST", f"{relay.url}/d", headers=headers).json
        assert made["view_url"].startswith(f"{scheme}://example.org/d/")


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("base_path", ["/", "/tsv/"])
def test_the_pages_find_their_parts_wherever_the_relay_is(make_relay, base_path):
    relay = make_relay(base_path=base_path)
    uuid = Document(relay.url).uuid
    for address, root in (("/", "./"), (f"/d/{uuid}", "../")):
        answer = request("GET", relay.url + address)
        html = answer.body.decode()
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f'href="{root}static/widget.css"' in html
        assert f'<script type="module" src="{root}static/page.js"></script>' in html
        assert '<div id="tsvshare"></div>' in html
        assert not re.search(r'(src|href)="(/|https?:)', html)


@pytest.mark.parametrize("is_landing", [True, False])
def test_pages_run_no_script_but_the_relays_own(relay, document, is_landing):
    answer = request("GET", f"{relay.url}/" if is_landing else document.url)
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    own = f"'self' {relay.url.replace('http', 'ws')}"
    # The landing page has no key in its address, and opens files of other sites.
    assert policy["connect-src"] == (f"{own} http: https:" if is_landing else own)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=", answer.body.decode())


def test_the_base_path_needs_no_slash(make_relay):
    relay = make_relay(base_path="/on/tsv")
    answer = request("GET", relay.url)
    assert (answer.status, answer.headers["Location"]) == (302, "tsv/")


def test_a_table_that_is_not_there_is_said_so_in_words(relay):
    answer = request("GET", f"{relay.url}/d/no-such-document")
    assert answer.status == 404
    assert "There is no table here" in answer.body.decode()
    assert 'href="../"' in answer.body.decode()


def test_a_slash_too_many_leads_to_the_page(relay, document):
    answer = request("GET", f"{document.url}/")
    assert (answer.status, answer.headers["Location"]) == (302, f"../../d/{document.uuid}")


@pytest.mark.parametrize("address", ["/nothing", "/d/a/b/c", "/d/../secret", "/static/nothing.js"])
def test_other_addresses_are_not_found(relay, address):
    assert request("GET", relay.url + address).status == 404


def test_nothing_beside_the_static_files_is_served(relay):
    answer = request("GET", f"{relay.url}/static/../relay/app.py")
    assert (answer.status, answer.code) == (403, "error")


def test_static_files_are_checked_by_their_etag(relay):
    answer = request("GET", f"{relay.url}/static/page.js")
    assert answer.status == 200, "build the front end first (make build)"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = request(
        "GET", f"{relay.url}/static/page.js", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status, again.body) == (304, b"")


def test_browsers_that_ask_for_an_icon_get_an_answer(relay):
    assert request("GET", f"{relay.url}/favicon.ico").status == 204


# --- pages for scripts ---------------------------------------------------------------------------


def test_a_page_as_json(document):
    document.put(tsv(250, columns=3), header="true")
    answer = request("GET", f"{document.url}/page/2?page_size=20&columns=2-3")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page = answer.json
    assert list(page) == ["page_no", "total_number", "columns", "data"]
    assert (page["page_no"], page["total_number"]) == (2, 250)
    assert page["columns"] == ["name1", "name2"]
    assert page["data"][0] == ["r20c1", "r20c2"]
    assert len(page["data"]) == 20


def test_a_page_is_as_large_as_everyones_and_without_names_if_there_are_none(document):
    table = document.put(tsv(250, header=False), header="false").json["id"]
    with document.editor() as ann:
        ann.op(table, page_size=30)
    page = request("GET", f"{document.url}/page/-1").json
    assert (page["page_no"], page["columns"], len(page["data"])) == (9, [], 10)


def test_more_columns_than_there_are(document):
    document.put(tsv(3, columns=3), header="true")
    assert request("GET", f"{document.url}/page/1?columns=3-9").json["columns"] == ["name2"]
    assert request("GET", f"{document.url}/page/1?columns=7-9").json["columns"] == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("page/9", "no_such_page"),
        ("page/0", "no_such_page"),
        ("page/one", "bad_value"),
        ("page/1?page_size=0", "bad_value"),
        ("page/1?page_size=many", "bad_value"),
        ("page/1?columns=0-3", "bad_value"),
        ("page/1?columns=3-2", "bad_value"),
        ("page/1?columns=a", "bad_value"),
        ("page/1?columns=1-1001", "bad_value"),
    ],
)
def test_pages_that_cannot_be(document, address, code):
    document.put(tsv(250), header="true")
    answer = request("GET", f"{document.url}/{address}")
    assert (answer.status, answer.code) == (400, code)


def test_no_table_has_no_pages_and_no_download(relay, document):
    for address in (document.url, f"{relay.url}/d/no-such-document"):
        for part in ("page/1", "table"):
            answer = request("GET", f"{address}/{part}")
            assert (answer.status, answer.code) == (404, "not_found")


# --- downloads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_a_download_is_the_file_byte_for_byte(document, zipped):
    data = b"\xef\xbb\xbf" + tsv(40_000) + b"no\tend of line\xff"
    data = gzip.compress(data, mtime=0) if zipped else data
    document.put(data, name="genes.tsv")
    answer = request("GET", f"{document.url}/table")
    assert answer.body == data
    assert answer.headers["Content-Length"] == str(len(data))
    kind = "application/gzip" if zipped else "text/tab-separated-values"
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    head = request("HEAD", f"{document.url}/table")
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(data)))


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ("genes.tsv", "genes.tsv"),
        ("Gène 表.tsv", "Gène 表.tsv"),
        ('a"b;c.tsv', 'a"b;c.tsv'),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\x.tsv", "x.tsv"),
        ("line\nbreak.tsv", "linebreak.tsv"),
        ("", "table.tsv"),
    ],
)
def test_a_download_has_its_name_in_any_script(document, given, saved):
    assert document.put(tsv(1), name=given).json["name"] == saved
    header = request("GET", f"{document.url}/table").headers["Content-Disposition"]
    plain, extended = re.fullmatch(
        r"""attachment; filename="([^"\\]*)"; filename\*=UTF-8''(\S*)""", header
    ).groups()
    assert unquote(extended) == saved
    assert plain.isascii()
    assert len(plain) == len(saved)


@pytest.mark.slow
def test_a_download_under_way_survives_a_new_table(make_relay):
    relay = make_relay(undo_seconds=0)
    document = Document(relay.url)
    data = tsv(400_000, columns=4)  # more than the network takes in without a reader
    old = document.put(data, header="true").json["id"]
    with open_download(document) as download:
        first = download.read(1000)
        document.put(tsv(10))
        assert first + download.read() == data
    wait_for(lambda: not relay.hub.tables.folder.joinpath(old).exists())


@pytest.mark.slow
def test_a_download_that_is_broken_off_is_no_event(make_relay, caplog):
    relay = make_relay(undo_seconds=0)
    document = Document(relay.url)
    old = document.put(tsv(400_000, columns=4)).json["id"]
    with open_download(document) as download:
        assert len(download.read(1000)) == 1000
    document.put(tsv(10))
    wait_for(lambda: not relay.hub.tables.folder.joinpath(old).exists())
    assert not [record for record in caplog.records if record.levelname != "DEBUG"]


@pytest.mark.parametrize("query", ["", "?view=1"])  # of which only the first says how long it is
def test_a_download_that_fails_on_the_way_is_cut_off(query, document, monkeypatch, caplog):
    document.put(tsv(10))

    def some(*_):
        yield b"r0c0"
        raise ValueError("what nobody thought of")

    monkeypatch.setattr(downloading, "read_open", some)
    monkeypatch.setattr(downloading, "find_format", lambda _: Format("text/plain", stream=some))
    with pytest.raises(http.client.IncompleteRead), open_download(document, query) as download:
        download.read()
    assert [record.name for record in caplog.records] == ["tsvshare_widget.relay.web.desk_handler"]


# --- other origins -------------------------------------------------------------------------------


def test_any_page_may_upload_given_the_key(document):
    headers = {
        "Origin": "https://lab.example.org",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-tsvshare-key",
    }
    answer = request("OPTIONS", f"{document.url}/table", headers=headers)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "X-TSVShare-Key" in answer.headers["Access-Control-Allow-Headers"]
    for key, status in ((document.key, 200), ("0" * 32, 403)):
        put = document.put(tsv(3), key)
        assert (put.status, put.headers["Access-Control-Allow-Origin"]) == (status, "*")


# --- how the relay is ----------------------------------------------------------------------------


def test_health(relay):
    for address in ("livez", "readyz"):
        assert request("GET", f"{relay.url}/{address}").json == {"status": "ok"}


@pytest.mark.parametrize("address", ["", "{d}", "{d}/page/1", "livez", "readyz", "metrics"])
def test_who_asks_for_headers_gets_those_of_the_answer(relay, document, address):
    document.put(tsv(3), header="true")
    url = f"{relay.url}/{address.format(d=f'd/{document.uuid}')}"
    head, get = request("HEAD", url), request("GET", url)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert int(head.headers["Content-Length"]) == len(get.body)


def test_headers_of_nothing_are_an_error_too(relay):
    answer = request("HEAD", f"{relay.url}/d/no-such-document/page/1")
    assert (answer.status, answer.body) == (404, b"")


def test_metrics_count_what_happened(relay, document):
    table = document.put(tsv(250), header="true").json["id"]
    with document.editor() as ann:
        ann.op(table, page=2)
        ann.state()
        ann.op(table, page=99)
        text = request("GET", f"{relay.url}/metrics").body.decode()
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert numbers["tsvshare_viewers"] == numbers["tsvshare_documents"] == "1"
    assert numbers['tsvshare_ops_total{result="ok"}'] == "1"
    assert numbers['tsvshare_ops_total{result="no_such_page"}'] == "1"
    assert numbers['tsvshare_uploads_total{result="ok"}'] == "1"
    assert int(numbers["tsvshare_broadcasts_total"]) == 1
    assert int(numbers["tsvshare_bytes_sent_total"]) > 5000


def test_nothing_is_logged_above_debug_and_never_a_key(relay, document, caplog):
    caplog.set_level("DEBUG")
    document.put(tsv(3))
    document.put(tsv(3), "0" * 32)
    request("GET", f"{relay.url}/nothing")
    with document.editor() as ann:
        ann.op("gone", page=2)
    ours = [record for record in caplog.records if "tsvshare" in record.name]
    others = [record for record in caplog.records if record.name.startswith("tornado")]
    assert ours
    assert not others
    assert {record.levelname for record in ours} == {"DEBUG"}
    assert document.key not in caplog.text


# --- pages that would be huge --------------------------------------------------------------------


def test_cells_are_cut_shorter_on_a_page_that_would_be_huge(document):
    row = "\t".join(["x" * 200] * 100)
    document.put((row + "\n").encode() * 1000, header="false")
    with document.viewer() as viewer:
        table = viewer.welcome["state"]["table"]["id"]
        viewer.send(type="look", id="v:1", table=table, page=1, page_size=1000)
        page = viewer.next("page")["page"]
    assert {len(cell) for row in page["rows"] for cell in row} == {100}
    assert len(page["cut"]) == 100_000
    assert page["cut"][0] == [0, 0, 200]
