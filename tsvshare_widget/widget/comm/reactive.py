"""marimo: cells that depend on a widget run again when what everyone sees changes.

marimo runs dependent cells when a front end has set a value.  Ours sets none: what changes comes
from the relay.  So it is told as its own chat element tells it, by a request to its kernel that the
element has a new value.  What of marimo is used for this is no public interface: where it is
missing, cells do not run again, and all else works.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)


def is_marimo(comm: object) -> bool:
    """Whether a comm is one of marimo."""
    return type(comm).__module__.partition(".")[0] == "marimo"


def when_closed(comm: Any, do: Callable[[], object]) -> None:
    """Have ``do`` called when marimo closes a comm, which it does when its cell runs again."""
    close = comm.close

    def close_and_tell(*args: Any, **options: Any) -> None:
        close(*args, **options)
        do()

    comm.close = close_and_tell


def rerun_of(comm: Any) -> Callable[[], object] | None:
    """What has marimo run the cells that depend on the element with this comm; None elsewhere.

    To be called in the cell that makes the widget; the result may be called on any thread.
    """
    if not is_marimo(comm):
        return None
    try:
        context = sys.modules["marimo._runtime.context"].get_context()
        enqueue = context._kernel.enqueue_control_request
        command = sys.modules["marimo._runtime.commands"].UpdateUIElementCommand
    except (KeyError, AttributeError, RuntimeError) as error:
        log.info("this marimo does not run cells again: %r", error)
        return None
    except Exception as error:  # there is no kernel: the notebook runs as a script
        log.info("there is no kernel of marimo here: %r", error)
        return None

    def rerun() -> None:
        element = getattr(comm, "ui_element_id", None)
        if element is not None:  # it is not wrapped in mo.ui.anywidget
            enqueue(command(object_ids=[element], values=[{}]))

    return rerun
