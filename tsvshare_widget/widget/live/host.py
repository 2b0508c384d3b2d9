"""Whether somebody can see what a kernel displays."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

EXECUTED = "--HistoryManager.hist_file="
"""How nbclient starts kernels, for ``nbconvert --execute``, papermill and Voila; a person's own
setting of this kind stands in a file."""

VOILA = "VOILA_"
"""What the environment has where Voila has a browser show what cells display."""


def is_unseen(arguments: Sequence[str], environment: Iterable[str]) -> bool:
    """Whether cells are run by a program, and nobody looks on while they are.

    What is shown later is a file then, in which a widget is blank where its scripts cannot be
    fetched.
    """
    executed = any(argument.startswith(EXECUTED) for argument in arguments)
    return executed and not any(name.startswith(VOILA) for name in environment)


def runs_unseen() -> bool:
    """Whether no front end will ever show what this kernel displays."""
    return is_unseen(sys.argv, os.environ)
