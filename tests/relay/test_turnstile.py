"""One after the other: between two who bring much, everybody else on the event loop is served."""

import asyncio
import itertools

from tsvshare_widget.relay.turnstile import Turnstile


def test_one_goes_on_in_each_round_in_the_order_in_which_they_came():
    async def main():
        turnstile, happened = Turnstile(), []

        async def much(name):
            for _ in range(3):
                await turnstile.rest()
                happened.append(name)

        async def others():
            while len(happened) < 18:
                await asyncio.sleep(0)
                happened.append("-")

        await asyncio.gather(*map(much, "abc"), others())
        return "".join(happened)

    happened = asyncio.run(main())
    assert happened.replace("-", "")[:9] == "abcabcabc"
    assert not any(two.isalpha() for two in map("".join, itertools.pairwise(happened)))


def test_who_has_gone_does_not_take_up_a_round():
    async def main():
        turnstile = Turnstile()
        first, gone, last = (asyncio.create_task(turnstile.rest()) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait_for(asyncio.gather(first, last), 60)
        await turnstile.rest()  # and again later

    asyncio.run(main())
