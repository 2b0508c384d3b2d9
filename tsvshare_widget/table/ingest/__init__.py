"""Ingest: bytes that are still coming -> a table, step by step; rereading; appending.

scan          text -> dialect and row index;  stream: compressed bytes -> scan
spool         bytes -> the folder of a table
alternatives  other dialects that the whole text speaks for;  reread: a file read once more
append        bytes added to a finished table
"""
