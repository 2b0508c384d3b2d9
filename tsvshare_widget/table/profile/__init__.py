"""Profiles: summaries of the cells of columns.

profile    all of it
distinct   the number of different cells, and the most frequent ones
extremes   the smallest and the largest cell
values     mean, median and histogram of numbers;  histogram: its bins
"""
