"""Small files as programs write them: what stands before the names is no row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tsvshare_widget.table import Table

EVERYTHING = 10**9
MANY = [f"c{n}" for n in range(18)]
VCF_NAMES = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"

FILES: dict[str, tuple[str, str, str, str]] = {
    # name: the lines, the names by bars, the first row by bars, and how the file is called
    "sample sheet": (
        "[Header]\nVersion,4\nDate,2020\n\n[Reads]\n151\n151\n\n[Data]\nID,Name,index\nS1,a,AC\n"
        "S2,b,TT\n",
        "ID|Name|index",
        "S1|a|AC",
        "SampleSheet.csv",
    ),
    "padded sheet": (
        "[Header],,\nVersion,4,\n,,\n[Data],,\nID,Name,index\nS1,a,AC\nS2,b,TT\n",
        "ID|Name|index",
        "S1|a|AC",
        "SampleSheet.csv",
    ),
    "keys and values": (
        "Date:\t2020\nUser:\tme\n\nWell\tCt\tDye\tq\nA1\t20\tF\t1\nA2\t21\tF\t2\n",
        "Well|Ct|Dye|q",
        "A1|20|F|1",
        "",
    ),
    "a run's title": (
        "Experiment: run 1  Filter: SYBR\nInclude\tColor\tPos\tName\tCp\nTrue\t255\tA1\tS1\t20.1\n"
        "True\t255\tA2\tS2\t21.3\n",
        "Include|Color|Pos|Name|Cp",
        "True|255|A1|S1|20.1",
        "",
    ),
    "many names under a title": (
        "Title\t\n" + "\t".join(MANY) + "\n" + "\t".join(["1"] * 18) + "\n",
        "|".join(MANY),
        "|".join(["1"] * 18),
        "",
    ),
    "many names and no rows": ("A title\n" + "\t".join(MANY) + "\n", "|".join(MANY), "", ""),
    "VCF without rows": (
        f"##fileformat=VCFv4.2\n{VCF_NAMES}\n",
        VCF_NAMES.replace("\t", "|"),
        "",
        "",
    ),
    "comments over names": (
        '# Program:x v2; Command:"x" "-a"\nGene\tChr\tStart\ns1\tchr1\t1\ns2\tchr1\t9\n',
        "Gene|Chr|Start",
        "s1|chr1|1",
        "",
    ),
    "types of Perseus": (
        "Name\tA\tB\n#!{Type}T\tE\tC\n#!{C:Group}\tx\ty\nx\t1\t2\ny\t3\t4\n",
        "Name|A|B",
        "x|1|2",
        "",
    ),
    "types in words": ("id\tname\tage\nint\tstr\tfloat\n1\tx\t2\n", "id|name|age", "1|x|2", ""),
    "one name again and again": ("id\tid\tid\n1\t2\t3\n4\t5\t6\n", "id|id|id", "1|2|3", ""),
    "quoted names of rows": (
        '"mpg"\t"cyl"\n"Mazda RX4"\t21\t6\n"Datsun"\t22\t4\n',
        "|mpg|cyl",
        "Mazda RX4|21|6",
        "",
    ),
    "R's CSV": ('"","mpg"\n"Mazda",21\n"Datsun",22\n', "|mpg", "Mazda|21", "x.csv"),
    "dates as names": (
        "day\t2020-01-01\t2020-01-02\nx\t1\t2\ny\t3\t4\n",
        "day|2020-01-01|2020-01-02",
        "x|1|2",
        "",
    ),
    "blanks after quotes": ('a,b\n"x" ,1\n"y" ,2\n', "a|b", "x|1", "x.csv"),
    "apostrophes": ("a,b\nit's,1\n'tis,2\n", "a|b", "it's|1", "x.csv"),
    "a column in single quotes": ("a\tb\n'x'\t1\n'y'\t2\n", "a|b", "x|1", ""),
    "rows that look like comments": ("a\tb\n#x\t1\n#y\t2\n", "a|b", "#x|1", ""),
    "decimal commas": ("a;b\n1,5;2\n2,5;3\n3,5;4\n", "a|b", "1,5|2", "x.csv"),
    "GEO's platform": (
        "^PLATFORM = GPL1\n!Platform_title = x\n#ID = the id\n!platform_table_begin\nID\tSEQ\n"
        "1\tAC\n2\tTT\n!platform_table_end\n",
        "ID|SEQ",
        "1|AC",
        "",
    ),
    "a hint and quotes": ('sep=;\n"a";"b"\n"1;2";3\n', "a|b", "1;2|3", "x.csv"),
}


@pytest.mark.parametrize("name", FILES)
def test_names_and_rows_are_found(make_table: Callable[..., Table], name: str) -> None:
    text, names, row, called = FILES[name]
    table = make_table(text.encode(), name=called)
    assert table.names(0, EVERYTHING) == names.split("|")
    assert table.rows(0, 1, 0, EVERYTHING).cells == ([row.split("|")] if row else [])
