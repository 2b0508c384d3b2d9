"""Memory that is free is kept for what comes next, and given back when that is over."""

import os
import subprocess
import sys

import pytest

from tsvshare_widget.table.storage import memory

BLOCKS = """
import resource
import numpy as np
from tsvshare_widget.table.storage.memory import give_back_memory, keep_memory

def faults_of_a_block():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [np.ones(1 << 20, np.uint8) for _ in range(8)]
    del arrays
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_memory()
faults_of_a_block(), faults_of_a_block()
kept = faults_of_a_block()
give_back_memory()
print(kept, faults_of_a_block())
"""
PAGES_OF_A_BLOCK = 8 * (1 << 20) // 4096


def test_it_can_be_asked_everywhere():
    memory.give_back_memory()
    memory.give_back_memory()


@pytest.mark.skipif(memory._in_c("mallopt") is None, reason="this C library cannot be told")
def test_a_block_takes_the_memory_that_the_one_before_had():
    told = {name: value for name, value in os.environ.items() if name not in memory._TOLD}
    command = [sys.executable, "-c", BLOCKS]
    found = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
    kept, given_back = map(int, found.stdout.split())
    assert kept < PAGES_OF_A_BLOCK / 8
    assert given_back > PAGES_OF_A_BLOCK / 2
