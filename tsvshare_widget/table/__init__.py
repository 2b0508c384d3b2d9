"""Bytes -> rows -> pages.  Knows no asyncio, no sockets and no widgets.

lines      text -> where its rows and cells end, without looking at what they say
storage    files with random access; the index of rows
text       bytes of any compression and encoding -> UTF-8 text
dialect    how a text is to be read: by options, or as found in its beginning
ingest     all of these while the bytes are still coming; rereading; appending
cells      rows and a window of columns -> cells, and back to bytes
columns    many cells of a column at once: as numbers, dates, text, hashes
query      sorts, filters, searches -> row ids
profile    what the cells of a column are like
parts      questions about large tables, cut into tasks for threads or a cluster
groups     rows with the same cells, points of two columns
export     rows as TSV and as JSON
worker     the process that answers queries and profiles
state      a table at one moment;  names: those of its columns
reader     the rows and cells of a table
table      all of it behind one name
"""

from .cells.encode import encode_rows
from .cells.pages import Rows
from .cells.split import Cell
from .cells.verbatim import Verbatim
from .dialect.format_list import FORMATS
from .dialect.sniff import sniff
from .reader import CELL_CHARACTERS
from .state import Facts, Moment
from .storage.files import clone_file
from .table import Table

__all__ = [
    "CELL_CHARACTERS",
    "FORMATS",
    "Cell",
    "Facts",
    "Moment",
    "Rows",
    "Table",
    "Verbatim",
    "clone_file",
    "encode_rows",
    "sniff",
]
