"""Questions about tables, answered by processes so that nothing else on the relay waits.

view           the rows that a query found
view_cache     views that were found, kept for all who look;  profiles: what columns are like
brought        tables as processes read them
grouping       groups of rows, points of two columns
samples        what columns are like by a few rows, at once;  spread_rows: which rows these are
answers        answers of a kind, kept for all who ask as long as their tables
single_flight  what several ask for at once is worked on once
pool           the processes, and a job in one of them;  process: one of them, starting: how
dask_check     whether a Dask cluster can be used, at the start
scheduler      whose job is next
making         files of what was found, for who downloads them
progress       how far a job has come
"""
