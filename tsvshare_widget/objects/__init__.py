"""A store of objects: S3 and what speaks like it, GCS, Azure, a shared folder.

address   URLs of such stores, and the library that reaches them
store     objects by name: put, put if there is none, read in part, listed, deleted
errors    what people are told if that fails
probe     whether another computer reaches the same one
manifest  how a table lies there: segments of its files, and what names them
"""
