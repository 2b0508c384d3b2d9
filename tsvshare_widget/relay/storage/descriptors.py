"""How many files and connections a process may have open; Windows has no such limits."""

from __future__ import annotations

import contextlib
import sys

with contextlib.suppress(ImportError):
    import resource

MACOS_MOST = 10240
"""Where the hard limit says "any number", a process may still not ask for more."""


def raise_file_limit() -> None:
    """Let this process open as many files as its administrator allows."""
    if "resource" not in globals():
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    for wanted in (hard, MACOS_MOST if hard == unlimited else hard):
        if soft == unlimited or (wanted != unlimited and wanted <= soft):
            return
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return


def most_descriptors() -> int:
    """How many may be open now; a very large number where there is no limit."""
    if "resource" not in globals():
        return sys.maxsize
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if most == resource.RLIM_INFINITY else most
