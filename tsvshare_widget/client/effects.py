"""What follows from something that happened to a session."""

from __future__ import annotations

from dataclasses import dataclass, field

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import Answer, Moved, Pointing, ViewerMessage


@dataclass
class Effects:
    """What follows from an event: messages to send, requests that are answered, and progress.

    ``progress`` is the fraction done of requests that take long, between 0 and 1.  ``move`` says
    where the document is now, ``pointing`` where others point.
    """

    send: list[ViewerMessage] = field(default_factory=list)
    move: Moved | None = None
    done: list[tuple[str, Answer | TSVShareError]] = field(default_factory=list)
    progress: list[tuple[str, float]] = field(default_factory=list)
    pointing: Pointing | None = None
