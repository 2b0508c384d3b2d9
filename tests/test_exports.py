"""The public names, and what importing them costs."""

import subprocess
import sys

import pytest
from patience import PATIENCE

import tsvshare_widget


def loaded_after(statement):
    """The modules that a fresh interpreter has loaded after ``statement``."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return set(result.stdout.split())


def test_all_is_what_is_visible():
    assert sorted(tsvshare_widget.__all__) == dir(tsvshare_widget)
    for name in tsvshare_widget.__all__:
        assert getattr(tsvshare_widget, name) is not None


def test_an_unknown_name_is_said_to_be_unknown():
    with pytest.raises(AttributeError, match="TSVShary"):
        tsvshare_widget.TSVShary  # noqa: B018


def test_importing_the_package_is_light():
    loaded = loaded_after("import tsvshare_widget")
    assert not loaded & {"anywidget", "tornado", "pandas", "numpy", "msgspec", "asyncio"}


OTHERS = {"pyarrow", "polars", "duckdb", "nanoarrow", "openpyxl", "xlsxwriter"}


def test_libraries_for_other_tables_are_loaded_when_they_are_needed():
    statement = "from tsvshare_widget import TSVShare, connect; import threading"
    assert not loaded_after(f"{statement}; assert threading.active_count() == 1") & OTHERS
    relay = "import tsvshare_widget.relay.server, tsvshare_widget.cli.main"
    assert not loaded_after(relay) & OTHERS


def test_the_widget_loads_neither_pandas_nor_a_relay():
    loaded = loaded_after("from tsvshare_widget import TSVShare")
    assert "anywidget" in loaded
    assert not loaded & {"pandas", "numpy", "tsvshare_widget.relay", "tsvshare_widget.table"}
