"""What the cells of a column are like.

profile    all of it;  distinct: how many different cells, and the most frequent ones
values     mean, median and histogram of numbers;  histogram: bins
extremes   the smallest and the largest cell
"""
