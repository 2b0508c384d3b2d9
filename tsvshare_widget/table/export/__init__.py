"""Export: rows written as text.

json_rows  as JSON;  tsv: as TSV
row_set    the rows: a range of the table, or of a view
"""
