"""The notebooks run from top to bottom, on a copy, in a kernel of their own."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from patience import PATIENCE

pytestmark = pytest.mark.slow

SHOWN = r"""
from tsvshare_widget import TSVShare
TSVShare(b"gene\tscore\nTP53\t1\n", header=True)
"""

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def names() -> list[str]:
    return [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))]


@pytest.mark.parametrize("name", names())
def test_notebook_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TSVSHARE_RELAY", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    folder = shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    notebook = nbformat.read(folder / name, as_version=4)
    seconds = int(PATIENCE)  # traitlets of old takes no float
    NotebookClient(notebook, timeout=seconds, resources={"metadata": {"path": folder}}).execute()


def test_an_executed_notebook_shows_its_table_where_there_is_no_network(tmp_path: Path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHOWN)])
    NotebookClient(notebook, timeout=int(PATIENCE)).execute()
    html, _ = HTMLExporter().from_notebook_node(notebook)
    assert "TP53</td>" in html
    assert '<script type="application/vnd.jupyter.widget-view+json">' not in html


@pytest.mark.parametrize("name", names())
def test_a_notebook_says_first_what_one_can_do_afterwards(name: str):
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert "After this notebook you can" in notebook.cells[0].source
    assert all(not cell.get("outputs") for cell in notebook.cells)
    assert f"`{name}`" in (NOTEBOOKS / "README.md").read_text(encoding="utf-8")


def test_the_quickstart_is_short():
    notebook = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
    assert len(notebook.cells) <= 12
