"""``tsvshare serve --processes``: one relay, and processes that hold its viewers' connections.

supervisor  starts them, and anew those that end
child       one of them
"""
