"""Questions about large tables, cut into tasks that may be done anywhere.

A task reads some rows of a table, or merges what others found; it is a function of this package
with arguments that can be pickled.  Who does the tasks is an executor's affair.

rows       which rows of a table a task reads, and where the table lies;  stored: in an object store
executor   who does tasks, and keeps what comes of them;  local: threads of this process
on_dask    workers of a Dask cluster;  cluster: the way to one;  check: whether it can be used
narrow     filters and searches
keys       what rows are sorted by, taken out of the table;  runs: sorted runs, and merging them
sorting    a sort as a whole
shares     what columns are like in some rows, and in all of them;  ranks: medians and histograms
profiling  profiles as a whole
questions  a view or profiles, whoever does the tasks
"""
