"""Tables in an object store (:mod:`tsvshare_widget.objects`).

parts         a file that comes block by block, as it is read
stored_table  a table there, and the folder that is a copy of it
ahead         a table is put there while it comes in
copies        copies of documents
"""
