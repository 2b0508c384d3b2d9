"""Text -> where its rows and cells end, without looking at what they say.

syntax       what separates cells and rows
bitmaps      flags over the bytes of a block, and the positions of those that are set
structurals  positions of quotes, line ends and delimiters
quotes, comments  which of them count
segments     lines that have ended
skipping     lines before the first row;  table_end: those after the last one
indexer      all of these, block by block
line_stats   what the lines are like
"""
