"""Whatever happens to relays and what they stand on: when it quiets down all are on the right page.

``tests/hostile/cluster.py`` is the same for as many steps as you like.
"""

import sys

import pytest
from cluster_machine import Found, on_rig
from machine_rig import Rig
from machine_runs import run_machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]


def run(folder, kind, runs, steps):
    rig = Rig(folder, kind)
    try:
        run_machine(on_rig(rig), runs=runs, steps=steps, first=1)
    except Found as found:
        raise AssertionError(str(found)) from None
    finally:
        rig.close()


@pytest.mark.parametrize("kind", ["single", "folder"])
def test_a_few_steps(tmp_path, kind):
    run(tmp_path, kind, runs=2, steps=25)


@pytest.mark.exhaustive
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", ["single", "folder", "objects", "s3"])
def test_many_steps(tmp_path, kind):
    run(tmp_path, kind, runs=30, steps=50)
