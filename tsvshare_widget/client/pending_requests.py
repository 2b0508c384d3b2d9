"""The requests of one viewer that are not answered yet, over however many connections; pure."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from tsvshare_widget.errors import Cancelled, TSVShareError
from tsvshare_widget.protocol import Ack, Answer, Cancel, Op, Position, Request

from .effects import Effects
from .snapshot import Snapshot


class PendingRequests:
    """What a session has asked for; ``known`` is always its snapshot as it is at that moment.

    A request is pending until it is answered, also over a loss of the connection: it is then sent
    again with the same id, which the relay does not do twice.  An ``ack`` counts as an answer only
    when the snapshot it speaks of has come, so that who waits for an op sees its effect.  Of ops
    that waited out a loss, only the last one that sets the same thing is sent again.
    """

    def __init__(self) -> None:
        self._pending: dict[str, Request] = {}
        self._acked: dict[str, Ack] = {}
        self._overtaken: dict[str, str] = {}

    def add(self, request: Request) -> None:
        """Wait for the answer to a request."""
        self._pending[request.id] = request

    def go_on(self, known: Snapshot) -> Effects:
        """Begin anew on another connection: what was not answered is sent again."""
        self._overtaken = self._find_overtaken()
        answered = {*self._acked, *self._overtaken}
        send = [request for id, request in self._pending.items() if id not in answered]
        return Effects(send=[*send], done=self.settle(known).done)

    def acknowledge(self, ack: Ack, known: Snapshot) -> Effects:
        """Take in that an op was done, which is its answer as soon as ``known`` shows it."""
        if ack.id in self._pending:
            self._acked[ack.id] = ack
        return self.settle(known)

    def settle(self, known: Snapshot) -> Effects:
        """Answer the ops that were acknowledged and that ``known`` shows by now."""
        effects = Effects()
        for id, ack in list(self._acked.items()):
            position = Position(ack.epoch, ack.seq)
            mine = known.position
            if mine is not None and mine.epoch == ack.epoch and known.is_newer(position):
                continue
            del self._acked[id]
            effects.done.extend(self.answer(id, ack, known).done)
        return effects

    def answer(self, id: str, answer: Answer | TSVShareError, known: Snapshot) -> Effects:
        """Take in the answer to a request; one that is not pending any more changes nothing."""
        if self._pending.pop(id, None) is None:
            return Effects()
        effects = Effects(done=[(id, answer)])
        earlier = [each for each, by in self._overtaken.items() if by == id]
        if not isinstance(answer, Ack):  # what was sent before may have been done, or can be now
            self._overtaken = self._find_overtaken()
            is_live = known.status == "live"
            left = [each for each in earlier if is_live and each not in self._overtaken]
            effects.send.extend(self._pending[each] for each in left if each in self._pending)
            return effects
        for each in earlier:
            del self._overtaken[each]
            effects.done.extend(self.answer(each, replace(answer, id=each), known).done)
        return effects

    def cancel(self, id: str, known: Snapshot) -> Effects:
        """Answer a request that nobody waits for any longer; the relay may stop working on it."""
        if id not in self._pending:
            return Effects()
        self._acked.pop(id, None)
        cancelled = Cancelled("this was cancelled before it was done")
        effects = self.answer(id, cancelled, known)
        if known.status == "live":
            effects.send.append(Cancel(id=id))
        return effects

    def give_up(self, error: TSVShareError) -> Effects:
        """Answer all requests with ``error``: nothing more will come for them."""
        done: list[tuple[str, Answer | TSVShareError]] = [(id, error) for id in self._pending]
        self._pending.clear()
        self._acked.clear()
        self._overtaken.clear()
        return Effects(done=done)

    def _find_overtaken(self) -> dict[str, str]:
        """Ops that waited out a loss, each with a later one that sets the same of the same table.

        They are not sent again unless that one is refused, and done when it is.
        """
        overtaken: dict[str, str] = {}
        later: list[tuple[str, str | None, set[str]]] = []
        for id, request in reversed(list(self._pending.items())):
            if not isinstance(request, Op):
                continue
            names = _names_set(request)
            by = next(
                (
                    other
                    for other, table, others in later
                    if table == request.table and names <= others
                ),
                None,
            )
            if by is None or id in self._acked:
                later.append((id, request.table, names))
            else:
                overtaken[id] = by
        return overtaken


def _names_set(op: Op) -> set[str]:
    """What an op sets, by the names of its settings."""
    return {name for name in op.set.__struct_fields__ if getattr(op.set, name) is not UNSET}
