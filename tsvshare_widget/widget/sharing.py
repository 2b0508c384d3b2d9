"""The links of the shared table, and who can open them."""

from __future__ import annotations

import datetime
import threading
import warnings
from pathlib import Path
from typing import Any

from tsvshare_widget.client.jupyter_server import known_relays
from tsvshare_widget.client.link import check_base
from tsvshare_widget.errors import BadValue, Deleted, Forbidden, Stale, TSVShareError, Unavailable
from tsvshare_widget.protocol import SetAccess, new_key, parse_duration

from .comm.messages import Way
from .contents import TableContents
from .convert.links import Links, describe_reach
from .live.defaults import how_to_say, publishing_relay
from .live.pending import check_right
from .live.progress_bars import byte_bar
from .live.publishing import MOST_TRIES, lead_away, take_along
from .live.relays import TlsPaths, servers_relay, share_on_network
from .live.shared_table import TIMEOUT_SECONDS


class SharedLinks(TableContents):
    """The part of :class:`TSVShare` that is about its links."""

    _known_ways: tuple[str, dict[str, Any]] | None = None

    @property
    def url(self) -> str:
        """The full link, which lets people turn pages and upload, if this widget has the key."""
        self._mark_shared()
        return self._document.url

    @property
    def view_url(self) -> str:
        """The link that lets people look."""
        self._mark_shared()
        return self._document.view_url

    @property
    def reach(self) -> str:
        """Who can open the links, as a sentence."""
        return describe_reach(self._document.view_url, is_here=self._embedded is not None)

    @property
    def links(self) -> Links:
        """Both links, and who can open them; shown, the key is left out."""
        return Links(full=self.url, look=self.view_url, reach=self.reach)

    def share_on_network(
        self,
        host: str | None = None,
        *,
        port: int = 0,
        tls_cert: str | Path | None = None,
        tls_key: str | Path | None = None,
    ) -> Links:
        """Let other computers in: the relay in this kernel listens on the network as well.

        Returns the links by this computer's address, and who can open them; the old ones go on
        working here.  ``host`` is the address to listen on, by default ``TSVSHARE_HOST`` or all of
        this computer's; ``port`` 0 is any free one.  With ``tls_cert`` and ``tls_key``, files in
        PEM (``TSVSHARE_TLS_CERT``, ``TSVSHARE_TLS_KEY``), what is sent is encrypted.

        Raises :class:`BadValue` for a table that is on a relay elsewhere and for TLS files that
        cannot be used, and :class:`Unavailable` if the address is taken.
        """
        if self._embedded is None:
            raise BadValue(
                f"this table is not on a relay in this kernel but on {self._document.base}: who "
                "reaches that can open its links"
            )
        share_on_network(self._embedded, host, port, TlsPaths(tls_cert, tls_key))
        self._shared.connection.show_as(self._embedded.network_url)
        return self.links

    def publish(
        self, relay: str | None = None, *, timeout: float | None = TIMEOUT_SECONDS
    ) -> Links:
        """Move table, view and undo to another relay, with everyone who looks on.

        Returns the new links; the keys in them are the same.  The old links lead there as long as
        this kernel lives.  ``relay`` is by default the one that is named, the first that does, by
        ``TSVSHARE_PUBLISH``, ``publish`` in the user's file, ``c.Sharing.publish`` of IPython or
        ``c.TSVShareExtension.publish`` of the Jupyter Server; else the default relay.  ``timeout``
        is how many seconds either relay may be silent.

        Raises :class:`BadValue` without a relay, :class:`Forbidden` without the full link, and what
        the other relay objects: then everything is as it was.
        """
        base = relay or publishing_relay()
        if base is None:
            raise BadValue(
                "publish to which relay? Say w.publish('https://relay.example.org'), or name one "
                + how_to_say("publish")
            )
        base = check_base(base)
        self._shared.wait_until_whole(timeout)
        check_right(self._snapshot)
        for number in range(MOST_TRIES):
            try:
                self._move_to(base, timeout)
                break
            except Stale:
                if number == MOST_TRIES - 1:
                    raise
        return self.links

    def share_on_server(self, *, timeout: float | None = TIMEOUT_SECONDS) -> Links:
        """Move the table to the relay of this Jupyter server or JupyterHub, as ``publish`` does.

        Returns the new links.  Raises :class:`BadValue` if there is none that this kernel reaches,
        or the table is there already.
        """
        server = servers_relay(self._document.base)
        if server is None:
            raise BadValue(
                "this kernel reaches no relay of a Jupyter server or JupyterHub that the table "
                f"could be moved to; it is on {self._document.base}"
            )
        return self.publish(server.base, timeout=timeout)

    def _move_to(self, base: str, timeout: float | None) -> None:
        old, connection = self._document, self._shared.connection
        with byte_bar(f"to {base}", is_shown=True) as update:
            there = take_along(old, base, timeout=timeout, on_progress=update)
        there = self._front_end.complete(there)
        connection.expect_move(there)
        try:
            lead_away(old, there, timeout=timeout)
        except Forbidden as error:
            warnings.warn(f"the old links go on leading to the old table: {error}", stacklevel=3)
            connection.move(there)
        except BaseException:
            connection.expect_move(None)
            raise
        self._shared.wait_until_moved(there, timeout)

    # --- what a view asks for ---

    def _ways(self) -> dict[str, Any] | None:
        """The ways for links to leave this computer that are possible here."""
        base = self._document.base
        if self._known_ways is None or self._known_ways[0] != base:
            self._known_ways = (base, self._find_ways(base))
            if known_relays():
                threading.Thread(target=self._add_servers_way, args=(base,), daemon=True).start()
        ways = self._known_ways[1]
        return ways if any(ways.values()) else None

    def _add_servers_way(self, base: str) -> None:
        server = servers_relay(base)
        known = self._known_ways
        if server is not None and known is not None and known[0] == base:
            self._known_ways = (base, {**known[1], "server": server.place})
            self._shared.connection.thread.call(self._update_views)

    def _find_ways(self, base: str) -> dict[str, Any]:
        try:
            relay = publishing_relay()
        except BadValue:  # a file of settings that cannot be read, which is said elsewhere
            relay = None
        publish = relay if relay and relay.rstrip("/") != base else None
        return {"publish": publish, "network": self._embedded is not None, "server": None}

    def _begin_way(self, asked: Way) -> None:
        threading.Thread(target=self._take_way, args=(asked,), daemon=True).start()

    def _take_way(self, asked: Way) -> None:
        error = None
        try:
            if asked.way == "publish":
                self.publish()
            elif asked.way == "server":
                self.share_on_server()
            else:
                self.share_on_network()
        except TSVShareError as refused:
            error = refused
        except OSError as failed:
            error = Unavailable(str(failed))
        self._front_end.answer_way(asked.id, error)

    # --- taking links back ---

    def new_links(self, *, timeout: float | None = TIMEOUT_SECONDS) -> Links:
        """Take all links back and make new ones; whoever used an old one is put out, with a reason.

        Returns the new ones, which this widget goes on with.
        """
        self._set_access(timeout, key=new_key())
        return self.links

    def close_look_link(self, *, timeout: float | None = TIMEOUT_SECONDS) -> None:
        """Close the look-only link: who looks by it is put out, with a reason."""
        self._set_access(timeout, look=False)

    def open_look_link(self, *, timeout: float | None = TIMEOUT_SECONDS) -> None:
        """Let the look-only link lead here again."""
        self._set_access(timeout, look=True)

    def delete(self, *, timeout: float | None = TIMEOUT_SECONDS) -> None:
        """Delete the table for everyone: its bytes are gone from the relay, and pages say so."""
        try:
            self._set_access(timeout, delete=True)
        except Deleted:  # as was asked
            return

    @property
    def keep(self) -> datetime.timedelta | None:
        """How long from now the table is kept; None: until some time after its last use.

        Assign ``"30d"``, ``"12h"``, a number of seconds or a ``timedelta``, within the relay's
        limit: on that day it ends.  A relay in a kernel ends with that in any case.
        """
        ends = self.ends
        return None if ends is None else ends - datetime.datetime.now().astimezone()

    @keep.setter
    def keep(self, keep: str | float | datetime.timedelta | None) -> None:
        if isinstance(keep, datetime.timedelta):
            keep = keep.total_seconds()
        seconds = 0.0 if keep is None else parse_duration(keep)
        self._set_access(TIMEOUT_SECONDS, keep=seconds)

    @property
    def ends(self) -> datetime.datetime | None:
        """When the table ends; None: some time after its last use."""
        ends = self._snapshot.access.ends
        return None if ends is None else datetime.datetime.fromtimestamp(ends).astimezone()

    def _set_access(self, timeout: float | None, **changes: Any) -> None:
        self._shared.wait_until_connected(timeout)
        check_right(self._snapshot)
        asked = SetAccess(id=self._shared.connection.next_id(), **changes)
        self._shared.change_access(asked, timeout)
