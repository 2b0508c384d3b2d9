"""What README, CHANGELOG and docs/ say is there, and what is there they say."""

import argparse
import dataclasses
import inspect
import re
import tomllib
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import from_code
import msgspec
import pytest
import sequence_svg

import tsvshare_widget
from tsvshare_widget import TSVShare, errors, protocol
from tsvshare_widget.cli import admin_arguments, link_arguments
from tsvshare_widget.cli import arguments as cli_arguments
from tsvshare_widget.cli.serve_arguments import serve_parser
from tsvshare_widget.relay.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARSERS = {
    "tsvshare FILE": cli_arguments.file_parser,
    "tsvshare serve": serve_parser,
    "tsvshare push": cli_arguments.push_parser,
    "tsvshare links": link_arguments.links_parser,
    "tsvshare keep": link_arguments.keep_parser,
    "tsvshare delete": link_arguments.delete_parser,
    "tsvshare admin": admin_arguments.admin_parser,
}


def flags(parser: argparse.ArgumentParser) -> set[str]:
    commands = [action.choices for action in parser._actions if action.choices]
    parsers = [each for named in commands if isinstance(named, dict) for each in named.values()]
    actions = [action for each in (parser, *parsers) for action in each._actions]
    return {option for action in actions for option in action.option_strings}


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


def test_the_changelog_begins_with_what_is_unreleased_and_then_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (\S+)(?: - (\d{4}-\d\d-\d\d))?$", text, re.M)
    assert heads[0] == ("Unreleased", "")
    released = [version for version, _ in heads[1:]]
    # Before the first release there is nothing but what is unreleased.
    assert released[:1] in ([], [tsvshare_widget.__version__])
    assert all(date for _, date in heads[1:])
    kinds = re.findall(r"^### (.+)$", text, re.M)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


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


# --- docs/ ---------------------------------------------------------------------------------------

PAGES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
}
MESSAGES = [*get_args(protocol.ViewerMessage), *get_args(protocol.RelayMessage)]


def test_the_protocol_is_documented_message_by_message():
    named = re.findall(r"```\{struct\} ([\w.]+)", PAGES["protocol"])
    assert sorted({path.rpartition(".")[2] for path in named}) == sorted(
        kind.__name__ for kind in from_code.structs_of([*MESSAGES, protocol.Page])
    )
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "kind", from_code.structs_of([*MESSAGES, protocol.Page]), ids=lambda kind: kind.__name__
)
def test_what_is_said_of_a_message_has_all_of_its_fields(kind: type[msgspec.Struct]):
    page = from_code.struct_page(kind)
    assert all(f"| `{name}` |" in page for name in kind.__struct_encode_fields__)
    assert "typing." not in page
    assert page[0].isupper()


def test_every_close_code_is_documented():
    for name, code in vars(protocol.Close).items():
        if name.isupper():
            end = "no" if protocol.Close.is_final(code) else "yes"
            assert re.search(rf"^\| {code} \| `{name}` \| .+ \| {end} \|$", PAGES["protocol"], re.M)


def test_every_limit_is_explained():
    source = Path(protocol.limits.__file__).read_text(encoding="utf-8")
    names = [name for name in vars(protocol.limits) if name.isupper()]
    bare = [name for name in names if not re.search(rf'^{name} = .+\n"""', source, re.M)]
    assert names
    assert bare == []


def test_every_error_is_documented():
    assert "```{errors}" in PAGES["reference"]
    page = from_code.errors_page()
    for kind in from_code.error_kinds(errors.TSVShareError):
        row = rf"^\| `{kind.code}` \| {kind.status} \| `{kind.__name__}` \| [A-Z].+ \|$"
        assert re.search(row, page, re.M)
        if kind is not errors.TSVShareError:
            assert re.search(rf"{kind.__name__} +{kind.code} +{kind.status} ", errors.__doc__)


def test_every_setting_is_documented():
    assert "```{settings} tsvshare_widget.relay.settings.Settings" in PAGES["reference"]
    page, said = from_code.settings_page(Settings), inspect.getdoc(Settings)
    for field in dataclasses.fields(Settings):
        assert f"| `{field.name}` |" in page
        assert f"``{field.name}``" in said, f"what {field.name} is, the docstring does not say"


@pytest.mark.parametrize("command", PARSERS)
def test_every_flag_is_documented(command: str):
    make = PARSERS[command]
    assert f"```{{flags}} {make.__module__}.{make.__name__}" in PAGES["reference"]
    page = from_code.flags_page(make())
    assert all(f"`{flag}`" in page for flag in flags(make()))
    assert "| |" not in page.replace(" |  |", "", 1), "a flag without help"


def diagrams() -> list[str]:
    return re.findall(r"```mermaid\n(.+?)```", PAGES["architecture"], re.S)


def test_the_four_ways_are_drawn():
    assert len(diagrams()) == 4


@pytest.mark.parametrize("text", diagrams(), ids=lambda text: text.split("\n")[1].strip())
def test_a_way_is_drawn_with_the_parts_there_are(text: str):
    diagram = sequence_svg.parse(text)
    for lane in diagram.lanes.values():
        people = {"browser", "viewer", "front end"}
        assert lane in people or (ROOT / "tsvshare_widget" / lane).exists(), lane
    picture = ElementTree.fromstring(sequence_svg.draw(diagram))
    written = {element.text for element in picture.iter() if element.tag.endswith("}text")}
    assert written == {*diagram.lanes.values(), *(step.words for step in diagram.steps)}
    width = float(picture.attrib["viewBox"].split()[2])
    for element in picture.iter():
        if element.tag.endswith("}text"):
            half = len(element.text) * sequence_svg.LETTER_PIXELS / 2
            x = float(element.attrib["x"])
            left, right = (0, 2) if element.get("class") == "start" else (1, 1)
            assert x - left * half >= 0, f"{element.text} begins outside"
            assert x + right * half <= width, f"{element.text} ends outside"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("graph TD", "graph TD"),
        ("sequenceDiagram\nloop for ever", "loop for ever"),
        ("sequenceDiagram\nparticipant A\nA->>B: hello", "'B'"),
        ("sequenceDiagram\nNote over A: here", "'A'"),
    ],
)
def test_a_picture_that_is_not_understood_says_which_line(text: str, wrong: str):
    with pytest.raises(ValueError, match=wrong):
        sequence_svg.parse(text)


def test_what_is_written_in_a_picture_is_text():
    text = 'sequenceDiagram\ntitle: a "<b>"\nparticipant A as <b>\nA->>A: 1 & 2'
    picture = ElementTree.fromstring(sequence_svg.draw(sequence_svg.parse(text)))
    assert picture.attrib["aria-label"] == 'a "<b>"'


def test_the_parts_of_the_architecture_are_there():
    rows = re.findall(r"^\| `([a-z_/]+)` \|", PAGES["architecture"], re.M)
    assert len(rows) >= 10
    assert all((ROOT / path).is_dir() for path in rows)


def test_pages_link_to_pages_there_are():
    for page in PAGES.values():
        for name in re.findall(r"\]\(([\w-]+)\.md", page):
            assert name in PAGES


def test_files_that_pages_name_are_there():
    for page in PAGES.values():
        for name in re.findall(r"`((?:tests|docs|js|tsvshare_widget|\.github)/[\w./-]+)`", page):
            assert (ROOT / name).exists(), name


def test_classifiers_are_the_versions_of_python_that_ci_tests():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    classified = re.findall(r":: Python :: (3\.\d+)'", str(project["classifiers"]))
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    listed = re.search(r"python: \[(.+)\]", workflow)
    assert listed is not None
    assert re.findall(r'"(3\.\d+)"', listed[1]) == classified
    assert project["requires-python"] == f">={classified[0]}"
