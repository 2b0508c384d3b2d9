"""Several relays on one Redis while it is killed, emptied, paused and cut off, by chance.

When it quiets down all relays know the same of every document, no relay was ever told of an older
revision within an epoch, and every change that was acknowledged is there, but after Redis came back
empty or changes were on their way.
"""

import asyncio
import contextlib
import os
import random

import pytest
from redis_fixture import Line, redis_server
from redis_relays import PATIENT, Ear, new_document, sized, until

from tsvshare_widget.errors import EngineDown
from tsvshare_widget.relay.storage.documents import store_next
from tsvshare_widget.relay.storage.documents_redis import Pace, RedisDocumentStore

SEEDS = int(os.environ.get("TSVSHARE_STORMS", "4"))

UUIDS = ("u-1", "u-2", "u-3")

PACE = Pace(answer=1.0, probe=0.2, check=0.5, linger=PATIENT.linger)

CALAMITIES = ("cut", "pause", "refuse", "deaf", "flush", "restart")


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(SEEDS))
def test_relays_agree_after_a_storm(seed, tmp_path):
    with redis_server(tmp_path) as server, contextlib.ExitStack() as stack:
        lines = [Line(server.port) for _ in range(3)]
        for line in lines:
            stack.callback(line.close)
        asyncio.run(Storm(random.Random(seed), server, lines).run())


class Storm:
    """Three relays, each on a line of its own."""

    def __init__(self, chance, server, lines):
        self.chance = chance
        self.server = server
        self.lines = lines
        self.was_emptied = 0
        self.acknowledged = {}

    async def run(self):
        async with contextlib.AsyncExitStack() as stack:
            self.stores, self.ears = [], []
            for line in self.lines:
                store = await RedisDocumentStore.open(line.url, PACE)
                stack.push_async_callback(store.close)
                self.stores.append(store)
                self.ears.append(Ear())
                store.watch(self.ears[-1].heard.append, self.ears[-1])
            for uuid in UUIDS:
                await new_document(self.stores[0], uuid)
            for store in self.stores:
                for uuid in UUIDS:
                    await store.follow(uuid)
                    await store.load(uuid)
            for ear in self.ears:
                ear.heard.clear()  # what was made was heard of twice, which is no harm
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
            with contextlib.suppress(EngineDown):
                after = await store_next(store, await store.load(uuid), sized(size))
                if emptied == self.was_emptied:
                    known = self.acknowledged.setdefault(uuid, after)
                    newer = known.epoch != after.epoch or after.revision > known.revision
                    self.acknowledged[uuid] = after if newer else known

    async def strike(self):
        line, what = self.chance.choice(self.lines), self.chance.choice(CALAMITIES)
        if what == "cut":
            line.cut()
        elif what == "deaf":
            line.drop_messages(b"message")
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
            each.drop_messages()

    async def quiet_down(self):
        await until(lambda: not any(store._is_degraded for store in self.stores))
        for uuid in UUIDS:
            await until(lambda uuid=uuid: self.agree(uuid))
            found = await self.stores[0].load(uuid)
            assert found == self.stores[1]._followed.newest(uuid)
            known = self.acknowledged.get(uuid)
            if known is not None:
                assert found.epoch == known.epoch
                assert found.revision >= known.revision
        for ear in self.ears:
            self.check_order(ear)

    def agree(self, uuid):
        return len({store._followed.newest(uuid).version for store in self.stores}) == 1

    def check_order(self, ear):
        for uuid in UUIDS:
            epochs, last = [], None
            for document in (each for each in ear.heard if each.uuid == uuid):
                if last is not None and document.epoch == last.epoch:
                    assert document.revision > last.revision
                    assert document.seq >= last.seq
                elif document.epoch != (last.epoch if last else None):
                    assert document.epoch not in epochs, "an epoch has come back"
                    epochs.append(document.epoch)
                last = document
