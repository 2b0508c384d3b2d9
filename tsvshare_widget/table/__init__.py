"""Bytes -> rows -> pages.  Knows no asyncio, no sockets and no widgets.

files, offsets       reading and writing at a place
marks, reading       what separates cells and rows; all of a reading, and what is told of it
unpack, compression  compressed bytes -> bytes
utf8, encoding       how much of a text is UTF-8; bytes of any encoding -> UTF-8
text, sample         is it text at all; its beginning as lines and rows
separators, leading, header, known, formats, dialect
                     how a text is to be read: told, or found in its beginning
places, signs, quotes, comments, indexer
                     text -> where rows end
rowindex, census     where rows stand, and on which line; what the lines are like
scan, stream         all of these, while the bytes are still coming
doubts, reread       the whole text against the reading; a file read once more
snapshot, spool      a table at one moment; bytes -> a folder that holds all of it
names                columns by parts of their names
append, writing      a finished table that grows; cells -> bytes that read back to them
cells, pages         rows and a window of columns -> cells
verbatim             rows as they stand in the text
delimiters, columns, blocks, walking
                     many rows at once: the cells of a column, all over the table
numbers, dates, texts, hashes
                     cells as numbers, dates, text and hashes
ordering, text_order, keys, finding, searching, matching, views
                     rows in order; texts in bytes; which rows pass -> a view
jobs, rowids, worker what a process is asked, and what it answers; views as files; the process
tally, extremes, bins, figures, profile
                     what the cells of a column are like
table                all of it behind one name
"""

from .cells.encode import encode_rows
from .cells.pages import Rows
from .cells.split import Cell
from .cells.verbatim import Verbatim
from .dialect.format_list import FORMATS
from .dialect.sniff import sniff
from .lines.line_stats import Census, Count
from .reading import Reading, Told, as_told
from .state import Facts, Moment
from .storage.files import clone_file
from .table import CELL_CHARACTERS, Table

__all__ = [
    "CELL_CHARACTERS",
    "FORMATS",
    "Cell",
    "Census",
    "Count",
    "Facts",
    "Moment",
    "Reading",
    "Rows",
    "Table",
    "Told",
    "Verbatim",
    "as_told",
    "clone_file",
    "encode_rows",
    "sniff",
]
