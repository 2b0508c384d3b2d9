"""The command ``tsvshare``: share a file, run a relay, push a file to one elsewhere, links.

The first word decides: ``serve``, ``push``, ``links``, ``keep``, ``delete`` and ``admin`` are
commands, anything else is a file to share (a file called ``serve`` is ``./serve``).  Exit codes: 0
done, 1 failed and said why, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.user_config import config_path, find_setting, read_config

from .admin import admin
from .admin_arguments import admin_parser
from .arguments import file_parser, push_parser
from .configuration import take_defaults
from .link_arguments import delete_parser, keep_parser, links_parser
from .links import delete, keep, links
from .push import push
from .report import INTERRUPTED, report_error
from .serve import serve
from .serve_arguments import serve_parser
from .share import share
from .usage import parse

LISTENING = ("host", "tls-cert", "tls-key")
"""The options of ``tsvshare FILE`` that can be said outside, beside which relay it is."""


def _serve_arguments(words: Sequence[str]) -> argparse.Namespace:
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--config", type=Path)
    file, _ = first.parse_known_args(words)
    parser = serve_parser()
    take_defaults(parser, section="serve", file=file.config)
    return parser.parse_args(words)


def _file_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = file_parser()
    is_own = any(word.startswith(("--host", "--port", "--tls")) for word in words)
    take_defaults(parser, names=LISTENING if is_own else ("relay", *LISTENING))
    return parse(parser, words)


def _push_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = push_parser()
    args = parse(parser, words)
    args.url = args.url or find_setting("relay", read_config(config_path()))
    if args.url is None:
        parser.error("push to where? Give a full link or a relay, or name one by TSVSHARE_RELAY")
    return args


def _admin_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = admin_parser()
    args, more = parser.parse_known_args(words)
    takes_more = isinstance(getattr(args, "uuid", None), list)
    if takes_more and not any(word.startswith("-") for word in more):
        args.uuid = [*args.uuid, *more]  # UUIDs may stand among options
    elif more:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    return args


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments`` (default: those of this process); the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        match words[:1]:
            case ["serve"]:
                return serve(_serve_arguments(words[1:]))
            case ["push"]:
                return push(_push_arguments(words[1:]))
            case ["links"]:
                return links(links_parser().parse_args(words[1:]))
            case ["keep"]:
                return keep(keep_parser().parse_args(words[1:]))
            case ["delete"]:
                return delete(delete_parser().parse_args(words[1:]))
            case ["admin"]:
                return admin(_admin_arguments(words[1:]))
            case _:
                return share(_file_arguments(words))
    except KeyboardInterrupt:
        return INTERRUPTED
    except TSVShareError as error:
        return report_error(str(error))
    except OSError as error:
        return report_error(f"{error.filename}: {error.strerror}" if error.filename else str(error))
