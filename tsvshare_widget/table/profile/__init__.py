"""Profiles: summaries of the cells of columns.

profile    all of it;  summary: one column, out of blocks;  sample: of a few rows at once
distinct   the number of different cells, and the most frequent ones
extremes   the smallest and the largest cell
values     mean, median and histogram of numbers;  histogram: its bins
"""
