"""Real files, where they are at hand: they lie beside the checkout and are no part of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tsvshare_widget.table import Table

BESIDE = Path(__file__).parents[2] / "shared" / "corpora"
CORPORA = Path(os.environ.get("TSVSHARE_CORPORA", BESIDE)) / "data"

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"the corpora are not at {CORPORA} (TSVSHARE_CORPORA)"
)


@pytest.mark.parametrize(
    ("file", "rows", "columns", "skip", "first_name", "first_cell"),
    [
        ("expr/expression-matrix-all-genes.tsv", 50, 16_262, 0, "sample_id", "TCGA-21-5787-01"),
        ("gaf/goa_yeast.gaf", 587, 17, 12, None, "UniProtKB"),
        ("vcf/bgzf_last_line.vcf.gz", 1094, 8, 12, "#CHROM", "AE013599.4"),
        ("bed/ucsc_human.bed.gz", 5519, 9, 0, None, "chr1"),
        ("lang/iso-639-3.tab", 7927, 8, 0, "Id", "aaa"),
        ("sam/large_seq.sam", 2, 11, 1, None, "S1"),
        ("ud/uk_parlamint-ud-dev.conllu", 13_848, 10, 2, None, "1"),
        ("mitab/10075675.txt", 3, 42, 0, "#ID(s) interactor A", "uniprotkb:Q15436"),
    ],
)
def test_real_files(
    tmp_path: Path,
    file: str,
    rows: int,
    columns: int,
    skip: int,
    first_name: str | None,
    first_cell: str,
) -> None:
    table = Table.create(tmp_path / "t")
    table.adopt(CORPORA / file, lambda facts: None, threading.Event())
    table.finish()
    facts = table.facts
    assert (facts.rows, facts.columns, facts.reading.skip) == (rows, columns, skip)
    assert (table.names(0, 1) or [None])[0] == first_name
    assert table.rows(0, 1, 0, 1).cells == [[first_cell]]
    table.close()
