"""Documents in Redis or Valkey, on which several relays work: each has one owner at a time.

Redis says which relay has a document, and that one alone changes it: what another one stores is
refused in the same step that would store it.  So the owner knows its documents without asking.
What Redis has lost (it came back empty, or another server took over) is stored again by the owner,
or from a copy beside the tables if no relay knows it, under a new epoch, so that no position comes
twice with other contents.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import secrets
from collections.abc import AsyncIterator
from functools import partial

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import Elsewhere, EngineDown, NotFound
from tsvshare_widget.relay.metrics import Counts

from .alive import Alive
from .copies import Copies
from .copies_of_owned import CopiesOfOwned
from .documents import FarWatcher, Version, Watcher, version_of
from .engine import USUAL_PACE, Engine, Pace
from .keeper import AGAIN_SECONDS, Keeper
from .owned import Owned
from .redis_client import AWAY, START_SECONDS
from .redis_keys import GONE_SECONDS, NOT_OURS, STORED, SWEEPING, gone_key_of, keys_of, owner_key_of
from .survey import SLICE, decoded, owners, stored, strays

log = logging.getLogger(__name__)

TRIES = 10
"""To get a document, or store again what was lost, while other relays do as well."""


class RedisDocumentStore:
    """The documents of one relay in a Redis; made by :meth:`open`, in its event loop.

    ``address`` is where the other relays reach this one; ``copies`` is where copies are kept.
    """

    is_shared = True

    def __init__(self, engine: Engine, address: str, copies: Copies | None) -> None:
        self.engine = engine
        self.alive = Alive(engine, address)
        self._numbers = itertools.count()
        self._watchers: list[Watcher] = []
        self._owned = Owned()
        self._copies = CopiesOfOwned(copies, self._owned)
        self._count = 0
        self._far: FarWatcher | None = None
        self.keeper = Keeper(engine, self.alive, self._owned, self._look_at)

    @classmethod
    async def open(
        cls,
        url: str,
        pace: Pace = USUAL_PACE,
        *,
        address: str = "",
        copies: Copies | None = None,
    ) -> RedisDocumentStore:
        """A store in the Redis at ``url``.

        Raises :class:`BadValue` for a wrong address, and :class:`Unavailable` with what is wrong.
        """
        store = cls(await Engine.open(url, pace), address, copies)
        try:
            await store._begin()
        except BaseException:
            await store.engine.close()
            raise
        store.keeper.start()
        return store

    async def _begin(self) -> None:
        """Be alive; a relay that starts has more time for it.  Raises :class:`EngineDown`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + START_SECONDS
        while True:
            try:
                await self.alive.begin()
            except EngineDown:
                if loop.time() > end:
                    raise
                await asyncio.sleep(random.uniform(*AGAIN_SECONDS))
            else:
                self.engine.set_away(False)
                return

    # --- what every store does ------------------------------------------------------------------

    async def load(self, uuid: str) -> Document | None:
        """See :class:`DocumentStore`; makes it this relay's if it is no other's.

        Raises :class:`Elsewhere` and :class:`EngineDown`.
        """
        return self._owned.newest(uuid) or await self._claim(uuid)

    async def confirm(self, uuid: str) -> None:
        """See :class:`DocumentStore`.  Raises :class:`Elsewhere` and :class:`EngineDown`."""
        if uuid in self._owned:
            await self.keeper.check([uuid])
            await self.load(uuid)

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`DocumentStore`.  Raises :class:`Elsewhere` if it is another relay's.

        Raises :class:`EngineDown`: then it may be stored or not.
        """
        known = self._owned.newest(document.uuid)
        if known is not None and known.version == expect:
            await self._copies.write_links(document, known)
        with self._owned.watch(document.uuid) as meanwhile:
            is_stored = await self._store(document, expect) == STORED
        if not is_stored:
            # Whatever has happened: another relay has it, or Redis has lost something.
            await self._look_at(document.uuid)
            return False
        self._count += expect is None
        before = self._owned.newest(document.uuid)
        if not meanwhile.was_dropped:
            self._take(document)
        else:
            await self._look_at(document.uuid)
        if before is None or docs.must_be_synced(before, document):
            await self._copies.write(document.uuid)
        else:
            self._copies.write_later(document.uuid)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`DocumentStore`.  Raises :class:`Elsewhere` and :class:`EngineDown`."""
        await self._copies.delete(uuid)  # first: nobody is to bring it back from there
        words = (GONE_SECONDS, self.alive.node)
        was_there = await self.engine.run("delete", keys_of(uuid), *words)
        if was_there == NOT_OURS:
            await self._look_at(uuid)
            return await self.delete(uuid)
        self._forget(uuid)
        self._count -= bool(was_there)
        return None

    async def revive(self, uuid: str) -> None:
        """See :class:`DocumentStore`.  Raises :class:`EngineDown`."""
        await self.engine.ask(lambda: self.engine.client.delete(gone_key_of(uuid)))

    async def uuids(self) -> list[str]:
        """The UUIDs of the documents of this relay."""
        return sorted(self._owned.uuids())

    def count(self) -> int:
        """See :class:`DocumentStore`: of all relays, as far as that was told here."""
        return max(self._count, len(self._owned))

    def announce(self, document: Document) -> None:
        """See :class:`DocumentStore`."""
        for watcher in self._watchers:
            watcher(document)

    def watch(self, changed: Watcher, far: FarWatcher | None = None) -> None:
        """See :class:`DocumentStore`."""
        self._watchers.append(changed)
        if far is not None:
            self._far = far
            self.engine.when_away.append(far.degraded)

    async def check(self) -> None:
        """See :class:`DocumentStore`."""
        if self.engine.is_away:
            raise EngineDown(f"{AWAY}, so nothing can be changed just now")
        await self.engine.ask(self.engine.client.ping)

    def counted(self) -> Counts:
        """See :class:`DocumentStore`."""
        return self.engine.counted()

    async def sync(self) -> None:
        """See :class:`DocumentStore`: keep copies of what has changed a while ago."""
        await self._copies.write_due(self.engine.pace.copy)

    async def close(self) -> None:
        """See :class:`DocumentStore`: other relays may have all documents from now on."""
        await self.keeper.stop()
        await self._copies.write_due()
        await self.alive.end()
        await self.engine.close()
        self._copies.close()

    # --- whose a document is --------------------------------------------------------------------

    def has(self, uuid: str) -> bool:
        """Whether a document is this relay's."""
        return uuid in self._owned

    async def address_of_owner(self, uuid: str) -> str | None:
        """Where the relay is reached that has a document; None: it is this one, or none.

        Raises :class:`EngineDown`.
        """
        if uuid in self._owned:
            return None
        client = self.engine.client
        owner = await self.engine.ask(lambda: client.get(owner_key_of(uuid)))
        if owner is None or owner.decode() == self.alive.node:
            return None
        return await self.alive.address_of(owner.decode())

    async def release(self, uuid: str) -> None:
        """Let other relays have a document.  Raises :class:`EngineDown`."""
        write_last = self._copies.last(uuid)
        self._forget(uuid)  # at once: who asks for it from now on has to get it anew
        await write_last()
        await self.engine.run("release", [owner_key_of(uuid)], self.alive.node)

    def strays(self) -> AsyncIterator[Document]:
        """The documents that no relay has.  Raises :class:`EngineDown`."""
        return strays(self.engine, self.alive, self._set_count)

    def _set_count(self, count: int) -> None:
        self._count = count

    async def is_to_sweep(self, seconds: float) -> bool:
        """Whether no relay has looked for tables that are left over for so long; this one does.

        Raises :class:`EngineDown`.
        """
        client, milliseconds = self.engine.client, int(1000 * seconds)
        asked = partial(client.set, SWEEPING, self.alive.node, px=milliseconds, nx=True)
        return bool(await self.engine.ask(asked))

    async def table_ids(self) -> set[str]:
        """The tables of all documents of all relays, also of those that Redis has lost.

        Raises :class:`TSVShareError` if that cannot be known of one of them.
        """
        found, uuids = set(), set()
        async for document in stored(self.engine):
            uuids.add(document.uuid)
            found |= document.table_ids
        for uuid in [uuid for uuid in await self.copied() if uuid not in uuids]:
            copy = await self._copies.read(uuid)
            if copy is None:
                raise NotFound(f"the copy of document {uuid} cannot be read, or has gone just now")
            found |= copy.table_ids
        return found

    async def lost(self) -> list[str]:
        """Documents of which there are copies, and which are not in Redis.

        Raises :class:`EngineDown`.
        """
        found, uuids = [], await self.copied()
        for start in range(0, len(uuids), SLICE):
            some = uuids[start : start + SLICE]
            answers = await owners(self.engine, some, "e")
            found += [uuid for uuid, (_, (epoch,)) in zip(some, answers, strict=True) if not epoch]
        return found

    async def copied(self) -> list[str]:
        """The documents of which there are copies."""
        return await self._copies.uuids()

    async def _claim(self, uuid: str) -> Document | None:
        """Have a document, as it is stored or was lost; None if there is none.

        Raises :class:`Elsewhere` and :class:`EngineDown`.
        """
        copy = await self._copies.read(uuid) if uuid not in self._owned else None
        owner = ""
        for _ in range(TRIES):
            with self._owned.watch(uuid) as meanwhile:
                known = self._owned.newest(uuid) or copy
                owner, is_gone, data = await self._ask_for(uuid, owner, known)
                if meanwhile.was_dropped:
                    owner = ""  # this is from before that, and nobody has been found dead
                    continue
                if is_gone:
                    self._lose(uuid)
                    return None
                if owner not in (self.alive.node, ""):
                    if await self.alive.address_of(owner) is not None:
                        raise Elsewhere("another relay has this table just now; try again soon")
                    continue
                if not data and known is None:
                    return None
                if owner != self.alive.node:
                    raise EngineDown(
                        f"{AWAY.removesuffix(' does not answer')} has lost this table, "
                        "which comes back soon; try again then"
                    )
                document = await self._restored(decoded(uuid, data) if data else None, known)
                if document is not None and not meanwhile.was_dropped:
                    newest = self._take(document)
                    if copy is not None:  # of an older epoch, if its relay could not write it anew
                        self._owned.end_epoch(uuid, copy.epoch)
                    return newest
        raise EngineDown("other relays change this table at this moment; try again soon")

    async def _ask_for(
        self, uuid: str, owner: str, known: Document | None
    ) -> tuple[str, bool, bytes]:
        """Have a document that is ``owner``'s; whose it is then, whether it was deleted, and it."""
        is_to_come_back = uuid in self._owned or (known is not None and await self._is_settled())
        words = (self.alive.node, owner, int(is_to_come_back))
        found, is_gone, data = await self.engine.run("claim", keys_of(uuid), *words)
        return found.decode(), bool(is_gone), data

    async def _is_settled(self) -> bool:
        """Whether relays that know a document have had the time to bring it back."""
        return await self.engine.age() >= self.engine.pace.grace

    async def _restored(self, stored: Document | None, known: Document | None) -> Document | None:
        """What is stored, or what is known if that was lost; None if another one was faster."""
        if known is None or not self._owned.is_behind(stored, known):
            return stored
        known = await self._copies.newer(known) or known
        log.warning("document %s: Redis has lost changes; they are stored again", known.uuid)
        again = msgspec.structs.replace(
            known, epoch=secrets.token_hex(8), revision=known.revision + 1
        )
        with self._owned.watch(known.uuid) as meanwhile:
            is_stored = await self._store(again, version_of(stored)) == STORED
        if not is_stored or meanwhile.was_dropped:
            return None
        self._owned.take(known)  # so that its epoch is known to be over
        self._take(again)
        await self._copies.write(known.uuid)
        return again

    async def _store(self, document: Document, expect: Version | None) -> int:
        epoch, revision = expect or ("", "")
        words = [
            *(epoch, revision, document.epoch, document.revision, docs.to_json(document)),
            f"{self.alive.node}:{next(self._numbers)}",  # the same when it is asked once more
            self.alive.node,
        ]
        return int(await self.engine.run("save", keys_of(document.uuid), *words))

    def _take(self, document: Document) -> Document:
        if self._owned.take(document):
            self.announce(document)
        newest = self._owned.newest(document.uuid)
        assert newest is not None
        return newest

    def _forget(self, uuid: str) -> None:
        self._owned.drop(uuid)
        self._copies.forget(uuid)

    def _lose(self, uuid: str) -> None:
        """A document is not this relay's any more, or not there."""
        if uuid in self._owned:
            self._forget(uuid)
            if self._far is not None:
                self._far.let_go(uuid)

    async def _look_at(self, uuid: str) -> None:
        """Find out whose a document is, and how it is stored; have it if it is nobody's.

        Raises :class:`Elsewhere` and :class:`EngineDown`.
        """
        try:
            if await self._claim(uuid) is None:
                self._lose(uuid)
        except Elsewhere:
            self._lose(uuid)
            raise
