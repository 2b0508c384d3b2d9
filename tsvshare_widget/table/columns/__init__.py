"""Many cells of a column at once.

blocks       rows block by block;  walk: over the whole table
delimiters   where cells end within rows;  column: the cells of one column
numbers, dates, text, hashes   cells as such
"""
