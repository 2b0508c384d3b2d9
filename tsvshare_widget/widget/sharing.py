"""The links of the shared table, and who can open them."""

from __future__ import annotations

from pathlib import Path

from tsvshare_widget.errors import BadValue

from .contents import TableContents
from .convert.links import Links, describe_reach
from .live.relays import share_on_network


class SharedLinks(TableContents):
    """The part of :class:`TSVShare` that is about its links."""

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
        share_on_network(self._embedded, host, port, tls_cert, tls_key)
        self._shared.connection.show_as(self._embedded.network_url)
        return self.links
