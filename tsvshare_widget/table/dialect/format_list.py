"""The formats that are known by name, and how to recognise each; pure."""

from __future__ import annotations

from typing import NamedTuple

from tsvshare_widget.read_options import Quoting
from tsvshare_widget.table.lines.syntax import WRAPPED

from .format_columns import (
    BED,
    BLAST,
    CONLLU,
    FAI,
    GAF,
    GFF,
    GPAD_1,
    GPAD_2,
    GPI_1,
    GPI_2,
    GTF,
    MITAB,
    PSL,
    SAM,
    TAX_NAMES,
    TAX_NODES,
    VCF,
)

_CHROM = r"(?:chr\w+|[0-9]{1,2}[LR]|X|Y|MT?|[A-Z]{2}_\d+\.\d+|(?:scaffold|contig|NODE)\w*)"
_SCORE, _STRAND = r"[^\t]*", r"[-+.?]"
_GFF = rf"[^\t]+\t[^\t]*\t[^\t]+\t\d+\t\d+\t{_SCORE}\t{_STRAND}"
_SEQUENCES = ("##FASTA", ">")
_VALUE = r"\d+(?:\.\d*)?(?:e[-+]?\d+)?"


class Format(NamedTuple):
    """A format: patterns that recognise it, and the part of the dialect that all its files share.

    A file is recognised if all given patterns match: ``first`` the first line, ``line`` some line,
    ``rows`` nearly all rows, ``header`` the first line that is no comment, ``second`` the next one.
    ``endings`` are endings of the file's name (before .gz and the like).

    ``comments`` are the starts of comment lines, ``until`` those of lines from which on there are
    no rows; ``has_header`` says whether the first other line
    is a header (None: to be found).  ``names`` are the columns' names if it is not; ``names_in``
    matches the comment in which they stand instead, separated by ``names_split``, and ``types_in``
    one that says what the columns are.  ``quoting``
    None: to be found; ``keeps_quotes``: quotes are data even around whole cells.
    """

    name: str
    first: str = ""
    line: str = ""
    rows: str = ""
    header: str = ""
    second: str = ""
    endings: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    has_header: bool | None = None
    names: tuple[str, ...] = ()
    names_in: str = ""
    names_split: str = r"\t"
    types_in: str = ""
    delimiter: str = "\t"
    quoting: Quoting | None = "none"
    skip: int | None = None
    keeps_quotes: bool = False


def _headed(
    name: str, header: str, comments: tuple[str, ...] = (), *, keeps_quotes: bool = False
) -> Format:
    """A format that is recognised by its header line."""
    return Format(
        name, header=header, comments=comments, has_header=True, keeps_quotes=keeps_quotes
    )


FORMATS: tuple[Format, ...] = (
    Format(
        "VCF",
        first=r"##fileformat=VCF",
        header=r"[^#\t][^\t]*\t\d+\t",
        comments=("##",),
        has_header=False,
        names=VCF,
    ),
    Format("VCF", first=r"##fileformat=VCF", comments=("##",), has_header=True),
    _headed("VCF", r"#CHROM\tPOS\tID\tREF\tALT(?:\t|$)", ("##",)),
    Format(
        "GFF3",
        first=r"##gff-version\s+3",
        comments=("#",),
        until=_SEQUENCES,
        has_header=False,
        names=GFF,
    ),
    Format(
        "GTF",
        rows=rf"{_GFF}\t[.012]\t(?:\s*[\w.-]+ \"|[^\t]*\b(?:gene|transcript)_id[ =]|"
        r"\s*(?:[\w.-]+ (?:\"[^\"\t]*\"|[^\t;\" ]+) *; *)+\s*$)",
        comments=("#",),
        until=_SEQUENCES,
        has_header=False,
        names=GTF,
    ),
    Format(
        "GFF",
        rows=rf"{_GFF}\t[.012](?:\t[^\t]*)?$",
        comments=("#",),
        until=_SEQUENCES,
        has_header=False,
        names=GFF,
    ),
    Format(
        "SAM",
        first=r"@(?:HD|SQ|RG|PG|CO)\t",
        comments=tuple(f"@{kind}\t" for kind in ("HD", "SQ", "RG", "PG", "CO")),
        has_header=False,
        names=SAM,
    ),
    Format(
        "SAM",
        rows=r"[^\t]+\t\d+\t[^\t]+\t\d+\t\d+\t(?:\*|(?:\d+[MIDNSHPX=])+)\t[^\t]+\t\d+\t-?\d+\t",
        has_header=False,
        names=SAM,
    ),
    Format("GAF", first=r"!gaf-version", comments=("!",), has_header=False, names=GAF),
    Format(
        "GAF",
        rows=r"[^\t]+\t[^\t]+\t[^\t]*\t[^\t]*\tGO:\d{7}\t(?:[^\t]*\t){9,11}[^\t]*$",
        comments=("!",),
        has_header=False,
        names=GAF,
    ),
    Format(
        "GPAD",
        first=r"!gpa-version: *2",
        comments=("!",),
        has_header=False,
        names=GPAD_2,
    ),
    Format("GPAD", first=r"!gpa-version", comments=("!",), has_header=False, names=GPAD_1),
    Format("GPI", first=r"!gpi-version: *2", comments=("!",), has_header=False, names=GPI_2),
    Format("GPI", first=r"!gpi-version", comments=("!",), has_header=False, names=GPI_1),
    Format("PSI-MITAB", first=r"#\s*ID\(?s?\)? interactor A\t", has_header=True),
    Format(
        "PSI-MITAB",
        rows=r"(?:[^\t]+\t){6}psi-mi:\"?MI:\d{4}",
        has_header=False,
        names=MITAB,
    ),
    Format(
        "Zeek",
        line=r"#fields\t",
        comments=("#",),
        has_header=False,
        names_in=r"#fields\t(.*)",
        types_in=r"#types\t(.*)",
    ),
    Format(
        "CoNLL-U",
        rows=r"(?:\d{1,4}(?:[-.]\d{1,4})?\t[^\t]+\t[^\t]+\t[^\t\d]+\t(?:[^\t]+\t){2}"
        r"(?:\d{1,4}|_)\t(?:[^\t]+\t){2}[^\t]+)?$",
        comments=("#",),
        has_header=False,
        names=CONLLU,
    ),
    Format(
        "BLAST",
        first=r"# T?BLAST[NPX]",
        comments=("#",),
        has_header=False,
        names=BLAST,
        names_in=r"# Fields: (.*)",
        names_split=", ",
    ),
    Format(
        "BLAST",
        first=r"# ",
        line=r"# Fields: ",
        comments=("#",),
        has_header=False,
        names=BLAST,
        names_in=r"# Fields: (.*)",
        names_split=", ",
    ),
    Format(
        "BLAST",
        rows=rf"[^\t]+\t[^\t]+\t\d{{1,3}}\.\d+\t(?:\d+\t){{7}} *{_VALUE}\t *{_VALUE}$",
        comments=("#",),
        has_header=False,
        names=BLAST,
    ),
    Format("PSL", first=r"psLayout version", has_header=False, names=PSL, skip=5),
    Format(
        "PSL",
        rows=r"(?:\d+\t){8}[-+]{1,2}\t[^\t]+\t(?:\d+\t){3}[^\t]+\t(?:\d+\t){4}(?:[\d,]+\t){2}[\d,]+"
        r"(?:\t[\w,*.-]*\t[\w,*.-]*)?$",
        has_header=False,
        names=PSL,
    ),
    Format(
        "GEO SOFT",
        first=r"\^\w+ *=",
        comments=("^", "!", "#"),
        has_header=None,
    ),
    Format(
        "GEO series matrix", first=r"!Series_", comments=("!",), has_header=True, quoting="excel"
    ),
    Format(
        "NCBI gene_info",
        first=r"#Format: tax_id GeneID ",
        comments=("#",),
        has_header=False,
        names_in=r"#Format: ([^(]*?) *(?:\(|$)",
        names_split=" ",
    ),
    _headed("NCBI gene_info", r"#tax_id\tGeneID\t"),
    Format(
        "NCBI taxdump names",
        rows=r"\d+\t\|\t[^|]*\t\|\t[^|]*\t\|\t(?:[a-z -]+)\t\|$",
        has_header=False,
        names=TAX_NAMES,
        delimiter=WRAPPED.decode(),
    ),
    Format(
        "NCBI taxdump nodes",
        rows=r"\d+\t\|\t\d+\t\|\t[a-z -]+\t\|\t.*\t\|$",
        has_header=False,
        names=TAX_NODES,
        delimiter=WRAPPED.decode(),
    ),
    Format(
        "NCBI taxdump",
        rows=r"[^\t]*\t\|(?:\t[^\t]*\t\|)+$",
        has_header=False,
        delimiter=WRAPPED.decode(),
    ),
    Format(
        "mzTab",
        first=r"(?:COM\t.*|MTD\tmzTab-(?:version|mode|ID)\t.*)",
        line=r"MTD\tmzTab-",
        comments=("COM\t",),
        has_header=False,
    ),
    Format(
        "mzTab",
        first=r"MTD\t[^\t]+-[^\t]+\t",
        line=r"(?:PRH|PEH|SMH)\t",
        comments=("COM\t",),
        has_header=False,
        quoting=None,
    ),
    Format(
        "USGS RDB",
        header=r"[^\t]+\t",
        second=r"\d*[sdnSDN](?:\t\d*[sdnSDN])+$",
        comments=("#",),
        has_header=True,
    ),
    Format(
        "Open Multilingual Wordnet",
        rows=r"\d{8}-[nvarsx]\t(?:\w+:)?[\w:]+\t",
        comments=("#",),
        has_header=False,
        names=("synset", "type", "value"),
    ),
    Format(
        "Unihan",
        rows=r"(?:U\+[0-9A-F]{4,6}\tk\w+\t[^\t]*)?$",
        comments=("#",),
        has_header=False,
        names=("code point", "property", "value"),
    ),
    Format("GCT", first=r"#1\.[23]\s*$", has_header=True, skip=2),
    Format(
        "GMT",
        rows=r"[^\t]+\t[^\t]*\t",
        endings=(".gmt",),
        has_header=False,
        names=("gene set", "description"),
    ),
    Format("GFA", rows=r"[A-Z#]\t", endings=(".gfa",), comments=("#\t",), has_header=False),
    Format(
        "FASTA index",
        rows=r"[^\t]+(?:\t\d+){4,5}$",
        endings=(".fai",),
        has_header=False,
        names=FAI,
    ),
    Format(
        "UCSC chain",
        first=r"(?:#|chain \d)",
        line=r"chain \d+ \S+ \d+ [-+] ",
        comments=("#",),
        has_header=False,
    ),
    _headed(
        "MAF",
        r"(?=(?:.*\t)?Hugo_Symbol(?:\t|$))(?=.*(?:Chrom|Tumor_Sample|Variant_Class))",
        comments=("#",),
    ),
    _headed("IMDb", r"(?:tconst|nconst|titleId)\t"),
    _headed("UniProt", r"Entry\t(?:[^\t]+\t)*(?:Entry [Nn]ame|Reviewed|Protein names|Organism)"),
    _headed("KGTK", r"(?=(?:.*\t)?node1\t)(?=.*\tnode2(?:\t|$))", keeps_quotes=True),
    _headed("KGTK", r"(?:id\t)?node1\tlabel\t(?:.*\t)?node2;", keeps_quotes=True),
    _headed("SPARQL results", r"\?\w+(?:\t\?\w+)*$", keeps_quotes=True),
    _headed(
        "Darwin Core",
        r"(?i)(?!\")(?=.*\b(?:taxonID|occurrenceID|gbifID|coreid)\b)"
        r"(?=.*\b(?:scientificName|basisOfRecord|taxonRank|vernacularName)\b)",
        keeps_quotes=True,
    ),
    _headed("SSSOM", r"(?=.*\bsubject_id\b)(?=.*\bobject_id\b).*\bmapping_justification\b", ("#",)),
    Format(
        "BED",
        rows=rf"(?:{_CHROM}\t\d+\t\d+(?:\t|$)|(?:track|browser)\b)",
        comments=("#", "track", "browser"),
        has_header=False,
        names=BED,
    ),
    Format(
        "BED",
        rows=r"(?:[^\t]+\t\d+\t\d+(?:\t|$)|(?:track|browser)\b)",
        endings=(".bed", ".narrowpeak", ".broadpeak", ".bedgraph", ".bdg"),
        comments=("#", "track", "browser"),
        has_header=False,
        names=BED,
    ),
)
"""All rules; the first one that fits decides."""
