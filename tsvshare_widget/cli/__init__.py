"""The command ``tsvshare``: share a file, run a relay, push a file to one elsewhere.

main        what the first word asks for
share       tsvshare FILE;  serve: tsvshare serve;  push: tsvshare push
admin       tsvshare admin;  admin_reach: whom it asks;  admin_file: how it finds a relay that runs;
            admin_hand_over: documents moved, and put back from a backup
arguments   the words of the command line: FILE and push;  serve_arguments and
            query_arguments: serve;  admin_arguments, link_arguments: of other commands;
            common_arguments: of several;  read_arguments: how a file is read;  values: what they
            may be
sources     FILE: a path, a pipe, or a file that is being written
follow      rows sent as a file grows;  tail: its lines, as they are written
hosting     a relay in this process, until a signal ends it;  machine: whether it is ready for one
report      what a command says, and its exit code
"""

from .main import main

__all__ = ["main"]
