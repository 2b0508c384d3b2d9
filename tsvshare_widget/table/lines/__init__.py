"""Text -> where its rows and cells end, without looking at what they say.

syntax       what separates cells and rows
bitmaps      sets of places in a block of text
structurals  places of separators;  quotes, comments: which of them count
indexer      all of these, block by block
line_stats   what the lines are like
"""
