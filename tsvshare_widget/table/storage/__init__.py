"""Files with random access, and the index of rows.

files      texts in files and in memory, files that grow, copies
ranged     texts and lists in files that are far away, read by ranges
offsets    lists of 64-bit numbers, in a file or in memory
memory     of this process: kept, and given back
durability  what is written stays, also after a power cut
row_index  where each row stands, and on which line it starts
"""
