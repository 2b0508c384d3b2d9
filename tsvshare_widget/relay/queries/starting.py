"""Starting a process that answers questions; with few imports, for it is the first thing done."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import tsvshare_widget
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.settings import Settings

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of the longest answer: a profile whose top values are cells of any length."""

WORKER = "tsvshare_widget.table.worker.main"

AVX512 = "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL"
"""What numpy calls it; it leaves names alone that others of its versions have."""

_FIRST_CHARACTERS = 1000  # of what is said of each processor


def worker_command(settings: Settings) -> list[str]:
    """The command that starts a process with the memory and the cluster that it may use."""
    command = [sys.executable, "-P", "-m", WORKER, "--memory", str(settings.query_memory)]
    if settings.dask is None:
        return command
    return [*command, "--dask", settings.dask, "--dask-from", str(settings.dask_from)]


async def start_process(command: Sequence[str]) -> Process:
    """Start a process with pipes to it.  Raises :class:`Unavailable` if that is not possible."""
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=MAX_ANSWER,
            env=environment(),
            # Of its own, for a kernel that restarts waits for all processes of its session.
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"the relay cannot start a process: {error.strerror}") from error


def environment() -> dict[str, str]:
    """That of a process: ours, and that it is to find the same packages as this one does.

    Numpy is to leave out instructions by which it sorts slowly, unless it was told something.
    """
    package = Path(tsvshare_widget.__file__).absolute().parent.parent
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    if str(package) not in paths:
        paths.append(str(package))
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    left_out = {"NPY_DISABLE_CPU_FEATURES": AVX512} if is_zen_4(_processor()) else {}
    return {**left_out, **os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}


def is_zen_4(processor: str) -> bool:
    """Whether a processor stores what AVX-512 has packed so slowly that sorting takes five times
    as long as with AVX2; or is of the generation before, which has no AVX-512.
    """
    family = re.search(r"family[\s:]+(\d+)", processor, re.IGNORECASE)
    return "AuthenticAMD" in processor and family is not None and family[1] == "25"


def _processor() -> str:
    """What the system says of the processor."""
    with suppress(OSError), Path("/proc/cpuinfo").open() as file:
        return file.read(_FIRST_CHARACTERS)
    return os.environ.get("PROCESSOR_IDENTIFIER", "")
