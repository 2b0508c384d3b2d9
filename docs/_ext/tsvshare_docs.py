"""Directives that put into pages what is made from the code: see ``from_code.py``."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import from_code
import sequence_svg
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "protocol.json").read_text(encoding="utf-8"))
REPOSITORY = "https://github.com/tsvshare/tsvshare/blob/main/"


def named(path: str) -> Any:
    """What a dotted path, such as ``tsvshare_widget.protocol.Hello``, leads to."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


class FromCode(SphinxDirective):
    """A part of a page that is Markdown made from the code."""

    required_arguments = 0
    optional_arguments = 1

    def markdown(self) -> str:
        """What to put there."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Parse it in place."""
        lines = StringList(self.markdown().split("\n"), source=self.get_source_info()[0])
        container = nodes.container()
        self.state.nested_parse(lines, self.content_offset, container)
        return container.children


class Struct(FromCode):
    """``{struct} dotted.Name``: a message or a part of one; ``{struct} dotted.Name viewer``."""

    optional_arguments = 2

    def markdown(self) -> str:
        """Its meaning, fields, and examples of the side that is named."""
        kind = named(self.arguments[0])
        side = self.arguments[1] if len(self.arguments) > 1 else None
        tag = kind.__struct_config__.tag
        examples = [m for m in GOLDEN[side].values() if m["type"] == tag] if side else []
        return f"({from_code.anchor(kind)})=\n\n{from_code.struct_page(kind, examples[:2])}"


class Settings(FromCode):
    """``{settings} dotted.Name``: the fields of a dataclass."""

    def markdown(self) -> str:
        """Its docstring and its fields."""
        return from_code.settings_page(named(self.arguments[0]))


class Errors(FromCode):
    """``{errors}``: every error."""

    def markdown(self) -> str:
        """Codes and what they mean."""
        return from_code.errors_page()


class Metrics(FromCode):
    """``{metrics}``: what a relay counts."""

    def markdown(self) -> str:
        """Names, kinds and meanings."""
        return from_code.metrics_page()


class Flags(FromCode):
    """``{flags} dotted.function``: the arguments of the parser that a function makes."""

    def markdown(self) -> str:
        """Flags and what they do."""
        return from_code.flags_page(named(self.arguments[0])())


class Performance(FromCode):
    """``{performance}``: what ``make bench`` measured last."""

    def markdown(self) -> str:
        """Its table, and where it was measured."""
        measured = (ROOT / "docs" / "performance.json").read_text(encoding="utf-8")
        return from_code.performance_page(json.loads(measured))


class Mermaid(SphinxDirective):
    """A sequence diagram, as a picture."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The picture, or what is wrong with the text."""
        text = "\n".join(self.content)
        try:
            picture = sequence_svg.draw(sequence_svg.parse(text))
        except ValueError as error:
            raise self.error(str(error)) from error
        return [nodes.raw("", f'<figure class="sequence">{picture}</figure>', format="html")]


def readme(_app: Sphinx, page: str, source: list[str]) -> None:
    """The page ``guide`` is README, with its links leading out of here."""
    if page == "guide":
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        text = text.replace("](docs/", "](").replace("](notebooks/", f"]({REPOSITORY}notebooks/")
        source[0] = text.replace("](CONTRIBUTING.md)", f"]({REPOSITORY}CONTRIBUTING.md)")


def skip_foreign(
    _app: Sphinx, what: str, _name: str, member: object, skip: bool, _options: object
) -> bool | None:
    """Leave out what classes inherit from other projects."""
    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
    ours = str(getattr(function, "__module__", "")).startswith("tsvshare_widget")
    return True if what == "class" and not ours else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directives known to Sphinx."""
    for name, directive in {
        "struct": Struct,
        "settings": Settings,
        "metrics": Metrics,
        "errors": Errors,
        "flags": Flags,
        "performance": Performance,
        "mermaid": Mermaid,
    }.items():
        app.add_directive(name, directive)
    app.connect("source-read", readme)
    app.connect("autodoc-skip-member", skip_foreign)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
