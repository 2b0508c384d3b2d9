"""Sharing on a relay elsewhere from a shell, links taken back, TLS, and options said elsewhere."""

import argparse
import os
import ssl
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from cli_fixture import TSVSHARE, Start, full_link, landing_page, line_with, run
from patience import PATIENCE
from relay_fixture import request, tsv
from tls_fixture import TLS_CERT, TLS_KEY, trusting

from tsvshare_widget.cli.arguments import file_parser
from tsvshare_widget.cli.configuration import take_defaults
from tsvshare_widget.cli.serve_arguments import serve_parser
from tsvshare_widget.client import Link
from tsvshare_widget.user_config import config_path, variable_of


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "genes.tsv"
    path.write_bytes(tsv(30))
    return path


def printed(done: subprocess.CompletedProcess[str], word: str) -> str:
    line = next(line for line in done.stdout.splitlines() if line.startswith(word))
    return line.removeprefix(word).split()[0]


def with_relay(*words: object, relay: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TSVSHARE_RELAY": relay}
    command = [*TSVSHARE, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env=environment
    )


@pytest.mark.slow
def test_a_file_is_shared_on_a_relay_elsewhere(relay, table: Path):
    for done in (
        run(table, "--relay", relay.url, "--no-browser", "--page-size", 10),
        run("push", table, relay.url),
        with_relay("push", table, relay=relay.url),
        with_relay(table, "--no-browser", relay=f"{relay.url}/"),
    ):
        assert done.returncode == 0, done.stderr
        link = Link.parse(printed(done, "full link"))
        assert printed(done, "look only") == link.page_url
        assert "30 rows" in done.stdout
        assert request("GET", f"{link.http_url}/table").body == tsv(30)
    assert run("push", table).returncode == 2
    assert "TSVSHARE_RELAY" in run("push", table).stderr


@pytest.mark.exhaustive
def test_links_are_taken_back_from_a_shell(relay, table: Path):
    old = Link.parse(printed(run("push", table, relay.url), "full link"))
    same = run("links", old.url)
    assert printed(same, "full link") == old.url
    done = run("links", "--new", old.url)
    new = Link.parse(printed(done, "full link"))
    look = Link.parse(printed(done, "look only"))
    assert new.page_url == look.page_url == old.page_url
    assert len({old.key, new.key, look.key}) == 3
    gone = run("links", old.url)
    assert (gone.returncode, "taken back" in gone.stderr) == (1, True)
    assert old.key not in gone.stderr
    assert printed(run("links", new.url), "look only") == look.view_url + f"#k={look.key}"
    assert printed(run("links", "--look", "closed", new.url), "look only") == "closed"
    assert printed(run("links", "--look", "open", new.url), "look only") != "closed"
    assert "look-only" not in run("keep", new.url, "2d").stderr
    kept = run("keep", new.url, "2d")
    assert (kept.returncode, printed(kept, "ends").endswith("day,")) == (0, True)
    assert run("keep", new.url, "31d").returncode == 1
    assert run("keep", new.url, "soon").returncode == 2
    assert "last use" in run("keep", new.url, "idle").stdout
    assert "full link" in run("delete", new.page_url).stderr
    assert run("delete", new.url).returncode == 0
    for late in (run("links", new.url), run("push", table, new.url)):
        assert (late.returncode, "this table was deleted" in late.stderr) == (1, True)


def test_serve_and_a_shared_file_speak_tls(start: Start, table: Path):
    tls = ("--tls-cert", TLS_CERT, "--tls-key", TLS_KEY)
    base = landing_page(start("serve", "--port", 0, *tls))
    assert base.startswith("https://")
    with urllib.request.urlopen(f"{base}/livez", context=trusting(), timeout=PATIENCE) as answer:
        assert answer.status == 200
    process = start(table, "--no-browser", *tls)
    link = full_link(process)
    assert link.base.startswith("https://")
    line_with(process, "30 rows")
    context: ssl.SSLContext = trusting()
    with urllib.request.urlopen(f"{link.http_url}/table", context=context) as answer:
        assert answer.read() == tsv(30)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--tls-key", TLS_KEY], "--tls-cert"),
        (["--tls-cert", "none.pem"], "none.pem"),
        (["--tls-cert", TLS_CERT], "no private key"),
    ],
)
def test_tls_files_that_cannot_be_used_are_said_in_one_line(words: list[object], says: str):
    done = run("serve", "--port", 0, *words)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert says in done.stderr


# --- options said elsewhere ----------------------------------------------------------------------


def serve_options(environ: dict[str, str], file: Path | None = None, *words: str):
    parser = serve_parser()
    take_defaults(parser, section="serve", file=file, environ=environ)
    return parser.parse_args(words)


SAMPLES = (
    *("7", "7GB", "7d", "https://a.test", "a.test", "/a", "yes"),
    *("s3://bucket/tables", "tcp://a.test:8786", "10.0.0.0/8"),
)
"""Of which each kind of option takes one, that is no default."""

OPTIONS = {
    action.option_strings[-1].removeprefix("--"): action
    for action in serve_parser()._actions
    if action.dest not in ("help", "version", "config")
}


def sample_of(action: argparse.Action, token: Path) -> str:
    """Something that can be said for an option, and is not its default."""
    for sample in (*(action.choices or ()), *SAMPLES, str(token)):
        read = action.type if callable(action.type) else str
        with suppress(argparse.ArgumentTypeError, ValueError):
            if read(sample) != action.default:
                return sample
    raise AssertionError(f"{action.option_strings}: what could be said there?")


@pytest.mark.parametrize("where", ["environment", "file"])
@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_of_serve_may_be_said_outside(name: str, where: str, tmp_path: Path):
    action = OPTIONS[name]
    token = tmp_path / "token"
    token.write_text("a-long-secret-of-as-many-letters-as-an-administrator-needs")
    said = "yes" if action.nargs == 0 else sample_of(action, token)
    file = tmp_path / "relay.toml"
    file.write_text(f'[serve]\n{name} = "{said}"\n' if where == "file" else "")
    environ = {variable_of(name): said} if where == "environment" else {}
    words = [f"--{name}"] if action.nargs == 0 else [f"--{name}", said]
    told, given = serve_options(environ, file), serve_parser().parse_args(words)
    untold = serve_options({"TSVSHARE_CONFIG": os.devnull})
    found, meant, usual = (getattr(args, action.dest) for args in (told, given, untold))
    assert found == meant != usual


def test_options_of_several_kinds_are_said_in_the_environment():
    said = {
        "TSVSHARE_CONFIG": os.devnull,
        "TSVSHARE_HOST": "0.0.0.0",
        "TSVSHARE_PORT": "80",
        "TSVSHARE_MAX_UPLOAD": "50GB",
        "TSVSHARE_DATA_DIR": "/srv/t",
        "TSVSHARE_ALLOWED_HOST": "a.test, b.test",
        "TSVSHARE_ALLOW_MOVES": "yes",
        "TSVSHARE_QUERY_SECONDS": "5",
        "TSVSHARE_WORKERS": "",
    }
    args = serve_options(said)
    assert (args.host, args.port, args.max_upload) == ("0.0.0.0", 80, 50 * 10**9)
    assert (args.data_dir, args.allowed_host) == (Path("/srv/t"), ["a.test", "b.test"])
    assert (args.allow_moves, args.query_seconds, args.workers) == (True, 5.0, None)
    assert serve_options(said, None, "--port", "90").port == 90


def test_a_file_of_options_comes_after_the_environment(tmp_path: Path):
    file = tmp_path / "relay.toml"
    file.write_text(
        'relay = "https://a.test"\n[serve]\nport = 81\nmax-upload = "1GB"\n'
        'allowed-host = ["a.test"]\nallow-moves = true\nidle-hours = 2.5\n'
    )
    args = serve_options({"TSVSHARE_PORT": "82"}, file)
    assert (args.port, args.max_upload, args.idle_hours) == (82, 10**9, 2.5)
    assert (args.allowed_host, args.allow_moves) == (["a.test"], True)
    parser = file_parser()
    take_defaults(parser, names=("relay",), environ={"TSVSHARE_CONFIG": str(file)})
    assert parser.parse_args(["x"]).relay == "https://a.test"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[serve]\nprot = 1\n", "'prot'"),
        ("[serve]\nport = 99999\n", "port in"),
        ("[serve]\nport = [1]\n", "port in"),
        ("serve = 1\n", "no table"),
        ("[serve]\nallow-moves = 7\n", "allow-moves in"),
        ("[serve\n", "not TOML"),
        (None, "no file"),
    ],
)
def test_a_file_of_options_that_cannot_be_meant_is_wrong_usage(text, says, tmp_path, capsys):
    file = tmp_path / "relay.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SystemExit) as ended:
        serve_options({}, file)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_a_variable_that_cannot_be_meant_is_named(capsys):
    with pytest.raises(SystemExit):
        serve_options({"TSVSHARE_PORT": "many", "TSVSHARE_CONFIG": os.devnull})
    assert "TSVSHARE_PORT" in capsys.readouterr().err


def test_serve_takes_its_file(start: Start, tmp_path: Path):
    (tmp_path / "relay.toml").write_text('[serve]\nport = 0\nbase-path = "/tsv/"\n')
    assert landing_page(start("serve", "--config", "relay.toml")).endswith("/tsv")


def test_where_the_users_file_is():
    assert config_path({}).name == "tsvshare.toml"
    assert config_path({}).parent.name == "tsvshare"
    assert config_path({"TSVSHARE_CONFIG": "x.toml"}) == Path("x.toml")
