"""What the whole text shows against the dialect that was found in its beginning."""

from __future__ import annotations

from collections.abc import Callable

from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table, sniff

REGULAR = b"".join(b"%d\tname %d\tx\n" % (n, n) for n in range(6000))
HEAD = b"id\tname\tnote\n" + REGULAR


def test_latin_1_that_shows_late(make_table: Callable[..., Table]) -> None:
    table = make_table(HEAD + "7\tcafé\tx\n".encode("latin-1"))
    facts = table.facts
    assert facts.dialect.encoding == "cp1252"
    assert facts.reread == facts.dialect.notes["encoding"]
    assert facts.line_stats.undecodable == 0
    assert table.rows(6000, 1, 0, 9).cells == [["7", "café", "x"]]
    given = make_table(HEAD + b"7\tcaf\xe9\tx\n", ReadOptions(encoding="utf-8"))
    assert (given.facts.reread, given.facts.line_stats.undecodable) == (None, 1)


def test_quotes_that_are_text_show_late(make_table: Callable[..., Table]) -> None:
    late = b"".join(b'%d\t"x"@en\t"y"\n' % n for n in range(9)) + b'1\t"\t"\n' * 20
    table = make_table(HEAD + late)
    assert table.facts.dialect.quoting == "none"
    assert table.facts.reread is not None
    assert table.rows(6000, 1, 0, 9).cells == [["0", '"x"@en', '"y"']]


def test_quotes_that_are_text_in_regular_rows_show_late(make_table: Callable[..., Table]) -> None:
    late = b"".join(b'%d\t"x"\ty\n%d\t"x" y\tz\n' % (n, n) for n in range(9))
    table = make_table(HEAD + late)
    assert table.facts.dialect.quoting == "none"
    assert table.rows(6000, 2, 0, 9).cells == [["0", '"x"', "y"], ["0", '"x" y', "z"]]
    doubled = make_table(HEAD + late + b'7\t"x ""y"""\tz\n')
    assert doubled.facts.dialect.quoting == "excel"
    assert doubled.facts.reread is None
    assert doubled.rows(6000, 1, 0, 9).cells == [["0", "x", "y"]]


def test_quotes_that_only_seem_strict_show_late(make_table: Callable[..., Table]) -> None:
    titles = b"".join(b'%d\t"x" y\tz\n' % n for n in range(6000))
    head = HEAD.replace(b"name 0", b'"name"').replace(b"name 1\t", b'"name" \t')
    assert sniff(head[:65_536], ReadOptions()).strict
    table = make_table(head + titles)
    assert table.facts.dialect.quoting == "none"
    assert table.facts.reread is not None
    assert table.rows(6000, 1, 0, 9).cells == [["0", '"x" y', "z"]]


def test_lines_in_quotes_show_late(make_table: Callable[..., Table]) -> None:
    table = make_table(HEAD + b'7\t"a\tb\nc"\tx\n' * 3)
    assert table.facts.dialect.strict
    assert table.facts.reread is not None
    assert table.facts.rows == 6003
    assert table.rows(6002, 1, 0, 9).cells == [["7", "a\tb\nc", "x"]]
    assert table.line_numbers(6000, 3) == [6002, 6004, 6006]


def test_rows_that_start_like_comments_show_late(make_table: Callable[..., Table]) -> None:
    table = make_table(b"# made by hand\n" + HEAD + b"#7\tx\ty\n# no row\n")
    assert table.facts.dialect.comments == ()
    assert table.facts.reread is not None
    assert table.rows(6000, 9, 0, 9).cells == [["#7", "x", "y"], ["# no row"]]


def test_line_ends_that_show_late(make_table: Callable[..., Table]) -> None:
    table = make_table(HEAD + b"7\tx\ty\r8\tx\ty\r9\tx\ty\n")
    assert table.facts.dialect.line_ends == "mixed"
    assert table.rows(6000, 9, 0, 9).cells == [[n, "x", "y"] for n in "789"]


def test_a_regular_table_is_read_once(make_table: Callable[..., Table]) -> None:
    table = make_table(HEAD)
    assert table.facts.reread is None
    assert sorted(path.name for path in table.raw_path.parent.iterdir()) == [
        "gaps.u64",
        "lines.u64",
        "meta.json",
        "raw",
        "rows.u64",
    ]
