"""The column names of formats that are known by name, as their specifications have them; pure."""

from __future__ import annotations


def _by_space(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _by_bar(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


BED = _by_space(
    "chrom chromStart chromEnd name score strand thickStart thickEnd itemRgb blockCount blockSizes "
    "blockStarts"
)
GFF = _by_space("seqid source type start end score strand phase attributes")
GTF = _by_space("seqname source feature start end score strand frame attribute")
VCF = _by_space("#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT")
SAM = _by_space("QNAME FLAG RNAME POS MAPQ CIGAR RNEXT PNEXT TLEN SEQ QUAL")
GAF = _by_bar(
    "DB|DB Object ID|DB Object Symbol|Relation|GO ID|DB:Reference|Evidence Code|With (or) From|"
    "Aspect|DB Object Name|DB Object Synonym|DB Object Type|Taxon|Date|Assigned By|"
    "Annotation Extension|Gene Product Form ID"
)
GPAD_1 = _by_bar(
    "DB|DB Object ID|Qualifier|GO ID|DB:Reference|Evidence Code|With (or) From|"
    "Interacting Taxon ID|Date|Assigned By|Annotation Extension|Annotation Properties"
)
GPAD_2 = _by_bar(
    "DB:DB_Object_ID|Negation|Relation|Ontology Class ID|Reference|Evidence Type|With (or) From|"
    "Interacting Taxon ID|Annotation Date|Assigned By|Annotation Extensions|Annotation Properties"
)
GPI_1 = _by_bar(
    "DB|DB Object ID|DB Object Symbol|DB Object Name|DB Object Synonym(s)|DB Object Type|Taxon|"
    "Parent Object ID|DB Xref(s)|Properties"
)
GPI_2 = _by_bar(
    "DB Object ID|DB Object Symbol|DB Object Name|DB Object Synonyms|DB Object Type|"
    "DB Object Taxon|Encoded By|Parent Protein|Protein Containing Complex Members|DB Xrefs|"
    "Gene Product Properties"
)
CONLLU = _by_space("ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC")
PSL = _by_space(
    "matches misMatches repMatches nCount qNumInsert qBaseInsert tNumInsert tBaseInsert strand "
    "qName qSize qStart qEnd tName tSize tStart tEnd blockCount blockSizes qStarts tStarts "
    "qSeqs tSeqs"
)
BLAST = _by_bar(
    "query id|subject id|% identity|alignment length|mismatches|gap opens|q. start|q. end|"
    "s. start|s. end|evalue|bit score"
)
FAI = _by_space("NAME LENGTH OFFSET LINEBASES LINEWIDTH QUALOFFSET")
MITAB = _by_bar(
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
    "Identification method participant B|"
    "Biological effect of interactor A|Biological effect of interactor B|"
    "Causal regulatory mechanism|Causal statement"
)
TAX_NAMES = _by_space("tax_id name_txt unique_name name_class")
TAX_NODES = _by_space(
    "tax_id parent_tax_id rank embl_code division_id inherited_div_flag genetic_code_id "
    "inherited_GC_flag mitochondrial_genetic_code_id inherited_MGC_flag GenBank_hidden_flag "
    "hidden_subtree_root_flag comments"
)
