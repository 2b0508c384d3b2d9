"""How a text is to be read: by options, or as found in its beginning.

options      options are looked at before they are used
sample       the beginning of a text as lines and rows
separators, preamble, header   one part of the dialect each
formats, format_list           formats that are known by name
sniff        the dialect as a whole
"""
