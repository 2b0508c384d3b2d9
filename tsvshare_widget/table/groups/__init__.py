"""Groups: rows with the same cells in one or two columns, and points of two columns.

group     counts, sums, means and medians of groups
points    two columns of some rows as numbers
"""
