"""Networks of their own for browsers, servers and kernels: namespaces of Linux, for root alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WHY_NOT = (
    "there are no network namespaces of Linux here"
    if sys.platform != "linux" or not shutil.which("ip")
    else ""
    if os.geteuid() == 0
    else "network namespaces need root"
)
"""Why none can be made; empty if they can."""


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


class Networks:
    """Networks by name, joined in pairs; each reaches only those that it is joined with.

    Their addresses are of this process: other tests on this computer have others.
    """

    def __init__(self, *names: str) -> None:
        self._prefix = f"tsv{os.getpid()}"
        self._second = 64 + os.getpid() % 128
        self._names = names
        self._scripts = tempfile.TemporaryDirectory()
        for name in names:
            ip("netns", "add", self._full(name))
            ip("-n", self._full(name), "link", "set", "lo", "up")

    def _full(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def address(self, number: int, end: int) -> str:
        """The address of the first or the second end of a cable: ``end`` is 1 or 2."""
        return f"10.{self._second}.{number}.{end}"

    def join(self, number: int, one: str, other: str | None) -> None:
        """Lay a cable between two networks; None is the one of this process."""
        ends = [f"tsv{number}a{os.getpid()}", f"tsv{number}b{os.getpid()}"]
        ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for which, (name, end) in enumerate(zip((one, other), ends, strict=True), start=1):
            inside = ["-n", self._full(name)] if name else []
            if name:
                ip("link", "set", end, "netns", self._full(name))
            ip(*inside, "address", "add", f"{self.address(number, which)}/24", "dev", end)
            ip(*inside, "link", "set", end, "up")

    def cut(self, number: int, one: str, *, off: bool) -> None:
        """Pull the plug of a cable at the side of ``one``, its first end; or put it in again."""
        end = f"tsv{number}a{os.getpid()}"
        ip("-n", self._full(one), "link", "set", end, "down" if off else "up")

    def inside(self, name: str) -> tuple[str, ...]:
        """What a command begins with that is to run in a network."""
        return ("ip", "netns", "exec", self._full(name))

    def program(self, name: str, program: str) -> Path:
        """A program that does what ``program`` does, in a network."""
        script = Path(self._scripts.name, f"{name}-{Path(program).name}")
        words = " ".join(self.inside(name))
        script.write_text(f'#!/bin/sh\nexec {words} {program} "$@"\n')
        script.chmod(0o755)
        return script

    def close(self) -> None:
        for name in self._names:
            ip("netns", "delete", self._full(name))
        self._scripts.cleanup()
