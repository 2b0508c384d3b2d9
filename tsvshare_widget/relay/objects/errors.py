"""What people are told when an object store does not do what is asked of it."""

from __future__ import annotations

from tsvshare_widget.errors import NotFound, TSVShareError, Unavailable

_CREDENTIALS = (
    "AccessDenied",
    "403 ",
    "401 ",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "ExpiredToken",
)

_NO_CREDENTIALS = ("169.254.169.254", "metadata.google.internal", "credential")


def store_error(error: BaseException, where: str) -> TSVShareError:
    """The error that people see for one of the library, at the store ``where``."""
    said = str(error).partition("Debug source")[0].strip()
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in said:
        return NotFound(f"an object in {where} is gone; whoever runs the relay can see to that")
    return Unavailable(f"{_why(type(error).__name__, said, where)}; try again later")


def _why(kind: str, said: str, where: str) -> str:
    if "NoSuchBucket" in said or "ContainerNotFound" in said:
        return f"there is no bucket for the tables of this relay at {where}"
    # Before what is refused: who has no credentials is asked for them elsewhere, which fails.
    if any(word in said for word in _NO_CREDENTIALS):
        return f"there are no credentials for the relay's object store, {where}"
    refused = kind in ("PermissionDeniedError", "UnauthenticatedError", "PermissionError")
    if refused or any(word in said for word in _CREDENTIALS):
        return f"the relay's object store, {where}, refuses its credentials"
    return f"the relay's object store, {where}, does not answer as it should ({_short(said)})"


def _short(said: str) -> str:
    first = said.partition("\n")[0]
    return first if len(first) <= 200 else f"{first[:200]}..."
