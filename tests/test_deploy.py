"""What `deploy/` has fits the program: its flags, its numbers, its addresses."""

import configparser
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tsvshare_widget.cli.serve_arguments import serve_parser
from tsvshare_widget.relay.metrics import METRICS
from tsvshare_widget.user_config import variable_of

DEPLOY = Path(__file__).parent.parent / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))

NAME = re.compile(r"tsvshare_(\w+)")
SUFFIX = re.compile(r"_(bucket|sum|count)$")


def expressions():
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("expression", expressions())
def test_a_dashboard_shows_what_is_counted(expression):
    (name,) = NAME.findall(expression)
    kind = METRICS[SUFFIX.sub("", name) if name.endswith("_bucket") else name][0]
    function = {"gauge": "sum(", "counter": "rate(", "histogram": "histogram_quantile("}[kind]
    assert function in expression


def test_a_dashboard_shows_everything():
    shown = {SUFFIX.sub("", name) for text in expressions() for name in NAME.findall(text)}
    assert shown == set(METRICS)
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)


def unit():
    lines = (DEPLOY / "tsvshare.service").read_text(encoding="utf-8")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(lines)
    return parser["Service"]


@pytest.mark.parametrize("name", ["ExecStartPre", "ExecStart"])
def test_a_service_is_started_with_options_that_there_are(name):
    program, command, *words = shlex.split(unit()[name])
    assert (Path(program).name, command) == ("tsvshare", "serve")
    options = serve_parser().parse_args(words)
    assert str(options.data_dir) == "${STATE_DIRECTORY}"
    assert options.check is (name == "ExecStartPre")


def test_a_container_is_started_with_options_that_there_are():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    (entry,) = re.findall(r"^ENTRYPOINT (\[.*\])$", text, re.M)
    options = serve_parser().parse_args(json.loads(entry)[2:])
    assert (options.host, str(options.data_dir)) == ("0.0.0.0", "/data")
    assert f"EXPOSE {options.port}" in text
    assert f"127.0.0.1:{options.port}/readyz" in text


# --- several relays ------------------------------------------------------------------------------


def documents_of(name):
    """The documents in a file of YAML."""
    yaml = pytest.importorskip("ruamel.yaml", reason="needs check-jsonschema").YAML(typ="safe")
    return list(yaml.load_all((DEPLOY / name).read_text(encoding="utf-8")))


def options():
    """What can be said in the environment of a relay."""
    flags = [flag for action in serve_parser()._actions for flag in action.option_strings]
    return {variable_of(flag.removeprefix("--")) for flag in flags}


@pytest.fixture
def compose():
    return documents_of("compose.yaml")[0]


@pytest.fixture
def relays(compose):
    """The relays of the compose file."""
    return [compose["services"][f"relay{number}"] for number in (1, 2, 3)]


@pytest.mark.slow
def test_a_compose_file_is_one():
    pytest.importorskip("check_jsonschema", reason="needs check-jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_relays_of_a_compose_file_are_started_with_options_that_there_are(compose, relays):
    script = compose["configs"]["serve"]["content"]
    (line,) = re.findall(r"exec tsvshare serve (.*)", script)
    for number, relay in enumerate(relays, 1):
        name = relay["entrypoint"][-1]
        assert name == f"relay{number}"
        words = shlex.split(line.replace("$$1", name))
        given = serve_parser().parse_args(words)
        assert (given.peers, str(given.data_dir)) == (f"{name}:8766", f"/data/{name}")
        said = {name for name in relay["environment"] if name.startswith("TSVSHARE_")}
        assert said <= options()


def test_services_of_a_compose_file_have_limits_and_are_looked_after(compose, relays):
    for name, service in compose["services"].items():
        assert service["mem_limit"], name
        assert name == "bucket" or service["restart"] == "unless-stopped"
    assert all("8765/readyz" in relay["healthcheck"]["test"][-1] for relay in relays)
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    assert relays[0]["environment"]["TSVSHARE_TRUST_PROXY"] == network["subnet"]


def test_nginx_of_a_compose_file_has_the_relays_before_it(compose):
    """What is replaced in the shipped configuration is there."""
    shipped = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    command = compose["services"]["nginx"]["command"][-1]
    for old, new in re.findall(r"-e 's/([^/]*)/([^/]*)/'", command):
        pattern = old.replace(r"\(", "(").replace(r"\)", ")")
        shipped, times = re.subn(pattern, new, shipped)
        assert times
    assert shipped.count("fail_timeout=5s;") == 3
    assert re.findall(r"server (relay\d):8765 ", shipped) == ["relay1", "relay2", "relay3"]


def test_manifests_are_what_kubernetes_takes():
    validate = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate")
    for document in documents_of("kubernetes.yaml"):
        validate.validate(document, "1.37", strict=True)


def test_relays_on_kubernetes_are_started_with_options_that_there_are():
    of_kind = {document["kind"]: document for document in documents_of("kubernetes.yaml")}
    pod = of_kind["StatefulSet"]["spec"]["template"]["spec"]
    (relay,) = pod["containers"]
    serve_parser().parse_args(relay["args"])
    said = {each["name"] for each in relay["env"] if each["name"].startswith("TSVSHARE_")}
    assert said <= options()
    assert {"requests", "limits"} == set(relay["resources"])
    paths = [relay[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")]
    assert paths == ["/livez", "/readyz"]
    names = {port["name"] for port in relay["ports"]}
    assert all(port["targetPort"] in names for port in of_kind["Service"]["spec"]["ports"])
    notes = of_kind["Ingress"]["metadata"]["annotations"]
    shipped = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for name, value in notes.items():
        setting = name.partition("/")[2].replace("-", "_")
        setting = setting.replace("proxy_body_size", "client_max_body_size")
        seconds = "s" if setting.endswith("timeout") else ""
        assert f"{setting} {value}{seconds};" in shipped
