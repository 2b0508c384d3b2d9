"""The command ``tsvshare``: share a file, run a relay, push a file to one elsewhere.

The first word decides: ``serve`` and ``push`` are commands, anything else is a file to share (a
file called ``serve`` is ``./serve``).  Exit codes: 0 done, 1 failed and said why, 2 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tsvshare_widget.errors import TSVShareError

from .arguments import file_parser, push_parser, serve_parser
from .push import push
from .report import INTERRUPTED, report_error
from .serve import serve
from .share import share
from .usage import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments`` (default: those of this process); the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        match words[:1]:
            case ["serve"]:
                return serve(serve_parser().parse_args(words[1:]))
            case ["push"]:
                return push(parse(push_parser(), words[1:]))
            case _:
                return share(parse(file_parser(), words))
    except KeyboardInterrupt:
        return INTERRUPTED
    except TSVShareError as error:
        return report_error(str(error))
    except OSError as error:
        return report_error(f"{error.filename}: {error.strerror}" if error.filename else str(error))
