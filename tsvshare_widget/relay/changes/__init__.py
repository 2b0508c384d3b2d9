"""Everything that changes a document: uploads, appends, new readings, queries, upkeep.

documents     the documents of a relay, and the one way to change one
access        who may change a document
incoming      one table on its way in;  uploads: all of them
appends       rows added to a table
rereads       a table read anew;  new_reading: what that keeps of the old one
shared_query  sort, filters and search for everyone
view_refresh  shared views kept up with their tables
"""
