"""The package as it is where it was installed: compiled."""

import compileall
from pathlib import Path

import tsvshare_widget


def compile_package() -> None:
    """Compile what is not, or each new process does it again, which takes longer than to load it.

    Python does so by itself, but not where ``PYTHONDONTWRITEBYTECODE`` is set.
    """
    compileall.compile_dir(Path(tsvshare_widget.__file__).parent, quiet=1)
