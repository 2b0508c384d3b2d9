"""Queries: sorts, filters and searches -> row ids.

find_rows   a query as a whole
narrowing   rows of a block that pass all of it;  filters: cells that pass one
search      rows with a text in a cell;  find_text: its positions in bytes
hits        where rows with a text stand in a view, and in which cells it is
sort        rows sorted by columns;  sort_cells: their cells;  sort_text: by text
order       the sorting itself
"""
