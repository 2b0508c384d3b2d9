"""Where an object store is: its URL, and the library that reaches it.

The library is obstore, in the extra ``cluster``: it is imported only by who asks for it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tsvshare_widget.errors import BadValue, Unavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("s3", "gs", "az", "file")

EXAMPLES = "s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, az://CONTAINER/FOLDER, or file:///SHARED/FOLDER"

CONNECT_SECONDS = 5
REQUEST_SECONDS = 30
"""One request may take so long, of up to some MB."""

RETRIES = 4
RETRY_SECONDS = 45
"""What fails is tried again up to so often and so long, after random waits that grow."""


def check_address(url: str) -> None:
    """Raise :class:`BadValue` for what is no URL of an object store."""
    try:
        parts = urlsplit(url)
        # Of a folder it is the path, of all others the bucket that counts.
        is_known = parts.scheme in SCHEMES and bool(
            parts.path.strip("/") if parts.scheme == "file" else parts.netloc
        )
    except ValueError:
        is_known = False
    if not is_known:
        raise BadValue(f"this is not the address of an object store: write {EXAMPLES}")


def shown(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def connect(url: str) -> tuple[ObjectStore, Path | None]:
    """A client of the store at ``url``, and the folder if it is one; nothing is asked yet.

    Credentials and endpoints are taken from the environment, as the tools of each cloud do.  Raises
    :class:`BadValue` for what cannot be an address, and :class:`Unavailable` without the library
    or if the folder cannot be made.
    """
    check_address(url)
    try:
        from obstore.exceptions import BaseError
        from obstore.store import LocalStore, from_url
    except ImportError as error:
        raise Unavailable(
            "for --store the library obstore is needed: pip install 'tsvshare-widget[cluster]'"
        ) from error
    if urlsplit(url).scheme == "file":
        folder = _folder(url)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return LocalStore(folder, mkdir=True), folder
        except (OSError, BaseError) as error:
            raise Unavailable(
                f"{folder}, which is to keep tables, cannot be used: {error}"
            ) from None
    try:
        # A plain http:// endpoint is used by who has set one, as of a server on the same machine.
        return from_url(url, client_options=_client(), retry_config=_retries()), None
    except (BaseError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise BadValue(f"{shown(url)} cannot be used: {why}") from None


def _folder(url: str) -> Path:
    from urllib.request import url2pathname  # only here: most relays have no store

    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        return Path(url2pathname(f"//{parts.netloc}{parts.path}"))  # a share of Windows
    return Path(url2pathname(parts.path))


def _client() -> Any:
    return {
        "allow_http": True,
        "connect_timeout": f"{CONNECT_SECONDS}s",
        "timeout": f"{REQUEST_SECONDS}s",
    }


def _retries() -> Any:
    return {
        "max_retries": RETRIES,
        "retry_timeout": timedelta(seconds=RETRY_SECONDS),
        "backoff": {
            "base": 2,
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=3),
        },
    }
