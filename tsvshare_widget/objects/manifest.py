"""How a table lies in an object store: files in segments, and a manifest that names them; pure.

    tables/ID/raw/0000008388608-3f2a91c0-1    a segment: the bytes of the file ``raw`` from there on
    tables/ID/rows.u64/...                    its index likewise, and its text if that is another
    tables/ID/manifest/000000002              what the table is since its second change

Segments never change, and a change of the table is a new manifest, which is put only if there is
none of its number: so of two relays that take themselves for the one that owns a document, only one
changes its table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tsvshare_widget.errors import Unavailable

SEGMENT_BYTES = 8 * 1024 * 1024
"""Of a segment, but for those at the end of a file."""

VERSION = 1


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A part of a file: the name of its object, its size, and the SHA-256 of its bytes."""

    name: str
    size: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A table as it is since its change ``number``, from 1.

    ``meta`` is its file of that name, which has its size, its rows and how it is read.  ``files``
    are the segments of all others.  ``writer`` differs for each, so that two are never the same.
    """

    number: int
    meta: msgspec.Raw
    files: dict[str, list[Segment]]
    writer: str
    version: int = VERSION


def decode_manifest(data: bytes) -> Manifest:
    """A manifest out of its object.  Raises :class:`Unavailable` for what is none."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise Unavailable("the manifest of a table in the object store is damaged") from error
    return msgspec.structs.replace(manifest, meta=msgspec.Raw(bytes(manifest.meta)))


def digest(data: bytes) -> str:
    """What tells bytes from all others."""
    return hashlib.sha256(data).hexdigest()


class Piece(NamedTuple):
    """A range of one segment, and where it stands in the file."""

    segment: Segment
    offset: int
    size: int
    start: int


def folder_of(table_id: str) -> str:
    """Where all objects of a table are."""
    return f"tables/{table_id}"


def manifests_of(table_id: str) -> str:
    """Where its manifests are."""
    return f"{folder_of(table_id)}/manifest"


def manifest_key(table_id: str, number: int) -> str:
    """The name of a manifest."""
    return f"{manifests_of(table_id)}/{number:09d}"


def manifest_number(key: str) -> int:
    """The number of a manifest by its name."""
    return int(key.rpartition("/")[2])


def size_of(segments: list[Segment]) -> int:
    """The bytes of a file."""
    return sum(segment.size for segment in segments)


def pieces(segments: list[Segment], start: int, size: int) -> Iterator[Piece]:
    """The ranges of segments that make up ``size`` bytes of a file from ``start`` on."""
    at, end = 0, start + size
    for segment in segments:
        first, last = max(at, start), min(at + segment.size, end)
        if first < last:
            yield Piece(segment, first - at, last - first, first)
        at += segment.size


def kept_segments(segments: list[Segment], size: int) -> list[Segment]:
    """Those that stay when a file has grown to ``size`` bytes; what follows is put anew.

    Short ones at the end are put again together with what is new, if that is as much: so many small
    changes leave few segments, and each byte is put a few times.
    """
    kept, start = list(segments), size_of(segments)
    while start < size and kept and kept[-1].size < min(SEGMENT_BYTES, size - start + 1):
        start -= kept.pop().size
    return kept
