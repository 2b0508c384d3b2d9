"""The live table in a notebook."""

from __future__ import annotations

import asyncio
import pathlib
from typing import TYPE_CHECKING, Any, Unpack

import anywidget
import traitlets

from tsvshare_widget.client import Link, Snapshot, create_document
from tsvshare_widget.document import check_page_size
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_COLUMNS, TableState

from . import static_html
from .frames import to_frame, warn_of_cuts
from .front_end import FrontEnd, release_subshell
from .observers import NewestOnly
from .opening import Progress, choose_relay, progress_bar, send
from .reading import HowToRead, Reading, read_as
from .reading import describe as describe_reading
from .shared import SharedTable
from .sources import Source, is_link, recognise
from .traits import Fact, Setting, describe
from .wishes import Name, check_right

if TYPE_CHECKING:
    import pandas as pd

    from tsvshare_widget.relay.embedded import EmbeddedRelay

STATIC = pathlib.Path(__file__).parent.parent / "static"

TIMEOUT = 30.0
"""Seconds to wait for the relay where nobody says otherwise."""

REREAD_TIMEOUT = 600.0
"""Seconds that reading a table anew may take."""

FIRST_PAGE = 2.0
"""Seconds that displaying the widget waits for a page to put into the static table."""


class TSVShare(anywidget.AnyWidget):
    """A table in a notebook that everyone with its link sees and turns, live.

    ``source`` is a path, the link of a document, a DataFrame, bytes, an open file, or nothing: then
    a file can be dropped in.  ``relay`` is the address of a relay elsewhere; else the one named by
    ``TSVSHARE_RELAY`` is used, else one embedded in this process.  ``page_size`` is the rows on a
    page, 100 unless told.  ``timeout`` is how many seconds the relay may be silent while the table
    is sent.

    How to read the table is found out, and any of it can be told: ``header`` (whether there is a
    header line, or which line it is), ``quoting`` (``"excel"``, ``"none"``, ``"backslash"``),
    ``delimiter``, ``encoding``, ``comments`` (what such lines start with, or False) and ``skip``
    (lines before the header).  :attr:`reading` says what came of it, :meth:`reread` changes it.

    A local path on the embedded relay is read in the background; everything else is sent before
    this returns.  Raises :class:`~tsvshare_widget.errors.TSVShareError` of one kind or another, and
    ``OSError`` for a path that cannot be read.

    ``page``, ``page_size``, ``n_rows``, ``n_pages``, ``viewers`` and ``status`` are traits.  Assign
    the first two to change what everyone sees; ``page = -1`` is the end, also as it grows.
    Nonsense raises at once; what the relay refuses later is undone, and raised by what waits next.
    Observers hear of what everyone shares, once for each change, on a thread of their own.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"

    _state = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _page = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _link = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)

    page = Setting(lambda _, known: known.state.view.page)
    page_size = Setting(lambda _, known: known.state.view.page_size)
    n_rows = Fact(lambda _, known: known.state.view.n_rows)
    n_pages = Fact(lambda _, known: known.state.view.n_pages)
    viewers = Fact(lambda _, known: known.viewers)
    status = Fact(lambda widget, known: describe(known, widget._failure))

    _is_set_up = False

    def __init__(
        self,
        source: Any = None,
        *,
        name: str | None = None,
        relay: str | None = None,
        page_size: int | None = None,
        timeout: float | None = TIMEOUT,
        **told: Unpack[HowToRead],
    ) -> None:
        how = read_as(told)
        if page_size is not None:
            check_page_size(page_size)
        self._embedded: EmbeddedRelay | None = None
        table: Source | None = None
        if is_link(source):
            _refuse_beside_link({"name": name, "relay": relay, **told})
            self._document = Link.parse(source)
        else:
            if source is not None:
                table = recognise(source, name=name, read_as=how)
            base, self._embedded = choose_relay(relay)
            self._document = create_document(base, timeout=timeout)
        super().__init__()
        self._connect()
        try:
            self._begin(table, page_size, timeout)
        except BaseException:
            self.close()
            raise

    @classmethod
    def join(cls, url: str, *, timeout: float | None = TIMEOUT) -> TSVShare:
        """Open the document behind a link.  Raises :class:`NotFound` if it is no more."""
        if not is_link(url):
            raise BadValue(f"{url!r} is not a link; one looks like https://host/d/UUID#k=KEY")
        return cls(url, timeout=timeout)

    # --- links and what is known ---

    @property
    def url(self) -> str:
        """The full link, which lets people turn pages and upload, if this widget has the key."""
        return self._document.url

    @property
    def view_url(self) -> str:
        """The link that lets people look."""
        return self._document.view_url

    @property
    def columns(self) -> list[str]:
        """The header of the table; empty without one.  Waits like :attr:`rows`."""
        return self._shared.header(TIMEOUT)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the page everyone is on, exactly as in the file.

        A short row is shorter, a long one longer.  At most 1,000 columns; cells over 10,000
        characters are cut as on the screen: a warning says so, and :attr:`df` has everything.
        Waits for what was set before, and for the page if it is still coming.
        """
        page = self._shared.page(TIMEOUT)
        if page is None:
            return []
        warn_of_cuts(page)
        return page.rows

    @property
    def lines(self) -> list[int]:
        """The lines of the file in which :attr:`rows` start, from 1."""
        page = self._shared.page(TIMEOUT)
        return page.lines if page is not None else []

    @property
    def reading(self) -> Reading | None:
        """How the table was read, what is unusual in it, and why; None without a table.

        Displayed, it is a short report.  Waits until the table has come in full.
        """
        table = self._shared.wait_until_whole(TIMEOUT)
        return describe_reading(table) if table is not None else None

    @property
    def page_df(self) -> pd.DataFrame:
        """The page everyone is on as a DataFrame.

        Types are inferred from the cells of this page alone, by pandas' rules: ``007`` becomes 7,
        ``NA`` and an empty cell become NaN.  :attr:`rows` has the cells as they are.
        """
        page = self._shared.page(TIMEOUT)
        if page is None:
            return to_frame([], None, 0, dtype=None)
        warn_of_cuts(page)
        total = min(page.columns.total, MAX_COLUMNS)
        return to_frame(page.rows, page.columns.names, total, dtype=None, first=page.first_row)

    @property
    def df(self) -> pd.DataFrame:
        """The whole table as a DataFrame, every row of the file a row of it.

        Types are inferred by pandas: ``007`` becomes 7, ``NA`` and an empty cell become NaN.
        ``w.to_pandas(dtype=str)`` keeps every cell as it is in the file.
        """
        return self.to_pandas()

    @property
    def view_df(self) -> pd.DataFrame:
        """The current view as a DataFrame: all of the table.  Types as in :attr:`df`."""
        return self.to_pandas()

    def to_pandas(self, *, dtype: Any = None, timeout: float | None = TIMEOUT) -> pd.DataFrame:
        """The whole table as a DataFrame, every row of the file a row of it, read as it shows.

        By default pandas infers types from the cells by its rules for numbers and missing values;
        ``dtype=str`` keeps every cell as it is in the file, and any other ``dtype`` is for pandas.
        A cell that a short row lacks is NA.  Waits until the table has come in full.
        """
        from .whole import download_frame

        table = self._shared.wait_until_whole(timeout)
        return download_frame(self._document, table, dtype=dtype, timeout=timeout)

    # --- waiting ---

    def wait(self, timeout: float | None = TIMEOUT) -> TSVShare:
        """Wait until the widget is connected, and what it opens and sets has taken effect.

        Returns itself.  Raises the error of an opening or a setting that failed, and
        :class:`TimedOut`.
        """
        self._shared.wait_until_opened(timeout)
        return self

    async def ready(
        self,
        timeout: float | None = TIMEOUT,  # noqa: ASYNC109 - as everywhere in this class
    ) -> TSVShare:
        """:meth:`wait`, for cells that await."""
        return await asyncio.to_thread(self.wait, timeout)

    # --- changing ---

    def upload(
        self,
        source: Any,
        *,
        name: str | None = None,
        timeout: float | None = TIMEOUT,
        progress: bool = True,
        **told: Unpack[HowToRead],
    ) -> None:
        """Replace the table, for everyone; returns when it has been read.

        ``source`` is a path, a DataFrame, bytes or an open file.  ``timeout`` is how many seconds
        the relay may be silent; ``progress`` shows a bar where it takes over a second.  How to read
        it can be told by ``header``, ``quoting``... as for :class:`TSVShare`.
        """
        table = recognise(source, name=name, read_as=read_as(told))
        self._shared.wait_until_connected(timeout)
        check_right(self._snapshot)
        self._shared.check_size(table.size, table.name)
        self._upload(table, timeout, progress=progress)

    def reread(self, *, timeout: float | None = REREAD_TIMEOUT, **told: Unpack[HowToRead]) -> None:
        """Read the table anew, for everyone; returns when it shows.

        What is told, by ``header``, ``quoting``... as for :class:`TSVShare`, is all that is told:
        what is left out is found out again, and without any of it everything is.  The file itself
        is never touched.  ``timeout`` is how many seconds all of it may take.  Raises
        :class:`BadValue` or :class:`BadTable` if the table cannot be read like this, and
        :class:`Superseded` if somebody's newer reading took the place of this one.
        """
        how = read_as(told)
        self._shared.wait_until_whole(timeout)
        check_right(self._snapshot)
        self._shared.reread(how, timeout)

    def close(self) -> None:
        """Detach this widget; the document, its links and everyone else stay."""
        if self._is_set_up:
            self._shared.connection.close()
            self._front_end.close()
            self._observers.close()
        super().close()

    # --- how it appears ---

    def __repr__(self) -> str:
        table = self._snapshot.state.table
        if table is None:
            return f"<TSVShare: {self.status}>"
        return (
            f"<TSVShare {table.name!r}: page {self.page:,} of {self.n_pages:,}, "
            f"{self.n_rows:,} rows; {self.status}>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        try:
            snapshot = self._shared.wait_for_page(FIRST_PAGE)
        except Exception:  # the status says it; a table that cannot be shown is displayed as well
            snapshot = self._snapshot
        data, metadata = bundle
        html = static_html.render(snapshot.state, snapshot.decoded_page())
        return data | {"text/html": html, "text/plain": repr(self)}, metadata

    # --- setting up ---

    def open(self) -> None:
        """Create the comm (ipywidgets calls this)."""
        super().open()
        release_subshell(self.comm)

    def _connect(self) -> None:
        self._shared = SharedTable(self._document, on_change=self._changed)
        self._observers = NewestOnly(self._announce)
        self._front_end = FrontEnd(
            self.send, self._show, self._shared.connection, self._observers.offer
        )
        self._is_set_up = True
        self.on_msg(lambda _, content, buffers: self._front_end.receive(content))
        self._shared.connection.open()

    def _begin(self, table: Source | None, page_size: int | None, timeout: float | None) -> None:
        self._shared.wait_until_connected(timeout)
        if page_size is not None:
            self.page_size = page_size
            self._shared.wait_until_connected(timeout)
        if table is None:
            return
        self._shared.check_size(table.size, table.name)
        if self._embedded is not None and table.path is not None:
            self._shared.show_in_background(lambda: self._bring(table, timeout), timeout)
        else:
            self._upload(table, timeout, progress=True)

    def _upload(self, table: Source, timeout: float | None, *, progress: bool) -> None:
        with progress_bar(table.name, is_shown=progress) as show:
            self._shared.show(lambda: self._bring(table, timeout, show), timeout)

    def _bring(
        self, table: Source, timeout: float | None, on_progress: Progress | None = None
    ) -> TableState:
        return send(
            self._document,
            table,
            self._embedded,
            cid=self._shared.connection.cid,
            timeout=timeout,
            on_progress=on_progress,
        )

    # --- what the traits call ---

    @property
    def _snapshot(self) -> Snapshot:
        return self._shared.snapshot if self._is_set_up else Snapshot()

    @property
    def _failure(self) -> BaseException | None:
        return self._shared.failure if self._is_set_up else None

    def _wished(self, name: Name) -> int | None:
        return self._shared.wishes.value(name) if self._is_set_up else None

    def _wish(self, name: Name, value: int) -> None:
        self._shared.wishes.make(name, value)

    # --- on the connection's thread ---

    def _changed(self) -> None:
        self._front_end.changed(self._failure)

    def _show(self, traits: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    # --- on the observers' thread ---

    def _announce(self, snapshot: Snapshot) -> None:
        for name in OBSERVABLE:
            trait = type(self).class_traits()[name]
            assert isinstance(trait, Fact)
            trait.announce(self, snapshot)


OBSERVABLE = ("page_size", "page", "n_rows", "n_pages", "viewers", "status")
"""The public traits, in the order in which observers hear of a change."""


def _refuse_beside_link(told: dict[str, Any]) -> None:
    given = [name for name, value in told.items() if value is not None]
    if given:
        raise TypeError(f"{given[0]}= goes with a table to open, not with the link of a document")
