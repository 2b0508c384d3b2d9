"""Rows on their way out.

json_rows  as JSON text;  tsv: as TSV text
row_set    which rows: a stretch of the file, or of a view
"""
