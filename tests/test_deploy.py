"""What `deploy/` has fits the program: its flags, its numbers, its addresses."""

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest

from tsvshare_widget.cli.arguments import serve_parser
from tsvshare_widget.relay.metrics import METRICS

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
