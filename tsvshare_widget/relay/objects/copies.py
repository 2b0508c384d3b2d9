"""Copies of documents in an object store, for when the place that keeps them loses them."""

from __future__ import annotations

from tsvshare_widget.objects.store import Objects

FOLDER = "documents"


class DocumentCopies:
    """The copies of documents in one store: bytes by UUID.

    Its methods belong to the event loop's thread.  All raise :class:`Unavailable`.
    """

    def __init__(self, objects: Objects) -> None:
        """``objects`` are its own, which are closed with it."""
        self._objects = objects

    async def put(self, uuid: str, data: bytes) -> None:
        """Keep ``data`` as the copy of a document, in place of an older one."""
        await self._objects.run(self._objects.put, _key(uuid), data)

    async def get(self, uuid: str) -> bytes | None:
        """The copy of a document; None if there is none."""
        return await self._objects.run(self._objects.get, _key(uuid))

    async def uuids(self) -> list[str]:
        """The UUIDs of all documents of which there are copies."""
        entries = await self._objects.run(self._objects.entries, FOLDER)
        names = [entry.key.rpartition("/")[2] for entry in entries]
        return [name.removesuffix(".json") for name in names if name.endswith(".json")]

    async def delete(self, uuid: str) -> None:
        """Delete the copy of a document, if there is one."""
        await self._objects.run(self._objects.delete, [_key(uuid)])

    def close(self) -> None:
        """Ask the store for nothing more."""
        self._objects.close()


def _key(uuid: str) -> str:
    return f"{FOLDER}/{uuid}.json"
