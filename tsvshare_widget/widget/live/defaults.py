"""What notebooks use where nobody says otherwise: which relay, where to publish, where to listen.

An argument comes first.  Then it is said by, the first that does: ``TSVSHARE_RELAY``,
``TSVSHARE_PUBLISH``, ``TSVSHARE_HOST``, ``TSVSHARE_TLS_CERT`` and ``TSVSHARE_TLS_KEY`` in the
environment; the user's file (see :mod:`tsvshare_widget.user_config`); the configuration of IPython
and its kernels, as :class:`Sharing`; the Jupyter Server (``c.TSVShareExtension.relay`` and
``publish``).  Else there is none.
"""

from __future__ import annotations

import os

from traitlets import Unicode
from traitlets.config import Application, Configurable

from tsvshare_widget.client.jupyter_server import KERNELS_DEFAULTS
from tsvshare_widget.user_config import config_path, find_setting, read_config, variable_of


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
    return said or getattr(_configured(), name) or _said_by_server(name) or None


def publishing_relay() -> str | None:
    """The relay that Publish moves tables to, if one was named."""
    return default("publish") or default("relay")


def how_to_say(name: str) -> str:
    """Where such a default can be said, as a part of a sentence."""
    variable = variable_of(name.replace("_", "-"))
    return (
        f"in the environment as {variable}, as {name} in {config_path()}, or as c.Sharing.{name} "
        "in ipython_config.py"
    )


def _said_by_server(name: str) -> str | None:
    return os.environ.get(KERNELS_DEFAULTS.get(name, ""))


def _configured() -> Sharing:
    application = Application.instance() if Application.initialized() else None
    return Sharing(config=application.config) if application is not None else Sharing()
