"""Frames that wait: counted once each, and who holds the oldest of too many loses them."""

from tsvshare_widget.relay.rooms.held_frames import HeldFrames
from tsvshare_widget.relay.rooms.wire_frames import Frame


class Holder:
    def __init__(self):
        self.dropped = 0

    def drop(self):
        self.dropped += 1


def frame(document="a", size=10):
    return Frame(document, None, bytes(size))


def test_a_frame_that_many_hold_is_counted_once():
    held, one, other = HeldFrames(100, 50), Holder(), Holder()
    shared = frame()
    for holder in (one, other, one):
        held.hold(shared, holder)
    assert held.used == 10
    for holder in (one, other):
        held.release(shared, holder)
        assert held.used == 10
    held.release(shared, one)
    held.release(shared, one)
    assert held.used == 0


def test_who_holds_the_oldest_of_a_document_with_too_many_is_dropped():
    held = HeldFrames(100, 25)
    holders = [Holder() for _ in range(3)]
    frames = [frame() for _ in holders]
    for each, holder in zip(frames, holders, strict=True):
        held.hold(each, holder)
    assert [holder.dropped for holder in holders] == [1, 0, 0]
    assert held.used == 20
    held.release(frames[0], holders[0])  # as the connection ends
    assert held.used == 20


def test_the_document_that_holds_most_gives_way_to_others():
    held = HeldFrames(100, 80)
    crowd, late = [Holder(), Holder()], Holder()
    for holder in crowd:
        held.hold(frame("a", 40), holder)
    held.hold(frame("b", 30), late)
    assert [holder.dropped for holder in crowd] == [1, 0]
    assert (late.dropped, held.used) == (0, 70)


def test_one_frame_is_never_too_much():
    held, holder = HeldFrames(10, 10), Holder()
    held.hold(frame(size=50), holder)
    assert (holder.dropped, held.used) == (0, 50)
