"""What is shipped: the sdist carries the built front end, and a wheel needs no Node anywhere."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
BUNDLE = {f"tsvshare_widget/static/{name}" for name in ("widget.js", "widget.css", "page.js")}

LOADED_BY = """
import {module}, sys
packages = {{name.partition(".")[0] for name in sys.modules}} - sys.stdlib_module_names
print(*[name for name in packages if not name.startswith("__")])
"""


def run(*command: object, cwd: Path, **environment: str) -> str:
    # What is installed is to be found, not the checkout.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def bare_path(folder: Path) -> str:
    """A PATH with what a build asks the system for, and no Node."""
    folder.mkdir()
    for name in ("env", "sh", "uname", "git"):
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    return str(folder)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git knows (and of what is new and not ignored), as a clone would have it."""
    folder = tmp_path_factory.mktemp("checkout") / "tsvshare"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip and PyPI do it: Node comes from PyPI, there is none on the PATH."""
    out = tmp_path_factory.mktemp("sdist")
    path = bare_path(tmp_path_factory.mktemp("path") / "bin")
    run(sys.executable, "-m", "build", "--sdist", "--outdir", out, cwd=checkout, PATH=path)
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist where neither Node nor npm's registry can be had."""
    out = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    source = next(path for path in out.iterdir() if path.is_dir())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out]
    nowhere = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_cache": str(out / "npm")}
    log = run(*command, cwd=source, PATH=bare_path(out / "bin"), **nowhere)
    assert "npm" not in log
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def clean_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel in it.

    Its dependencies are borrowed from the environment of the tests, so that no index is needed;
    what is installed there in editable form is not seen.
    """
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    site = Path(
        run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder).strip()
    )
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "borrowed.pth").write_text(f"import sys; sys.path.append({borrowed!r})\n")
    pip = [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet"]
    run(*pip, "--no-index", "--no-deps", "--ignore-installed", wheel, cwd=folder)
    return python


def names_in(archive: Path) -> Iterator[str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            yield from opened.namelist()
    else:
        with tarfile.open(archive) as opened:
            yield from (name.partition("/")[2] for name in opened.getnames())


def test_sdist_carries_the_bundle_and_its_sources(sdist: Path):
    names = set(names_in(sdist))
    assert names >= BUNDLE | {"js/package-lock.json", "js/build.mjs", "hatch_build.py", "LICENSE"}
    assert not [name for name in names if "node_modules" in name]


def test_wheel_from_the_sdist_has_the_bundle(wheel: Path):
    names = set(names_in(wheel))
    assert names >= BUNDLE | {
        "tsvshare_widget/py.typed",
        "tsvshare_widget/relay/web/html/shell.html",
    }
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"tsvshare_widget"}
    assert any(
        name.endswith(".data/data/etc/jupyter/jupyter_server_config.d/tsvshare.json")
        for name in names
    )
    with zipfile.ZipFile(wheel) as opened:
        assert all(opened.getinfo(name).file_size > 0 for name in BUNDLE)


def test_jupyterlab_finds_its_extension_where_the_wheel_is_installed(clean_python: Path):
    folder = clean_python.parents[1] / "share" / "jupyter" / "labextensions" / "tsvshare-widget"
    build = json.loads((folder / "package.json").read_text())["jupyterlab"]["_build"]
    assert (folder / build["load"]).stat().st_size > 0


def test_a_checkout_that_cannot_be_built_fails_loudly(checkout: Path, tmp_path: Path):
    broken = shutil.copytree(
        checkout, tmp_path / "broken", ignore=shutil.ignore_patterns("static", "node_modules")
    )
    (broken / "js" / "build.mjs").write_text("process.exit(3)\n")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", f"--outdir={tmp_path}"]
    done = subprocess.run(command, cwd=broken, capture_output=True, text=True)
    assert done.returncode != 0
    assert "the bundler failed" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.whl"))


def test_the_installed_wheel_works_without_pandas_until_it_is_needed(
    clean_python: Path, tmp_path: Path
):
    look = "import tsvshare_widget, sys; print(tsvshare_widget.__file__, 'pandas' in sys.modules)"
    file, pandas = run(clean_python, "-c", look, cwd=tmp_path).split()
    assert Path(file).is_relative_to(clean_python.parent.parent)
    assert pandas == "False"
    version = run(clean_python.parent / "tsvshare", "--version", cwd=tmp_path)
    assert version.startswith("tsvshare ")


def test_importing_it_loads_little_beside_anywidget(clean_python: Path, tmp_path: Path):
    def loaded_by(module: str) -> set[str]:
        look = LOADED_BY.format(module=module)
        return set(run(clean_python, "-c", look, cwd=tmp_path).split())

    anywidget = loaded_by("anywidget")
    assert loaded_by("tsvshare_widget") - loaded_by("sys") == {"tsvshare_widget"}
    more = loaded_by("tsvshare_widget.widget.tsvshare") - anywidget
    assert more == {"tsvshare_widget", "msgspec", "tornado"}
