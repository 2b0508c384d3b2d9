"""The formats that are known by name, and how to recognise each; pure.

Column names are those of each format's specification.
"""

from __future__ import annotations

from typing import NamedTuple

from tsvshare_widget.read_options import Quoting
from tsvshare_widget.table.lines.syntax import WRAPPED

_BED = (
    "chrom chromStart chromEnd name score strand thickStart thickEnd itemRgb blockCount blockSizes "
    "blockStarts"
)
_GFF = "seqid source type start end score strand phase attributes"
_GTF = "seqname source feature start end score strand frame attribute"
_VCF = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT"
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
_FAI = "NAME LENGTH OFFSET LINEBASES LINEWIDTH QUALOFFSET"
_MITAB = (
    "ID(s) interactor A|ID(s) interactor B|Alt. ID(s) interactor A|Alt. ID(s) interactor B|"
    "Alias(es) interactor A|Alias(es) interactor B|Interaction detection method(s)|"
    "Publication 1st author(s)|Publication Identifier(s)|Taxid interactor A|Taxid interactor B|"
    "Interaction type(s)|Source database(s)|Interaction identifier(s)|Confidence value(s)|"
    "Expansion method(s)|Biological role(s) interactor A|Biological role(s) interactor B|"
    "Experimental role(s) interactor A|Experimental role(s) interactor B|"
    "Type(s) interactor A|Type(s) interactor B|Xref(s) interactor A|Xref(s) interactor B|"
    "Interaction Xref(s)|Annotation(s) interactor A|Annotation(s) interactor B|"
    "Interaction annotation(s)|Host organism(s)|Interaction parameter(s)|Creation date|"
    "Update date|Checksum(s) interactor A|Checksum(s) interactor B|Interaction Checksum(s)|"
    "Negative|Feature(s) interactor A|Feature(s) interactor B|Stoichiometry(s) interactor A|"
    "Stoichiometry(s) interactor B|Identification method participant A|"
    "Identification method participant B"
)
_TAX_NAMES = "tax_id name_txt unique_name name_class"
_TAX_NODES = (
    "tax_id parent_tax_id rank embl_code division_id inherited_div_flag genetic_code_id "
    "inherited_GC_flag mitochondrial_genetic_code_id inherited_MGC_flag GenBank_hidden_flag "
    "hidden_subtree_root_flag comments"
)
_CHROM = r"(?:chr\w+|[0-9]{1,2}[LR]|X|Y|MT?|[A-Z]{2}_\d+\.\d+|(?:scaffold|contig|NODE)\w*)"
_SCORE, _STRAND = r"[^\t]*", r"[-+.?]"
_VALUE = r"\d+(?:\.\d*)?(?:e[-+]?\d+)?"


class Format(NamedTuple):
    """A format, how to recognise it, and what is known of every file in it.

    It is recognised if all that is given of the following holds.  ``first``: the first line
    matches.  ``line``: some line does.  ``rows``: nearly all rows do.  ``header``: the first line
    that is no comment does, and ``second`` the next one.  ``endings``: the file's name ends so
    (before .gz and the like).

    ``comments`` are the starts of comment lines; ``has_header`` says whether the first line that is
    none is a header; ``names`` names the columns if not, ``names_in`` says in which comment their
    names stand, and ``names_split`` what is between them.  ``quoting`` None: as it is found.
    """

    name: str
    first: str = ""
    line: str = ""
    rows: str = ""
    header: str = ""
    second: str = ""
    endings: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    has_header: bool | None = None
    names: tuple[str, ...] = ()
    names_in: str = ""
    names_split: str = r"\t"
    delimiter: str = "\t"
    quoting: Quoting | None = "none"
    skip: int | None = None


def _by_space(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _by_bar(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


def _headed(name: str, header: str, comments: tuple[str, ...] = ()) -> Format:
    """A format that is told by its header line."""
    return Format(name, header=header, comments=comments, has_header=True)


FORMATS: tuple[Format, ...] = (
    Format(
        "VCF",
        first=r"##fileformat=VCF",
        header=r"[^#\t][^\t]*\t\d+\t",
        comments=("##",),
        has_header=False,
        names=_by_space(_VCF),
    ),
    Format("VCF", first=r"##fileformat=VCF", comments=("##",), has_header=True),
    _headed("VCF", r"#CHROM\tPOS\tID\tREF\tALT(?:\t|$)", ("##",)),
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
        "PSI-MITAB",
        rows=r"(?:[^\t]+\t){6}psi-mi:\"?MI:\d{4}",
        has_header=False,
        names=_by_bar(_MITAB),
    ),
    Format("Zeek", line=r"#fields\t", comments=("#",), has_header=False, names_in=r"#fields\t(.*)"),
    Format(
        "CoNLL-U",
        rows=r"(?:\d{1,4}(?:[-.]\d{1,4})?\t[^\t]+\t[^\t]+\t[^\t\d]+\t(?:[^\t]+\t){2}"
        r"(?:\d{1,4}|_)\t(?:[^\t]+\t){2}[^\t]+)?$",
        comments=("#",),
        has_header=False,
        names=_by_space(_CONLLU),
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
    Format(
        "BLAST",
        first=r"# ",
        line=r"# Fields: ",
        comments=("#",),
        has_header=False,
        names=_by_bar(_BLAST),
        names_in=r"# Fields: (.*)",
        names_split=", ",
    ),
    Format(
        "BLAST",
        rows=rf"[^\t]+\t[^\t]+\t\d{{1,3}}\.\d+\t(?:\d+\t){{7}} *{_VALUE}\t *{_VALUE}$",
        comments=("#",),
        has_header=False,
        names=_by_bar(_BLAST),
    ),
    Format("PSL", first=r"psLayout version", has_header=False, names=_by_space(_PSL), skip=5),
    Format(
        "PSL",
        rows=r"(?:\d+\t){8}[-+]{1,2}\t[^\t]+\t(?:\d+\t){3}[^\t]+\t(?:\d+\t){4}(?:[\d,]+\t){2}[\d,]+$",
        has_header=False,
        names=_by_space(_PSL),
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
        names=_by_space(_FAI),
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
    _headed("KGTK", r"(?=(?:.*\t)?node1\t)(?=.*\tnode2(?:\t|$))"),
    _headed("KGTK", r"(?:id\t)?node1\tlabel\t(?:.*\t)?node2;"),
    _headed("SPARQL results", r"\?\w+(?:\t\?\w+)*$"),
    _headed(
        "Darwin Core",
        r"(?i)(?!\")(?=.*\b(?:taxonID|occurrenceID|gbifID|coreid)\b)"
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
