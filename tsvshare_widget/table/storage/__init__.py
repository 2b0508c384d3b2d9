"""Files that are read and written at a place, and the index of where rows stand.

files    files and texts in memory alike
offsets  packed offsets;  row_index: of all rows, and on which line each one starts
"""
