"""The relay in a Jupyter Server, below ``<base_url>tsvshare/``: one for all notebooks of it.

extension  what Jupyter loads: the settings, and what kernels are told
mount      requests of the server's web application, passed on to the relay
admission  who may ask: Jupyter's users, its kernels, and whoever has a link if that is allowed
addresses  what the extension answers beside the relay: files of the server, where browsers are

Only a Jupyter Server imports this; the package does not depend on one.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import TSVShareExtension

    return [{"module": __name__, "app": TSVShareExtension}]
