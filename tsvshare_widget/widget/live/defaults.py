"""What notebooks use where nobody says otherwise: which relay, where to publish, where to listen.

Said by, the first that does: ``TSVSHARE_RELAY``, ``TSVSHARE_PUBLISH``, ``TSVSHARE_HOST``,
``TSVSHARE_TLS_CERT`` and ``TSVSHARE_TLS_KEY`` in the environment; the user's file (see
:mod:`tsvshare_widget.user_config`); the configuration of IPython and Jupyter, as :class:`Sharing`.
"""

from __future__ import annotations

from traitlets import Unicode
from traitlets.config import Application, Configurable

from tsvshare_widget.user_config import config_path, find_setting, read_config


class Sharing(Configurable):
    """Defaults of TSVShare, such as ``c.Sharing.relay = "https://..."`` in ipython_config.py."""

    relay = Unicode(
        "", help="Address of the relay that new tables are shared on; empty: one in the kernel."
    ).tag(config=True)
    publish = Unicode(
        "", help="Address of the relay that Publish moves a table to; empty: that of relay."
    ).tag(config=True)
    host = Unicode(
        "", help="Address that the relay in a kernel listens on; 0.0.0.0 lets others in."
    ).tag(config=True)
    tls_cert = Unicode("", help="Certificate in PEM, for sharing on the network.").tag(config=True)
    tls_key = Unicode("", help="Its key in PEM, if that is another file.").tag(config=True)


def default(name: str) -> str | None:
    """The default for one trait of :class:`Sharing`; None if nobody has said any.

    Raises :class:`BadValue` for a file that cannot be read.
    """
    said = find_setting(name.replace("_", "-"), read_config(config_path()))
    return said or getattr(_configured(), name) or None


def publishing_relay() -> str | None:
    """The relay that Publish moves tables to, if one was named."""
    return default("publish") or default("relay")


def _configured() -> Sharing:
    application = Application.instance() if Application.initialized() else None
    return Sharing(config=application.config) if application is not None else Sharing()
