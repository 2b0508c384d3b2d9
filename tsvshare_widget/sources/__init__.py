"""What can be opened as a table, wherever it is: as a name, and text or a file to be sent.

source      what comes of it;  recognise: what an object is that somebody handed over;  sending
cells       values as text;  frame_text: DataFrames as text;  libraries: those not installed
arrow       tables of other libraries;  plain: lists, dictionaries and arrays
growing     iterators, whose rows come as they are made;  partitioned: DataFrames of Dask
files       paths, bytes and open files;  packed: zip, workbook: Excel, columnar: Parquet and Arrow
addresses   files on the web
"""

from .recognise import recognise_source
from .source import Source

__all__ = ["Source", "recognise_source"]
