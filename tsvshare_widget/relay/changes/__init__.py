"""Everything that changes a document: uploads, appends, new readings, queries, upkeep.

documents     the documents of a relay, and the one way to change one
ops           what viewers set for everyone, each done by what it is about
access        who may change a document
uploads       the uploads under way;  incoming: one of them;  publisher: who sees what of it
appends       rows added to a table
rereads       a table read anew;  new_reading: what that keeps of the old one
shared_query  sort, filters and search for everyone;  pending_query: ops that wait for them
view_refresh  shared views kept up with their tables
handing_over  documents with all that is theirs, given to other relays and taken in
lifetimes     how long documents and tables live;  inventory: what there is
"""
