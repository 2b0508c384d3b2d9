"""Rows and a window of columns -> cells, and back to bytes.

split         the cells of one row;  coded: of one in which cells are quoted or escaped
pages         the cells of several rows;  verbatim: rows as they stand in the text
encode        cells -> bytes that read back to them
column_names  columns by parts of their names
"""
