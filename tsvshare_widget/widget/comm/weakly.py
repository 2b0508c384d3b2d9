"""A widget that its comm and the registry of ipywidgets know, and do not keep alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from .reactive import is_marimo, when_closed

KNOWN_KINDS = {"comm", "ipykernel"}
"""Packages whose comms are those of hosts where it is known who holds a widget that is shown:
see ``live/keeper.py``."""


def call_weakly(owner: object, name: str) -> Callable[..., Any]:
    """A function that calls the method ``name`` of ``owner`` as long as there is one."""
    ref = weakref.ref(owner)

    def call(*args: Any) -> Any:
        living = ref()
        return None if living is None else getattr(living, name)(*args)

    return call


def attach_weakly(widget: ipywidgets.Widget) -> None:
    """Let a widget with an open comm live only as long as somebody else has it.

    Where the comm is of a host that we do not know, ipywidgets keeps the widget until the comm is
    closed.
    """
    comm = widget.comm
    if comm is None:
        return
    comm.on_msg(call_weakly(widget, "_handle_msg"))
    comm.on_close(call_weakly(widget, "_comm_closed"))
    if is_marimo(comm):
        when_closed(comm, call_weakly(widget, "_let_go"))
    instances = _registry()
    if type(comm).__module__.partition(".")[0] in KNOWN_KINDS and instances is not None:
        instances[widget.model_id] = weakref.proxy(widget)


def _registry() -> Any:
    module = ipywidgets.widgets.widget
    return getattr(module, "_instances", None) or getattr(ipywidgets.Widget, "widgets", None)
