"""Imports point downwards: who may import whom inside the package (CONTRIBUTING.md)."""

import ast
from functools import cache
from pathlib import Path

import pytest

import tsvshare_widget

PACKAGE = Path(tsvshare_widget.__file__).parent

MAY_IMPORT = {
    "__init__": {"_version", "errors", "widget"},
    "_version": set(),
    "error_display": set(),
    "errors": {"error_display"},
    "read_options": set(),
    "number_syntax": set(),
    "process_wide": set(),
    "query": {"errors", "number_syntax"},
    "user_config": {"errors"},
    "protocol": {"errors", "query", "read_options"},
    "objects": {"errors"},
    "table": {"_version", "errors", "number_syntax", "objects", "query", "read_options"},
    "document": {"errors", "protocol", "query", "read_options"},
    "relay": {
        "_version",
        "errors",
        "objects",
        "protocol",
        "process_wide",
        "query",
        "read_options",
        "table",
        "document",
    },
    "client": {"_version", "errors", "process_wide", "protocol", "query", "read_options"},
    "sources": {"_version", "client", "errors", "protocol", "read_options"},
    "widget": {
        "_version",
        "error_display",
        "errors",
        "number_syntax",
        "process_wide",
        "protocol",
        "query",
        "read_options",
        "table",
        "document",
        "client",
        "sources",
        "user_config",
    },
    "cli": {
        "_version",
        "document",
        "errors",
        "objects",
        "protocol",
        "query",
        "read_options",
        "sources",
        "table",
        "client",
        "jupyter",
        "relay",
        "user_config",
    },
    "jupyter": {"client", "errors", "protocol", "relay"},
}
"""A part (a module or a folder of the package) and the other parts it may import."""

EXCEPTIONS = {("widget", "relay.embedded")}
"""The one way from the widget to the relay: the one that lives in this process."""

ORDER = {
    "table": (
        ("lines",),
        ("storage", "text"),
        ("cells",),
        ("dialect", "state"),
        ("names",),
        ("ingest",),
        ("reader",),
        ("table",),
        ("columns", "export"),
        ("query", "profile"),
        ("groups", "parts"),
        ("worker",),
    ),
    "relay": (
        ("asker",),
        (
            "fair_queue",
            "fetch_rules",
            "listening",
            "metrics",
            "objects",
            "own_process",
            "rate",
            "settings",
            "stopped",
            "streams",
            "table_states",
            "turnstile",
            "unfinished",
        ),
        ("budget", "fetching", "threads"),
        ("storage",),
        ("queries",),
        ("rooms", "changes"),
        ("desk",),
        ("hub",),
        ("web",),
        ("edges",),
        ("cluster",),
        ("assembly",),
        ("server", "local_files"),
        ("behind_edges", "embedded"),
        ("processes",),
    ),
    "jupyter": (
        ("gate", "login"),
        ("admission", "hub_service"),
        ("files", "mount"),
        ("addresses",),
        ("extension",),
    ),
    "sources": (
        ("cells", "libraries", "source"),
        ("frame_text", "packed", "plain", "sending", "workbook"),
        ("arrow", "growing", "partitioned"),
        ("columnar",),
        ("files",),
        ("addresses",),
        ("recognise",),
    ),
    "widget": (
        ("convert", "kernel"),
        ("live", "comm", "warming"),
        ("familiar", "saved_views"),
        ("traits",),
        ("mistyped",),
        ("base",),
        ("contents",),
        ("sharing",),
        ("live_reading",),
        ("live_table",),
        ("async_table",),
        ("tsvshare",),
    ),
}
"""What is inside a part, from the bottom up: each imports only those in the lines before it."""

HEAVY = {"asyncio", "tornado", "anywidget"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def parts_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(PACKAGE).with_suffix("").parts


@cache
def imported(path: Path) -> frozenset[str]:
    """The dotted names that a module imports, those of the package written in full."""
    package = ["tsvshare_widget", *path.relative_to(PACKAGE).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def ours(path: Path) -> list[list[str]]:
    """What a module imports of the package, as paths within it."""
    found = [name.split(".") for name in imported(path)]
    return [parts[1:] for parts in found if parts[0] == "tsvshare_widget" and len(parts) > 1]


def level_of(part: str, inside: str) -> int | None:
    """How far up a folder or module inside a part is; None for names that are neither."""
    for level, names in enumerate(ORDER[part]):
        if inside in names:
            return level
    return None


def test_every_part_is_known() -> None:
    assert {parts_of(path)[0] for path in modules()} <= MAY_IMPORT.keys()


def test_everything_inside_an_ordered_part_is_known() -> None:
    for part in ORDER:
        here = {parts_of(path)[1] for path in modules() if parts_of(path)[0] == part}
        assert here - {"__init__"} == {name for names in ORDER[part] for name in names}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    part = parts_of(path)[0]
    allowed = MAY_IMPORT[part] | {part}
    for parts in ours(path):
        if parts[0] in MAY_IMPORT and parts[0] not in allowed:
            assert (part, ".".join(parts[:2])) in EXCEPTIONS, f"{path} imports {parts}"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if parts_of(path)[0] in ORDER and parts_of(path)[1] != "__init__"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_imports_inside_a_part_point_downwards(path: Path) -> None:
    part, inside = parts_of(path)[:2]
    own = level_of(part, inside)
    assert own is not None
    for other in {parts[1] for parts in ours(path) if parts[0] == part and len(parts) > 1}:
        level = level_of(part, other)
        if level is not None and other != inside:
            assert level < own, f"{path} imports {part}.{other}"


def module_at(parts: list[str]) -> Path | None:
    """The file that is meant by a dotted name, or by a name in it."""
    for end in (len(parts), len(parts) - 1):
        base = PACKAGE.joinpath(*parts[:end])
        if base.with_suffix(".py").is_file():
            return base.with_suffix(".py")
    return None


def test_no_circles_of_modules() -> None:
    needs = {path: {module_at(parts) for parts in ours(path)} - {None, path} for path in modules()}
    while needs:
        free = {path for path, others in needs.items() if not others & needs.keys()}
        assert free, f"these import one another: {sorted(map(str, needs))}"
        needs = {path: others for path, others in needs.items() if path not in free}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "table").rglob("*.py")), ids=lambda path: str(parts_of(path))
)
def test_the_table_knows_no_network(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & HEAVY
