"""Bytes that are still coming -> a table, step by step; reading anew; adding rows.

scan          text -> rows in the index;  stream: bytes of any kind -> scan
spool         bytes -> a folder that holds all of it
alternatives  what the whole text says against the dialect found;  reread: a file read again
append        a finished table that grows
"""
