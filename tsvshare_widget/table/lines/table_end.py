"""The end of a table inside of its file: a line from which on there are no rows; pure."""

from __future__ import annotations

import re

from .syntax import CR, LF


class TableEnd:
    """Cuts a text that comes in chunks off before the first line that starts with a mark."""

    def __init__(self, marks: tuple[bytes, ...]) -> None:
        """The first chunk begins with a line."""
        self.is_reached = False
        self._marks = marks
        any_mark = b"|".join(map(re.escape, marks))
        self._search = re.compile(rb"(?<![^\r\n])(?:%b)" % any_mark).search
        self._held = b""  # the start of a line, which may become a mark
        self._at_line_start = True

    def before(self, text: bytes) -> bytes:
        """The part of the next bytes that is before the end, but for what may be a mark."""
        if not self._marks:
            return text
        text, self._held = self._held + text, b""
        if self.is_reached or not text:
            return b""
        found = self._search(text, 0 if self._at_line_start else 1)
        if found is not None:
            self.is_reached = True
            return text[: found.start()]
        line = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        open_line = text[line:]
        if (line or self._at_line_start) and any(m.startswith(open_line) for m in self._marks):
            text, self._held = text[:line], open_line
        if text:
            self._at_line_start = text[-1] in (LF, CR)
        return text

    def rest(self) -> bytes:
        """What was held back, now that no bytes follow."""
        held, self._held = self._held, b""
        return held
