"""How Sphinx makes the pages: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from tsvshare_widget import __version__

project = "tsvshare"
version = release = __version__
html_title = f"tsvshare {__version__}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "tsvshare_docs"]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types in signatures are of other projects' pages

myst_enable_extensions = ["colon_fence"]
myst_fence_as_directive = ["mermaid"]  # code hosts draw the same text by themselves
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_inherit_docstrings = False
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True

html_theme = "furo"
html_copy_source = False
html_show_sourcelink = False
smartquotes = False
