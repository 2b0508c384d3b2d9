"""The front end stays small: a notebook's kernel sends all of it for every widget."""

from __future__ import annotations

import gzip
from pathlib import Path

import tsvshare_widget

STATIC = Path(tsvshare_widget.__file__).parent / "static"
BUNDLE = ("widget.js", "widget.css", "page.js")
LIMIT = 61_000
"""Bytes of all of it, as a browser downloads it."""


def test_the_bundle_stays_small():
    missing = [name for name in BUNDLE if not (STATIC / name).is_file()]
    assert not missing, f"{missing} not built: run python hatch_build.py"
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in BUNDLE}
    print(*(f"{name}: {size:,} bytes gzip" for name, size in sizes.items()), sep="\n")
    total = sum(sizes.values())
    print(f"together: {total:,} of {LIMIT:,}")
    assert total <= LIMIT, f"the bundle has {total:,} bytes gzip: {sizes}"
