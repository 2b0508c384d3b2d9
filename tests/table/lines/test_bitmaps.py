"""Flags over bytes, against the plain functions of numpy."""

from __future__ import annotations

import numpy as np
import pytest

from tsvshare_widget.table.lines.bitmaps import (
    Counts,
    Scratch,
    positions_in,
    positions_of,
    series,
)

SIZES = (0, 1, 63, 64, 65, 4095, 4096, 4097, 100_003)
SHARES = (0.0, 0.0001, 0.01, 0.1, 0.5, 0.99, 1.0)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("size", SIZES)
def test_places_and_counts(size: int, share: float) -> None:
    flags = np.random.default_rng(size).random(size) < share
    assert positions_of(flags).tolist() == np.flatnonzero(flags).tolist()
    counts, before = Counts.of(flags), np.concatenate(([0], np.cumsum(flags)))
    assert counts.total == before[-1]
    assert counts.before(np.arange(size + 1)).tolist() == before.tolist()
    assert counts.nth(np.arange(counts.total)).tolist() == np.flatnonzero(flags).tolist()


def test_several_flags_in_a_word_here_and_there() -> None:
    flags = np.zeros(50_000, np.bool_)
    flags[[3, 64, 127, 128, 129, 130, 30_000, 30_001, 49_999]] = True
    assert positions_of(flags).tolist() == np.flatnonzero(flags).tolist()


def test_scratch_is_used_again_and_grows() -> None:
    scratch = Scratch()
    first = scratch.equal(np.frombuffer(b"a,b,", np.uint8), ord(","))
    assert first.tolist() == [False, True, False, True]
    second = scratch.equal(np.frombuffer(b"ab", np.uint8), ord("a"))
    assert np.shares_memory(first, second)
    assert scratch.equal(np.frombuffer(b"abcdea", np.uint8), ord("a")).sum() == 2


@pytest.mark.parametrize("most", [2, 3, 256])
@pytest.mark.parametrize("size", [0, 5, 1 << 18, (1 << 19) + 77])
def test_words_of_a_block_in_parts(size: int, most: int) -> None:
    scratch, block = Scratch(), np.random.default_rng(size).integers(0, most, size, np.uint8)
    words, expected = scratch.words_equal(block, 1), np.flatnonzero(block == 1)
    assert positions_in(words).tolist() == expected.tolist()
    assert Counts(words).total == len(expected)
    assert len(scratch.flags(0).base) <= 1 << 18  # as many flags as there are at once


def test_series() -> None:
    found = series(np.array([5, 9, 20]), np.array([2, 0, 3]))
    assert found.tolist() == [5, 6, 20, 21, 22]
    assert series(np.array([5]), np.array([0])).tolist() == []
