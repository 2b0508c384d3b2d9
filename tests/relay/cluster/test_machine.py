"""Whatever happens to relays and their Redis: when it quiets down all are on the right page.

``TSVSHARE_CLUSTER_SEED`` and ``TSVSHARE_CLUSTER_RUNS`` try more, of the steps that
``TSVSHARE_CLUSTER_STEPS`` says each.
"""

import os
import sys

import pytest
from cluster_machine import ClusterMachine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from redis_fixture import skip_without

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]


def run(runs, steps, first):
    skip_without("redis")
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(first)(ClusterMachine), settings=how)


def test_a_few_steps():
    run(1, 8, 1)


@pytest.mark.exhaustive
@pytest.mark.timeout(0)
def test_many_steps():
    runs = int(os.environ.get("TSVSHARE_CLUSTER_RUNS", "3"))
    steps = int(os.environ.get("TSVSHARE_CLUSTER_STEPS", "30"))
    run(runs, steps, int(os.environ.get("TSVSHARE_CLUSTER_SEED", "1")))
