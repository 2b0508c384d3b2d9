"""The command ``tsvshare``, run as people run it: processes, signals, exit codes."""

from __future__ import annotations

import gzip
import ipaddress
import json
import re
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cli_fixture import Start, full_link, get, landing_page, line_with, page_of, run
from patience import PATIENCE
from relay_fixture import request

from tsvshare_widget.cli.arguments import file_parser
from tsvshare_widget.cli.hosting import reachable_urls
from tsvshare_widget.cli.main import main
from tsvshare_widget.cli.read_arguments import to_read_options
from tsvshare_widget.cli.serve_arguments import serve_parser
from tsvshare_widget.cli.usage import problem_of_file
from tsvshare_widget.cli.values import parse_size
from tsvshare_widget.client import create_document
from tsvshare_widget.read_options import MissingIn, ReadOptions

pytestmark = pytest.mark.slow

BANDS = Path(__file__).parents[1] / "data" / "hg19.cytoband.tsv"


@pytest.fixture
def relay(start: Start) -> str:
    """The address of a relay that ``tsvshare serve`` runs."""
    return landing_page(start("serve", "--port", 0))


def test_a_file_is_shared_until_ctrl_c(start: Start):
    process = start(BANDS, "--no-browser", "--page-size", 10)
    link = full_link(process)
    line_with(process, r"hg19\.cytoband\.tsv: 862 rows, 5 columns")
    page = page_of(link, rows=862)
    assert page.columns.names == ["chrom", "start", "end", "band", "stain"]
    assert page.n_pages == 87
    assert get(f"{link.http_url}/table") == BANDS.read_bytes()
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130


def test_both_links_are_printed(start: Start):
    process = start(BANDS, "--no-browser")
    link = full_link(process)
    assert line_with(process, r"look only +(\S+)")[1] == link.view_url
    assert link.base.startswith("http://127.0.0.1:")


def test_how_to_read_it_can_be_given():
    def options(*words: str) -> ReadOptions:
        return to_read_options(file_parser().parse_args(["x.tsv", *words]))

    assert options() == ReadOptions()
    assert options("--no-header", "--delimiter", "semicolon") == ReadOptions(
        header=False, delimiter=";"
    )
    assert options("--delimiter", "tab", "--quoting", "none") == ReadOptions(
        delimiter="\t", quoting="none"
    )
    assert options("--comments", "#", "--comments", "!") == ReadOptions(comments=("#", "!"))
    assert options("--comments", "none", "--encoding", "cp1252") == ReadOptions(
        comments=(), encoding="cp1252"
    )
    assert options("--quote", "'", "--escape", "\\", "--row-names") == ReadOptions(
        quote="'", escape="\\", row_names=True
    )
    words = ["--missing", "-9", "--missing", "-"]
    for told in (("age", "99"), ("2", "x"), ("age", "-1"), ("b", "none")):
        words += ["--missing-in", *told]
    assert options(*words) == ReadOptions(
        missing=("-9", "-"),
        missing_in=(
            MissingIn(column="age", words=("99", "-1")),
            MissingIn(column=2, words=("x",)),
            MissingIn(column="b", words=()),
        ),
    )
    assert options("--missing", "none") == ReadOptions(missing=())
    with pytest.raises(SystemExit):
        options("--quoting", "double")


def test_read_options_arrive(start: Start, tmp_path: Path):
    (tmp_path / "x.csv").write_bytes("#ä;1\né;2\n".encode("latin-1"))
    words = ("--delimiter", ";", "--comments", "none", "--encoding", "latin-1", "--no-header")
    link = full_link(start("x.csv", "--no-browser", *words))
    assert page_of(link, rows=2).rows == [["#ä", "1"], ["é", "2"]]


def test_quotes_and_names_of_rows_arrive(start: Start, tmp_path: Path):
    (tmp_path / "x.csv").write_bytes(b"a,b\n'x,\\'1',2,3\n")
    words = ("--header", "--delimiter", ",", "--quote", "'", "--escape", "\\", "--row-names")
    page = page_of(full_link(start("x.csv", "--no-browser", *words)), rows=1)
    assert (page.columns.names, page.rows) == (["", "a", "b"], [["x,'1", "2", "3"]])


def test_options_that_make_no_sense_are_said(relay: str, tmp_path: Path):
    (tmp_path / "x.tsv").write_bytes(b"a\n")
    pushed = run("push", "x.tsv", create_document(relay).url, "--encoding", "klingon", cwd=tmp_path)
    assert pushed.returncode == 2
    assert "klingon" in pushed.stderr


def test_whether_there_is_a_header_can_be_given(start: Start, tmp_path: Path):
    (tmp_path / "x.tsv").write_text("a\tb\nc\td\n")
    link = full_link(start("x.tsv", "--no-browser", "--no-header"))
    assert page_of(link, rows=2).columns.names is None


def test_a_file_named_like_a_command(start: Start, tmp_path: Path):
    (tmp_path / "serve").write_text("a\tb\nc\td\n")
    process = start("./serve", "--no-browser")
    line_with(process, "serve: 1 row, 2 columns")


def test_standard_input_grows_live(start: Start):
    process = start("-", "--no-browser", "--header")
    link = full_link(process)
    assert process.stdin is not None
    process.stdin.write("n\n1\n2\n")
    process.stdin.flush()
    assert page_of(link, rows=2).rows == [["1"], ["2"]]
    process.stdin.write("3\n")
    process.stdin.flush()
    assert page_of(link, rows=3).rows == [["1"], ["2"], ["3"]]
    process.stdin.close()
    line_with(process, "standard input: 3 rows, 1 column")


def test_ctrl_c_ends_it_while_standard_input_is_open(start: Start):
    process = start("-", "--no-browser")
    full_link(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_a_missing_file_is_said_in_one_line(tmp_path: Path):
    done = run("nothing.tsv", "--no-browser", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "tsvshare: nothing.tsv: No such file or directory\n"


@pytest.mark.parametrize("words", [["--no-browser"], ["--follow", "--no-browser"]])
def test_a_folder_is_refused_before_there_is_a_link(tmp_path: Path, words: list[str]):
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"tsvshare: {tmp_path}: this is a folder, not a file\n"


def test_what_is_no_table_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    done = run("book.xlsx", "--no-browser", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("tsvshare: ")
    assert done.stderr.count("\n") == 1


def test_push_uploads_to_a_document(relay: str):
    link = create_document(relay)
    done = run("push", BANDS, link.url, "--name", "bands.tsv")
    assert (done.returncode, done.stdout) == (0, "bands.tsv: 862 rows, 5 columns\n")
    assert done.stderr == ""
    assert page_of(link, rows=862).rows[0][:2] == ["chr1", "0"]


def test_what_to_push_and_where_may_stand_among_options(monkeypatch: pytest.MonkeyPatch):
    pushed = []
    main_module = sys.modules["tsvshare_widget.cli.main"]
    monkeypatch.setattr(main_module, "push", lambda args: pushed.append((args.file, args.url)))
    url = "http://127.0.0.1:9/d/u#k=k"
    for words in (["x", url], ["--name", "y", "x", url], ["x", "--name", "y", url]):
        main(["push", *words])
    assert pushed == [("x", url)] * 3


def test_push_with_the_look_only_link_is_refused(relay: str):
    link = create_document(relay)
    done = run("push", BANDS, link.view_url)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "full link" in done.stderr


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/d/abc#k=00", "not a link", "http://127.0.0.1:9/"]
)
def test_push_to_nowhere_is_said_in_one_line(url: str):
    done = run("push", BANDS, url)
    assert done.returncode == 1
    assert re.fullmatch(r"tsvshare: .+\n", done.stderr)


def test_no_terminal_obeys_a_relay():
    """What an upload is refused with are a relay's words; here they would clear the screen."""

    class Hostile(BaseHTTPRequestHandler):
        def do_PUT(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            words = "\x1b[2J\x1b]0;owned\x07no\n\u202eway\x9b"
            body = json.dumps({"error": {"code": "forbidden", "message": words}}).encode()
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object):
            pass

    with HTTPServer(("127.0.0.1", 0), Hostile) as relay:
        answering = threading.Thread(target=relay.serve_forever)
        answering.start()
        done = run("push", BANDS, f"http://127.0.0.1:{relay.server_port}/d/abc#k={'0' * 32}")
        relay.shutdown()
        answering.join()
    assert (done.returncode, done.stderr) == (1, "tsvshare: [2J]0;ownedno way\n")


def test_names_and_sites_can_be_allowed(start: Start):
    words = ["--allowed-host", "relay.test", "--allow-embedding", "https://wiki.example.org"]
    url = landing_page(start("serve", "--port", 0, *words))

    def ask(host: str):
        return request("GET", f"{url}/", headers={"Host": host})

    assert "https://wiki.example.org" in ask("relay.test:8765").headers["Content-Security-Policy"]
    assert ask("other.test").code == "wrong_host"


def test_others_are_let_in_by_the_names_of_this_computer(start: Start):
    process = start("serve", "--host", "0.0.0.0", "--port", 0)
    url = landing_page(process)
    local = f"http://127.0.0.1:{url.rpartition(':')[2]}/"
    for host, status in ((socket.gethostname(), 200), ("rebind.test", 421)):
        assert request("GET", local, headers={"Host": host}).status == status


def test_push_of_a_truncated_file_shows_what_came_and_fails(relay: str, tmp_path: Path):
    rows = "".join(f"{n}\t{n * n}\n" for n in range(50_000))
    whole = gzip.compress(f"n\tsquare\n{rows}".encode())
    (tmp_path / "cut.tsv.gz").write_bytes(whole[: len(whole) // 2])
    done = run("push", tmp_path / "cut.tsv.gz", create_document(relay).url)
    assert done.returncode == 1
    assert "incomplete" in done.stderr
    assert re.match(r"cut\.tsv\.gz: [\d,]+ rows", done.stdout)


def test_serve_ends_cleanly_and_keeps_documents(start: Start, tmp_path: Path):
    process = start("serve", "--port", 0, "--data-dir", tmp_path / "data")
    base = landing_page(process)
    link = create_document(base)
    assert run("push", BANDS, link.url).returncode == 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0

    port = base.rpartition(":")[2]
    again = start("serve", "--port", port, "--data-dir", tmp_path / "data")
    assert landing_page(again) == base
    page = json.loads(get(f"{link.http_url}/page/9"))
    assert (page["page_no"], page["total_number"], len(page["data"])) == (9, 862, 62)


def test_serve_below_a_path_with_a_limit(start: Start):
    process = start("serve", "--port", 0, "--base-path", "/tsv/", "--max-upload", "1KB")
    base = landing_page(process)
    assert base.endswith("/tsv")
    done = run("push", BANDS, create_document(base).url)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_said_in_one_line(relay: str):
    done = run("serve", "--port", relay.rpartition(":")[2])
    assert done.returncode == 1
    assert re.fullmatch(r"tsvshare: cannot listen on \S+ port \d+: [\w ]+\n", done.stderr)


def test_serve_as_a_service_of_a_hub_that_has_not_started_it():
    alone = run("serve", "--allow-links", "--port", 0)
    assert (alone.returncode, alone.stderr.count("\n")) == (1, 1)
    assert "--jupyterhub" in alone.stderr
    done = run("serve", "--jupyterhub", "--port", 0)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert re.search(r"tsvshare-widget\[hub\]|JUPYTERHUB_SERVICE_PREFIX", done.stderr)


@pytest.mark.parametrize("words", [[], ["serve"], ["push"]])
def test_help_shows_how_to_call_it(words: list[str]):
    done = run(*words, "--help")
    assert done.returncode == 0
    assert " ".join(["usage: tsvshare", *words]) in done.stdout


@pytest.mark.parametrize("words", [[], ["push", "x"], ["serve", "extra"], ["x", "--page-size", 0]])
def test_wrong_usage(words: list[object]):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 6, "what is wrong is lost among all options"


@pytest.mark.parametrize(
    ("text", "size"),
    [("1000", 1000), ("500MB", 500_000_000), ("10 gb", 10**10), ("2.5K", 2500), ("7B", 7)],
)
def test_sizes(text: str, size: int):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--max-upload", "much"),
        ("--max-upload", "0"),
        ("--idle-hours", "-1"),
        ("--idle-hours", "soon"),
        ("--public-url", "example.org"),
        ("--port", "99999"),
        ("--port", "http"),
        ("--workers", "0"),
        ("--workers", "many"),
        ("--query-memory", "little"),
        ("--query-memory", "1"),
        ("--query-seconds", "-1"),
        ("--view-cache", "0"),
        ("--allowed-host", "https://example.org"),
        ("--allowed-host", "a b"),
        ("--allow-embedding", "example.org"),
        ("--allow-embedding", "https://example.org; script-src *"),
        ("--allow-embedding", "https://example.org/page"),
    ],
)
def test_impossible_values(flag: str, value: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        serve_parser().parse_args([flag, value])
    assert value in capsys.readouterr().err


# --- what is wrong with the words is said before anything is done -------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["x.tsv", "--delimiter", "foo"], "one ASCII character"),
        (["x.tsv", "--encoding", "klingon"], "klingon"),
        (["x.tsv", "--comments", ""], "comment"),
        (["push", "x.tsv", "http://127.0.0.1:9/d/u#k=k", "--delimiter", "foo"], "one ASCII"),
        (["admin", "expire", "90", "--data-dir", "x"], "one looks like 30d"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--page-size", "50"], "which FILE?  As in: tsvshare table.tsv"),
        (["push"], "which FILE?  As in: tsvshare push table.tsv"),
        (["sevre"], "'tsvshare serve'"),
        (["Server", "--data-dir", "x"], "'tsvshare serve'"),
        (["psuh", "x.tsv", "http://127.0.0.1:9/d/u"], "'tsvshare push'"),
        (["http://127.0.0.1:9/d/u#k=secret"], "link of a document"),
        (["push", "http://127.0.0.1:9/d/u#k=secret", "http://127.0.0.1:9/d/v"], "link of a"),
    ],
)
def test_words_that_cannot_be_meant_are_wrong_usage(words, says, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.tsv").write_bytes(b"a\n1\n")
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert says in said.err
    assert "secret" not in said.err


def test_an_address_without_https_is_told_what_one_looks_like(tmp_path, capsys):
    (tmp_path / "x.tsv").write_bytes(b"a\n1\n")
    assert main(["push", str(tmp_path / "x.tsv"), "127.0.0.1:9"]) == 1
    assert "the address of a relay like https://" in capsys.readouterr().err


def test_a_file_called_like_a_command_that_was_mistyped_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sevre").write_bytes(b"a\n1\n")
    assert problem_of_file("sevre") is None
    assert problem_of_file("data/genes.tsv") is None


@pytest.mark.parametrize("words", [["x.tsv", "--no-browser"], ["serve", "--port", "0"]])
def test_an_interrupt_is_told_by_the_exit_code(words, start, tmp_path):
    (tmp_path / "x.tsv").write_bytes(b"a\n1\n")
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 0)):
        process = start(*words)
        line_with(process, "http://")
        process.send_signal(number)
        assert process.wait(PATIENCE) == code


def test_who_listens_everywhere_says_by_which_addresses_others_come(start):
    process = start("serve", "--port", "0", "--host", "0.0.0.0")
    by_name = landing_page(process)
    assert urlsplit(by_name).hostname == socket.gethostname().lower()
    assert reachable_urls("http://127.0.0.1:80") == ["http://127.0.0.1:80"]
    others = reachable_urls("http://0.0.0.0:80/x/")[1:]
    for url in others:
        assert not ipaddress.ip_address(urlsplit(url).hostname).is_loopback
        assert line_with(process, r"or by +(http\S+)/$")[1]
