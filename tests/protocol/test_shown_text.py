"""Text of somebody else's choosing, made safe to show."""

from __future__ import annotations

import pytest

from tsvshare_widget.protocol.shown_text import clean_name, clean_text
from tsvshare_widget.relay.table_states import clean_name as clean_file_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("there is no page 7", "there is no page 7"),
        ("\x1b]0;title\x07\x1b[2Jgone", "]0;title[2Jgone"),
        ("one\r\ntwo\ttree", "one two tree"),
        ("\x9b31mred\x7f\x00", "31mred"),
        ("jpg.\u202eexe\u2066.\u200f", "jpg.exe."),
        ("\ud800", ""),
        ("naïve 表 😀", "naïve 表 😀"),
        ("  a   b  ", "a b"),
        ("\x1b \x1b", ""),
    ],
)
def test_a_terminal_does_nothing_but_show_it(text: str, shown: str) -> None:
    assert clean_text(text) == shown


def test_a_name_keeps_its_spaces() -> None:
    assert clean_name("a  b\u202e\n.tsv") == "a  b.tsv"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("folder/a.tsv", "a.tsv"),
        ("C:\\folder\\a.tsv", "a.tsv"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("\x1b[2J.tsv", "[2J.tsv"),
        ("\u202e\n", "table.tsv"),
        ("x" * 500, "x" * 200),
    ],
)
def test_file_names_follow_the_same_rule(name: str, shown: str) -> None:
    assert clean_file_name(name) == shown
