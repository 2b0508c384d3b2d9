"""Documents in Redis or Valkey, which several relays share.

Redis says which change came first; every relay keeps a copy of what it has been told of the
documents that somebody looks at there.  A message that is lost is found: by the line that begins
anew (:mod:`.redis_link`), by a gap in the revisions, and by looking at all followed documents
every now and then.  Where Redis has lost a document (it came back empty) or an end of its changes
(another server took over), the newest copy is stored again under a new epoch, so that no position
comes twice with other contents.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import EngineDown, TSVShareError

from .documents import FarWatcher, Version, Watcher, version_of
from .followed import Followed
from .redis_client import ANSWER_SECONDS, AWAY, answering, check, connect, hang_up
from .redis_keys import (
    DELETE,
    DELETED,
    GONE_SECONDS,
    KEYS,
    SAVE,
    TRIAL,
    Told,
    channel_of,
    gone_key_of,
    key_of,
    read_told,
    told,
    uuid_of,
)
from .redis_link import PROBE_SECONDS, Link

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

SCAN_COUNT = 1000
"""Keys that are looked at in one go, where all are listed."""

TRIES = 10
"""To store again what was lost, while other relays do as well."""

AGAIN_SECONDS = (0.1, 0.5)
"""Before it is tried again whether Redis is there."""

SLICE = 200
"""Documents that are asked for in one go, where all that are followed are looked at."""


@dataclass(frozen=True)
class Pace:
    """How often what is looked at, and how long what is waited for, in seconds.

    Redis has ``answer`` for each answer, all in all.  A quiet line is tried after ``probe``, all
    that is followed is looked at after ``check``; what nobody wants any more is followed for
    ``linger``.
    """

    answer: float = ANSWER_SECONDS
    probe: float = PROBE_SECONDS
    check: float = 30.0
    linger: float = 5.0


USUAL_PACE = Pace()


class RedisDocumentStore:
    """Documents in a Redis; made by :meth:`open`, in the event loop it belongs to.

    ``node`` is the name of this relay among the others.
    """

    def __init__(self, client: Redis, pace: Pace) -> None:
        self.node = secrets.token_hex(8)
        self._client = client
        self._pace = pace
        self._save_script = client.register_script(SAVE)
        self._delete_script = client.register_script(DELETE)
        self._numbers = itertools.count()
        self._watchers: list[Watcher] = []
        self._far: FarWatcher | None = None
        self._followed = Followed()
        self._count = 0
        self._is_degraded = False
        self._look_again = asyncio.Event()
        self._loading: set[asyncio.Task[None]] = set()
        self._link = Link(
            client,
            self.node,
            heard=self._hear,
            is_up=self._line,
            probe_seconds=pace.probe,
            answer_seconds=pace.answer,
        )
        self._checking = asyncio.create_task(self._check_regularly())

    @classmethod
    async def open(cls, url: str, pace: Pace = USUAL_PACE) -> RedisDocumentStore:
        """A store in the Redis at ``url``.

        Raises :class:`BadValue` for a wrong address, and :class:`Unavailable` with what is wrong.
        """
        client = connect(url)
        try:
            await check(client, url)
        except BaseException:
            await hang_up(client)
            raise
        return cls(client, pace)

    # --- what every store does ------------------------------------------------------------------

    async def load(self, uuid: str) -> Document | None:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`."""
        for _ in range(TRIES):
            known = self._followed.newest(uuid)  # before Redis is asked: it may not be behind this
            data = await self._ask(lambda: self._client.hget(key_of(uuid), "d"))
            document = _decoded(uuid, data) if data is not None else None
            if known is not None and self._followed.is_behind(document, known):
                document = await self._bring_back(known, document)
                if document is None:
                    continue  # another relay was faster
            if document is not None:
                self._take(document)
            return document
        return None

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`: then it may be stored or not."""
        if not await self._store(document, expect):
            return False
        self._count += expect is None
        self._take(document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`."""
        keys = [key_of(uuid), gone_key_of(uuid)]
        words: list[int | str | bytes] = [GONE_SECONDS, channel_of(uuid), DELETED]
        is_followed = uuid in self._followed
        self._followed.drop(uuid)  # what it was is not brought back, nor is it told as news
        try:
            was_there = await self._ask(lambda: self._delete_script(keys=keys, args=words))
        except EngineDown:
            if is_followed:
                self._followed.begin(uuid, asyncio.get_running_loop().time())
            raise
        self._count -= bool(was_there)

    async def uuids(self) -> list[str]:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`."""
        found: set[str] = set()
        place, is_over = 0, False
        while not is_over:
            place, keys = await self._ask(partial(self._client.scan, place, KEYS, SCAN_COUNT))
            found |= set(map(uuid_of, keys))
            is_over = place == 0
        self._count = len(found)
        return sorted(found)

    def count(self) -> int:
        """See :class:`DocumentStore`."""
        return self._count

    def announce(self, document: Document) -> None:
        """See :class:`DocumentStore`."""
        for watcher in self._watchers:
            watcher(document)

    def watch(self, changed: Watcher, far: FarWatcher | None = None) -> None:
        """See :class:`DocumentStore`."""
        self._watchers.append(changed)
        self._far = far or self._far

    async def follow(self, uuid: str) -> None:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`."""
        self._followed.begin(uuid, asyncio.get_running_loop().time())
        await self._link.follow(uuid)

    async def check(self) -> None:
        """See :class:`DocumentStore`."""
        if self._is_degraded:
            raise EngineDown(f"{AWAY}, so nothing can be changed just now")
        await self._ask(self._client.ping)

    async def sync(self) -> None:
        """See :class:`DocumentStore`: what is stored is with Redis."""

    async def close(self) -> None:
        """See :class:`DocumentStore`."""
        tasks = [self._checking, *self._loading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._link.close()
        with contextlib.suppress(EngineDown):
            async with answering(self._pace.answer):
                await hang_up(self._client)

    # --- asking Redis ---------------------------------------------------------------------------

    async def _ask(self, ask: Callable[[], Any]) -> Any:
        """What Redis answers; once more if a connection had ended that nobody used meanwhile."""
        from redis.exceptions import ConnectionError as Ended

        try:
            async with answering(self._pace.answer):
                try:
                    return await ask()
                except Ended:
                    return await ask()
        except EngineDown:
            self._degrade(True)
            self._look_again.set()
            raise

    async def _store(self, document: Document, expect: Version | None) -> bool:
        data = docs.to_json(document)
        epoch, revision = expect or ("", "")
        words = [
            *(epoch, revision, document.epoch, document.revision, data),
            f"{self.node}:{next(self._numbers)}",  # the same when it is asked once more
            *(channel_of(document.uuid), told(document, data)),
        ]
        keys = [key_of(document.uuid), gone_key_of(document.uuid)]
        return bool(await self._ask(lambda: self._save_script(keys=keys, args=words)))

    async def _bring_back(self, known: Document, stored: Document | None) -> Document | None:
        """Store again what Redis has lost, under a new epoch; None if another relay was faster."""
        uuid = known.uuid
        if stored is None and await self._ask(lambda: self._client.exists(gone_key_of(uuid))):
            self._deleted(uuid)
            return None
        log.warning("document %s: Redis has lost changes; they are stored again", uuid)
        again = msgspec.structs.replace(
            known, epoch=secrets.token_hex(8), revision=known.revision + 1
        )
        return again if await self._store(again, version_of(stored)) else None

    # --- hearing of what others do --------------------------------------------------------------

    def _take(self, document: Document) -> None:
        if self._followed.take(document):
            self.announce(document)

    def _hear(self, uuid: str, message: bytes) -> None:
        if uuid not in self._followed:
            return
        word = read_told(message)
        if word == "deleted":
            self._deleted(uuid)
        elif isinstance(word, Told):
            if self._followed.missed_before(uuid, (word.epoch, word.revision)):
                self._look_again.set()
            if word.document is not None:
                self._take(word.document)
            else:
                task = asyncio.create_task(self._load_quietly(uuid))
                self._loading.add(task)
                task.add_done_callback(self._loading.discard)

    async def _load_quietly(self, uuid: str) -> None:
        with contextlib.suppress(EngineDown):  # then all is looked at again anyway
            await self._look_at(uuid)

    def _deleted(self, uuid: str) -> None:
        self._followed.drop(uuid)
        if self._far is not None:
            self._far.deleted(uuid)

    def _line(self, is_up: bool) -> None:
        if not is_up:
            self._followed.forget_heard()
        self._look_again.set()

    def _degrade(self, is_degraded: bool) -> None:
        if is_degraded != self._is_degraded:
            self._is_degraded = is_degraded
            log.warning("Redis: %s", "away" if is_degraded else "there again")
            if self._far is not None:
                self._far.degraded(is_degraded)

    async def _check_regularly(self) -> None:
        while True:
            await self._wait_for_check()
            self._look_again.clear()
            try:
                await self._link.wait_until_up()
                await self._check_all()
            except EngineDown:
                self._degrade(True)
            except Exception:
                log.exception("documents in Redis could not be looked at; it will be tried again")
            else:
                self._degrade(False)

    async def _wait_for_check(self) -> None:
        if self._is_degraded:
            await asyncio.sleep(random.uniform(*AGAIN_SECONDS))
            return
        seconds = random.uniform(0.8, 1.0) * self._pace.check
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for may swallow a cancel in Python 3.11
                await self._look_again.wait()

    async def _check_all(self) -> None:
        """Look whether there is anything new of what is followed, and end what nobody wants."""
        if self._is_degraded:
            await self._ask(lambda: self._client.set(TRIAL, b"", px=1000))
        await self._forget_unwanted()
        uuids = list(self._followed.uuids())
        for start in range(0, len(uuids), SLICE):
            await self._check_some(uuids[start : start + SLICE])

    async def _check_some(self, uuids: list[str]) -> None:
        known = [version_of(self._followed.newest(uuid)) for uuid in uuids]
        answers = await self._ask(partial(self._ask_versions, uuids))
        for uuid, version, (epoch, revision) in zip(uuids, known, answers, strict=True):
            stored = (epoch.decode(), int(revision)) if epoch is not None else None
            if stored != version:
                await self._look_at(uuid)

    async def _look_at(self, uuid: str) -> None:
        """Load a document, so that whoever watches hears of it if it is news."""
        try:
            await self.load(uuid)
        except EngineDown:
            raise
        except TSVShareError as error:
            log.error("%s", error)

    async def _ask_versions(self, uuids: list[str]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as asking:
            for uuid in uuids:
                asking.hmget(key_of(uuid), "e", "r")
            return await asking.execute()

    async def _forget_unwanted(self) -> None:
        long_ago = asyncio.get_running_loop().time() - self._pace.linger
        for uuid in self._followed.uuids(before=long_ago):
            if self._far is not None and not self._far.wants(uuid):
                self._followed.drop(uuid)
        for uuid in self._link.followed:
            if uuid not in self._followed:  # deleted, too
                await self._link.forget(uuid)


def _decoded(uuid: str, data: bytes) -> Document:
    try:
        return docs.from_json(data)
    except msgspec.DecodeError as error:
        raise TSVShareError(f"document {uuid} in Redis cannot be read: {error}") from error
