"""Real files of many kinds, scored as their own scorer does.

The corpora stand beside the checkout, in ``../shared/corpora`` or where ``TSVSHARE_CORPORA`` says.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from score_adapter import as_shown, every_line, read

from tsvshare_widget.read_options import ReadOptions

BESIDE = Path(__file__).parents[4] / "shared" / "corpora"
CORPORA = Path(os.environ.get("TSVSHARE_CORPORA", BESIDE))

pytestmark = [
    pytest.mark.skipif(
        not (CORPORA / "score.py").exists(), reason=f"the corpora are not at {CORPORA}"
    ),
    # The scorer leaves it to Python to close its files.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def scorer() -> Iterator[ModuleType]:
    spec = spec_from_file_location("score", CORPORA / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


Reader = Callable[[str, dict[str, Any] | None], list[list[str]]]


def wrong_files(scorer: ModuleType, reader: Reader, *, options: bool) -> dict[str, set[str]]:
    """The files of each group that are not read rightly, cell for cell."""
    wrong: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for group, path, case in scorer.cases():
        rows = reader(path, case["dialect"] if options else None)
        counts[group] += 1
        if scorer.judge([row or [""] for row in rows], case["expect"]) != "strict":
            wrong.setdefault(group, set()).add(Path(path).name)
    assert counts["data"] == 48
    assert len(counts) == 5
    return wrong


def test_told_every_case_is_right(scorer: ModuleType) -> None:
    assert wrong_files(scorer, every_line, options=True) == {}


def test_found_nearly_every_case_is_right(scorer: ModuleType) -> None:
    # A taxdump's bars are no columns, and milk.csv has a cell in Excel's quotes: the scorer wants
    # the bars as cells and the quotes as text.
    expected = {"data": {"taxdump_names.dmp", "milk.csv"}}
    assert wrong_files(scorer, every_line, options=False) == expected


def test_what_people_see_is_right(scorer: ModuleType) -> None:
    # Beside those: the scorer knows no lines that are left out though they are no comments.
    expected = {
        "data": {
            "taxdump_names.dmp",
            "milk.csv",
            "psl_34_001.psl",
            "short.rdb.xz",
            "short.rdb.bz2",
        },
        "qiime2-metadata-valid": {"empty-rows.tsv", "missing-data.tsv"},
    }
    assert wrong_files(scorer, as_shown, options=False) == expected


FOUND: dict[str, dict[str, Any]] = {
    "bed/BEAF_Kc_Bushey_2009.bed": {"format": "BED", "skip": 1},
    "bed/tabix_bed_file.bed": {"format": "BED", "skip": 24},
    "bed/x.bed": {"format": "BED"},
    "bed/ucsc_human.bed.gz": {"format": "BED", "compression": "gzip"},
    "bed/hg19.cytoband.tsv": {"header_line": 1, "format": None},
    "gtf/ensembl.gtf": {"format": "GTF", "skip": 5},
    "gff/wormbase_gff2.txt": {"format": "GFF"},
    "vcf/complexfile_passed_000.vcf": {"format": "VCF", "header_line": 47},
    "vcf/bgzf_last_line.vcf.gz": {"format": "VCF", "header_line": 13},
    "vcf/passed_compressed.vcf.bz2": {"format": "VCF", "header_line": 2},
    "sam/index_dos.sam": {"format": "SAM", "line_ends": "crlf"},
    "sam/large_seq.sam": {"format": "SAM"},
    "gaf/goa_yeast.gaf": {"format": "GAF", "skip": 12},
    "blast/mirna.tab": {"format": "BLAST", "header_line": 4},
    "blast/psl_34_001.psl": {"format": "PSL", "skip": 5},
    "maf/tcga_laml.maf.gz": {"format": "MAF", "header_line": 1},
    "maf/APL_primary.maf.gz": {"line_ends": "cr", "header_line": 1},
    "maf/variants.hg19_multianno.txt": {"line_ends": "cr", "quoting": "excel"},
    "expr/expression-matrix-all-genes.tsv": {"format": "numeric matrix", "header_line": 1},
    "proteomics/proteinGroups.txt": {"header_line": 1},
    "geo/GPL4133.txt": {"format": "GEO SOFT", "comments": ("^", "!", "#")},
    "mitab/10075675.txt": {"format": "PSI-MITAB", "header_line": 1},
    "taxdump/taxdump_names.dmp": {"delimiter": "\t|\t", "header_line": None},
    "ud/uk_parlamint-ud-dev.conllu": {"format": "CoNLL-U", "quoting": "none"},
    "wordnet/wn-data-als.tab": {"comments": ("#",), "header_line": None},
    "lang/iso-639-3.tab": {"header_line": 1},
    "unihan/Unihan_Readings.txt": {"format": "Unihan"},
    "tz/zone1970.tab": {"header_line": 38, "comments": ("#",)},
    "tz/iso3166.tab": {"header_line": 30, "comments": ("#",)},
    "geonames/countryInfo.txt": {"header_line": 51, "comments": ("#",)},
    "usgs/RDB1Example.txt": {"format": "USGS RDB", "header_line": 23},
    "usgs/short.rdb.xz": {"compression": "xz", "header_line": 4},
    "wikidata/tiwid_wikidata.tsv": {"header_line": 1, "comments": ()},
    "wikidata/kgtk_wikidata_sample.tsv": {"format": "KGTK", "quoting": "none"},
    "sssom/negative.sssom.tsv": {"header_line": 62, "line_ends": "crlf"},
    "misc/curated_papers.tsv": {"header_line": 1},
    "logs/zeek_tor_ssl.log": {"format": "Zeek", "header_line": 7},
    "logs/zeek_http.log.gz": {"format": "Zeek", "header_line": 7},
    "dumps/tenk.tsv.gz": {"header_line": None},
    "dumps/mysql_outfile_human_eval.tsv": {"quoting": "backslash"},
    "dumps/psql.tsv": {"quoting": "none", "header_line": None},
    "dumps/pg_stud_emp.data": {"header_line": None},
    "dwc/DarwinCore.txt": {"format": "Darwin Core", "quoting": "none"},
    "utf16/curated_papers.unicode-text.txt": {"encoding": "utf-16-le", "line_ends": "crlf"},
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = read(str(CORPORA / "data" / name), Path(folder), ReadOptions())
        reading = table.facts.dialect
        expected = FOUND[name]
        assert {field: getattr(reading, field) for field in expected} == expected
        assert all(reading.notes.values())
        table.close()
