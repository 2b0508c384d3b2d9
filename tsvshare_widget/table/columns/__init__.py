"""Columns: many cells of a column at once.

blocks       many rows at once;  load: blocks out of a text;  block_scan: over the whole table
strips       columns of many rows, where blocks have few
delimiters   positions of the delimiters in a block;  column: the cells of one column
numbers, dates, text, hashes   cells as such
nothing      cells that say that there is nothing;  told: what is told of single columns
"""
