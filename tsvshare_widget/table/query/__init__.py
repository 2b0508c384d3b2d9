"""Queries: sorts, filters and searches -> row ids.

find_rows   a query as a whole
filters     cells that pass a filter
search      rows with a text in a cell;  find_text: its positions in bytes
hits        where rows with a text stand in a view, and in which cells it is
sort        rows sorted by columns;  sort_text: by text;  order: the sorting itself
"""
