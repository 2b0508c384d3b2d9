"""Errors as a notebook shows them: the sentence, and where in one's own code that was; pure.

IPython asks an exception for ``_render_traceback_``.  What lies inside this package helps nobody
who only uses it; after ``%xmode Verbose`` all of it is shown.
"""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

CallT = TypeVar("CallT", bound=Callable[..., Any])

OURS = str(Path(__file__).parent)
MOST_FRAMES = 10


def render(error: BaseException) -> list[str]:
    """The lines that IPython prints for ``error``."""
    shell = _shell()
    if shell is not None and getattr(shell.InteractiveTB, "mode", "") == "Verbose":
        trace = error.__traceback__
        return list(shell.InteractiveTB.structured_traceback(type(error), error, trace))
    where = [_describe(frame, shell) for frame in own_frames(error.__traceback__)]
    return [f"{type(error).__name__}: {error}", *(["", *where] if where else [])]


def own_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """The frames of users' own code on the way to an error, the newest last."""
    frames = []
    for frame in traceback.extract_tb(trace):
        if frame.filename.startswith(OURS):
            break
        if not _is_of_ipython(frame.filename):
            frames.append(frame)
    return frames[-MOST_FRAMES:]


def shows_errors_short(call: CallT) -> CallT:
    """Let what Python itself raises in a call (a missing file, a wrong word) be shown so, too."""

    @functools.wraps(call)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except (OSError, TypeError) as error:
            if not hasattr(error, "_render_traceback_"):
                error._render_traceback_ = functools.partial(render, error)  # type: ignore[union-attr]
            raise

    return called  # type: ignore[return-value]


def _shell() -> Any:
    """IPython's shell, where there is one."""
    module = sys.modules.get("IPython.core.getipython")
    return None if module is None else module.get_ipython()


def _is_of_ipython(filename: str) -> bool:
    return "IPython" in Path(filename).parts or "ipykernel" in Path(filename).parts


def _describe(frame: traceback.FrameSummary, shell: Any) -> str:
    place = f"{frame.filename}, line {frame.lineno}"
    if shell is not None and (name := shell.compile.format_code_name(frame.filename)):
        place = f"{' '.join(name)}, line {frame.lineno}"
    return f"{place}\n----> {frame.line}" if frame.line else place
