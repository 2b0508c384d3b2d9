"""Options of commands from outside of the command line: ``TSVSHARE_*`` and a TOML file.

Said twice, the command line counts, then the environment, then the file.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from tsvshare_widget.errors import BadValue
from tsvshare_widget.user_config import config_path, read_config, variable_of

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def take_defaults(
    parser: argparse.ArgumentParser,
    *,
    names: Collection[str] | None = None,
    section: str | None = None,
    file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Let what is said outside be the defaults of a parser's options, by their names.

    ``names`` are those that may be said there, by default all.  They are looked for in ``section``
    of the file, or at its top.  Ends with code 2, and says where, for what cannot be meant.
    """
    path = file or config_path(environ)
    actions = dict(_options(parser, names))
    try:
        config = read_config(path, must_exist=file is not None)
        if section is not None:
            config = config.get(section, {})
            _check_names(config, actions, f"[{section}] of {path}")
    except BadValue as error:
        parser.error(str(error))
    for name, action in actions.items():
        variable = variable_of(name)
        if environ.get(variable):
            _set(parser, action, environ[variable], variable)
        elif name in config:
            _set(parser, action, config[name], f"{name} in {path}")


def _options(
    parser: argparse.ArgumentParser, names: Collection[str] | None
) -> Iterator[tuple[str, argparse.Action]]:
    for action in parser._actions:
        for option in action.option_strings:
            name = option.removeprefix("--")
            is_meant = name not in ("help", "version", "config") if names is None else name in names
            if option.startswith("--") and not option.startswith("--no-") and is_meant:
                yield name, action


def _check_names(config: Any, actions: Mapping[str, object], where: str) -> None:
    if not isinstance(config, dict):
        raise BadValue(f"{where} is no table of options")
    unknown = [name for name in config if name not in actions]
    if unknown:
        raise BadValue(f"{where}: there is no option {unknown[0]!r}")


def _set(parser: argparse.ArgumentParser, action: argparse.Action, said: Any, where: str) -> None:
    try:
        value = _value(action, said)
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentTypeError(f"it is one of {', '.join(action.choices)}")
    except (argparse.ArgumentTypeError, ValueError, TypeError) as error:
        parser.error(f"{where}: {error}")
    # A default that is text is read once more, by the parser.
    parser.set_defaults(**{action.dest: str(said) if isinstance(value, str) else value})


def _value(action: argparse.Action, said: Any) -> Any:
    if action.nargs == 0:  # a switch
        word = str(said).lower()
        if word not in TRUE | FALSE:
            raise argparse.ArgumentTypeError(f"{said!r} is neither true nor false")
        return word in TRUE
    read = action.type if callable(action.type) else str
    if isinstance(action.default, list):  # one that may be repeated
        words = said.replace(",", " ").split() if isinstance(said, str) else said
        return [read(str(word)) for word in words]
    if isinstance(said, (list, dict, bool)):
        raise argparse.ArgumentTypeError(f"{said!r} is not one value")
    return read(str(said))
