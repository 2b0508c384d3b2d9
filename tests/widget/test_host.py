"""Whether anybody looks on while cells are run."""

import pytest

from tsvshare_widget.widget.live.host import is_unseen

LAUNCHER = ["ipykernel_launcher.py", "-f", "kernel.json"]


@pytest.mark.parametrize(
    ("arguments", "environment", "unseen"),
    [
        (LAUNCHER, [], False),
        ([*LAUNCHER, "--HistoryManager.hist_file=:memory:"], ["HOME"], True),
        ([*LAUNCHER, "--HistoryManager.hist_file=:memory:"], ["HOME", "VOILA_BASE_URL"], False),
        (["script.py"], ["VOILA_BASE_URL"], False),
    ],
)
def test_programs_that_run_cells_are_known(arguments, environment, unseen):
    assert is_unseen(arguments, environment) is unseen
