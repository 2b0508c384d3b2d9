"""What README and CHANGELOG say is there, and what is there they say."""

import argparse
import re
from pathlib import Path

import pytest

import tsvshare_widget
from tsvshare_widget import TSVShare
from tsvshare_widget.cli import arguments as cli_arguments

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARSERS = {
    "tsvshare FILE": cli_arguments.file_parser,
    "tsvshare serve": cli_arguments.serve_parser,
    "tsvshare push": cli_arguments.push_parser,
}


def flags(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def section(command: str) -> str:
    """What README says of one command: from its line to the next empty one."""
    return README.partition(f"    {command}")[2].partition("\n\n")[0]


@pytest.mark.parametrize("command", PARSERS)
def test_readme_names_every_flag_and_no_other(command: str):
    named = set(re.findall(r"--[a-z-]+", section(command)))
    assert named == flags(PARSERS[command]()) - {"-h", "--help", "--version"}


def test_readme_names_every_public_name():
    ours = [kind for kind in TSVShare.__mro__ if kind.__module__.startswith("tsvshare_widget")]
    public = {name for kind in ours for name in vars(kind) if not name.startswith("_")}
    undocumented = {name for name in public if not re.search(rf"\b{name}\b", README)}
    assert not undocumented


def test_what_readme_calls_exists():
    called = set(re.findall(r"\bw\.([a-z]\w*)", README))
    missing = {name for name in called if not hasattr(TSVShare, name)}
    assert not missing


def test_the_head_of_the_changelog_is_this_version():
    head = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert head is not None
    assert head[1] == tsvshare_widget.__version__


def test_contributing_maps_every_folder_of_the_package():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in (ROOT / "tsvshare_widget").glob("*/*")}
    for folder in folders - {"__pycache__"}:
        assert f"`tsvshare_widget/{folder}/`" in contributing


def test_every_sample_has_a_source_and_a_licence():
    folder = ROOT / "tests" / "data"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\s]+)`", readme))
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("README.md", "cases.jsonl"):
            name = path.relative_to(folder).as_posix().removeprefix("corpus/data/")
            assert name in named or path.parent.name in named, name
