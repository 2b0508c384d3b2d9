"""Settings outside of code: ``TSVSHARE_*`` in the environment, and one small TOML file of the user.

The file is ``tsvshare.toml`` in the folder that the platform has for settings
(``~/.config/tsvshare`` on Linux), or what ``TSVSHARE_CONFIG`` names::

    relay = "https://relay.example.org"      # where new tables are shared
    publish = "https://tables.example.org"   # where Publish moves a table

    [serve]                                  # options of "tsvshare serve", as it names them
    max-upload = "50GB"
    allowed-host = ["tables.example.org"]

The environment comes before the file; what is said in code or on the command line before both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import BadValue

FILE_NAME = "tsvshare.toml"


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the user's file is; it need not be there."""
    named = environ.get("TSVSHARE_CONFIG")
    if named:
        return Path(named).expanduser()
    import platformdirs  # only here: most who import this package ask for no settings of a user

    return platformdirs.user_config_path("tsvshare", appauthor=False) / FILE_NAME


def read_config(path: Path, *, must_exist: bool = False) -> dict[str, Any]:
    """What a file says; nothing if there is none.

    Raises :class:`BadValue` that names the file, and the place in it, if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if must_exist:
            raise BadValue(f"there is no file {path}") from None
        return {}
    except OSError as error:
        raise BadValue(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadValue(f"{path} is not TOML: {error}") from error
    import tomllib  # only here: most users have no such file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadValue(f"{path} is not TOML: {error}") from error


def variable_of(name: str) -> str:
    """The environment variable for a setting: ``TSVSHARE_MAX_UPLOAD`` for ``max-upload``."""
    return "TSVSHARE_" + name.upper().replace("-", "_")


def find_setting(
    name: str, config: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> str | None:
    """A setting that is one word: of the environment, or else of the file.

    An empty one is none.  Raises :class:`BadValue` if the file has anything else than text there.
    """
    said = environ.get(variable_of(name)) or config.get(name)
    if said is not None and not isinstance(said, str):
        raise BadValue(f"{name} in {config_path(environ)} is a text in quotes, not {said!r}")
    return said or None
