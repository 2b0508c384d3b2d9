"""Whose turn it is: what is urgent first, documents in turn, and long work gives way."""

import asyncio
import contextlib
import math

import pytest

from tsvshare_widget.relay.queries.scheduler import Scheduler, Turn


class Stage:
    """Work that goes on until it is told to end, by its name."""

    def __init__(self, places, patience=math.inf):
        self.turns = Scheduler(places, patience)
        self.begun = []
        self._ends = {}
        self._tasks = {}

    async def begin(self, name, group="a", *, urgent=True, **kind):
        turn = Turn(group, urgent=urgent, **kind)
        self._tasks[name] = asyncio.create_task(self._run(name, turn))
        await settled()

    async def end(self, name):
        self._ends[name].set()
        done = await self._tasks[name]
        await settled()
        return done

    async def cancel(self, name):
        self._tasks[name].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._tasks[name]
        await settled()

    def at_work(self):
        return "".join(sorted(name for name, end in self._ends.items() if not end.is_set()))

    async def _run(self, name, turn):
        while True:
            await self.turns.enter(turn)
            try:
                done = await self.turns.work(turn, self._work(name))
            finally:
                self.turns.leave(turn)
            if done is not None:
                return done

    async def _work(self, name):
        self.begun.append(name)
        self._ends[name] = asyncio.Event()
        try:
            await self._ends[name].wait()
        finally:
            self._ends[name].set()
        return name


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


def on_stage(test, places=2, **patience):
    async def main():
        stage = Stage(places, **patience)
        async with asyncio.timeout(30):
            return await test(stage)

    return asyncio.run(main())


def test_who_comes_first_goes_first():
    async def play(stage):
        for name in "pqrst":
            await stage.begin(name)
        assert stage.at_work() == "pq"
        for name in "pqrst":
            assert await stage.end(name) == name
        return stage.begun

    assert on_stage(play) == list("pqrst")


def test_documents_take_turns():
    async def play(stage):
        for name in "pqr":
            await stage.begin(name, "a")
        for name in "xyz":
            await stage.begin(name, "b")
        await stage.begin("m", "c")
        for name in "pxmqyrz":
            assert stage.at_work() == name
            await stage.end(name)

    on_stage(play, places=1)


def test_profiles_wait_for_views():
    async def play(stage):
        for name in "pqr":
            await stage.begin(name)
        await stage.begin("l", urgent=False)
        await stage.begin("m", "b", urgent=False)
        await stage.begin("s")
        await stage.end("p")
        await stage.end("q")
        assert stage.at_work() == "rs"
        await stage.end("r")
        assert stage.at_work() == "ms"

    on_stage(play)


def test_a_view_takes_the_place_of_a_profile_which_begins_again():
    async def play(stage):
        await stage.begin("l", urgent=False)
        await stage.begin("m", urgent=False)
        await stage.begin("p")
        assert stage.at_work() == "lp"
        await stage.end("p")
        assert stage.at_work() == "lm"
        assert await stage.end("m") == "m"
        return stage.begun

    assert on_stage(play) == ["l", "m", "p", "m"]


def test_one_document_does_not_hold_all_places_while_others_wait():
    async def play(stage):
        await stage.begin("p", "a")
        await stage.begin("q", "a")
        await stage.begin("x", "b")
        assert stage.at_work() == "px"
        await stage.begin("m", "c")
        assert stage.at_work() == "px"  # each of them holds one place only
        await stage.end("p")
        assert stage.at_work() == "mx"
        await stage.end("x")
        assert stage.at_work() == "mq"
        assert await stage.end("q") == "q"

    on_stage(play)


def test_a_profile_does_not_take_the_place_of_a_view():
    async def play(stage):
        await stage.begin("p", "a")
        await stage.begin("q", "a")
        await stage.begin("l", "b", urgent=False)
        return stage.at_work()

    assert on_stage(play) == "pq"


def test_who_is_cancelled_leaves_the_place_or_the_queue():
    async def play(stage):
        for name in "pqrs":
            await stage.begin(name)
        await stage.cancel("r")
        await stage.cancel("p")
        assert stage.at_work() == "qs"
        await stage.end("q")
        await stage.end("s")
        await stage.begin("t")
        assert stage.at_work() == "t"

    on_stage(play)


@pytest.mark.parametrize("steps", range(8))
def test_who_is_cancelled_just_when_the_turn_comes_does_not_keep_the_place(steps):
    async def play(stage):
        for name in "pqr":
            await stage.begin(name)
        ending = asyncio.create_task(stage.end("p"))
        for _ in range(steps):
            await asyncio.sleep(0)
        await stage.cancel("q")
        await ending
        assert stage.at_work() == "r"

    on_stage(play, places=1)


def test_who_gives_way_can_be_cancelled_meanwhile():
    async def play(stage):
        await stage.begin("l", urgent=False)
        await stage.begin("p")
        assert stage.at_work() == "p"
        await stage.cancel("l")
        await stage.end("p")
        return stage.begun

    assert on_stage(play, places=1) == ["l", "p"]


def test_who_has_waited_in_vain_gets_one_place_more():
    async def play(stage):
        for name, group in (("p", "a"), ("q", "b"), ("r", "c"), ("s", "d"), ("t", "e")):
            await stage.begin(name, group)
        assert stage.at_work() == "pqr"
        for name, left in (("p", "qrs"), ("r", "qst"), ("q", "st")):
            await stage.end(name)
            assert stage.at_work() == left

    on_stage(play, patience=0.0)


def test_nobody_gets_it_before_or_who_works_already():
    async def play(stage):
        for name, group in (("p", "a"), ("q", "b"), ("r", "c"), ("s", "a")):
            await stage.begin(name, group)
        return stage.at_work()

    assert on_stage(play) == "pq"
    assert on_stage(play, patience=0.0) == "pqr"


def test_it_is_given_when_the_time_has_come():
    async def play(stage):
        for name, group in (("p", "a"), ("q", "b"), ("r", "c")):
            await stage.begin(name, group)
        while stage.at_work() != "pqr":  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    on_stage(play, patience=0.02)


def test_doubtful_work_leaves_a_place_to_others_however_many_want_it():
    async def play(stage):
        for name in "pqrst":
            await stage.begin(name, name, doubtful=True)
        assert stage.at_work() == "p"
        await stage.begin("m", "x")
        assert stage.at_work() == "mp"
        await stage.begin("n", "y")
        await stage.end("m")
        assert stage.at_work() == "np"
        await stage.end("p")
        assert stage.at_work() == "nq"

    on_stage(play)
    on_stage(play, patience=0.0)


def test_doubtful_work_takes_turns_by_document():
    async def play(stage):
        await stage.begin("p", "a", doubtful=True)
        for name in "qr":
            await stage.begin(name, "a", doubtful=True)
        await stage.begin("x", "b", doubtful=True)
        await stage.end("p")
        assert stage.at_work() == "x"

    on_stage(play)


def test_where_there_is_one_place_doubtful_work_gives_way():
    async def play(stage):
        await stage.begin("p", "a", doubtful=True)
        await stage.begin("m", "b")
        assert stage.at_work() == "m"
        await stage.end("m")
        assert stage.at_work() == "p"
        await stage.end("p")
        return stage.begun

    assert on_stage(play, places=1) == ["p", "m", "p"]


def test_doubtful_work_does_not_wait_for_ever_where_there_is_one_place():
    async def play(stage):
        for name in "mno":
            await stage.begin(name, name)
        await stage.begin("p", "a", doubtful=True)
        await stage.end("m")
        await stage.end("n")
        assert stage.at_work() == "op"

    on_stage(play, places=1, patience=0.0)


def test_a_profile_is_not_driven_out_by_doubtful_work_that_cannot_take_its_place():
    async def play(stage):
        await stage.begin("p", "a", doubtful=True)
        await stage.begin("l", "c", urgent=False)
        await stage.begin("q", "b", doubtful=True)
        assert stage.at_work() == "lp"
        return stage.begun

    assert on_stage(play) == ["p", "l"]


def test_light_tables_go_before_heavy_ones():
    async def play(stage):
        for name, weight in (("p", 0), ("q", 3), ("r", 3), ("s", 0)):
            await stage.begin(name, name, weight=weight)
        await stage.end("p")
        assert stage.at_work() == "s"

    on_stage(play, places=1)
