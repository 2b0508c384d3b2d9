"""Builds the front end and checks and tests it, with the Node of the Python that runs this."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NPM = [sys.executable, "hatch_build.py", "npm"]
STEPS = [
    [sys.executable, "hatch_build.py"],
    [*NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    [*NPM, "run", "lint"],
    [*NPM, "run", "check"],
    [*NPM, "test"],
]

if __name__ == "__main__":
    for step in STEPS:
        code = subprocess.run(step, cwd=ROOT, check=False).returncode
        if code != 0:
            sys.exit(code)
