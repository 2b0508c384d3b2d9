"""Whose the documents in a Redis are: of some of them, and which are nobody's."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import TSVShareError

from .alive import Alive
from .engine import Engine
from .redis_keys import KEYS, key_of, owner_key_of, uuid_of

SCAN_COUNT = 1000
"""Keys that are looked at in one go, where all are listed."""

SLICE = 200
"""Documents that are asked for in one go, where many are looked at."""


async def owners(
    engine: Engine, uuids: list[str], *fields: str
) -> list[tuple[str, list[bytes | None]]]:
    """Whose each of these documents is, and these fields of it.  Raises :class:`EngineDown`."""

    async def ask() -> list[Any]:
        async with engine.client.pipeline(transaction=False) as asking:
            for uuid in uuids:
                asking.get(owner_key_of(uuid))
                asking.hmget(key_of(uuid), *fields)
            return await asking.execute()

    answers = await engine.ask(ask)
    nodes = [owner.decode() if owner is not None else "" for owner in answers[::2]]
    return list(zip(nodes, answers[1::2], strict=True))


async def strays(
    engine: Engine, alive: Alive, tell: Callable[[int], object]
) -> AsyncIterator[Document]:
    """The documents that no relay has, as they are stored; ``tell`` how many there are in all.

    Raises :class:`EngineDown`.
    """
    place, is_over, count = 0, False, 0
    known = {alive.node: True}
    while not is_over:
        place, keys = await engine.ask(partial(engine.client.scan, place, KEYS, SCAN_COUNT))
        is_over = place == 0
        count += len(keys)
        for start in range(0, len(keys), SLICE):
            uuids = [uuid_of(key) for key in keys[start : start + SLICE]]
            for document in await _strays_of(engine, alive, uuids, known):
                yield document
    tell(count)


async def stored(engine: Engine) -> AsyncIterator[Document]:
    """All documents that are stored.

    Raises :class:`EngineDown`, and :class:`TSVShareError` for one that cannot be read.
    """
    place, is_over = 0, False
    while not is_over:
        place, keys = await engine.ask(partial(engine.client.scan, place, KEYS, SCAN_COUNT))
        is_over = place == 0
        for start in range(0, len(keys), SLICE):
            uuids = [uuid_of(key) for key in keys[start : start + SLICE]]
            for uuid, (_, (data,)) in zip(uuids, await owners(engine, uuids, "d"), strict=True):
                if data is not None:  # else it was deleted meanwhile
                    yield decoded(uuid, data)


async def _strays_of(
    engine: Engine, alive: Alive, uuids: list[str], known: dict[str, bool]
) -> list[Document]:
    found = []
    for uuid, (owner, (data,)) in zip(uuids, await owners(engine, uuids, "d"), strict=True):
        if owner and owner not in known:
            known[owner] = await alive.address_of(owner) is not None
        if data is not None and not (owner and known[owner]):
            with contextlib.suppress(TSVShareError):
                found.append(decoded(uuid, data))
    return found


def decoded(uuid: str, data: bytes) -> Document:
    """A document as it is in Redis.  Raises :class:`TSVShareError`."""
    try:
        return docs.from_json(data)
    except msgspec.DecodeError as error:
        raise TSVShareError(f"document {uuid} in Redis cannot be read: {error}") from error
