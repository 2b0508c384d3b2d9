"""Questions to Redis: when many ask, all of them are answered."""

import asyncio
from dataclasses import replace

import pytest
from patience import PATIENCE

from tsvshare_widget.errors import EngineDown
from tsvshare_widget.relay.storage.engine import AT_ONCE, USUAL_PACE, Engine

ASKERS = 5 * AT_ONCE
ANSWERS = 20 * ASKERS


def test_who_waits_for_others_waits_no_longer_than_they_do_for_redis(server):
    async def ask_for_all():
        engine = await Engine.open(server.url, replace(USUAL_PACE, answer=0.2))
        asked = []

        async def never_answered():
            asked.append(1)
            await asyncio.Event().wait()

        asks = [engine.ask(never_answered) for _ in range(ASKERS)]
        errors = await asyncio.gather(*asks, return_exceptions=True)
        still = await engine.ask(engine.client.ping)
        await engine.close()
        return errors, len(asked), still

    errors, n_asked, still = asyncio.run(ask_for_all())
    assert {type(error) for error in errors} == {EngineDown}
    assert (n_asked, still) == (AT_ONCE, True)


@pytest.mark.slow
def test_nobody_waits_while_others_ask_again_and_again(server):
    async def ask_for_all():
        engine = await Engine.open(server.url, replace(USUAL_PACE, answer=PATIENCE))
        answers = [0] * ASKERS

        async def ask(number):
            while sum(answers) < ANSWERS:
                await engine.ask(engine.client.ping)
                answers[number] += 1

        await asyncio.gather(*map(ask, range(ASKERS)))
        await engine.close()
        return answers

    answers = asyncio.run(ask_for_all())
    assert max(answers) - min(answers) <= ANSWERS / ASKERS / 2
