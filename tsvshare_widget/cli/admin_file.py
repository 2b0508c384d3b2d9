"""How a relay that runs is administered: its address and token, in a file of its data folder.

Whoever may read the folder administers the relay; nobody else may read the file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tsvshare_widget.errors import BadValue

NAME = "admin.json"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """The way to a relay: its URL, the administrator's token, and its own certificate in PEM."""

    url: str
    token: str
    certificate: str | None = None

    def __repr__(self) -> str:
        return f"Way({self.url})"


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


@contextlib.contextmanager
def way_in(folder: Path, way: Way) -> Iterator[None]:
    """Have the way to a relay in its data folder within the block."""
    path = folder / NAME
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(way))
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def read_way(folder: Path) -> Way:
    """The way to the relay that works on ``folder``.  Raises :class:`BadValue`."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Way)
    except FileNotFoundError:
        raise BadValue(
            f"a relay works on {folder} that does not say how it is administered; it is one of a "
            "JupyterHub, a notebook or a Jupyter Server: stop it first"
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise BadValue(f"{folder / NAME} cannot be read: {error}") from error
