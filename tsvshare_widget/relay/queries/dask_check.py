"""Whether the Dask cluster of a relay can be used, found out before anybody asks it something."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tsvshare_widget.errors import Unavailable

from .starting import environment

CHECK = "tsvshare_widget.table.parts.check"

CHECK_SECONDS = 60.0


def check_dask(address: str, data_dir: Path | None, store: str | None = None) -> str:
    """What there is at the address of a scheduler, in words.

    Its workers are to read the object store, or what is in ``data_dir``, or in the folder for
    temporary files.  Dask is loaded by a process of its own.  Raises :class:`Unavailable`, with
    one sentence.
    """
    place = store or str((data_dir or Path(tempfile.gettempdir())).absolute())
    command = [sys.executable, "-P", "-m", CHECK, address, place]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=CHECK_SECONDS,
            env={**environment(), "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            f"the Dask cluster at {address} has not answered for {CHECK_SECONDS:g} seconds"
        ) from error
    said = done.stdout.strip().splitlines()
    if done.returncode == 0 and said:
        return said[-1]
    raise Unavailable(said[-1] if said else f"--dask cannot be used: {done.stderr.strip()[-500:]}")
