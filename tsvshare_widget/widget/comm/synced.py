"""The synced traits: what front ends know of the document and of the connection; pure.

Traits are saved with notebooks, so there is no key in them.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tsvshare_widget.client import Connection, Snapshot
from tsvshare_widget.protocol import Access


def describe_changes(
    connection: Connection,
    snapshot: Snapshot,
    before: Snapshot | None,
    *,
    ways: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of the synced traits that ``snapshot`` changes, ``before`` it sent.

    ``ways`` are those for links to leave this computer, if there is any.
    """
    told = {"ways": ways} if ways else {}
    traits: dict[str, Any] = {"_link": describe_link(connection, snapshot) | told}
    if before is None or before.position != snapshot.position:
        traits["_state"] = describe_state(snapshot)
    if before is None or bytes(before.page) != bytes(snapshot.page):
        page = json.loads(bytes(snapshot.page))
        if before is None or not _is_shown(page, json.loads(bytes(before.page))):
            traits["_page"] = page
    return traits


COUNTS = {"n_rows", "n_pages", "of_rows"}
"""What of a page the views read off the state: a table that comes in, or grows, changes no more."""


def _is_shown(page: Any, before: Any) -> bool:
    """Whether a page shows what the one before it did."""
    if page is None or before is None:
        return page is before
    return {*page} == {*before} and all(
        page[name] == before[name] for name in page if name not in COUNTS
    )


def describe_state(snapshot: Snapshot) -> dict[str, Any] | None:
    """The trait ``_state``: the document as everyone sees it, None before the first welcome."""
    if snapshot.position is None:
        return None
    return {
        "epoch": snapshot.position.epoch,
        "seq": snapshot.position.seq,
        "by": snapshot.by,
        "event": snapshot.event,
        "state": msgspec.to_builtins(snapshot.state),
    }


def describe_link(connection: Connection, snapshot: Snapshot) -> dict[str, Any]:
    """The trait ``_link``: how the connection to the relay is, and where the document lives."""
    link = connection.link
    told = {} if snapshot.access == Access() else {"access": msgspec.to_builtins(snapshot.access)}
    return told | {
        "status": snapshot.status,
        "since": None if snapshot.since is None else round(snapshot.since * 1000),
        "role": snapshot.role,
        "viewers": snapshot.viewers,
        "apart": snapshot.apart,
        "people": msgspec.to_builtins(list(snapshot.people)),
        "working": _describe_working(snapshot),
        "name": connection.me.name,
        "cid": connection.cid,
        "uuid": link.uuid,
        "base": link.base,
        "view_url": link.page_url if link.token is None else link.http_url,
        "path": link.server_path,
        "limits": msgspec.to_builtins(snapshot.limits),
        "message": msgspec.to_builtins(snapshot.problem),
    }


def _describe_working(snapshot: Snapshot) -> dict[str, Any] | None:
    working = snapshot.working
    if working is None:
        return None
    return {"by": working.by, "query": msgspec.to_builtins(working.query), "done": working.done}
