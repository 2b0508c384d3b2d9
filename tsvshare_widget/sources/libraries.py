"""Libraries that may not be installed: loaded if they are, or named with how to get them."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from tsvshare_widget.errors import BadValue

EXTRAS = {
    "dask": "dask[dataframe]",
    "pyarrow": "tsvshare-widget[arrow]",
    "openpyxl": "tsvshare-widget[excel]",
    "xlsxwriter": "tsvshare-widget[excel]",
}
"""The extra of this package that brings a library, and the version that it needs."""


def load(library: str, purpose: str) -> Any:
    """A library that may be missing; ``purpose`` is what needs it.  Raises :class:`BadValue`."""
    try:
        return importlib.import_module(library)
    except ImportError as error:
        if is_installed(library.partition(".")[0]):
            raise BadValue(f"{purpose} needs {library}, which cannot be loaded: {error}") from error
        raise BadValue(needs(purpose, library.partition(".")[0])) from None


def needs(purpose: str, library: str) -> str:
    """The sentence that names what is missing, and how to get it."""
    package = EXTRAS.get(library, library)
    quoted = f'"{package}"' if "[" in package else package
    return f"{purpose} needs {library}: pip install {quoted}"


def is_installed(library: str) -> bool:
    """Whether a library is here; it is not loaded for that."""
    try:
        return importlib.util.find_spec(library) is not None
    except (ImportError, ValueError):  # it is being kept out, or half loaded
        return False


def first_loaded(*libraries: str) -> tuple[str, Any] | None:
    """The first of these libraries that can be loaded, with its name; None if none can."""
    for library in libraries:
        try:
            return library, importlib.import_module(library)
        except ImportError:
            continue
    return None
