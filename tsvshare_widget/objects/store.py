"""Objects by name in one store, as tables and copies of documents need them.

Each method waits for the network, so none belongs to the thread of an event loop, but for
:meth:`Objects.run`, by which that has one called in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from tsvshare_widget.errors import TSVShareError, Unavailable

from .address import connect, shown
from .errors import NOT_CONDITIONAL, is_unknown, short, store_error, why

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 16
"""Requests of one relay at a time that bring something."""

PUTS_AT_ONCE = 4
"""Segments that are put at a time, each of which is in memory meanwhile."""

NEW_TRIES = 4
"""Tries to put an object that must not be there, as the library does not do that again itself."""

NEW_WAIT = 0.2
"""Seconds before the second of them, twice as long before each next one, and a random share."""

DOWN_SECONDS = 3.0
"""So long after a failure the store counts as down, and what needs it is refused at once."""


def _remove_empty(folder: Path) -> None:
    """Remove folders without a file; one in which somebody puts something at this moment stays."""
    with suppress(OSError):
        for each in folder.iterdir():
            if each.is_dir():
                _remove_empty(each)
        folder.rmdir()


class Entry(NamedTuple):
    """An object in a list: its name, its bytes, and when it was put, in seconds since 1970."""

    key: str
    size: int
    put_at: float


class Objects:
    """The objects of one store.  ``requests`` counts what was asked, ``bytes_read`` what came.

    ``failures`` counts what was asked for nothing.
    """

    def __init__(self, url: str) -> None:
        """Raises as :func:`.address.connect` does; nothing is asked of the store yet."""
        self._store, self._folder = connect(url)
        self.where = shown(url)
        self.requests: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.bytes_read = 0
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tsvshare-objects")
        self.putting = ThreadPoolExecutor(PUTS_AT_ONCE, thread_name_prefix="tsvshare-putting")
        self._counting = threading.Lock()
        self._failed_at = float("-inf")
        self._failure: TSVShareError | None = None
        self._said = ""
        self.on_answer: Callable[[float], object] = lambda seconds: None
        """Called in the threads that ask, with how long the store has taken for an answer."""

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns in one of the threads that wait for this store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: work(*args, **kwargs))

    def check_well(self) -> None:
        """Raise what the store failed with if that was a moment ago; cheap, asks nothing."""
        if self._failure is not None and time.monotonic() - self._failed_at < DOWN_SECONDS:
            raise Unavailable(self._failure.message)

    @property
    def said(self) -> str:
        """What the store failed with last, for who runs this: where it is, and what it said."""
        return self._said

    # --- writing --------------------------------------------------------------------------------

    def put(self, key: str, data: bytes) -> None:
        """Put an object, also in place of one.  Raises :class:`Unavailable`."""
        import obstore

        with self._asking("put"):
            obstore.put(self._store, key, data, use_multipart=False)
            self._sync(key)

    def put_new(self, key: str, data: bytes) -> bool:
        """Put an object unless there is one; whether it is there now as it was given.

        ``data`` must be other than all that others would put there.  Raises :class:`Unavailable`.
        """
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        for again in reversed(range(NEW_TRIES)):
            try:
                return self._put_new(key, data)
            except (AlreadyExistsError, PreconditionError):
                return self.get(key) == data  # an earlier try may have got there all the same
            except Unavailable:
                if not again:
                    raise
                wait = NEW_WAIT * 2.0 ** (NEW_TRIES - again)
                time.sleep(wait * random.uniform(0.5, 1.0))
        raise AssertionError

    def _put_new(self, key: str, data: bytes) -> bool:
        import obstore

        with self._asking("put"):
            obstore.put(self._store, key, data, mode="create", use_multipart=False)
            self._sync(key)
        return True

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there: nothing.  Raises :class:`Unavailable`."""
        wanted = list(keys)
        if self._folder is not None:
            with self._asking("delete"):
                for key in wanted:
                    (self._folder / key).unlink(missing_ok=True)
        elif wanted and not self._delete(wanted) and len(wanted) > 1:
            for key in wanted:  # some services stop at the first one that is not there
                self._delete([key])

    def _delete(self, keys: list[str]) -> bool:
        """Delete objects; whether all of them were there, or the service does not mind."""
        import obstore

        with suppress(FileNotFoundError), self._asking("delete", missing_ok=True):
            obstore.delete(self._store, keys)
            return True
        return False

    def delete_all(self, prefix: str) -> None:
        """Delete all objects whose names begin with a folder's.  Raises :class:`Unavailable`."""
        self.delete(entry.key for entry in self.entries(prefix))
        if self._folder is not None:
            _remove_empty(self._folder / prefix)

    def _sync(self, key: str) -> None:
        """Have an object in a folder on the disk, and its name: other stores see to it."""
        if self._folder is not None and os.name != "nt":
            path = self._folder / key
            for each in (path, path.parent):
                descriptor = os.open(each, os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)

    # --- reading --------------------------------------------------------------------------------

    def get(self, key: str) -> bytes | None:
        """An object as a whole; None if there is none.  Raises :class:`Unavailable`."""
        import obstore

        with suppress(FileNotFoundError), self._asking("get", missing_ok=True):
            data = bytes(obstore.get(self._store, key).bytes())
            self._count_read(len(data))
            return data
        return None

    def get_range(self, key: str, start: int, size: int) -> bytes:
        """A part of an object.  Raises :class:`NotFound` and :class:`Unavailable`."""
        import obstore

        with self._asking("get"):
            data = bytes(obstore.get_range(self._store, key, start=start, length=size))
        if len(data) != size:
            raise Unavailable(f"{self.where} has less of {key} than was stored there")
        self._count_read(size)
        return data

    def _count_read(self, size: int) -> None:
        with self._counting:
            self.bytes_read += size

    def entries(self, prefix: str) -> list[Entry]:
        """The objects in a folder, and in those below it.  Raises :class:`Unavailable`."""
        import obstore

        found = []
        with self._asking("list"):
            for some in obstore.list(self._store, prefix.rstrip("/")):
                for each in some:
                    put_at = each["last_modified"].timestamp()
                    found.append(Entry(each["path"], each["size"], put_at))
        return found

    def folders(self, prefix: str) -> list[str]:
        """The names of the folders in a folder.  Raises :class:`Unavailable`."""
        import obstore

        with self._asking("list"):
            found = obstore.list_with_delimiter(self._store, prefix.rstrip("/"))
        return [path.rpartition("/")[2] for path in found["common_prefixes"]]

    # --- trying ---------------------------------------------------------------------------------

    def check(self) -> None:
        """Put, read and delete a small object, for who runs the relay.

        Raises :class:`Unavailable` with where the store is, what is wrong, and what it said.
        """
        key, data = f"probe/{secrets.token_hex(8)}", secrets.token_bytes(16)
        try:
            self.put(key, data)
            is_right = self.get_range(key, 4, 8) == data[4:12]
            keeps_to_it = self._refuses_another(key)
            self.delete([key])
        except TSVShareError as error:
            raise Unavailable(self.said or f"{self.where}: {error}") from error
        if not is_right:
            raise Unavailable(f"{self.where} gives back other bytes than were put there")
        if not keeps_to_it:
            raise Unavailable(f"{self.where} {NOT_CONDITIONAL}")

    def _refuses_another(self, key: str) -> bool:
        """Whether what is to be put only if there is nothing is refused where there is something.

        Raises :class:`Unavailable`.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        try:
            with self._asking("put"):
                try:
                    obstore.put(self._store, key, b"of another", mode="create", use_multipart=False)
                except BaseError as error:
                    if not is_unknown(error):
                        raise
        except (AlreadyExistsError, PreconditionError):
            return True
        return False

    def close(self) -> None:
        """Ask no more; what is under way is not waited for."""
        for threads in (self.pool, self.putting):
            threads.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def _asking(self, what: str, *, missing_ok: bool = False) -> Iterator[None]:
        """Count a request, and have its errors be ours and remembered for a moment."""
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        with self._counting:
            self.requests[what] += 1
        began = time.monotonic()
        try:
            yield
        except (AlreadyExistsError, PreconditionError):
            raise
        except (BaseError, OSError) as error:
            found = store_error(error)
            self._said = f"the object store {self.where} {why(error)} ({short(error)})"
            log.log(logging.DEBUG if missing_ok else logging.WARNING, "%s", self._said)
            if isinstance(found, Unavailable):
                with self._counting:
                    self.failures[what] += 1
                self._failure, self._failed_at = found, time.monotonic()
            elif missing_ok:
                raise FileNotFoundError(str(error)) from None
            raise found from None
        finally:
            self.on_answer(time.monotonic() - began)
        self._failure = None
