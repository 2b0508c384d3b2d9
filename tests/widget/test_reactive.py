"""marimo runs dependent cells again; what it is asked stands in for marimo itself here."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from relay_fixture import tsv, wait_for

from tsvshare_widget import TSVShare
from tsvshare_widget.widget.comm.reactive import rerun_of


class Comm:
    """A comm as marimo makes it, as far as it is used."""

    __module__ = "marimo._plugins.ui._impl.comm"
    ui_element_id: str | None = "element-1"


@pytest.fixture
def asked(monkeypatch):
    """What marimo is asked; its modules are there while the test runs."""
    asked: list[object] = []
    kernel = SimpleNamespace(enqueue_control_request=asked.append)
    modules: dict[str, dict[str, object]] = {
        "marimo._runtime.context": {"get_context": lambda: SimpleNamespace(_kernel=kernel)},
        "marimo._runtime.commands": {"UpdateUIElementCommand": lambda **given: given},
    }
    for name, contents in modules.items():
        module = ModuleType(name)
        module.__dict__.update(contents)
        monkeypatch.setitem(sys.modules, name, module)
    return asked


def test_an_element_is_said_to_have_a_new_value(asked):
    rerun = rerun_of(Comm())
    assert rerun is not None
    rerun()
    assert asked == [{"object_ids": ["element-1"], "values": [{}]}]


def test_one_that_is_not_wrapped_is_none(asked):
    comm = Comm()
    comm.ui_element_id = None
    rerun = rerun_of(comm)
    assert rerun is not None
    rerun()
    assert asked == []


def test_elsewhere_nothing_is_asked(asked, monkeypatch):
    assert rerun_of(object()) is None
    monkeypatch.delitem(sys.modules, "marimo._runtime.context")
    assert rerun_of(Comm()) is None


def test_what_everyone_sees_runs_cells_again(relay, monkeypatch):
    runs: list[int] = []
    monkeypatch.setattr("tsvshare_widget.widget.base.rerun_of", lambda _: lambda: runs.append(1))
    widget = TSVShare(tsv(300), relay=relay.url)
    other = TSVShare.join(widget.url)
    try:
        wait_for(lambda: runs)
        for change in ("page", "search", "upload"):
            before = len(runs)
            if change == "page":
                other.page = 2
            elif change == "search":
                other.search = "r1"
            else:
                other.upload(tsv(20))
            wait_for(lambda before=before: len(runs) > before)
    finally:
        widget.close()
        other.close()
