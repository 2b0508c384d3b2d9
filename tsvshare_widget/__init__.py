"""One table, one link, everyone on the same page: share a TSV live from a notebook.

    from tsvshare_widget import TSVShare

    TSVShare("genes.tsv")

:class:`TSVShare` is the live table; it and what it needs are imported when first asked for, so
that importing this package stays cheap.  Everything raised on purpose is a
:class:`TSVShareError`; :mod:`tsvshare_widget.errors` has the whole tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__
from .errors import TSVShareError

if TYPE_CHECKING:
    from .widget import TSVShare
    from .widget.async_table import connect

__all__ = ["TSVShare", "TSVShareError", "__version__", "connect"]


def __getattr__(name: str) -> object:
    if name == "TSVShare":
        from .widget import TSVShare

        return TSVShare
    if name == "connect":
        from .widget.async_table import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
