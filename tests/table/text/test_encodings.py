# ruff: noqa: RUF001 (letters of other scripts that look like Latin ones)
"""Encodings of texts that nothing marks."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

TEXTS = [
    ("cp932", "氏名\t住所\n山田太郎\t東京都千代田区\n鈴木花子\t大阪府大阪市\n"),
    ("cp932", "id\t名前\n1\tテスト\n2\tデータ\n3\tさくら\n"),
    ("cp932", "品名\t価格\nりんご\t100\nみかん\t80\n"),
    ("gb18030", "姓名\t地址\n张三\t北京市海淀区\n李四\t上海市浦东新区\n"),
    ("gb18030", "产品\t价格\n苹果\t5\n香蕉\t3\n"),
    ("gb18030", "城市\t省份\n广州\t广东\n成都\t四川\n武汉\t湖北\n"),
    ("koi8-r", "Имя\tГород\nИван\tМосква\nМария\tКазань\n"),
    ("koi8-r", "ид\tназвание\n1\tпроверка\n2\tданные\n3\tтаблица\n"),
    ("koi8-r", "слово\tперевод\nдом\thouse\nкошка\tcat\nсобака\tdog\n"),
    ("cp1251", "товар\tцена\nяблоко\t10\nгруша\t20\n"),
    ("cp1252", "Name\tStraße\nMüller\tHauptstraße\nGroß\tWaldweg\n"),
    ("cp1252", "id\tprice\n1\t5 €\n2\t7 €\n3\t“quoted” – text\n"),
    ("cp1252", "gene\tnote\nTP53\t5 µM\nBRCA\t37 °C\nMDM2\t±0.5\n"),
    ("cp1252", "nom\tville\nRené\tOrléans\nÉlodie\tBesançon\nFrançois\tNîmes\n"),
]


def cells(table: Table) -> list[list[str]]:
    return [table.names(0, 9) or [], *table.rows(0, 9, 0, 9).cells]


@pytest.mark.parametrize(("encoding", "text"), TEXTS, ids=[text[:6] for _, text in TEXTS])
def test_what_is_not_utf8_is_recognised(
    make_table: Callable[..., Table], encoding: str, text: str
) -> None:
    table = make_table(text.encode(encoding))
    dialect = table.facts.dialect
    assert dialect.encoding == encoding
    assert cells(table) == [line.split("\t") for line in text.splitlines()]
    assert ("last resort" in dialect.notes["encoding"]) == (encoding == "cp1252")


@pytest.mark.parametrize(("encoding", "text"), [TEXTS[0], TEXTS[3], TEXTS[6]])
def test_what_shows_late_is_recognised(
    make_table: Callable[..., Table], encoding: str, text: str
) -> None:
    ascii_rows = b"".join(b"%d\tnothing but ASCII\n" % n for n in range(5000))
    table = make_table(b"id\tnote\n" + ascii_rows + text.encode(encoding))
    assert (table.facts.dialect.encoding, table.facts.line_stats.undecodable) == (encoding, 0)
    assert table.facts.reread == table.facts.dialect.notes["encoding"]
    assert table.rows(5000, 1, 0, 9).cells == [text.splitlines()[0].split("\t")]


def test_without_the_detector_there_is_the_last_resort(
    make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "chardet", None)
    table = make_table(TEXTS[6][1].encode("koi8-r"))
    assert table.facts.dialect.encoding == "cp1252"
    assert "last resort" in table.facts.dialect.notes["encoding"]


def test_what_is_told_is_taken(make_table: Callable[..., Table]) -> None:
    text = TEXTS[9][1]
    table = make_table(text.encode("cp1251"), ReadOptions(encoding="koi8-r"))
    assert table.names(0, 1) == [text.split("\t")[0].encode("cp1251").decode("koi8-r")]


# --- NUL ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"id\tnote\tn\n1\tok\t5\n2\tab\0c\t6\n3\t\0\t7\n", ["1 ok 5", "2 ab\0c 6", "3 \0 7"]),
        (b"name\tvalue\nalpha\t1\nbeta\t\0\n", ["alpha 1", "beta \0"]),
        (b"id\tflag\n" + b"001\tA\t\0\n" * 6, ["001 A \0"] * 6),
        (b"id\tflag\n" + b"01\tA\t\0\n" * 6, ["01 A \0"] * 6),
        (b"\0" * 64 + b"5\tafter\n6\tnext\n", ["6 next"]),
        ("a\té\n1\tx\0\n".encode(), ["1 x\0"]),
    ],
)
def test_nul_is_a_character(make_table: Callable[..., Table], data: bytes, rows: list[str]) -> None:
    table = make_table(data)
    assert table.facts.dialect.encoding == "utf-8"
    shown = [" ".join(row) for row in table.rows(0, 9, 0, 9).cells]
    assert shown[-len(rows) :] == rows


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["a\tb\n1\t2\n", "name\tvalue\nalpha\té\n", "a\tb\n1\té\n2\t東\n", "氏名\tx\n山田\t1\n"]
)
def test_halves_that_are_nul_are_utf16(
    make_table: Callable[..., Table], text: str, encoding: str
) -> None:
    table = make_table(text.encode(encoding))
    assert table.facts.dialect.encoding == encoding
    assert cells(table) == [line.split("\t") for line in text.splitlines()]
