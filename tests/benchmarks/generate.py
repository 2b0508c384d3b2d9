"""Tables to measure with, the same bytes every time.

    T1  1,000,000 x 12, regular        T3  2,000 x 20,000, wide
    T2  10,000,000 x 12, regular       T5  2,100,000 x 12, ragged and quoted

Run as a script it writes those named into a folder: ``python generate.py T1 T5 --dir DIR``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"

HEADER = "id code value score qty category country date flag name text hash".split()
WORDS = "alpha beta gamma delta naïve café Zürich 東京 москва données run tumour sample".split()
BLOCK = 10_000
"""Rows that are made up; further ones repeat them under other ids."""


def _cells(source: random.Random) -> list[str]:
    return [
        f"{source.randrange(1000):03d}",
        f"{source.gauss(100, 25):.3f}",
        source.choice(["NA", "", *(f"{10 ** source.uniform(-6, 3):.6f}" for _ in range(18))]),
        str(source.randrange(100_000)),
        f"cat_{source.randrange(20):02d}",
        source.choice("US DE FR NA JP CN BR IN GB SE".split()),
        f"20{source.randrange(10, 30)}-{source.randrange(1, 13):02d}-{source.randrange(1, 29):02d}",
        source.choice(["TRUE", "FALSE", ""]),
        f"Zoë {source.randrange(5000)}",
        " ".join(source.choices(WORDS, k=source.randrange(1, 6))),
        f"{source.randrange(1 << 32):08x}",
    ]


def _messy(source: random.Random, cells: list[str]) -> list[str]:
    """Some rows short or long, some cells with stray quotes, line feeds or tabs in quotes."""
    chance = source.random()
    if chance < 0.02:
        return cells[: source.randrange(1, 9)]
    if chance < 0.03:
        return [*cells, "extra", "cells"]
    changed = {
        0.05: source.choice(['5" pipe', '1/2" x 3" tee', 'say "hi" to', '12"']),
        0.06: '"line one\nline ""two""\nend"',
        0.065: '"tab\there"',
        0.07: '"plain"',
    }
    text = next((text for limit, text in changed.items() if chance < limit), cells[9])
    return [*cells[:9], text, cells[10]]


def _tall(rows: int, shape: Callable[[random.Random, list[str]], list[str]]) -> Iterator[bytes]:
    source = random.Random(1)
    ends = ["\t".join(["", *shape(source, _cells(source))]) + "\n" for _ in range(BLOCK)]
    yield ("\t".join(HEADER) + "\n").encode()
    for first in range(0, rows, BLOCK):
        numbers = range(first, min(rows, first + BLOCK))
        yield "".join(f"{n:08d}{end}" for n, end in zip(numbers, ends, strict=False)).encode()


def _wide(rows: int, columns: int) -> Iterator[bytes]:
    source = random.Random(3)
    cells = [f"{source.random() * 10:.4f}" if source.random() > 0.08 else "" for _ in range(99_991)]
    yield ("\t".join(f"g{n:05d}" for n in range(columns)) + "\n").encode()
    for row in range(rows):
        start = row * 7919 % len(cells)
        yield ("\t".join((cells[start:] + cells)[:columns]) + "\n").encode()


TABLES: dict[str, Callable[[], Iterator[bytes]]] = {
    "T1": lambda: _tall(1_000_000, lambda source, cells: cells),
    "T2": lambda: _tall(10_000_000, lambda source, cells: cells),
    "T3": lambda: _wide(2_000, 20_000),
    "T5": lambda: _tall(2_100_000, _messy),
}


def generate(name: str, folder: Path = DATA) -> Path:
    """The file of a table, written unless it is there."""
    path = folder / f"{name}.tsv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        with beside.open("wb") as file:
            file.writelines(TABLES[name]())
        beside.replace(path)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", choices=TABLES)
    parser.add_argument("--dir", type=Path, default=DATA)
    options = parser.parse_args()
    for name in options.tables:
        print(generate(name, options.dir))
