"""Tasks done by threads of this process; what is large and waits lies in files meanwhile."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .executor import Held, Result

THREADS = 2
"""Tasks at a time; numpy lets other threads run meanwhile."""

IN_MEMORY_BYTES = 1 << 16
"""Bytes of what comes of a task up to which it is kept in memory."""


class _Kept:
    """Something that is kept, in memory or in a file that goes with this."""

    def __init__(self, value: object, folder: Path) -> None:
        self._value = value
        self._path: Path | None = None
        data = pickle.dumps(value, protocol=5)
        if len(data) > IN_MEMORY_BYTES:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(data)
            self._value, self._path = None, Path(file.name)
            weakref.finalize(self, _remove, self._path)

    def value(self) -> Any:
        """What is kept."""
        return self._value if self._path is None else pickle.loads(self._path.read_bytes())


class LocalHeld(Held[Result]):
    """One of the things that come of a task."""

    def __init__(self, future: Future[list[_Kept]], number: int = 0) -> None:
        self._future = future
        self._number = number

    def value(self) -> Result:
        """What it holds, when the task is done."""
        value: Result = self._future.result()[self._number].value()
        return value


class LocalExecutor:
    """Tasks done here; to be used in a ``with`` block, with which all that is kept goes."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="tsvshare-parts-", ignore_cleanup_errors=True
        )
        # One after the other, so that a task never waits for one that is behind it.
        self._pool = ThreadPoolExecutor(THREADS)

    def __enter__(self) -> LocalExecutor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._folder.cleanup()

    @property
    def width(self) -> int:
        """See :class:`Executor`."""
        return THREADS

    def start(self, name: str, work: Callable[..., Result], *args: object) -> Held[Result]:
        """See :class:`Executor`."""
        return LocalHeld(self._begin(lambda: [work(*map(_value, args))]))

    def start_split(
        self, name: str, count: int, work: Callable[..., Any], *args: object
    ) -> list[Held[Any]]:
        """See :class:`Executor`."""
        future = self._begin(lambda: work(*map(_value, args)))
        return [LocalHeld(future, number) for number in range(count)]

    def result(self, held: Held[Result]) -> Result:
        """See :class:`Executor`."""
        assert isinstance(held, LocalHeld)
        value: Result = held.value()
        return value

    def _begin(self, work: Callable[[], Iterable[object]]) -> Future[list[_Kept]]:
        """Have something done by a thread, and each of the things that come of it kept."""
        folder = Path(self._folder.name)
        return self._pool.submit(lambda: [_Kept(one, folder) for one in work()])


def _value(argument: object) -> object:
    if isinstance(argument, LocalHeld):
        return argument.value()
    return list(map(_value, argument)) if isinstance(argument, list) else argument


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
