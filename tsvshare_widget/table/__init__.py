"""Bytes -> rows -> pages.  Knows no asyncio, no sockets and no widgets.

files, offsets   reading and writing at a place
compression      compressed bytes -> text
dialect          how a text is to be read: told, or found in its beginning
indexer          text -> where rows end
scan             both of these, while the text is still coming
spool            bytes -> a folder that holds all of it
cells, pages     rows and a window of columns -> cells
table            all of it behind one name
"""

from .cells import Cell
from .dialect import Reading, Told, sniff
from .files import clone_file
from .pages import Rows
from .spool import Facts
from .table import CELL_CHARACTERS, Table

__all__ = [
    "CELL_CHARACTERS",
    "Cell",
    "Facts",
    "Reading",
    "Rows",
    "Table",
    "Told",
    "clone_file",
    "sniff",
]
