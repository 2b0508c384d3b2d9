"""The dialect of a text: given by options, or found in its beginning.

options        checks options before they are used
sample         the beginning of a text as lines and rows
hints          a first line that names the delimiter
line_ends, delimiter, quoting      what ends rows, separates cells, stands around them
preamble       comment lines before the rows;  lead: other lines;  types_line: what columns are
header         the names of columns;  row_names: a header one shorter than its rows
formats        formats that are known by name;  format_list, format_columns: which there are
sniff          the dialect as a whole;  beginning: the lines and rows that all of these look at
"""
