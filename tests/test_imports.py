"""Imports point downwards: who may import whom inside the package (CONTRIBUTING.md)."""

import ast
from pathlib import Path

import pytest

import tsvshare_widget

PACKAGE = Path(tsvshare_widget.__file__).parent

MAY_IMPORT = {
    "__init__": {"_version", "errors", "widget"},
    "_version": set(),
    "errors": set(),
    "reading": set(),
    "query": {"errors"},
    "protocol": {"errors", "query", "reading"},
    "table": {"errors", "query"},
    "document": {"errors", "protocol", "query", "reading"},
    "relay": {"_version", "errors", "protocol", "query", "reading", "table", "document"},
    "client": {"_version", "errors", "protocol", "query", "reading"},
    "widget": {"_version", "errors", "protocol", "query", "reading", "table", "document", "client"},
    "following": {"errors", "table"},
    "cli_arguments": {"_version", "protocol", "reading"},
    "cli_follow": {"errors", "protocol", "reading", "client", "following"},
    "cli": {
        "_version",
        "errors",
        "protocol",
        "client",
        "relay",
        "cli_arguments",
        "cli_follow",
        "following",
    },
}
"""A part (a module or a folder of them) and the other parts it may import."""

EXCEPTIONS = {("widget", "relay.embedded")}
"""The one way from the widget to the relay: the one that lives in this process."""

HEAVY = {"asyncio", "tornado", "anywidget"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, those of the package relative to it (``.x.y``)."""
    package = ["tsvshare_widget", *path.relative_to(PACKAGE).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def test_every_part_is_known():
    assert {part_of(path) for path in modules()} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path):
    part = part_of(path)
    allowed = MAY_IMPORT[part] | {part}
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "tsvshare_widget" or len(parts) == 1:
            continue
        if parts[1] in MAY_IMPORT and parts[1] not in allowed:
            assert (part, ".".join(parts[1:3])) in EXCEPTIONS, f"{path} imports {name}"


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "table").rglob("*.py")), ids=lambda path: path.name
)
def test_the_table_knows_no_network(path: Path):
    assert not {name.split(".")[0] for name in imported(path)} & HEAVY
