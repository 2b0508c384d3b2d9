"""Passes for downloads, for browsers, which cannot send a key along with a link."""

from __future__ import annotations

import hmac
import secrets
import time

TICKET_SECONDS = 60.0


class Tickets:
    """The passes of one relay, each good for a minute and one document; nothing of them is kept."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def issue(self, uuid: str) -> str:
        """A pass for a document."""
        until = f"{time.time() + TICKET_SECONDS:.0f}"
        return f"{until}.{self._sign(uuid, until)}"

    def admits(self, ticket: str | None, uuid: str) -> bool:
        """Whether a pass is good for a document, now."""
        until, _, signature = (ticket or "").partition(".")
        is_ours = hmac.compare_digest(signature.encode(), self._sign(uuid, until).encode())
        return is_ours and int(until) >= time.time()

    def _sign(self, uuid: str, until: str) -> str:
        return hmac.digest(self._secret, f"{uuid} {until}".encode(), "sha256").hex()
