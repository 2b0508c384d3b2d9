"""Progress bars, which appear only where something takes long."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

BAR_DELAY_SECONDS = 1.0
"""Seconds after which a progress bar appears."""


@contextlib.contextmanager
def byte_bar(name: str, *, is_shown: bool) -> Iterator[Callable[[int, int | None], None]]:
    """A bar of the bytes sent, of how many there will be (None: nobody knows)."""
    from tqdm.auto import tqdm

    with tqdm(
        desc=name,
        unit="B",
        unit_scale=True,
        delay=BAR_DELAY_SECONDS,
        leave=False,
        disable=not is_shown,
    ) as bar:

        def update(sent: int, total: int | None) -> None:
            bar.total = total
            bar.update(sent - bar.n)

        yield update


@contextlib.contextmanager
def fraction_bar(name: str, *, is_shown: bool) -> Iterator[Callable[[float], None]]:
    """A bar of the fraction done, between 0 and 1."""
    from tqdm.auto import tqdm

    with tqdm(
        desc=name,
        total=1.0,
        bar_format="{desc}: {percentage:3.0f}%|{bar}|",
        delay=BAR_DELAY_SECONDS,
        leave=False,
        disable=not is_shown,
    ) as bar:

        def update(done: float) -> None:
            bar.update(done - bar.n)

        yield update
