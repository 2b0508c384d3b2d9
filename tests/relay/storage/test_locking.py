"""The folder of a relay: whose it is, and what becomes of temporary ones."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.storage.locking import lock_folder, temporary_folder

KILLED = """
import os, signal
from tsvshare_widget.relay.storage.locking import temporary_folder
folder, remove = temporary_folder()
(folder / "tables").mkdir()
print(folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def left_by_a_kill(parent: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "TMPDIR": str(parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return Path(done.stdout.strip())


def make_old(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_a_folder_has_one_relay(tmp_path):
    give_back = lock_folder(tmp_path / "data")
    with pytest.raises(Unavailable, match="in use by another relay"):
        lock_folder(tmp_path / "data")
    give_back()
    lock_folder(tmp_path / "data")()


def test_what_killed_relays_left_goes_with_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living, remove_living = temporary_folder()
    left, just_left = left_by_a_kill(tmp_path), left_by_a_kill(tmp_path)
    foreign = tmp_path / "tsvshare-relay-without-a-lock"
    foreign.mkdir()
    for folder in (living, left, foreign):
        make_old(folder)
    mine, remove_mine = temporary_folder()
    assert set(tmp_path.iterdir()) == {living, just_left, foreign, mine}
    remove_living()
    remove_mine()
    assert set(tmp_path.iterdir()) == {just_left, foreign}


def test_who_is_still_at_work_finds_no_folder_to_write_into(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder, remove = temporary_folder()
    removing = shutil.rmtree

    def with_a_late_one(ended, **how):
        with pytest.raises(FileNotFoundError):
            (folder / "late").touch()
        removing(ended, **how)

    monkeypatch.setattr(shutil, "rmtree", with_a_late_one)
    remove()
    assert list(tmp_path.iterdir()) == []
