"""``tsvshare links``, ``keep`` and ``delete``: what whoever holds the full link may do with it."""

from __future__ import annotations

import argparse
import datetime

from tsvshare_widget.client import (
    Link,
    delete_document,
    fetch_state,
    keep_document,
    renew_links,
    set_look,
)
from tsvshare_widget.client.jupyter_server import parse_link
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import look_key_of

from .report import DONE


def links(args: argparse.Namespace) -> int:
    """Print the links of a document; before that, take the old ones back if that is asked."""
    link = full_link(args.url)
    if args.new:
        link = renew_links(link)
    if args.look is not None:
        set_look(link, args.look == "open")
    access = fetch_state(link).access
    if access.look == "key" and link.key is not None:
        link = Link(link.base, link.uuid, link.key, look_key=look_key_of(link.key))
    print_links(link, is_closed=access.look == "closed")
    print(f"ends       {end_in_words(access.ends)}", flush=True)
    return DONE


def keep(args: argparse.Namespace) -> int:
    """Let a document end some time from now."""
    ends = keep_document(full_link(args.url), None if args.time == "idle" else args.time)
    print(f"ends       {end_in_words(ends)}", flush=True)
    return DONE


def delete(args: argparse.Namespace) -> int:
    """Delete a document."""
    link = full_link(args.url)
    delete_document(link)
    print(f"deleted    {link.page_url}", flush=True)
    return DONE


def print_links(link: Link, *, is_closed: bool = False) -> None:
    """Both links of a document."""
    print(f"full link  {link.url}    (turn pages, upload)")
    print(f"look only  {'closed' if is_closed else link.view_url}", flush=True)


def end_in_words(ends: float | None) -> str:
    """When a document ends."""
    if ends is None:
        return "some time after its last use"
    return f"{datetime.datetime.fromtimestamp(ends).astimezone():%A, %d %B %Y, %H:%M %Z}"


def full_link(url: str) -> Link:
    """A link with a key.  Raises :class:`BadValue` for another one."""
    link = parse_link(url)
    if link.key is None:
        raise BadValue("this takes the full link, with its #k=KEY; in a shell it stands in quotes")
    return link
