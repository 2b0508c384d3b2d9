"""Real files of many kinds are read as they are; ``fixtures/corpus.py`` says where they are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from corpus import OURS, Case, all_cases
from whole_tables import as_shown, every_line, read

from tsvshare_widget.read_options import ReadOptions

CASES = all_cases()

NOT_FOUND = {"data/taxdump/taxdump_names.dmp", "data/misc/milk.csv"}
"""A taxdump's bars are no columns, and milk.csv has a cell in Excel's quotes: what is expected has
the bars as cells and the quotes as text."""

NOT_SHOWN = NOT_FOUND | {
    "data/blast/psl_34_001.psl",
    "data/usgs/RDB1Example.txt",
    "data/usgs/short.rdb.xz",
    "data/usgs/short.rdb.bz2",
    "qiime2-metadata-valid/comments.tsv",
    "qiime2-metadata-valid/empty-rows.tsv",
    "qiime2-metadata-valid/leading-trailing-whitespace.tsv",
}
"""What is expected knows no lines that are left out though they are no comments: titles, blank
ones, those that say what the columns are; nor comments with blanks or quotes before the mark."""

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def test_there_are_files_of_many_kinds() -> None:
    ours = [case for case in CASES.values() if case.path.is_relative_to(OURS)]
    assert len(ours) >= 80
    assert CASES.keys() >= NOT_SHOWN


@each
def test_told_a_file_is_read_rightly(case: Case) -> None:
    assert case.is_read_as(every_line(str(case.path), case.dialect))


@each
def test_a_file_is_read_rightly_without_being_told(case: Case) -> None:
    assert case.is_read_as(every_line(str(case.path), None)) == (case.name not in NOT_FOUND)


@each
def test_what_people_see_is_right(case: Case) -> None:
    assert case.is_read_as(as_shown(str(case.path), None)) == (case.name not in NOT_SHOWN)


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


HERE = [name for name in FOUND if f"data/{name}" in CASES]


@pytest.mark.parametrize("name", HERE)
def test_what_is_found(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = read(str(CASES[f"data/{name}"].path), Path(folder), ReadOptions())
        reading = table.facts.dialect
        expected = FOUND[name]
        assert {field: getattr(reading, field) for field in expected} == expected
        assert all(reading.notes.values())
        table.close()
