"""The live table in a notebook: what users hold."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import msgspec

from tsvshare_widget.client import Link, check_reached, create_document
from tsvshare_widget.client.jupyter_server import complete_url, through_server
from tsvshare_widget.client.link import check_headers
from tsvshare_widget.document import check_page_size
from tsvshare_widget.error_display import shows_errors_short
from tsvshare_widget.errors import BadValue, NotFound
from tsvshare_widget.protocol import Settings
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.sources import Source, recognise_source
from tsvshare_widget.sources.addresses import is_address, is_link
from tsvshare_widget.sources.growing import Growing

from .convert.header import Header
from .convert.query import describe_asked, describe_lost
from .convert.reading import ReadKeywords, to_read_options
from .convert.rows import read_all
from .live.kept_links import get_kept_links, open_kept
from .live.pending import check_right
from .live.relays import FoundRelay, TlsPaths, find_relay
from .live.shared_table import TIMEOUT_SECONDS
from .sharing import SharedLinks

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay

REREAD_TIMEOUT_SECONDS = 600.0
"""Seconds that reading a table anew may take."""


class TSVShare(SharedLinks):
    """A table in a notebook that everyone with its link sees and turns, live.

    ::

        w = TSVShare("genes.tsv")   # a path, a DataFrame, a link, ..., or nothing: drop a file in
        w                           # the live table; its button Share has the links
        w.url, w.view_url           # who has the first may change it, who has the second looks on
        w.page = 7                  # everyone turns there
        w.sort = "-score"           # the whole table, for everyone
        w.filters = {"gene": "TP53"}
        w.head(), w.df, w.view_df   # as pandas DataFrames

    ``source`` is the link of a document, or a table: a path or the ``http(s)`` address of a file
    (text, also compressed or in a zip; Excel, Parquet and Arrow where what reads them is installed;
    ``member`` chooses a file in a zip, or a sheet), a DataFrame of pandas or polars, whatever has
    ``__arrow_c_stream__`` or ``__dataframe__``, a list of rows (lists, or dictionaries by column),
    a dictionary of columns, an array of numpy, an iterator of rows, text or tables, which come as
    they are made, bytes, an open file; or nothing: then a file can be dropped in.  ``relay`` is the
    address of a relay elsewhere; else the default one (``TSVSHARE_RELAY``, the user's file,
    :class:`.live.defaults.Sharing`) is used, else one embedded in this process, which ``host``
    (``TSVSHARE_HOST``) lets listen on the network, over TLS with ``tls_cert`` and ``tls_key``,
    files in PEM (``TSVSHARE_TLS_CERT``, ``TSVSHARE_TLS_KEY``). ``page_size`` is the rows on a page,
    100 unless given.  ``index`` says whether the index of a DataFrame becomes columns; by default
    it does if it has a name or is other than 0, 1, 2... ``headers`` go with every request to the
    relay, for a proxy that guards it, and ``token`` as ``Authorization: Bearer``.  A cell of a
    notebook that runs again keeps its document and links for a table of the same name, also in a
    new kernel where the relay lives on; ``keep_link=False`` makes a new one.  ``timeout`` is how
    many seconds the relay may be silent while the table is sent.

    How to read the table is found out, and any of it can be given: ``header`` (whether there is a
    header line, or which line it is), ``quoting`` (``"excel"``, ``"none"``, ``"backslash"``),
    ``delimiter``, ``encoding``, ``comments`` (what such lines start with, or False) and ``skip``
    (lines before the header).  Whether the first of a list of rows is a header is found out or said
    in the same way; ``names`` are for lists and arrays that have none.  :attr:`reading` says what
    came of it, :meth:`reread` changes it.

    A local path on the embedded relay is read in the background, and so is an iterator, in a thread
    of its own, until it ends or :meth:`close`; everything else is sent before this returns.  Raises
    :class:`~tsvshare_widget.errors.TSVShareError` of one kind or another, and ``OSError`` for a
    path that cannot be read.

    ``page``, ``page_size``, ``sort``, ``filters``, ``search``, ``heatmap`` (the columns coloured by
    their numbers, in the forms of :mod:`.convert.colours`), ``n_rows`` (of the view),
    ``n_total`` (of the table), ``n_pages``, ``viewers``, ``people``, ``selection`` and ``status``
    are traits.  Assign the first six to change what everyone sees; ``page = -1`` is the end, also
    as it grows; :mod:`.convert.query` has the forms of the next three.  Nonsense raises at once;
    what the relay rejects later is undone, and raised by what waits next.  Observers hear of what
    everyone shares, once for each change, on a thread of their own.
    """

    @shows_errors_short
    def __init__(
        self,
        source: Any = None,
        *,
        name: str | None = None,
        relay: str | None = None,
        host: str | None = None,
        tls_cert: str | Path | None = None,
        tls_key: str | Path | None = None,
        page_size: int | None = None,
        index: bool | None = None,
        member: str | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        keep_link: bool = True,
        timeout: float | None = TIMEOUT_SECONDS,
        **options: Unpack[ReadKeywords],
    ) -> None:
        read_options = to_read_options(options)
        sent = check_headers(headers, token)
        if page_size is not None:
            check_page_size(page_size)
        table: Source | Growing | None = None
        link: Link | None = None
        if isinstance(source, str):
            source = complete_url(source)
        if is_link(source):
            tls = {"tls_cert": tls_cert, "tls_key": tls_key}
            beside = {"name": name, "relay": relay, "host": host, **tls, "index": index}
            link = _parse_link(source, sent, {**beside, "member": member, **options})
        elif source is not None:
            table = recognise_source(
                source,
                name=name,
                options=read_options,
                index=index,
                member=member,
                timeout=timeout,
            )
        super().__init__()  # now: the front end is loaded while the table is opened
        try:
            if link is not None:
                self._opened, self._embedded = _reached(link, timeout), None
            else:
                found = find_relay(relay, host, TlsPaths(tls_cert, tls_key))
                self._opened, self._embedded = self._find_document(
                    found, table, sent, timeout, keep_link=keep_link
                )
            self._connect()
            self._keep_link()
            self._open_document(table, page_size, timeout)
        except BaseException:
            self._let_go()
            raise

    def _find_document(
        self,
        found: FoundRelay,
        table: Source | Growing | None,
        headers: tuple[tuple[str, str], ...],
        timeout: float | None,
        *,
        keep_link: bool,
    ) -> tuple[Link, EmbeddedRelay | None]:
        """The document that this cell had when it ran before, or a new one, and its relay."""
        embedded = found.embedded
        name = "" if table is None else table.name
        if keep_link:
            self._kept = get_kept_links().find(name, "" if embedded else found.base)
        if self._kept is not None:
            self._run = self._kept.run
            if (link := open_kept(self._kept, found, headers, timeout)) is not None:
                return link, embedded if embedded and link.base == found.base else None
        link = create_document(found.base, token=found.token, headers=headers, timeout=timeout)
        return (replace(link, shown=embedded.network_url) if embedded else link), embedded

    @classmethod
    def join(
        cls,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
    ) -> TSVShare:
        """Open the document behind a link.  Raises :class:`NotFound` if it is no more.

        ``headers`` and ``token`` are as for :class:`TSVShare`.
        """
        url = complete_url(url)
        if not is_address(url):
            raise BadValue(f"{url!r} is not a link; one looks like https://host/d/UUID#k=KEY")
        Link.parse(url)  # the address of a file is none
        return cls(url, headers=headers, token=token, timeout=timeout)

    def __enter__(self) -> TSVShare:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> TSVShare:
        return await self.ready()

    async def __aexit__(self, *_: object) -> None:
        self.close()

    # --- who is here ---

    @property
    def me(self) -> str | None:
        """What the others know you by, if you say so: assign a name, or None."""
        return self._shared.connection.me.name

    @me.setter
    def me(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise BadValue(f"me is what the others call you, a text or None, not {name!r}")
        connection = self._shared.connection
        connection.introduce(msgspec.structs.replace(connection.me, name=name))

    # --- waiting ---

    def wait(self, timeout: float | None = TIMEOUT_SECONDS) -> TSVShare:
        """Wait until the widget is connected, and what it opens and sets has taken effect.

        Returns itself.  Raises the error of an opening or a setting that failed, and
        :class:`TimedOut` if the relay has nothing to say for ``timeout`` seconds; what it says to
        be working on is waited for.
        """
        self._shared.wait_until_opened(timeout)
        return self

    async def ready(
        self,
        timeout: float | None = TIMEOUT_SECONDS,  # noqa: ASYNC109 - as everywhere in this class
    ) -> TSVShare:
        """:meth:`wait`, for cells that await."""
        return await asyncio.to_thread(self.wait, timeout)

    # --- changing ---

    @shows_errors_short
    def upload(
        self,
        source: Any,
        *,
        name: str | None = None,
        index: bool | None = None,
        member: str | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
        progress: bool = True,
        cancelled: threading.Event | None = None,
        **options: Unpack[ReadKeywords],
    ) -> None:
        """Replace the table, for everyone; returns when it has been read.

        ``source`` is any table that :class:`TSVShare` takes; one whose rows come as they are made
        has been read when there are no more.  Once ``cancelled`` is set, by another thread, or the
        cell is interrupted, it ends, and the table is as it was.  ``timeout`` is how many seconds
        the relay may be silent; ``progress`` shows a bar where it takes over a second.  How to read
        it can be given by ``header``, ``quoting``... as
        for :class:`TSVShare`.
        """
        how = to_read_options(options)
        self._shared.wait_until_connected(timeout)
        check_right(self._snapshot)
        table = recognise_source(
            source, name=name, options=how, index=index, member=member, timeout=timeout
        )
        if isinstance(table, Source):
            self._shared.check_size(table.size, table.name)
        before = self._asked(timeout) if self._snapshot.state.view.query != EVERYTHING else None
        self._upload(table, timeout, progress=progress, cancelled=cancelled)
        if before is not None:
            self._tell_kept(before, timeout, is_said=progress)

    def _tell_kept(
        self, before: tuple[Query, Header], timeout: float | None, *, is_said: bool
    ) -> None:
        """Say what a new table has kept of sort, filters and search; warn of what it has not."""
        view = self._shared.wait_for_view(timeout).state.view
        after = self._asked(timeout)
        if is_said and (kept := describe_asked(*after)):
            print(f"kept: {', '.join(kept)}; {view.n_rows:,} of {view.of_rows:,} rows show")
        if lost := describe_lost(before, after):
            warnings.warn(f"the new table has no columns for: {', '.join(lost)}", stacklevel=3)

    def append(
        self, rows: Any, *, index: bool | None = None, timeout: float | None = TIMEOUT_SECONDS
    ) -> None:
        """Put rows at the end of the table, for everyone; returns when they are there.

        ``rows`` is a DataFrame, or another table that :class:`TSVShare` takes, whose columns are
        matched by name where the table has a header and by order where it has none (the ``index``
        of a DataFrame is among them if only so they fit, or as you say); a list of rows, each a
        list of cells, or a dictionary with them by column; one such dictionary, also with a list of
        cells for each column; an array; text, or bytes, as they would stand in the file; or an
        iterator of any of these, until it ends, each shown as it comes.  Open last pages, totals
        and views take them in.  ``timeout`` is how many seconds a relay that does not answer is
        tried again.  Raises :class:`BadValue` for rows that do not fit, and :class:`NotYet` while
        the table is still coming in.
        """
        table = self._snapshot.state.table
        if table is None or table.status == "receiving":
            table = self._shared.wait_until_whole(timeout)
        known = self._snapshot
        check_right(known)
        if table is None:
            raise NotFound("there is no table yet to append to; w.upload(...) brings one")
        for more in read_all(rows, self._shared.header(known, timeout), table, index=index):
            if more:
                self._shared.append_rows(more, table.id, timeout)

    def reread(
        self, *, timeout: float | None = REREAD_TIMEOUT_SECONDS, **options: Unpack[ReadKeywords]
    ) -> None:
        """Read the table anew, for everyone; returns when it shows.

        The options, ``header``, ``quoting``... as for :class:`TSVShare`, replace all given before:
        what is left out is found out again, and without any of them everything is.  The file itself
        is never touched.  Sort and filters stay with the columns of the same name; a warning says
        which did not.  ``timeout`` is how many seconds all of it may take.  Raises
        :class:`BadValue` or :class:`BadTable` if the table cannot be read like this, and
        :class:`Superseded` if somebody's newer reading took the place of this one.
        """
        read_options = to_read_options(options)
        self._shared.wait_until_whole(timeout)
        check_right(self._snapshot)
        before = self._asked(timeout)
        self._shared.set_and_wait(Settings(options=read_options), timeout)
        if before[0] != EVERYTHING and (lost := describe_lost(before, self._asked(timeout))):
            warnings.warn(
                f"not asked any more, as it was read anew: {', '.join(lost)}", stacklevel=2
            )

    def _asked(self, timeout: float | None) -> tuple[Query, Header]:
        """The shared query, and the header that it is about."""
        known = self._snapshot
        return known.state.view.query, self._shared.header(known, timeout)

    def undo(self, uploads: int = 1, *, timeout: float | None = TIMEOUT_SECONDS) -> None:
        """Bring back the table that the last upload replaced, and its view, for everyone.

        ``uploads`` goes further back: 2 is the table before that.  A second undo returns to what
        was shown before the first.  Raises :class:`NotFound` if there is nothing to bring back any
        more: a relay keeps some of these tables for some minutes.
        """
        known = self._shared.wait_for(lambda _: True, timeout)
        check_right(known)
        if type(uploads) is not int or uploads < 1:
            raise BadValue(
                f"uploads is how many are undone, a whole number from 1: not {uploads!r}"
            )
        earlier = () if known.state.earlier is msgspec.UNSET else known.state.earlier
        kept = [each for each in (known.state.undo, *earlier) if each is not None]
        if uploads > len(kept):
            there = f"only {len(kept):,} of them are kept" if kept else "none is kept"
            raise NotFound(f"there is no earlier table that could be brought back: {there}")
        self._shared.set_and_wait(Settings(undo=kept[uploads - 1].table), timeout)

    def bring(self, *, timeout: float | None = TIMEOUT_SECONDS) -> None:
        """Bring everyone to the shared page, also those who look around by themselves."""
        check_right(self._shared.wait_for(lambda _: True, timeout))
        self._shared.set_and_wait(Settings(bring=True), timeout)


def _parse_link(link: str, headers: tuple[tuple[str, str], ...], beside: Mapping[str, Any]) -> Link:
    """The link of a document; raises ``TypeError`` for what is only of use for a new one."""
    given = [name for name, value in beside.items() if value is not None]
    if given:
        raise TypeError(f"{given[0]}= goes with a table to open, not with the link of a document")
    return replace(Link.parse(link), extra_headers=headers)


def _reached(link: Link, timeout: float | None) -> Link:
    """The link by which a document is reached from here.  Raises why it is not."""
    link = through_server(link)
    check_reached(link, timeout)
    return link
