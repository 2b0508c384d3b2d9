"""The front end stays small: a notebook's kernel sends its first part for every widget."""

from __future__ import annotations

import gzip
from pathlib import Path

import tsvshare_widget

STATIC = Path(tsvshare_widget.__file__).parent / "static"
FIRST = ("widget.js", "widget.css", "loader.js", "page.js")
"""What is loaded before there is anything to see."""
LATER = ("extras.js",)
LANGUAGES = ("texts-de.js",)
"""What browsers load that are set to another language; each has one of them at most."""
FIRST_LIMIT = 60_000
"""Bytes of the first part, as a browser downloads it."""
LIMIT = 120_000
"""Bytes of all of it."""


def test_the_bundle_stays_small():
    missing = [name for name in FIRST + LATER + LANGUAGES if not (STATIC / name).is_file()]
    assert not missing, f"{missing} not built: run python hatch_build.py"
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in FIRST + LATER}
    print(*(f"{name}: {size:,} bytes gzip" for name, size in sizes.items()), sep="\n")
    first, total = sum(sizes[name] for name in FIRST), sum(sizes.values())
    print(f"first: {first:,} of {FIRST_LIMIT:,}; together: {total:,} of {LIMIT:,}")
    assert first <= FIRST_LIMIT, f"the first part has {first:,} bytes gzip: {sizes}"
    assert total <= LIMIT, f"the bundle has {total:,} bytes gzip: {sizes}"
