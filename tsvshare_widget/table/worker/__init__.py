"""The worker: the process that answers queries and profiles.

main     its loop;  jobs: the messages to it and from it
views    views and profiles, found here or on a cluster
row_ids  files of row ids, the rows of a view
"""
