"""Several relays on one Redis while it is killed, emptied, paused and cut off, by chance.

When it quiets down each document is one relay's, no relay was ever told of an older revision within
an epoch, and every change that was acknowledged is there, but after Redis came back empty or
changes were on their way.
"""

import asyncio
import contextlib
import os
import random

import pytest
from patience import PATIENCE
from redis_fixture import Line, redis_server
from redis_relays import Ear, new_document, sized, until

from tsvshare_widget.errors import Elsewhere, EngineDown
from tsvshare_widget.relay.storage.copies import Copies
from tsvshare_widget.relay.storage.documents import store_next
from tsvshare_widget.relay.storage.documents_redis import RedisDocumentStore
from tsvshare_widget.relay.storage.engine import Pace

SEEDS = int(os.environ.get("TSVSHARE_STORMS", "4"))

UUIDS = ("u-1", "u-2", "u-3")

PACE = Pace(answer=1.0, renew=0.1, expire=0.3, check=0.5, grace=0.5)

CALAMITIES = ("cut", "pause", "refuse", "flush", "restart")


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(SEEDS))
def test_relays_agree_after_a_storm(seed, tmp_path):
    with redis_server(tmp_path) as server, contextlib.ExitStack() as stack:
        lines = [Line(server.port) for _ in range(3)]
        for line in lines:
            stack.callback(line.close)
        asyncio.run(Storm(random.Random(seed), server, lines, tmp_path / "copies").run())


class Storm:
    """Three relays, each on a line of its own."""

    def __init__(self, chance, server, lines, folder):
        self.folder = folder
        self.chance = chance
        self.server = server
        self.lines = lines
        self.was_emptied = 0
        self.acknowledged = {}

    async def run(self):
        async with contextlib.AsyncExitStack() as stack:
            self.stores, self.ears = [], []
            for line in self.lines:
                copies = Copies(self.folder.as_uri())
                store = await RedisDocumentStore.open(line.url, PACE, copies=copies)
                stack.push_async_callback(store.close)
                self.stores.append(store)
                self.ears.append(Ear())
                store.watch(self.ears[-1].heard.append, self.ears[-1])
            for uuid in UUIDS:
                await new_document(self.stores[0], uuid)
            for _ in range(12):
                editors = [asyncio.create_task(self.edit(store)) for store in self.stores]
                await self.strike()
                await asyncio.gather(*editors)
            await self.quiet_down()

    async def edit(self, store):
        """Change documents, and keep in mind what was acknowledged."""
        for _ in range(self.chance.randrange(1, 12)):
            uuid, size = self.chance.choice(UUIDS), self.chance.randrange(10, 500)
            emptied = self.was_emptied
            with contextlib.suppress(Elsewhere, EngineDown):
                if self.chance.random() < 0.2:
                    await store.release(uuid)
                    continue
                after = await store_next(store, await store.load(uuid), sized(size))
                if emptied == self.was_emptied:
                    known = self.acknowledged.setdefault(uuid, after)
                    newer = known.epoch != after.epoch or after.revision > known.revision
                    self.acknowledged[uuid] = after if newer else known

    async def strike(self):
        line, what = self.chance.choice(self.lines), self.chance.choice(CALAMITIES)
        if what == "cut":
            line.cut()
        elif what in ("pause", "refuse"):
            getattr(line, what)()
        else:
            self.was_emptied += 1
            self.acknowledged.clear()
            if what == "flush":
                await asyncio.to_thread(self.server.ask, "FLUSHALL")
            else:
                self.server.kill()
                await asyncio.to_thread(self.server.start)
            self.was_emptied += 1  # also what is answered only now is not counted on
            self.acknowledged.clear()
        await asyncio.sleep(self.chance.uniform(0, 0.5))
        for each in self.lines:
            each.accept()
            each.go_on()

    async def quiet_down(self):
        await until(lambda: not any(store.engine.is_away for store in self.stores))
        for uuid in UUIDS:
            found = await self.newest(uuid)
            known = self.acknowledged.get(uuid)
            if known is not None:
                assert found.epoch == known.epoch
                assert found.revision >= known.revision
        for ear in self.ears:
            self.check_order(ear)

    async def newest(self, uuid):
        """What the one relay says that has the document, once all know which that is."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [newest for store in self.stores if (newest := await self.ask(store, uuid))]
                if len(found) == sum(store.has(uuid) for store in self.stores) == 1:
                    return found[0]

    async def ask(self, store, uuid):
        """What a relay has stored of a document, once it is sure that this is still its own."""
        with contextlib.suppress(Elsewhere, EngineDown):
            await store.load(uuid)
            await store.confirm(uuid)
            return await store.load(uuid)
        return None

    def check_order(self, ear):
        for uuid in UUIDS:
            epochs, last = [], None
            for document in (each for each in ear.heard if each.uuid == uuid):
                if last is not None and document.epoch == last.epoch:
                    assert document.revision >= last.revision  # what is taken again is told again
                    assert document.seq >= last.seq
                elif document.epoch != (last.epoch if last else None):
                    assert document.epoch not in epochs, "an epoch has come back"
                    epochs.append(document.epoch)
                last = document
