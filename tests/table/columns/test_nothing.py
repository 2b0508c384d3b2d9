"""Words for nothing, many at once, beside the rule for one."""

from __future__ import annotations

import pytest
from contract_fixture import contract
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import as_column

from tsvshare_widget.number_syntax import NA_WORDS, is_nothing, nothing_words
from tsvshare_widget.table.columns.nothing import USUAL, Nothing

CASES = contract("numbers")

blanks = st.text(" \t\r\n\v\f", max_size=3)
words = st.sampled_from(NA_WORDS).flatmap(
    lambda word: st.sampled_from(
        [word, word.lower(), word.upper(), word[:-1], word + "x", word[1:]]
    )
)
cells = st.tuples(blanks, words | st.text(max_size=9), blanks).map("".join)


@given(st.lists(cells, max_size=30))
def test_as_one_by_one(some: list[str]) -> None:
    found = USUAL.flags(as_column([*some]))
    assert found.tolist() == [bool(cell) and is_nothing(cell) for cell in some]


@pytest.mark.parametrize("alone", [True, False])
def test_the_contract_with_the_front_end(alone: bool) -> None:
    nothing = [cell for cell in [*CASES["words_for_nothing"], *CASES["nothing"]] if cell]
    every = [*nothing, *CASES["something"]]
    for some in [[cell] for cell in every] if alone else [every]:
        found = USUAL.flags(as_column([*some]))
        assert found.tolist() == [cell in nothing for cell in some]


def test_other_words() -> None:
    told = Nothing(nothing_words(["-999", "not determined", "Fehlt", "NÄ"]))
    words = ["-999", " -999 ", "not determined", "NOT DETERMINED", "fehlt", "NÄ", "nÄ", " "]
    others = ["999", "not  determined", "nä", "NA", "-", ""]
    assert told.flags(as_column([*words, *others])).tolist() == [True] * 8 + [False] * 6


def test_a_minus_is_a_value_where_there_is_nothing_else() -> None:
    for cells, are_values in (
        (["-", "-"], True),
        (["NA", " - "], True),
        (["NA", "."], False),
        (["--"], False),
        ([], False),
    ):
        assert USUAL.has_values(as_column([*cells])) is are_values
    assert not Nothing(nothing_words(["-"])).has_values(as_column(["-"]))


@pytest.mark.parametrize("case", CASES["told"], ids=lambda case: repr(case["words"]))
def test_told_words_as_one_by_one(case: dict[str, list[str]]) -> None:
    told = Nothing(nothing_words(case["words"]))
    filled = [cell for cell in case["nothing"] if cell]
    found = told.flags(as_column([*filled, *case["something"], "", None]))
    assert found.tolist() == [True] * len(filled) + [False] * (len(case["something"]) + 2)
