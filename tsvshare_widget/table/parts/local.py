"""Tasks done by threads of this process; what is large and waits lies in files meanwhile."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Callable
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
    """What comes of a task, or one of several things."""

    def __init__(self, future: Future[_Kept] | Future[list[_Kept]], number: int | None) -> None:
        self._future = future
        self._number = number

    def value(self) -> Result:
        """What it holds, when the task is done."""
        kept = self._future.result()
        one = kept if self._number is None else kept[self._number]  # type: ignore[index]
        assert isinstance(one, _Kept)
        value: Result = one.value()
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

        def run() -> _Kept:
            return self._keep(work(*map(_value, args)))

        return LocalHeld(self._pool.submit(run), None)

    def start_split(
        self, name: str, count: int, work: Callable[..., Any], *args: object
    ) -> list[Held[Any]]:
        """See :class:`Executor`."""

        def run() -> list[_Kept]:
            return [self._keep(one) for one in work(*map(_value, args))]

        future = self._pool.submit(run)
        return [LocalHeld(future, number) for number in range(count)]

    def result(self, held: Held[Result]) -> Result:
        """See :class:`Executor`."""
        assert isinstance(held, LocalHeld)
        value: Result = held.value()
        return value

    def _keep(self, value: object) -> _Kept:
        return _Kept(value, Path(self._folder.name))


def _value(argument: object) -> object:
    if isinstance(argument, LocalHeld):
        return argument.value()
    return list(map(_value, argument)) if isinstance(argument, list) else argument


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
