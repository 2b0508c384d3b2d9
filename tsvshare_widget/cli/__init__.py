"""The command ``tsvshare``: share a file, run a relay, push a file to one elsewhere.

main        what the first word asks for, links and exit codes
arguments   the words of the command line
follow      rows sent as a file grows
tail        lines of a file, or of standard input, as they are written
"""

from .main import main

__all__ = ["main"]
