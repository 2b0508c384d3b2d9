"""The notebooks run from top to bottom, on a copy, in a kernel of their own."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from patience import PATIENCE

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def names() -> list[str]:
    return [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))]


@pytest.mark.parametrize("name", names())
def test_notebook_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TSVSHARE_RELAY", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    folder = shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    notebook = nbformat.read(folder / name, as_version=4)
    NotebookClient(notebook, timeout=PATIENCE, resources={"metadata": {"path": folder}}).execute()


def test_the_quickstart_is_short_and_shows_the_table(tmp_path: Path):
    notebook = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
    assert len(notebook.cells) <= 12
    assert all(not cell.get("outputs") for cell in notebook.cells)
