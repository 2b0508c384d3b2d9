"""The dialect of a text: given by options, or found in its beginning.

options        checks options before they are used
sample         the beginning of a text as lines and rows
separators     line ends, delimiter and quoting
preamble       comment lines and lines before the rows;  header: the names of columns
formats        formats that are known by name;  format_list, format_columns: which there are
sniff          the dialect as a whole
"""
