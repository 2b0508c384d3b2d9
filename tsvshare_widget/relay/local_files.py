"""A file of this computer, taken into a document in the calling thread and without HTTP."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions
from tsvshare_widget.table import Facts
from tsvshare_widget.table.storage.memory import give_back_memory

from .assembly import Relay
from .changes.access import check_editor
from .changes.incoming import Upload, as_upload_error
from .hub import Hub
from .stopped import stopped

LARGE_BYTES = 1 << 24
"""A file from here on leaves megabytes free when it has been read."""

OnProgress = Callable[[int, int], None]
"""Called with the bytes taken in so far, and how many there will be."""


def open_path(
    relay: Relay,
    uuid: str,
    key: str | None,
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    options: ReadOptions | None = None,
    on_progress: OnProgress | None = None,
) -> TableState:
    """Take the file at ``path`` into a document of ``relay``, whose event loop is another thread's.

    Returns when all of it has been read; everyone sees it from the first rows on.  What
    ``on_progress`` raises ends it, and the document shows again what it did before.  Raises
    :class:`NotFound`, :class:`Forbidden`, :class:`TooLarge`, :class:`BadTable`, :class:`BadValue`,
    :class:`Superseded`, :class:`Unavailable`, and OSError if the file cannot be read.
    """
    options = options or NO_OPTIONS
    source = Path(path)
    total = source.stat().st_size
    upload = relay.run(_begin(relay.hub, uuid, key, name or source.name, total, options))
    try:
        _adopt(relay, upload, source, total, on_progress)
        state = relay.run(upload.complete())
        if total >= LARGE_BYTES:
            give_back_memory()  # of a kernel, which has little, and other uses for it
        return state
    except BaseException as error:
        if relay.stopping and isinstance(error, Exception):
            raise stopped() from error
        reason = as_upload_error(error) if isinstance(error, Exception) else Unavailable("stopped")
        relay.run(upload.cancel(reason))
        raise
    finally:
        with suppress(Unavailable):
            relay.call(relay.hub.tables.release, upload.table_id)


async def _begin(
    hub: Hub, uuid: str, key: str | None, name: str, total: int, options: ReadOptions
) -> Upload:
    await hub.documents.admit(uuid, partial(check_editor, key=key))
    upload = await hub.uploads.begin(uuid, name=name, total=total, options=options, by=None)
    hub.tables.acquire(upload.table_id)  # once more, for the thread that fills it
    return upload


def _adopt(
    relay: Relay, upload: Upload, source: Path, total: int, on_progress: OnProgress | None
) -> None:
    def progress(facts: Facts) -> None:
        relay.call(upload.publish_soon)
        if on_progress is not None:
            on_progress(facts.bytes, total)

    upload.table.adopt(source, progress, upload.stop)
