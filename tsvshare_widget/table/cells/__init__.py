"""Rows and a window of columns -> cells, and back to bytes.

split     the cells of one row;  pages: of several;  verbatim: rows as they stand in the text
encode    cells -> bytes that read back to them
column_names  columns by parts of their names
"""
