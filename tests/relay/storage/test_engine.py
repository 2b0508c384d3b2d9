"""Questions to Redis: when many ask, all of them are answered."""

import asyncio
from dataclasses import replace

import pytest
from patience import PATIENCE

from tsvshare_widget.relay.storage.engine import AT_ONCE, USUAL_PACE, Engine

ASKERS = 5 * AT_ONCE
ANSWERS = 20 * ASKERS


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
