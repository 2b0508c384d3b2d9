"""A relay behind a proxy that guards it, or that takes no large upload."""

import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cli_fixture import run
from patience import PATIENCE
from relay_fixture import request, tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.client import Connection, Link, create_document, upload
from tsvshare_widget.client.link import check_headers
from tsvshare_widget.errors import BadValue, TooLarge, Unavailable

TOKEN = "a-token"  # which no UUID can contain
BEARER = f"Bearer {TOKEN}"


@pytest.fixture
def proxy(relay):
    """A proxy that lets those in who send a token, and says what it was asked."""
    import socket

    asked: list[str] = []

    class Guard(BaseHTTPRequestHandler):
        def _pass_on(self):
            asked.append(self.command)
            if self.headers.get("Authorization") != BEARER:
                self.send_response(401)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"no")
                return
            self.close_connection = True
            with closing(socket.create_connection(("127.0.0.1", relay.port))) as inner:
                headers = "".join(
                    f"{name}: {value}\r\n"
                    for name, value in self.headers.items()
                    if name not in ("Host", "Authorization")
                )
                host = f"Host: 127.0.0.1:{relay.port}\r\n"
                inner.sendall(f"{self.requestline}\r\n{host}{headers}\r\n".encode())
                back = threading.Thread(target=self._pump, args=(inner, self.connection))
                back.start()
                while piece := self.rfile.read1(1 << 16):
                    inner.sendall(piece)
                inner.shutdown(socket.SHUT_WR)
                back.join()

        def _pump(self, here, there):
            while piece := here.recv(1 << 16):
                there.sendall(piece)
            there.shutdown(socket.SHUT_RDWR)

        do_GET = do_PUT = do_POST = _pass_on

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Guard)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_token_opens_the_way_for_everything(proxy):
    base, _ = proxy
    widget = TSVShare(tsv(300), relay=base, token=TOKEN)
    try:
        widget.page = 3
        assert widget.rows[0] == ["r200c0", "r200c1"]
        assert len(widget.df) == 300
        widget.append([["x", "y"]])
        assert widget.n_rows == 301
        joined = TSVShare.join(widget._document.url, headers={"Authorization": BEARER})
        assert joined.n_rows == 301
        joined.close()
        assert TOKEN not in repr(widget._document)
    finally:
        widget.close()


def test_without_it_the_way_to_give_it_is_said(proxy):
    base, _ = proxy
    with pytest.raises(Unavailable, match=r"401.*token="):
        TSVShare(tsv(3), relay=base)
    with Connection(Link(base=base, uuid="u")) as seeking:
        seen = seeking.wait(lambda known: known.problem is not None, PATIENCE)
        assert "headers=" in seen.problem.message


@pytest.mark.slow
def test_a_push_through_a_guarded_proxy(proxy, relay, tmp_path):
    base, _ = proxy
    link = create_document(base, headers=check_headers(None, TOKEN))
    (tmp_path / "x.tsv").write_bytes(tsv(3))
    words = ("push", tmp_path / "x.tsv", f"{link.http_url}#k={link.key}")
    assert "--http-header" in run(*words).stderr
    done = run(*words, "--http-header", f"Authorization: {BEARER}")
    assert (done.returncode, done.stdout) == (0, "x.tsv: 3 rows, 2 columns\n")


@pytest.mark.parametrize(
    "headers",
    [{"a b": "x"}, {"X": "a\r\nY: b"}, {"Host": "x"}, {"x-tsvshare-key": "k"}, {"X": 3}, {3: "X"}],
)
def test_what_cannot_be_a_header_is_refused_and_not_repeated(headers):
    with pytest.raises(BadValue) as caught:
        check_headers(headers)
    assert "Y: b" not in str(caught.value)


@pytest.fixture
def answers():
    """Servers that answer everything in one way."""
    servers = []

    def answer(status, body=b"<html>nginx</html>"):
        class Always(BaseHTTPRequestHandler):
            server_version, sys_version = "nginx/1.26", ""

            def do_PUT(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT

            def log_message(self, *_):
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Always))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_upload_that_a_proxy_refuses_names_its_limit_and_the_way_round(answers):
    link = Link(base=answers(413), uuid="u", key="k")
    with pytest.raises(TooLarge, match=r"in front of the relay.*nginx.*client_max_body_size.*gz"):
        upload(link, tsv(3), name="x.tsv")


@pytest.mark.parametrize(("status", "says"), [(302, "who asks"), (403, "who asks"), (502, "reach")])
def test_other_answers_of_proxies_are_told_apart(answers, status, says):
    with pytest.raises(Unavailable, match=f"in front of.*{status}.*{says}"):
        create_document(answers(status))


def test_a_page_that_a_proxy_made_look_foreign_hears_of_public_url(relay):
    headers = {"Origin": "https://tsv.example.org"}
    answer = request("POST", f"{relay.url}/d", b"", headers)
    assert answer.code == "forbidden"
    said = answer.json["error"]["message"]
    assert "--public-url" in said
    assert "https://tsv.example.org" in said


def test_a_view_for_excel_begins_with_a_byte_order_mark(document):
    data = "näme\n1\n".encode()
    document.put(data, header="true")
    url = f"{document.url}/table"
    wait_for(lambda: request("GET", url).body == data)
    assert request("GET", f"{url}?view=1").body == data
    assert request("GET", f"{url}?view=1&bom=1").body == b"\xef\xbb\xbf" + data
    assert request("GET", f"{url}?bom=1").body == data
