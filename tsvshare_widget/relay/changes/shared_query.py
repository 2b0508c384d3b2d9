"""The shared query of each document: asked by ops, answered when its rows are found.

What several people ask meanwhile is one question: each op adds to those before it that still wait,
as if they had come one after the other.  Only the newest question is worked on, and all ops in it
are answered at once.  If it cannot be answered, they are asked one after the other after all, so
that nobody is refused because of what somebody else asked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Found
from tsvshare_widget.errors import Stale, Superseded, TSVShareError
from tsvshare_widget.protocol import Op, Settings, TableState, Working
from tsvshare_widget.query import Query
from tsvshare_widget.relay.queries.progress import Progress

from .contract import Documents

log = logging.getLogger(__name__)

QUERY_SETTINGS = ("sort", "filters", "search")

AGAIN_SECONDS = 0.2
"""Before a table is asked again that was just being read anew."""

MOST_AGAIN = 50


class Wish:
    """One op that waits; ``done`` becomes the document that shows what it asked for."""

    def __init__(self, op: Op, by: str | None) -> None:
        self.op = op
        self.by = by
        self.waiting = 0
        self.done: asyncio.Future[Document] = asyncio.get_running_loop().create_future()

    def refuse(self, error: TSVShareError) -> None:
        """Take in that it cannot be granted; whether or not anybody still waits for it."""
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()


class Answer(NamedTuple):
    """What was found in which table; nothing had to be found if the query is asked already."""

    table: TableState | None
    found: Found | None


class Question:
    """All wishes for the query of one document that wait, and the work on them."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self.one_by_one = False
        self.query: Query | None = None
        self.finding: asyncio.Task[Answer] | None = None
        self.task: asyncio.Task[None]
        self.progress = Progress()

    def add(self, op: Op, by: str | None) -> Wish:
        """The wish of ``op``; one that is sent again joins itself."""
        for wish in self.wishes:
            if wish.op.table != op.table:
                wish.refuse(Stale("the table was replaced in the meantime; nothing was changed"))
        self.wishes = [wish for wish in self.wishes if wish.op.table == op.table]
        for wish in self.wishes:
            if wish.op.id == op.id:
                return wish
        self.wishes.append(Wish(op, by))
        return self.wishes[-1]

    @property
    def next(self) -> list[Wish]:
        """Those that are asked at once."""
        return self.wishes[: 1 if self.one_by_one else None]

    @property
    def table(self) -> str | None:
        """The id of the table that all of them were made against."""
        return self.wishes[-1].op.table

    def settings(self) -> Settings:
        """What the next wishes come to, one after the other."""
        return merged([wish.op.set for wish in self.next])

    def begin_again(self) -> None:
        """Give up what is being found: it is not what is asked any more."""
        if self.finding is not None:
            self.finding.cancel()


class QueryDesk:
    """The questions that are asked for everyone on one relay."""

    def __init__(self, hub: Documents) -> None:
        self._hub = hub
        self._questions: dict[str, Question] = {}
        self._saying: set[asyncio.Task[None]] = set()

    async def ask(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Do what ``op`` says of the shared query, and return the document once it shows.

        If this is cancelled, and so is all else that was asked together with it, the work ends.
        Raises :class:`Stale`, :class:`BadValue`, :class:`NoSuchPage` and as :meth:`Views.find`.
        """
        document = await self._hub.document(uuid)
        if docs.known_op(document, op.id) is not None:
            return document
        wish = self._take(uuid, document, op, by)
        wish.waiting += 1
        try:
            return await asyncio.shield(wish.done)
        finally:
            wish.waiting -= 1
            self._drop_unwanted(uuid)

    async def stop(self) -> None:
        """Give up on all questions, because the relay goes.

        Nobody is answered: they ask again when there is a relay again.
        """
        tasks = [question.task for question in self._questions.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, uuid: str, document: Document, op: Op, by: str | None) -> Wish:
        docs.wanted_query(document, op.set, table=op.table)  # whatever is wrong is told at once
        question = self._questions.get(uuid)
        if question is None:
            question = self._questions[uuid] = Question()
            question.task = asyncio.create_task(self._work(uuid, question))
        wish = question.add(op, by)
        if _query(document, question) != question.query:
            question.begin_again()
        return wish

    def _drop_unwanted(self, uuid: str) -> None:
        question = self._questions.get(uuid)
        if question is not None and not any(wish.waiting for wish in question.wishes):
            question.wishes.clear()
            question.begin_again()

    # --- the work -------------------------------------------------------------------------------

    async def _work(self, uuid: str, question: Question) -> None:
        try:
            with question.progress.telling(lambda done: self._tell(uuid, question, done)):
                while question.wishes:
                    await self._try(uuid, question, question.next)
        finally:
            del self._questions[uuid]
            for wish in question.wishes:
                wish.done.cancel()
            if question.progress.reported:
                self._say(uuid, Working())

    async def _try(self, uuid: str, question: Question, wishes: list[Wish]) -> None:
        """Grant ``wishes``, or refuse them, unless there are others in between."""
        question.progress.advance(0.0)
        question.finding = asyncio.create_task(self._find(uuid, question))
        try:
            await asyncio.wait({question.finding})
        finally:
            question.finding.cancel()  # without effect if it is done
        if question.finding.cancelled():
            return
        question.finding.exception()  # looked at, or it would be in the log if it is overtaken
        if question.next != wishes:
            return
        try:
            after = await self._apply(uuid, wishes, question.finding.result())
        except Superseded:
            return  # the table was read anew, or has come back: ask again
        except Exception as error:
            if len(wishes) > 1:
                question.one_by_one = True
                return
            wishes[0].refuse(_as_error(error))
        else:
            for wish in wishes:
                if not wish.done.done():
                    wish.done.set_result(after)
        question.wishes = [wish for wish in question.wishes if wish not in wishes]

    async def _find(self, uuid: str, question: Question) -> Answer:
        for number in range(MOST_AGAIN):
            document = await self._hub.document(uuid)
            query = question.query = _query(document, question)
            table = document.state.table
            if query is None or table is None:
                return Answer(table, None)
            try:
                advance = question.progress.advance
                view = await self._hub.views.find(table, query, on_advance=advance)
            except Stale:
                # If another table shows by now, asking again says so.
                await asyncio.sleep(AGAIN_SECONDS if number else 0)
            else:
                return Answer(table, view.found)
        raise Stale("the table is being read anew; ask again when that is done")

    async def _apply(self, uuid: str, wishes: list[Wish], answer: Answer) -> Document:
        last = wishes[-1]
        settings = merged([wish.op.set for wish in wishes])

        def step(document: Document) -> Document:
            _check_same_reading(document, answer)
            after = docs.apply(
                document,
                settings,
                table=last.op.table,
                op_id=last.op.id,
                by=last.by,
                now=time.time(),
                found=answer.found,
            )
            return _remembering(after, wishes) if after is not document else document

        return await self._hub.change(uuid, step)

    # --- telling --------------------------------------------------------------------------------

    def _tell(self, uuid: str, question: Question, done: float) -> None:
        if question.wishes and question.query is not None:
            by = question.next[-1].by
            self._say(uuid, Working(by=by, query=question.query, done=done))

    def _say(self, uuid: str, message: Working) -> None:
        saying = asyncio.create_task(self._hub.tell_work(uuid, message))
        self._saying.add(saying)
        saying.add_done_callback(self._saying.discard)


def is_about_query(settings: Settings) -> bool:
    """Whether an op may need rows to be found."""
    return any(getattr(settings, name) is not UNSET for name in QUERY_SETTINGS)


def merged(several: list[Settings]) -> Settings:
    """Settings that do what ``several`` do one after the other.

    A page counts only as it is set last: a newer query turns to its first one.
    """
    given: dict[str, Any] = {}
    for settings in several:
        given.pop("page", None)
        values = {name: getattr(settings, name) for name in settings.__struct_fields__}
        given |= {name: value for name, value in values.items() if value is not UNSET}
    return Settings(**given)


def _query(document: Document, question: Question) -> Query | None:
    return docs.wanted_query(document, question.settings(), table=question.table)


def _check_same_reading(document: Document, answer: Answer) -> None:
    """Raise :class:`Superseded` if the rows were found in another reading than shows now."""
    shown = document.state.table
    asked = answer.table
    if answer.found is None or asked is None or shown is None:
        return
    if shown.id == asked.id and shown.dialect != asked.dialect:
        raise Superseded("the table was read anew in the meantime")


def _remembering(document: Document, wishes: list[Wish]) -> Document:
    """The document after ``wishes``, of which it knows the last one already."""
    others = tuple((wish.op.id, document.seq) for wish in wishes[:-1])
    ops = (*document.ops[:-1], *others, document.ops[-1])
    return msgspec.structs.replace(document, ops=ops[-docs.REMEMBERED_OPS :])


def _as_error(error: Exception) -> TSVShareError:
    if isinstance(error, TSVShareError):
        return error
    log.error("a question could not be answered", exc_info=error)
    return TSVShareError("something went wrong on the relay; nothing was changed")
