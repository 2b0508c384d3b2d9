"""How much of a text is UTF-8, against Python's own decoder."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tsvshare_widget.table.text import utf8
from tsvshare_widget.table.text.utf8 import Utf8Check

GOOD = [b"a", b"\n", "é".encode(), "東".encode(), "한".encode(), "अ".encode(), "😀".encode()]
EDGES = [b"\xf4\x8f\xbf\xbf", b"\xef\xbf\xbd", b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xc2\x80"]
BAD = [b"\xff", b"\xc3", b"\xe6\x9d", b"\xe0\x80", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80", b"\xc0"]
BAD += [b"\xc1\xbf", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\x80", b"\xf5\x80\x80\x80"]

any_text = st.lists(st.sampled_from(GOOD + EDGES + BAD), max_size=30).map(b"".join)


def counted(data: bytes, size: int) -> tuple[int, int, bool]:
    """Damage, bytes beyond the first of each character, and whether all is ASCII."""
    check = Utf8Check()
    for start in range(0, len(data), size):
        check.check_bytes(data[start : start + size])
    check.check_rest()
    return check.damage, check.saved, check.is_ascii


def expected(data: bytes) -> tuple[int, int, bool]:
    text = data.decode("utf-8", "replace")
    damage = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return damage, len(data) - len(text), data.isascii()


@given(any_text, st.integers(1, 9), st.integers(1, 9))
@example(b"\xc3\xed\xa0\x80", 3, 9)
@example(b"\xe6\x9d", 1, 1)
def test_any_bytes_in_any_chunks(data: bytes, size: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8, "_SLICE_BYTES", at_once)
        assert counted(data, size) == expected(data)


@pytest.mark.parametrize("sign", GOOD + EDGES)
def test_good_text_is_not_decoded(sign: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utf8, "DAMAGE", None)  # nothing can be counted where text is decoded
    data = sign * 100_003
    for size in (99_991, len(data)):
        assert counted(data, size) == (0, len(data) - len(data.decode()), data.isascii())


@pytest.mark.parametrize("sign", BAD)
def test_one_bad_place_in_a_large_text(sign: bytes) -> None:
    data = "東京 ".encode() * 40_000 + sign + "é ".encode() * 40_000
    assert counted(data, 65_537) == expected(data)
    assert counted(data, len(data))[0] > 0
