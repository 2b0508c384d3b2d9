"""What people are told when an object store does not do what is asked of it.

Who uses a relay is told what is wrong, and only who runs it where the store is and what it said.
"""

from __future__ import annotations

import re

from tsvshare_widget.errors import NotFound, TSVShareError, Unavailable

_REFUSED = (
    "AccessDenied",
    "403 ",
    "401 ",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "ExpiredToken",
)

_NO_CREDENTIALS = ("169.254.169.254", "metadata.google.internal", "credential")


NOT_CONDITIONAL = (
    "does not know conditional puts (If-None-Match), by which two relays never both change one "
    "table: take a service or a bucket that does"
)


def is_unknown(error: BaseException) -> bool:
    """Whether the store says that it does not know what it is asked for."""
    return type(error).__name__ == "NotSupportedError" or any(
        word in str(error) for word in ("NotImplemented", "501 ", "not implemented")
    )


def store_error(error: BaseException) -> TSVShareError:
    """The error that people see for one of the library."""
    said = str(error)
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in said:
        return NotFound("what is asked for is gone from the relay's object store")
    return Unavailable(
        f"the tables of this relay are in an object store, which {why(error)}; nothing was "
        "changed, try again later"
    )


def why(error: BaseException) -> str:
    """What is wrong with the store, as the end of a sentence that it begins."""
    kind, said = type(error).__name__, str(error)
    if "NoSuchBucket" in said or "ContainerNotFound" in said:
        return "has no such bucket"
    # Before what is refused: who has no credentials is asked for them elsewhere, which fails.
    if any(word in said for word in _NO_CREDENTIALS):
        return "wants credentials, and there are none"
    refused = kind in ("PermissionDeniedError", "UnauthenticatedError", "PermissionError")
    if refused or any(word in said for word in _REFUSED):
        return "refuses the relay's credentials"
    return "does not answer as it should"


def short(error: BaseException) -> str:
    """What the library said, without its inner life."""
    said = str(error).partition("Debug source")[0]
    said = re.sub(r"<\?xml[^>]*\?>|\s+", " ", said).strip()
    return said if len(said) <= 300 else f"{said[:300]}..."
