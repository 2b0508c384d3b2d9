"""Formats that are known by name: how to recognise each, and what follows; pure.

A rule looks at the text.  The file's name only decides where the text leaves it open (``endings``).
Column names are those of each format's specification.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .marks import WRAPPED

_BED = (
    "chrom chromStart chromEnd name score strand thickStart thickEnd itemRgb blockCount blockSizes "
    "blockStarts"
)
_GFF = "seqid source type start end score strand phase attributes"
_GTF = "seqname source feature start end score strand frame attribute"
_SAM = "QNAME FLAG RNAME POS MAPQ CIGAR RNEXT PNEXT TLEN SEQ QUAL"
_GAF = (
    "DB|DB Object ID|DB Object Symbol|Relation|GO ID|DB:Reference|Evidence Code|With (or) From|"
    "Aspect|DB Object Name|DB Object Synonym|DB Object Type|Taxon|Date|Assigned By|"
    "Annotation Extension|Gene Product Form ID"
)
_GPAD_1 = (
    "DB|DB Object ID|Qualifier|GO ID|DB:Reference|Evidence Code|With (or) From|"
    "Interacting Taxon ID|Date|Assigned By|Annotation Extension|Annotation Properties"
)
_GPAD_2 = (
    "DB:DB_Object_ID|Negation|Relation|Ontology Class ID|Reference|Evidence Type|With (or) From|"
    "Interacting Taxon ID|Annotation Date|Assigned By|Annotation Extensions|Annotation Properties"
)
_CONLLU = "ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC"
_PSL = (
    "matches misMatches repMatches nCount qNumInsert qBaseInsert tNumInsert tBaseInsert strand "
    "qName qSize qStart qEnd tName tSize tStart tEnd blockCount blockSizes qStarts tStarts"
)
_BLAST = (
    "query id|subject id|% identity|alignment length|mismatches|gap opens|q. start|q. end|"
    "s. start|s. end|evalue|bit score"
)
_TAX_NAMES = "tax_id name_txt unique_name name_class"
_TAX_NODES = (
    "tax_id parent_tax_id rank embl_code division_id inherited_div_flag genetic_code_id "
    "inherited_GC_flag mitochondrial_genetic_code_id inherited_MGC_flag GenBank_hidden_flag "
    "hidden_subtree_root_flag comments"
)
_CHROM = r"(?:chr\w+|[0-9]{1,2}[LR]|X|Y|MT?|[A-Z]{2}_\d+\.\d+|(?:scaffold|contig|NODE)\w*)"
_SCORE, _STRAND = r"[^\t]*", r"[-+.?]"


class Format(NamedTuple):
    """A format, how to recognise it, and what is known of every file in it.

    It is recognised if all that is given of the following holds.  ``first``: the first line
    matches.  ``line``: some line does.  ``rows``: nearly all rows do.  ``header``: the first line
    that is no comment does.  ``endings``: the file's name ends so (before .gz and the like).

    ``comments`` are the starts of comment lines; ``has_header`` says whether the first line that is
    none is a header; ``names`` names the columns if not, ``names_in`` says in which comment their
    names stand, and ``names_split`` what is between them.
    """

    name: str
    first: str = ""
    line: str = ""
    rows: str = ""
    header: str = ""
    endings: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    has_header: bool | None = None
    names: tuple[str, ...] = ()
    names_in: str = ""
    names_split: str = r"\t"
    delimiter: str = "\t"
    quoting: str = "none"
    skip: int | None = None


def _by_space(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _by_bar(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


def _headed(name: str, header: str, comments: tuple[str, ...] = ()) -> Format:
    """A format that is told by its header line."""
    return Format(name, header=header, comments=comments, has_header=True)


FORMATS: tuple[Format, ...] = (
    Format("VCF", first=r"##fileformat=VCF", comments=("##",), has_header=True),
    Format(
        "GFF3", first=r"##gff-version\s+3", comments=("#",), has_header=False, names=_by_space(_GFF)
    ),
    Format(
        "GTF",
        rows=rf"[^\t]+\t[^\t]*\t[^\t]+\t\d+\t\d+\t{_SCORE}\t{_STRAND}\t[.012]\t\s*\w+ \"",
        comments=("#",),
        has_header=False,
        names=_by_space(_GTF),
    ),
    Format(
        "GFF",
        rows=rf"[^\t]+\t[^\t]*\t[^\t]+\t\d+\t\d+\t{_SCORE}\t{_STRAND}\t[.012](?:\t[^\t]*)?$",
        comments=("#",),
        has_header=False,
        names=_by_space(_GFF),
    ),
    Format(
        "SAM",
        first=r"@(?:HD|SQ|RG|PG|CO)\t",
        comments=tuple(f"@{kind}\t" for kind in ("HD", "SQ", "RG", "PG", "CO")),
        has_header=False,
        names=_by_space(_SAM),
    ),
    Format(
        "SAM",
        rows=r"[^\t]+\t\d+\t[^\t]+\t\d+\t\d+\t(?:\*|(?:\d+[MIDNSHPX=])+)\t[^\t]+\t\d+\t-?\d+\t",
        has_header=False,
        names=_by_space(_SAM),
    ),
    Format("GAF", first=r"!gaf-version", comments=("!",), has_header=False, names=_by_bar(_GAF)),
    Format(
        "GAF",
        rows=r"[^\t]+\t[^\t]+\t[^\t]*\t[^\t]*\tGO:\d{7}\t(?:[^\t]*\t){9,11}[^\t]*$",
        comments=("!",),
        has_header=False,
        names=_by_bar(_GAF),
    ),
    Format(
        "GPAD",
        first=r"!gpa-version: *2",
        comments=("!",),
        has_header=False,
        names=_by_bar(_GPAD_2),
    ),
    Format(
        "GPAD", first=r"!gpa-version", comments=("!",), has_header=False, names=_by_bar(_GPAD_1)
    ),
    Format("GPI", first=r"!gpi-version", comments=("!",), has_header=False),
    Format("PSI-MITAB", first=r"#\s*ID\(?s?\)? interactor A\t", has_header=True),
    Format(
        "CoNLL-U",
        rows=r"(?:\d+(?:[-.]\d+)?\t(?:[^\t]+\t){8}[^\t]+)?$",
        comments=("#",),
        has_header=False,
        names=_by_space(_CONLLU),
    ),
    Format(
        "Zeek",
        first=r"#separator ",
        line=r"#fields\t",
        comments=("#",),
        has_header=False,
        names_in=r"#fields\t(.*)",
    ),
    Format(
        "BLAST",
        first=r"# T?BLAST[NPX]",
        comments=("#",),
        has_header=False,
        names=_by_bar(_BLAST),
        names_in=r"# Fields: (.*)",
        names_split=", ",
    ),
    Format("PSL", first=r"psLayout version", has_header=False, names=_by_space(_PSL), skip=5),
    Format(
        "GEO SOFT",
        first=r"\^\w+ *=",
        comments=("^", "!", "#"),
        has_header=None,
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
        names=_by_space(_TAX_NAMES),
        delimiter=WRAPPED.decode(),
    ),
    Format(
        "NCBI taxdump nodes",
        rows=r"\d+\t\|\t\d+\t\|\t[a-z -]+\t\|\t.*\t\|$",
        has_header=False,
        names=_by_space(_TAX_NODES),
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
    Format("USGS RDB", line=r"\d+[sdnSDN](?:\t\d+[sdnSDN])+$", comments=("#",), has_header=True),
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
    Format("GCT", first=r"#1\.[23]$", has_header=True, skip=2),
    _headed("MAF", r"(?:[^\t]+\t)*Hugo_Symbol(?:\t|$)", comments=("#",)),
    _headed("IMDb", r"(?:tconst|nconst|titleId)\t"),
    _headed("UniProt", r"Entry\t(?:[^\t]+\t)*(?:Entry [Nn]ame|Reviewed|Protein names|Organism)"),
    _headed("KGTK", r"(?:id\t)?node1\tlabel\tnode2(?:\t|$)"),
    _headed("SPARQL results", r"\?\w+(?:\t\?\w+)*$"),
    _headed(
        "Darwin Core",
        r"(?i)(?=.*\b(?:taxonID|occurrenceID|gbifID|coreid)\b)"
        r"(?=.*\b(?:scientificName|basisOfRecord|taxonRank|vernacularName)\b)",
    ),
    _headed("SSSOM", r"(?=.*\bsubject_id\b)(?=.*\bobject_id\b).*\bmapping_justification\b", ("#",)),
    Format(
        "BED",
        rows=rf"(?:{_CHROM}\t\d+\t\d+(?:\t|$)|(?:track|browser)\b)",
        comments=("#", "track", "browser"),
        has_header=False,
        names=_by_space(_BED),
    ),
    Format(
        "BED",
        rows=r"(?:[^\t]+\t\d+\t\d+(?:\t|$)|(?:track|browser)\b)",
        endings=(".bed", ".narrowpeak", ".broadpeak", ".bedgraph", ".bdg"),
        comments=("#", "track", "browser"),
        has_header=False,
        names=_by_space(_BED),
    ),
)
"""The first one that fits counts."""

MATRIX = "numeric matrix"
"""A table with a name and then nothing but numbers in each row, such as expression values."""

MOST_LINES = 400
"""Lines looked at."""

_LEAST_MATRIX = 10  # columns
_PACKED = (".gz", ".bgz", ".bz2", ".xz", ".zst")
_NEARLY_ALL = 0.98
_VALUE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NA|NaN|nan|null|inf|")


def format_named(name: str) -> Format | None:
    """A format by its name; the first, if there are several."""
    return next((rule for rule in FORMATS if rule.name == name), None)


def recognise_format(lines: list[str], file_name: str) -> Format | None:
    """The format of a text that starts with ``lines``, without their line ends."""
    base = file_name.lower()
    for packed in _PACKED:
        base = base.removesuffix(packed)
    return next((rule for rule in FORMATS if _fits(rule, lines[:MOST_LINES], base)), None)


def names_of(rule: Format, lines: list[str], rows: list[list[str]]) -> tuple[tuple[str, ...], int]:
    """Names for the columns of a file without a header, and the line they stand on, or 0."""
    if rule.names_in:
        for number, line in enumerate(lines[:MOST_LINES], 1):
            if found := re.match(rule.names_in, line):
                return tuple(re.split(rule.names_split, found[1])), number
    width = max(map(len, rows), default=0)
    names = rule.names[:width]
    if rule.name == "BED":
        names = names[: _like_bed(rows)]
    return names, 0


def is_matrix(rows: list[list[str]]) -> bool:
    """Whether a table is a ``MATRIX``, by its header and first rows."""
    if len(rows) < 2 or len(rows[0]) < _LEAST_MATRIX or _VALUE.fullmatch(rows[0][0]):
        return False
    whole = [row for row in rows[1:] if len(row) == len(rows[0])] or rows[1:2]
    return len(whole) >= len(rows) - 2 and all(
        not _VALUE.fullmatch(row[0]) and all(map(_VALUE.fullmatch, row[1 : 10 * _LEAST_MATRIX]))
        for row in whole
    )


def _fits(rule: Format, lines: list[str], base: str) -> bool:
    if rule.endings and not base.endswith(rule.endings):
        return False
    if rule.first and not (lines and re.match(rule.first, lines[0])):
        return False
    if rule.line and not any(re.match(rule.line, line) for line in lines):
        return False
    rows = [line for line in lines if line and not line.startswith(rule.comments or ("\0",))]
    if rule.header and not (rows and re.match(rule.header, rows[0])):
        return False
    if rule.rows:
        if not (rows and re.match(rule.rows, rows[0])):
            return False
        return sum(1 for row in rows if re.match(rule.rows, row)) >= _NEARLY_ALL * len(rows)
    return True


def _like_bed(rows: list[list[str]]) -> int:
    """How many columns are what BED says they are: a score is a number, a strand a sign."""
    scores = [row[4] for row in rows if len(row) > 4]
    strands = [row[5] for row in rows if len(row) > 5]
    if not all(re.fullmatch(r"\d*\.?\d+|\.", score) for score in scores):
        return 3
    return 12 if all(strand in {"+", "-", "."} for strand in strands) else 5
