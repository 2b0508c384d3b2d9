"""Export: rows written as text.

json_rows  as JSON;  tsv: as TSV;  csv_rows: as CSV;  workbook: Excel;  parquet: Parquet
formats    which of these can be here;  kinds: what is a number in those with types
cells      cells in batches
row_set    the rows: a range of the table, or of a view
"""
