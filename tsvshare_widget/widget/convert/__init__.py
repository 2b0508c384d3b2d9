"""What users write and what they get, to and from what is sent; no state.

rows         what can be appended;  libraries: DataFrames as tables of other libraries
colours      heatmaps as people write them
saved_views  views with a name, and what of one can be asked of a table
query        sort, filters and search as people write them;  text_warnings: of texts for numbers
reading      how a table is read;  header: what the columns are called
frames       cells -> DataFrame;  whole: the whole table or view as one
partitions   the same as a DataFrame of Dask
groups       groups of rows as a DataFrame
profile      what a column is like;  selection: what is selected in a view
finding      rows in which a text is found
static_html  the page as HTML for saved notebooks
"""
