"""Whether this process is a live kernel, where somebody waits for what is shown."""

from __future__ import annotations

import sys


def is_live_kernel() -> bool:
    """Whether cells run here, rather than a script."""
    found = sys.modules.get("ipykernel.kernelapp")
    return found is not None and found.IPKernelApp.initialized()
