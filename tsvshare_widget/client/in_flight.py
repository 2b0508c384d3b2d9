"""The requests that are in flight, and whom their answers go to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import Answer

from .thread import log

OnAnswer = Callable[[Answer | TSVShareError], object]
"""Called once, on the client's thread, with the answer or what the relay objected."""

OnFraction = Callable[[float], object]
"""Called, on the client's thread, with the fraction done of a request, between 0 and 1."""


class Callbacks(NamedTuple):
    """Whom a request reports to."""

    on_answer: OnAnswer
    on_fraction: OnFraction | None = None


class InFlight:
    """The callbacks of requests by their ids, each until the answer."""

    def __init__(self) -> None:
        self._callbacks: dict[str, Callbacks] = {}

    def add(self, id: str, callbacks: Callbacks) -> None:
        """Keep them until :meth:`answer`."""
        self._callbacks[id] = callbacks

    def __contains__(self, id: str) -> bool:
        return id in self._callbacks

    def answer(self, id: str, answer: Answer | TSVShareError) -> None:
        """Hand the answer to whom it is for; nothing, if they have one already."""
        callbacks = self._callbacks.pop(id, None)
        if callbacks is not None:
            call_safely(callbacks.on_answer, answer)

    def report(self, id: str, fraction: float) -> None:
        """Say how much of a request is done, where somebody wants to know."""
        callbacks = self._callbacks.get(id)
        if callbacks is not None and callbacks.on_fraction is not None:
            call_safely(callbacks.on_fraction, fraction)


def resolve(future: Future[Answer], answer: Answer | TSVShareError) -> None:
    """Give a future its result or its exception, unless it was cancelled."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(answer, TSVShareError):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def call_safely(function: Callable[..., object], *args: object) -> None:
    """Call back; what fails there is logged, and harms nobody else on the client's thread."""
    try:
        function(*args)
    except Exception:
        log.exception("a callback of a connection failed")
