"""Documents that were ended on purpose, so that who comes late reads why, and not "too long idle".

Each is a small file by the name of its document: nothing has to be read or written anew as they
become many, and several relays may work on one folder.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

MOST = 10_000
"""So many are remembered, the latest of them; a tenth more before the others are forgotten."""

MOST_CHARACTERS = 1000
"""Of a reason: a file that was put there by something else is not repeated at length."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class EndedDocuments:
    """Why documents were ended, in a folder that is made with the first of them."""

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        self._folder = folder
        self._most = most
        self._count: int | None = None

    def remember(self, uuid: str, why: str) -> None:
        """Keep why a document was ended; on a disk that takes nothing, it is not kept."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / uuid).write_text(why, encoding="utf-8")
            if self._counted() > self._most + self._most // 10:
                self._forget_oldest()
        except OSError as error:
            log.warning("%s: it is not kept that a table has ended: %s", self._folder, error)

    def why(self, uuid: str) -> str | None:
        """Why a document was ended; None if that is not known."""
        if not _UUID.fullmatch(uuid):
            return None
        with suppress(OSError, UnicodeDecodeError):
            return (self._folder / uuid).read_text(encoding="utf-8")[:MOST_CHARACTERS] or None
        return None

    def forget(self, uuid: str) -> None:
        """A document is to be there again."""
        if _UUID.fullmatch(uuid):
            (self._folder / uuid).unlink(missing_ok=True)
            self._count = None

    def _counted(self) -> int:
        """How many there are, this one included."""
        if self._count is None:
            self._count = sum(1 for _ in self._folder.iterdir())
        else:
            self._count += 1
        return self._count

    def _forget_oldest(self) -> None:
        times: dict[Path, int] = {}
        for file in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another relay was faster
                times[file] = file.stat().st_mtime_ns
        oldest_first = sorted(times, key=lambda file: times[file])
        for file in oldest_first[: -self._most]:
            file.unlink(missing_ok=True)
        self._count = min(len(times), self._most)
