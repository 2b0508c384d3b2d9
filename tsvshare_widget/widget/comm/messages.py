"""What a view of the widget says over the comm, and what it is answered; pure.

Beside the requests of ``tsvshare.v1`` a view has messages of its own, which the relay never sees.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct

from tsvshare_widget.errors import BadRequest
from tsvshare_widget.protocol import (
    Cancel,
    Find,
    FindColumns,
    GetCell,
    GetDescription,
    GetGroups,
    GetPoints,
    GetProfile,
    GetViews,
    Look,
    Me,
    Op,
    PageAnswer,
    Point,
    Request,
    SetAccess,
)
from tsvshare_widget.query import EVERYTHING

QUICK_SECONDS = 15.0
"""Seconds that an answer may take which needs no look at the whole table."""

LONG_SECONDS = 600.0
"""Seconds for the others; the relay has limits of its own."""


class Hi(Struct, frozen=True, tag_field="type", tag="hi"):
    """A view is there, and wants to know the key.

    ``origin`` is that of its page, where the page came from a Jupyter Server.  ``seq`` is that
    of the state that it has, where it knows of a newer one that never came.
    """

    id: str | None = None
    origin: str | None = None
    seq: int | None = None


class GetExtras(Struct, frozen=True, tag_field="type", tag="extras"):
    """A view wants a part of the front end: texts, the second, or the first if a page lost it."""

    id: str
    part: Literal["extras", "widget", "texts-de"] = "extras"


class Extras(Struct, frozen=True, tag_field="type", tag="extras"):
    """A part of the front end: the source of a JavaScript module."""

    id: str
    source: str


class Leave(Struct, frozen=True, tag_field="type", tag="leave"):
    """A view goes; its ``id`` is like those of its requests, up to the colon."""

    id: str


class Sharing(Struct, frozen=True, tag_field="type", tag="sharing"):
    """A view has shown the links, to be handed on."""


class UploadStep(Struct, frozen=True, tag_field="type", tag="upload"):
    """One step of an upload through the comm; the bytes of a part are beside the message.

    Answered by ``upload`` with the id of the upload and how many of its bytes the relay has.
    """

    id: str
    step: Literal["begin", "part", "offset", "end"]
    name: str = ""
    size: int = 0
    upload: str = ""
    offset: int = 0


class Way(Struct, frozen=True, tag_field="type", tag="way"):
    """Take a way for links to leave this computer: answered by ``done``, or rejected."""

    id: str
    way: Literal["publish", "network", "server"]


class SelectionMessage(Struct, frozen=True, tag_field="type", tag="selection"):
    """The cells selected in a view: rows by their ids; without ``columns`` all of them."""

    ids: list[int]
    columns: list[int] | None = None


ViewMessage = (
    Hi
    | GetExtras
    | Leave
    | Sharing
    | Way
    | UploadStep
    | SelectionMessage
    | Op
    | Look
    | GetCell
    | GetProfile
    | GetDescription
    | GetGroups
    | GetPoints
    | GetViews
    | FindColumns
    | Find
    | SetAccess
    | Cancel
    | Me
    | Point
)
"""All that a view may say."""


def read_message(content: object) -> ViewMessage:
    """Read what a view sent.  Raises :class:`BadRequest` that says what was wrong, and where."""
    try:
        message: ViewMessage = msgspec.convert(content, ViewMessage)
    except msgspec.ValidationError as error:
        raise BadRequest(f"not a message of a view: {error}") from error
    return message


def view_of(id: str | None) -> str:
    """The view that a message with this id is from."""
    return (id or "").partition(":")[0]


def to_content(message: Struct) -> dict[str, Any]:
    """A message of ``tsvshare.v1`` as the dictionary that a comm sends."""
    if isinstance(message, PageAnswer):
        return {"type": "page", "id": message.id, "page": json.loads(bytes(message.page))}
    content: dict[str, Any] = msgspec.to_builtins(message)
    return content


def seconds_for(request: Request) -> float:
    """How long the answer may take: longer where all of the table may have to be looked at."""
    match request:
        case Op(set=settings):
            long = (settings.sort, settings.filters, settings.search, settings.options)
            is_long = any(setting is not UNSET for setting in long)
        case Look(query=query):
            is_long = query != EVERYTHING
        case _:
            long_ones = GetProfile | GetDescription | GetGroups | GetPoints | Find
            is_long = isinstance(request, long_ones)
    return LONG_SECONDS if is_long else QUICK_SECONDS
