"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from pathlib import Path

from .values import (
    parse_host,
    parse_port,
    parse_size,
)


def add_follow(parser: argparse.ArgumentParser) -> None:
    """Let a file be watched for what is written to it."""
    parser.add_argument(
        "--follow",
        action="store_true",
        help="go on adding what is written to FILE, also when another file takes its place",
    )


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Take the size of the largest upload."""
    parser.add_argument(
        "--max-upload",
        type=parse_size,
        default="10GB",
        metavar="SIZE",
        help="largest upload, such as 500MB or 10GB (default: %(default)s)",
    )


def add_address(parser: argparse.ArgumentParser, port: int, port_help: str) -> None:
    """Take where to listen, and by which names."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 lets other computers in (default: %(default)s)",
    )
    parser.add_argument("--port", type=parse_port, default=port, metavar="PORT", help=port_help)
    parser.add_argument(
        "--allowed-host",
        type=parse_host,
        action="append",
        default=[],
        metavar="NAME",
        help="another name by which it may be reached; may be repeated (default: localhost, "
        "addresses in numbers, and the names of this computer if others are let in)",
    )


def add_tls(parser: argparse.ArgumentParser) -> None:
    """Take a certificate."""
    parser.add_argument(
        "--tls-cert",
        type=Path,
        metavar="FILE",
        help="certificate in PEM, with those that vouch for it: then it speaks https",
    )
    parser.add_argument(
        "--tls-key", type=Path, metavar="FILE", help="its key in PEM, if that is another file"
    )
