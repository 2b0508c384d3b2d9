"""The relay in a Jupyter Server, below ``<base_url>tsvshare/``: one for all notebooks of it.

extension  what Jupyter loads: the settings, and what kernels are told
mount      requests of the server's web application, passed on to the relay
admission  who may ask: Jupyter's users, its kernels, and whoever has a link if that is allowed
addresses  what the extension answers beside the relay: files of the server, where browsers are
gate       requests that are looked at before anybody reads them, and passed on or refused
login      the way to a login and back

And the relay as a service of a JupyterHub, without a Jupyter Server:

hub_service  what the hub has said to it, and the hub's login

Only a Jupyter Server imports the first ones, and only ``tsvshare serve --jupyterhub`` the last; the
package depends on neither.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import TSVShareExtension

    return [{"module": __name__, "app": TSVShareExtension}]
