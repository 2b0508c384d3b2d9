"""A process that is a relay's own, unlike a kernel: its signals, and how its memory is kept."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys

SWITCH_SECONDS = 0.0005
"""How long a thread that reads pages or takes in bytes runs while the event loop waits; a tenth of
what is usual, for the loop waits several times at each page turn."""

YOUNG_OBJECTS = 50_000
"""That are made before the garbage collector looks at them: those of some thousand messages."""

SIGNALS = {signal.SIGINT: 128 + signal.SIGINT, signal.SIGTERM: 0}
"""What ends it, and the exit codes: Ctrl-C interrupts, a service manager has it stop."""


class End:
    """The end of what runs until a signal comes; ``code`` is the exit code then."""

    def __init__(self) -> None:
        self.code = 0
        self._has_come = asyncio.Event()

    def come(self, code: int) -> None:
        """Let it end."""
        self.code = code
        self._has_come.set()

    async def wait(self) -> int:
        """Wait for it; the exit code."""
        await self._has_come.wait()
        return self.code


def on_signals(end: End) -> None:
    """Let SIGINT and SIGTERM bring the end of what runs in this event loop."""
    for number, code in SIGNALS.items():
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            asyncio.get_running_loop().add_signal_handler(number, end.come, code)


def switch_often() -> None:
    """Let the event loop have its turn soon, whatever threads do."""
    sys.setswitchinterval(SWITCH_SECONDS)


def collect_rarely() -> None:
    """Have the garbage collector look at everything as seldom as it may.

    It holds up everyone while it looks: 0.5 s for 10,000 viewers.  What a connection holds goes
    without it (``tests/relay/web/test_connections.py``), and what is loaded stays.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)
