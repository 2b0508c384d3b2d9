"""Kernels of several versions, each with an environment of its own; what they run is ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".make" / "kernels"


def _has_pip(python: Path) -> bool:
    if not python.exists():
        return False
    done = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return done.returncode == 0


@cache
def python_with(version: str) -> Path:
    """The Python of an environment with this ipykernel, kept where the matrix has its rows.

    What else it has is that of this process, ourselves included.
    """
    folder = FOLDER / f"ipykernel-{version}"
    own = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not _has_pip(own):  # it may have been left half-made
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    words = ["-m", "pip", "install", "--quiet", f"ipykernel=={version}.*"]
    done = subprocess.run([own, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"pip could not install ipykernel {version}: {done.stderr}"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    said = subprocess.run([own, "-c", ask], capture_output=True, text=True, check=True)
    ours = sysconfig.get_path("purelib")
    line = f"import site; site.addsitedir({ours!r})\n"
    Path(said.stdout.strip(), "zz_ours.pth").write_text(line, encoding="utf-8")
    return own


def add_kernel(kernels: Path, version: str) -> str:
    """Let a Jupyter Server, whose folder of kernels this is, have that version; its name there."""
    name = f"ipykernel-{version}"
    words = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {
        "argv": [str(python_with(version)), *words],
        "display_name": name,
        "language": "python",
    }
    (kernels / name).mkdir(parents=True)
    (kernels / name / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return name
