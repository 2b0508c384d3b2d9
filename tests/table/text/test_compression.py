"""Compressed files: what is in them, and what there is of damaged ones."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from table_fixture import EVERYTHING, SAMPLE, everything, fill, making

from tsvshare_widget.errors import BadTable, TooLarge
from tsvshare_widget.table import Table


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    with making(tmp_path) as make:
        yield make


def left_out(size: int, name: str) -> tuple[str, str] | None:
    """The problem of so many bytes after the last part."""
    said = f"{size} bytes after the last {name} part are no {name} and are left out"
    return ("trailing", said) if size else None


def test_gzip_members_and_what_follows_them(make: Callable[..., Table]) -> None:
    members = b"".join(gzip.compress(line) for line in SAMPLE.splitlines(keepends=True))
    whole = everything(make(SAMPLE))
    plain = b"3\t4\n" + gzip.compress(b"5\t6\n")
    for tail, left in {
        b"": 0,
        b"\0" * 600: 0,
        b"\0" * 600 + gzip.compress(b""): 0,
        b"garbage": 7,
        b"\0garbage": 7,
        b"\x1f": 1,
        plain: len(plain),
    }.items():
        for chunk in (1, 7, 1000):
            table = make(members + tail, chunk=chunk)
            assert everything(table)[1:] == whole[1:]
            assert table.facts.problem == left_out(left, "gzip")
            assert table.facts.dialect.compression == "gzip"
    later = make(members + b"\0" * 600 + gzip.compress(b"MDM2\t1\n"), chunk=5)
    assert later.rows(2, 9, 0, 9).cells == [["MDM2", "1"]]


def big_gzip() -> bytes:
    source = random.Random(1)
    lines = [b"%d\t%d\n" % (n, source.randrange(10**9)) for n in range(60_000)]
    return gzip.compress(b"".join(lines), mtime=0)


@pytest.mark.parametrize("chunk", [1000, 200_003])
def test_gzip_cut_off(make: Callable[..., Table], chunk: int) -> None:
    data = big_gzip()[:-5000]
    table = make(data, chunk=chunk)
    facts = table.facts
    assert facts.problem is not None
    assert facts.problem[0] == "truncated"
    assert facts.complete
    assert 50_000 < facts.rows < 60_000
    assert facts.rows == make(data).facts.rows
    assert table.rows(facts.rows - 2, 1, 0, 1).cells == [[str(facts.rows - 2)]]


def test_gzip_damaged(make: Callable[..., Table]) -> None:
    data = bytearray(big_gzip())
    data[300_000:300_100] = bytes(100)
    results = [everything(make(bytes(data), chunk=chunk)) for chunk in (1009, 65_536, EVERYTHING)]
    assert results[0] == results[1] == results[2]
    facts = results[0][0]
    assert facts.problem is not None
    assert facts.problem[0] == "corrupt"
    assert 10_000 < facts.rows < 60_000


def test_gzip_with_a_wrong_checksum_keeps_every_row(make: Callable[..., Table]) -> None:
    data = bytearray(gzip.compress(SAMPLE))
    data[-8] ^= 1
    table = make(bytes(data))
    assert table.facts.problem is not None
    assert table.facts.problem[0] == "corrupt"
    assert table.facts.problem[1].startswith("the checksum of the gzip stream is wrong")
    assert table.facts.rows == 2


@pytest.mark.parametrize(
    "data", [gzip.compress(SAMPLE, mtime=0)[:8], b"\x1f\x8b" + b"no gzip at all"]
)
def test_gzip_of_nothing(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadTable, match="nothing of this file can be read"):
        fill(tmp_path / "t", data)


def test_an_empty_gzip_is_an_empty_table(make: Callable[..., Table]) -> None:
    table = make(gzip.compress(b""))
    assert (table.facts.rows, table.facts.columns, table.facts.problem) == (0, 0, None)


def zstd(data: bytes) -> bytes:
    compressed: bytes = zstandard.ZstdCompressor().compress(data)
    return compressed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
}


@pytest.mark.parametrize("compression", PACKERS)
@pytest.mark.parametrize("chunk", [1, 7, EVERYTHING])
def test_other_compressions(make: Callable[..., Table], compression: str, chunk: int) -> None:
    pack = PACKERS[compression]
    data = b"".join(map(pack, SAMPLE.splitlines(keepends=True)))
    tails = {b"": 0, b"\0" * 8: 0, b"\0" * 8 + pack(b""): 0, b"garbage": 7, b"9\t9\n" * 3000: 12000}
    for tail, left in tails.items():
        table = make(data + tail, chunk=chunk) if left < 100 or chunk > 1 else None
        if table is None:
            continue
        assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"], ["BRCA1", "0.25"]]
        said = left_out(left, compression)
        assert table.facts.problem == (said and (said[0], said[1].replace("12000", "12,000")))
        assert table.facts.dialect.compression == compression


@pytest.mark.parametrize("chunk", [1, 7, EVERYTHING])
def test_zstd_frames_without_text(make: Callable[..., Table], chunk: int) -> None:
    skipped = b"\x51*M\x18" + (4).to_bytes(4, "little") + b"abcd"
    parts = [skipped + zstd(line) for line in SAMPLE.splitlines(keepends=True)]
    table = make(b"".join([*parts, skipped]), chunk=chunk)
    assert table.rows(0, 9, 0, 9).cells == [["TP53", "0.5"], ["BRCA1", "0.25"]]
    assert table.facts.problem is None
    assert table.facts.dialect.compression == "zstd"


@pytest.mark.slow
@pytest.mark.parametrize("compression", PACKERS)
def test_other_compressions_cut_off_or_damaged(
    make: Callable[..., Table], compression: str
) -> None:
    source = random.Random(7)
    packed = [
        PACKERS[compression](b"".join(b"%d\t%d\n" % (n, source.randrange(10**9)) for n in part))
        for part in (range(50_000), range(50_000, 99_000))
    ]
    whole = b"".join(packed)
    cut = [make(whole[:-1000], chunk=chunk) for chunk in (1009, 65_536)]
    broken = packed[0] + packed[1][:-2000] + bytes(100) + packed[1][-1900:]
    damaged = [make(broken, chunk=chunk) for chunk in (1009, 65_536)]
    for code, tables in (("truncated", cut), ("corrupt", damaged)):
        facts = tables[0].facts
        assert everything(tables[0]) == everything(tables[1])
        assert facts.problem is not None
        assert facts.problem[0] == code
        assert 50_000 <= facts.rows + facts.dialect.header < 99_000


def test_zstd_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(BadTable, match=r"pip install tsvshare-widget\[zstd\]"):
        fill(tmp_path / "t", zstd(SAMPLE))


def test_limit(tmp_path: Path) -> None:
    bomb = gzip.compress(b"a" * 50_000_000)
    table = Table.create(tmp_path / "bomb", limit=1_000_000)
    with pytest.raises(TooLarge, match="1,000,000"):
        table.feed_bytes(bomb)
    assert (tmp_path / "bomb" / "text").stat().st_size <= 2_100_000
    table.close()
    exact = Table.create(tmp_path / "exact", limit=len(SAMPLE))
    exact.feed_bytes(SAMPLE)
    with pytest.raises(TooLarge):
        exact.feed_bytes(b"x")
    exact.close()
