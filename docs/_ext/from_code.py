"""What the pages say of messages, settings, errors and flags, as Markdown made from the code; pure.

So there is one place for each fact: the docstring, the type and the default in the code.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, Literal, Union

import msgspec
from msgspec import NODEFAULT, Raw, UnsetType

from tsvshare_widget import errors
from tsvshare_widget.relay.metrics import METRICS

WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: roles are code, and the rest is alike in both."""
    text = inspect.cleandoc(docstring or "")
    text = re.sub(r":\w+:`[.~]?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def anchor(kind: type) -> str:
    """The name by which pages refer to what is said of a class."""
    return f"struct-{kind.__name__.lower()}"


def type_words(annotation: Any) -> str:
    """A type in the words of JSON; classes with fields are links to where these are said."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in WORDS:
        return WORDS[annotation]
    if annotation is Raw:
        return "JSON"
    if origin is Literal:
        return ", ".join(f"`{json.dumps(value)}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(type_words(part) for part in inner if part is not UnsetType)
    if origin is tuple and inner[-1] is not Ellipsis:
        return f"[{', '.join(map(type_words, inner))}]"
    if origin in (list, tuple):
        return f"list of {type_words(inner[0])}"
    if origin is dict:
        return f"object of {type_words(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return f"[{annotation.__name__}](#{anchor(annotation)})"
    return f"`{getattr(annotation, '__name__', annotation)}`"


def row(*cells: object) -> str:
    """One line of a table."""
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; nothing without rows."""
    body = [row(*cells) for cells in rows]
    heads = list(heads)
    return "\n".join([row(*heads), row(*("---" for _ in heads)), *body]) if body else ""


def struct_page(kind: type[msgspec.Struct], examples: Iterable[dict[str, Any]] = ()) -> str:
    """What there is to say of a message or a part of one: its meaning, its fields, examples."""
    hints = typing.get_type_hints(kind)
    fields = [
        (f"`{field.encode_name}`", type_words(hints[field.name]), _default(field))
        for field in msgspec.structs.fields(kind)
    ]
    parts = [prose(kind.__doc__), table(("field", "type", "if it is left out"), fields)]
    parts += [f"```json\n{json.dumps(one, ensure_ascii=False)}\n```" for one in examples]
    return "\n\n".join(filter(None, parts))


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not NODEFAULT:
        return f"`{json.dumps(msgspec.to_builtins(field.default_factory()))}`"
    if field.default is NODEFAULT:
        return "it is needed"
    if field.default is msgspec.UNSET:
        return "nothing is changed"
    default = None if isinstance(field.default, Raw) else msgspec.to_builtins(field.default)
    is_said_there = isinstance(default, dict) and default
    return "as there" if is_said_there else f"`{json.dumps(default)}`"


def structs_of(kinds: Iterable[type]) -> list[type]:
    """All classes with fields that these speak of, themselves included, in the order met."""
    found: dict[type, None] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found[kind] = None
            hints = typing.get_type_hints(kind).values()
            waiting += [part for hint in hints for part in _structs_in(hint)]
    return list(found)


def _structs_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _structs_in(part)


def settings_page(kind: type) -> str:
    """The fields of a dataclass of settings with their defaults, below its docstring."""
    rows = [(f"`{field.name}`", f"`{_shown(field)}`") for field in dataclasses.fields(kind)]
    return f"{prose(kind.__doc__)}\n\n{table(('setting', 'default'), rows)}"


def _shown(field: dataclasses.Field[Any]) -> object:
    if field.default is not dataclasses.MISSING:
        return field.default
    return f"{getattr(field.default_factory, '__name__', 'made')}()"


def errors_page() -> str:
    """Every error with its code and status, and what it means."""
    rows = [
        (f"`{kind.code}`", kind.status, f"`{kind.__name__}`", prose(kind.__doc__))
        for kind in error_kinds(errors.TSVShareError)
    ]
    return table(("code", "HTTP", "in Python", "meaning"), rows)


def error_kinds(base: type[errors.TSVShareError]) -> Iterator[type[errors.TSVShareError]]:
    """An error and all that are of its kind."""
    yield base
    for kind in base.__subclasses__():
        yield from error_kinds(kind)


def metrics_page() -> str:
    """What a relay counts, for Prometheus."""
    rows = [(f"`tsvshare_{name}`", kind, what) for name, (kind, what) in METRICS.items()]
    return table(("metric", "kind", "what it says"), rows)


def flags_page(parser: argparse.ArgumentParser) -> str:
    """The arguments and flags of a command, with their help; of one of several, one by one."""
    commands = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    if commands:
        return "\n\n".join(flags_page(command) for command in commands[0].values())
    rows = [(_names(action), _help(action, parser)) for action in parser._actions]
    return table((f"`{parser.prog}`", ""), rows)


def _names(action: argparse.Action) -> str:
    names = action.option_strings or [str(action.metavar or action.dest)]
    return " ".join(f"`{name}`" for name in names)


def _help(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    return (action.help or "") % {**vars(action), "prog": parser.prog}


def performance_page(measured: dict[str, Any]) -> str:
    """What was measured, beside the floors, and on which machine."""
    heads = ("what is waited for", "floor", "tsvshare", "ratio", "wanted")
    rows = [
        (one["what"], _floor(one), _figure(one["ours"], one["unit"]), _ratio(one), one["wanted"])
        for one in measured["rows"]
    ]
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    where = f"Measured on {measured['day']}: {measured['machine']}; {versions}."
    return f"{table(heads, rows)}\n\n{where}"


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _floor(one: dict[str, Any]) -> str:
    figure = one["floor"] and _figure(one["floor"], one["unit"])
    return f"{figure}: {one['floor_is']}" if figure else ""


def _ratio(one: dict[str, Any]) -> str:
    return f"{one['ours'] / one['floor']:.2f}x" if one["floor"] else ""
