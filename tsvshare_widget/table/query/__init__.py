"""Sorts, filters and searches -> row ids.

find_rows  a query as a whole
filters, search, find_text  which rows pass
sort, sort_text, order      in which order
"""
