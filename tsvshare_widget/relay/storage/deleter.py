"""Folders that are deleted aside."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from pathlib import Path


class Deleter:
    """Deletes folders aside, one after the other: unlinking gigabytes takes a file system a while.

    In a thread of its own while there is something to delete, because the pool of the event loop
    takes no more work once the interpreter is going down.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: deque[Path] = deque()
        self._is_working = False

    def delete(self, folder: Path) -> None:
        """Delete a folder soon; what cannot be deleted stays, or goes with the next one."""
        with self._lock:
            self._folders.append(folder)
            if not self._is_working:
                self._is_working = self._start()

    def _start(self) -> bool:
        try:
            threading.Thread(target=self._work, daemon=True).start()
        except RuntimeError:  # the program is ending, or the system has no thread for it
            return False
        return True

    def _work(self) -> None:
        while (folder := self._next()) is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _next(self) -> Path | None:
        with self._lock:
            self._is_working = bool(self._folders)
            return self._folders.popleft() if self._folders else None
