"""``POST /d/UUID/fetch``: a file on the web becomes the table, fetched by the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import msgspec

from tsvshare_widget.errors import BadTable, TooMany, TSVShareError
from tsvshare_widget.protocol import encode
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.incoming import Upload, as_upload_error
from tsvshare_widget.relay.fetch_rules import FetchRules
from tsvshare_widget.relay.fetching import Fetched, Fetcher, is_web_page
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.web.desk_handler import foreign_page, is_from_elsewhere
from tsvshare_widget.relay.web.handler import Handler
from tsvshare_widget.relay.web.parsing import decode_json

ResultT = TypeVar("ResultT")

MOST_FETCHES = 8
"""Files that a relay fetches at a time: each holds a thread."""


class Fetching(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be fetched."""

    url: str


class Fetches:
    """The files that one relay is fetching."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher
        self._running: set[asyncio.Task[None]] = set()
        # Threads of their own: they wait for strangers, and others must not wait for them.
        self._threads = ThreadPoolExecutor(MOST_FETCHES, "tsvshare-fetch")

    async def begin(self, hub: Hub, uuid: str, url: str) -> str:
        """Begin to fetch a file for a document; its name.  Raises why it does not come."""
        self.fetcher.rules.target(url)
        if len(self._running) >= MOST_FETCHES:
            raise TooMany("this relay fetches as many files as it may; try again in a moment")
        began: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._run(hub, uuid, url, began))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await began

    async def _aside(self, work: Callable[..., ResultT], *arguments: object) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def _run(self, hub: Hub, uuid: str, url: str, began: asyncio.Future[str]) -> None:
        try:
            fetched = await self._aside(self.fetcher.open, url)
            try:
                await self._take(hub, uuid, fetched, began)
            finally:
                fetched.close()
        except BaseException as error:
            if not began.done():
                began.set_exception(
                    error if isinstance(error, Exception) else TSVShareError("ended")
                )
                began.exception()  # whoever waits may have gone

    async def _take(
        self, hub: Hub, uuid: str, fetched: Fetched, began: asyncio.Future[str]
    ) -> None:
        first = await self._aside(next, fetched.pieces, b"")
        if is_web_page(first):
            raise BadTable(
                f"{fetched.name} is a web page, not a table: give the file's own address"
            )
        upload = await _begin_upload(hub, uuid, fetched)
        began.set_result(fetched.name)
        try:
            while first:
                await upload.receive(first)
                first = await self._aside(next, fetched.pieces, b"")
            await upload.complete()
        except TSVShareError as error:
            with suppress(TSVShareError):
                await upload.break_off(error)
        except BaseException:
            await upload.cancel(TSVShareError("the relay is going away"))
            raise


async def _begin_upload(hub: Hub, uuid: str, fetched: Fetched) -> Upload:
    try:
        return await hub.uploads.begin(
            uuid, name=fetched.name, total=fetched.total, options=ReadOptions(), by=None
        )
    except OSError as error:
        raise as_upload_error(error) from error


class Fetch(Handler):
    """``POST /d/UUID/fetch``, for who has the document's key."""

    async def post(self, uuid: str) -> None:
        """Take ``{"url"}``; answer 202 and its name as soon as it comes."""
        if is_from_elsewhere(self.request, self.hub.settings.origins):
            raise foreign_page(self.request, "files are fetched for this relay's own pages")
        await self.admit_editor(uuid)
        asked = decode_json(self.body_text(), Fetching, "what is to be fetched")
        fetches: Fetches = self.settings["fetches"]
        name = await fetches.begin(self.hub, uuid, asked.url)
        self.finish_json(encode({"name": name}), 202)


def fetches_of(hub: Hub) -> Fetches:
    """What a relay with these settings may fetch."""
    settings = hub.settings
    rules = FetchRules(settings.fetch_from)
    return Fetches(Fetcher(rules, settings.max_upload, settings.fetch_seconds))
