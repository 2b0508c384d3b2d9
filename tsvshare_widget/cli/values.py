"""Values of the command line out of their text; each raises what argparse shows."""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from tsvshare_widget.client.link import check_headers
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_PAGE_SIZE, parse_duration
from tsvshare_widget.relay.settings import LEAST_QUERY_MEMORY

MAX_WORKERS = 64

LAST_PORT = 65535

ADMIN_TOKEN_LETTERS = 20

SIZE_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_size(text: str) -> int:
    """Bytes out of ``500MB``, ``10 GB``, ``2.5G`` or ``1000``; units are powers of 1000."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", text.strip().upper())
    if match is None or float(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; one looks like 500MB or 10GB")
    return int(float(match[1]) * SIZE_UNITS[match[2]])


def parse_memory(text: str) -> int:
    """The bytes of memory that one question may take."""
    size = parse_size(text)
    if size < LEAST_QUERY_MEMORY:
        raise argparse.ArgumentTypeError(f"{text} is too little: give 50MB at least")
    return size


def parse_time(text: str) -> float:
    """Seconds out of ``30d``, ``12h`` or ``45m``."""
    try:
        return parse_duration(text)
    except BadValue as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parse_port(text: str) -> int:
    """A port; 0 is any free one."""
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"ports go from 0 to {LAST_PORT}, not {text}")
    return int(text)


def parse_page_size(text: str) -> int:
    """Rows of a page."""
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise argparse.ArgumentTypeError(f"a page has 1 to {MAX_PAGE_SIZE} rows, not {text}")
    return int(text)


def parse_workers(text: str) -> int:
    """How many processes."""
    if not text.isdecimal() or not 1 <= int(text) <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"between 1 and {MAX_WORKERS} are possible, not {text}")
    return int(text)


def parse_scheduler(text: str) -> str:
    """The address of a scheduler of Dask."""
    if not re.fullmatch(r"(tcp|tls|ws|wss)://[\w.:\[\]-]+:\d{1,5}/?", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} does not look like tls://scheduler:8786, as 'dask scheduler' prints it"
        )
    return text


def parse_store(text: str) -> str:
    """The URL of an object store, or of a folder, as it was given."""
    from tsvshare_widget.objects.address import check_address

    try:
        check_address(text)
    except BadValue as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def parse_seconds(text: str) -> float:
    """A time in seconds."""
    with contextlib.suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")


def parse_token(text: str) -> str:
    """The token in a file: one word.  It is no argument, since all users can see those."""
    try:
        token = Path(text).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise argparse.ArgumentTypeError(f"{text} cannot be read: {why}") from None
    if not re.fullmatch(r"[!-~]{8,200}", token):
        raise argparse.ArgumentTypeError(
            f"{text} is to hold one word of 8 to 200 letters, digits and signs: the token"
        )
    return token


def parse_admin_token(text: str) -> str:
    """The administrator's token in a file: one word that nobody guesses."""
    token = parse_token(text)
    if len(token) < ADMIN_TOKEN_LETTERS:
        raise argparse.ArgumentTypeError(
            f"the token in {text} has {len(token)} letters; that of an administrator has "
            f"{ADMIN_TOKEN_LETTERS} at least, made by chance: openssl rand -hex 32"
        )
    return token


def parse_count(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def parse_percent(text: str) -> float:
    """A share, with or without its sign."""
    with contextlib.suppress(ValueError):
        if 0 <= float(text.removesuffix("%")) <= 90:
            return float(text.removesuffix("%"))
    raise argparse.ArgumentTypeError(f"{text!r} is not a percentage from 0 to 90")


def parse_hours(text: str) -> float:
    """A time in hours."""
    with contextlib.suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of hours above 0")


def parse_minutes(text: str) -> float:
    """A time in minutes, or none."""
    with contextlib.suppress(ValueError):
        if 0 <= float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")


def parse_host(text: str) -> str:
    """A name or an address of a computer."""
    name = urlsplit(f"//{text}").hostname
    if not name or not re.fullmatch(r"[\w.:-]+", name) or "/" in text:
        raise argparse.ArgumentTypeError(f"{text!r} does not look like relay.example.org")
    return name


def parse_network(text: str) -> str:
    """An address in numbers, or a network of them."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither an address like 192.0.2.7 nor a network like 10.0.0.0/8"
        ) from None


def parse_fetch_host(text: str) -> str:
    """A host that files are fetched from: a name, ``*.name`` or an address, maybe with a port."""
    if not re.fullmatch(r"\*|(\*\.)?[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} does not look like data.example.org")
    return text.lower()


def parse_origin(text: str) -> str:
    """The origin of a page (RFC 6454)."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+/?", text):
        raise argparse.ArgumentTypeError(f"{text!r} does not look like https://example.org")
    return text.rstrip("/").lower()


def parse_header(text: str) -> tuple[str, str]:
    """The name and the value of an HTTP header."""
    name, separator, value = text.partition(":")
    try:
        [header] = check_headers({name.strip(): value.strip()})
    except BadValue as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not separator:
        raise argparse.ArgumentTypeError('a header looks like "Authorization: Bearer ..."')
    return header


def parse_url(text: str) -> str:
    """The address of a relay."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} does not look like https://example.org")
    return text.rstrip("/")
