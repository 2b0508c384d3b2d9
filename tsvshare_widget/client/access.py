"""Who may open a document, until when it lives, where it is: HTTP calls for who has its key.

All of them block the calling thread, raise what the relay objects (:class:`Forbidden`,
:class:`Revoked`, :class:`NotFound`, :class:`BadValue`...), :class:`Unavailable` and
:class:`TimedOut`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import msgspec

from tsvshare_widget.errors import TimedOut, Unavailable
from tsvshare_widget.protocol import Access, DocumentState, Role, encode, new_key
from tsvshare_widget.query import SavedView

from .http import decode_answer, key_headers, one_request, path_of, read_answer
from .link import Link, key_in

KindT = TypeVar("KindT")

AGAIN_SECONDS = 0.5
"""Before what may be done is asked for once more."""


class FetchedState(msgspec.Struct):
    """What a document shows, what is saved, and with the key what undos would bring back.

    ``previous`` is what the next one brings, ``earlier`` what was before that, the newest first.
    """

    state: DocumentState
    role: Role = "look"
    access: Access = Access()
    previous: DocumentState | None = None
    earlier: tuple[DocumentState, ...] = ()
    saved: tuple[SavedView, ...] = ()

    @property
    def states(self) -> list[DocumentState]:
        """What shows, and all that can come back, the newest first."""
        previous = [self.previous] if self.previous is not None else []
        return [self.state, *previous, *self.earlier]


class _Links(msgspec.Struct):
    view_url: str | None
    ends: float | None = None


def fetch_state(link: Link, *, timeout: float | None = 30.0) -> FetchedState:
    """What a document shows now."""
    return _ask("GET", link, "/state", FetchedState, timeout=timeout)


def renew_links(link: Link, *, key: str | None = None, timeout: float | None = 30.0) -> Link:
    """Let the links there were die, and return the new ones; who used the old ones is put out.

    Asked once more if there is no answer: it may be done, and nobody else knows the new key.
    """
    key = key or new_key()
    headers = {"X-TSVShare-New-Key": key}
    ask = partial(_ask, "POST", link, "/links", _Links, headers=headers, timeout=timeout)
    try:
        answer = ask()
    except (Unavailable, TimedOut):
        time.sleep(AGAIN_SECONDS)
        answer = ask()
    look = key_in(answer.view_url.partition("#")[2]) if answer.view_url else None
    return replace(link, key=key, look_key=look)


def set_look(link: Link, is_open: bool, *, timeout: float | None = 30.0) -> None:
    """Close the look-only link, or open it again."""
    _ask("PATCH", link, "", _Links, {"look": is_open}, timeout=timeout)


def keep_document(
    link: Link, keep: str | float | None, *, timeout: float | None = 30.0
) -> float | None:
    """Let a document end so long from now, such as ``"30d"``; None: some time after its last use.

    Returns when it ends, in seconds of the epoch, if that is known.
    """
    return _ask("PATCH", link, "", _Links, {"keep": keep}, timeout=timeout).ends


def delete_document(link: Link, *, timeout: float | None = 30.0) -> None:
    """End a document now; its bytes are gone."""
    with one_request(link.base, timeout) as connection:
        connection.request("DELETE", path_of(link.http_url), headers=key_headers(link))
        read_answer(link.base, connection.getresponse())


def move_document(
    link: Link, to: Link, *, table: str | None, size: int, timeout: float | None = 30.0
) -> None:
    """Have the links of a document lead to where it is now.

    Raises :class:`Stale` unless it still shows ``table`` with so many bytes.
    """
    base = to.base if (to.shown or "/").startswith("/") else to.shown
    body = {"base": base, "uuid": to.uuid, "table": table, "bytes": size}
    with one_request(link.base, timeout) as connection:
        target = path_of(f"{link.http_url}/move")
        connection.request("POST", target, body=encode(body), headers=key_headers(link))
        read_answer(link.base, connection.getresponse())


def _ask(
    method: str,
    link: Link,
    path: str,
    kind: type[KindT],
    body: dict[str, Any] | None = None,
    *,
    headers: dict[str, str] | None = None,
    timeout: float | None,
) -> KindT:
    with one_request(link.base, timeout) as connection:
        sent = key_headers(link) | (headers or {})
        empty = None if method == "GET" else b""
        data = empty if body is None else encode(body)
        connection.request(method, path_of(link.http_url + path), body=data, headers=sent)
        return decode_answer(link.base, connection.getresponse(), kind)
