"""What people type who know DataFrames: ``len(w)``, ``w.shape``, ``w.head()``, ``w.to_csv()``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tsvshare_widget.client import download
from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import EVERYTHING

from .convert.frames import pandas_rules, to_frame
from .convert.selection import fetch_rows
from .live.shared_table import TIMEOUT_SECONDS, SharedTable

if TYPE_CHECKING:
    import pandas as pd

FORMATS = {",": "csv", "\t": "tsv"}
"""What a text is called whose cells are separated by..."""

OTHERS = ("ipywidgets", "anywidget", "traitlets", "builtins", "typing", "IPython")
"""The packages of which names are left out where a :class:`Familiar` lists its own."""


class Familiar:
    """Shorter and familiar ways to what a shared table has; needs nothing but its ``_shared``."""

    _shared: SharedTable
    _LISTED: ClassVar[tuple[str, ...]] = ()
    """Names of those other packages that are listed nevertheless."""

    def __len__(self) -> int:
        """Rows of the whole table, as of a DataFrame; ``n_rows`` are those of the view."""
        table = self._shared.wait_until_known(TIMEOUT_SECONDS).state.table
        return 0 if table is None else table.rows

    def __bool__(self) -> bool:
        return True  # also without rows

    def __dir__(self) -> Iterable[str]:
        """Our own names, for who completes them; what lies beneath is there and not listed."""
        everything = object.__dir__(self)
        own = {
            name
            for kind in type(self).__mro__
            if kind.__module__.partition(".")[0] not in OTHERS
            for name in vars(kind)
        } | set(self._LISTED)
        return sorted(name for name in everything if name.startswith("_") or name in own)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole table."""
        known = self._shared.wait_until_known(TIMEOUT_SECONDS)
        header = self._shared.header(known, TIMEOUT_SECONDS)
        return (known.state.table.rows if known.state.table else 0, header.total)

    def head(self, n: int = 5) -> pd.DataFrame:
        """The first ``n`` rows of the whole table, as a DataFrame; types as in ``page_df``."""
        return self._rows_between(0, _count(n))

    def tail(self, n: int = 5) -> pd.DataFrame:
        """The last ``n`` rows of the whole table, as a DataFrame; types as in ``page_df``."""
        rows = len(self)
        return self._rows_between(max(rows - _count(n), 0), rows)

    def _rows_between(self, first: int, end: int) -> pd.DataFrame:
        known = self._shared.wait_until_known(TIMEOUT_SECONDS)
        table, connection = known.state.table, self._shared.connection
        if table is None:
            return to_frame([], None, 0, dtype=None)
        header = self._shared.header(known, TIMEOUT_SECONDS)
        ids, columns = list(range(first, min(end, table.rows))), list(range(header.total))
        rows = fetch_rows(connection, table.id, ids, columns, TIMEOUT_SECONDS)
        rules = pandas_rules(table.dialect, header.names, columns)
        return to_frame(rows, header.names, header.total, dtype=None, index=ids, rules=rules)

    def to_csv(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        sep: str = ",",
        view: bool = False,
        index: bool = False,
    ) -> str | None:
        r"""The whole table, or the view, as text in UTF-8: into the file ``path``, or returned.

        Cells are as they are in the table, quoted only where they have to be.  ``sep`` is ``","``
        or ``"\t"``; ``index`` is False: a table has none beside its columns.  A file that is there
        is replaced once all of it has come.
        """
        if sep not in FORMATS or index:
            raise BadValue(
                f"a table is written with sep=',' or sep='\\t' and no index, not with sep={sep!r} "
                f"and index={index!r}; w.to_pandas().to_csv(...) writes everything else"
            )
        known = self._shared.wait_until_known(TIMEOUT_SECONDS)
        query = self._shared.wait_for_view(None).state.view.query if view else EVERYTHING
        if known.state.table is None:
            raise BadValue("there is no table yet that could be written")
        link = self._shared.connection.link
        pieces = download(link, view=query, format=FORMATS[sep], timeout=TIMEOUT_SECONDS)
        if path is None:
            return b"".join(pieces).decode()
        _write(Path(path), pieces)
        return None


def _count(n: object) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise BadValue(f"n is how many rows, a whole number from 0, not {n!r}")
    return n


def complete_ours(kind: type) -> None:
    """Have IPython, where it runs, complete what :func:`dir` lists of a ``kind``, and no more.

    It looks at the class beside the object, which lists all that ipywidgets has.
    """
    generics = sys.modules.get("IPython.utils.generics")
    if generics is not None:
        generics.complete_object.register(kind, lambda table, _: dir(table))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
