"""Whose turn it is among those who wait."""

from collections import defaultdict

from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from tsvshare_widget.relay.fair_queue import Asker, FairQueue

ANN, BOB, CAY = Asker("d", "ann"), Asker("d", "bob"), Asker("e", "cay")


def queue_of(*works):
    queue = FairQueue()
    for asker, work in works:
        queue.put(asker, work)
    return queue


def taken(queue):
    works = []
    while queue:
        works.append(queue.take())
    return works


def test_what_one_asks_for_goes_in_its_order():
    assert taken(queue_of((ANN, 1), (ANN, 2), (ANN, 3))) == [1, 2, 3]


def test_documents_take_turns_and_in_them_viewers():
    queue = queue_of((ANN, "a1"), (ANN, "a2"), (ANN, "a3"), (BOB, "b1"), (CAY, "c1"), (CAY, "c2"))
    assert taken(queue) == ["a1", "c1", "b1", "c2", "a2", "a3"]


def test_who_has_nothing_at_work_goes_first():
    queue = queue_of((ANN, "a1"), (ANN, "a2"))
    assert (queue.take(), queue.take()) == ("a1", "a2")
    queue.put(ANN, "a3")
    queue.put(CAY, "c1")
    assert queue.take() == "c1"
    queue.end(CAY)
    queue.end(ANN)
    queue.put(CAY, "c2")
    assert queue.take() == "c2"


def test_who_comes_again_and_again_does_not_pass_who_waits():
    queue = queue_of((ANN, "a1"), (ANN, "a2"))
    order = []
    for number in range(3):
        queue.put(CAY, number)
        order.append(queue.take())
        queue.end(ANN if str(order[-1]).startswith("a") else CAY)
    assert order == ["a1", 0, "a2"]


class Fairness(RuleBasedStateMachine):
    """The same as a plain list that is looked through."""

    askers = sampled_from([Asker(d, v) for d in "de" for v in "abc"])

    def __init__(self):
        super().__init__()
        self.queue, self.number = FairQueue(), 0
        self.waiting, self.at_work = [], []
        self.turns = defaultdict(int)

    @rule(asker=askers)
    def put(self, asker):
        self.number += 1
        waiting = [other for other, _ in self.waiting]
        if asker not in waiting:
            self.turns[asker] = self.number
        if asker.document not in [other.document for other in waiting]:
            self.turns[asker.document] = self.number
        self.waiting.append((asker, self.number))
        self.queue.put(asker, self.number)

    @precondition(lambda self: self.waiting)
    @rule()
    def take(self):
        def rank(entry):
            asker, number = entry
            busy = [other.document for other in self.at_work].count(asker.document)
            turns = self.turns[asker.document], self.at_work.count(asker), self.turns[asker]
            return busy, *turns, number

        first = min(self.waiting, key=rank)
        assert self.queue.take() == first[1]
        self.number += 1
        self.turns[first[0]] = self.turns[first[0].document] = self.number
        self.waiting.remove(first)
        self.at_work.append(first[0])

    @precondition(lambda self: self.at_work)
    @rule()
    def end(self):
        self.queue.end(self.at_work.pop(0))

    @precondition(lambda self: self.waiting)
    @rule()
    def drop(self):
        asker, work = self.waiting.pop(len(self.waiting) // 2)
        self.queue.drop(asker, work)
        self.queue.drop(asker, work)

    @invariant()
    def keeps_nothing_of_who_has_gone(self):
        assert bool(self.queue) == bool(self.waiting)
        if not self.waiting and not self.at_work:
            assert not self.queue._viewers
            assert not self.queue._documents.at_work


TestFairness = Fairness.TestCase
