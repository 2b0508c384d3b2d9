"""What is remembered, and what is forgotten."""

from tsvshare_widget.relay.rooms.remembered import Remembered


def test_what_was_wanted_least_lately_is_forgotten_when_it_is_too_much():
    kept = Remembered(10)
    kept.put("a", 1, 4)
    kept.put("b", 2, 4)
    assert kept.get("a") == 1
    kept.put("c", 3, 4)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert (len(kept), kept.size) == (2, 8)


def test_what_is_put_again_counts_once():
    kept = Remembered(10)
    for size in (10, 4, 6):
        kept.put("a", size, size)
    assert (kept.get("a"), len(kept), kept.size) == (6, 1, 6)


def test_what_is_too_large_for_all_is_not_remembered():
    kept = Remembered(10)
    kept.put("a", 1, 11)
    assert (kept.get("a"), len(kept), kept.size) == (None, 0, 0)


def test_what_nobody_wants_any_more_is_forgotten():
    seconds = [0.0]
    kept = Remembered(10, 60.0, lambda: seconds[0])
    kept.put("a", 1, 1)
    kept.put("b", 2, 1)
    seconds[0] = 50.0
    assert kept.get("a") == 1
    seconds[0] = 70.0
    kept.put("c", 3, 1)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
