"""A small object, by which another computer shows that it reads the same store."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tsvshare_widget.errors import Unavailable

from .store import Objects


@contextmanager
def probe(url: str, text: str) -> Iterator[str]:
    """The name of an object with this text, which is there within the block.

    Raises :class:`BadValue` and :class:`Unavailable`.
    """
    key = f"probe/{secrets.token_hex(8)}"
    with _asked(url) as objects:
        objects.put(key, text.encode())
        try:
            yield key
        finally:
            objects.delete([key])


def read_probe(url: str, key: str) -> str:
    """The text of such an object.  Raises as :func:`probe` does."""
    with _asked(url) as objects:
        data = objects.get(key)
        if data is None:
            raise Unavailable(f"{objects.where} has no {key}")
        return data.decode()


@contextmanager
def _asked(url: str) -> Iterator[Objects]:
    """A store for a moment, whose errors are for who runs a relay or a worker."""
    objects = Objects(url)
    try:
        yield objects
    except Unavailable as error:
        raise Unavailable(objects.said or error.message) from error
    finally:
        objects.close()
