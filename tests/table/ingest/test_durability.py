"""What is acknowledged is on the disk: the order of writes, syncs and renames."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from table_fixture import SAMPLE, everything

from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="which file a descriptor is of is read in /proc"
)

Step = tuple[str, str]


class Disk:
    """Records what is done to files, in order, by their names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.steps: list[Step] = []
        self.fail_at: Step | None = None
        self._folder = folder
        self._after("write", os.write, monkeypatch, self._of_descriptor)
        self._after("fsync", os.fsync, monkeypatch, self._of_descriptor)
        self._after("replace", os.replace, monkeypatch, lambda old, new: self._name(str(new)))
        self._after("unlink", os.unlink, monkeypatch, lambda path, **_: self._name(str(path)))

    def _after(
        self,
        verb: str,
        function: Callable[..., object],
        monkeypatch: pytest.MonkeyPatch,
        name_of: Callable[..., str],
    ) -> None:
        def recorded(*args: object, **more: object) -> object:
            step = verb, name_of(*args, **more)
            if step == self.fail_at:
                raise OSError(5, "Input/output error")
            done = function(*args, **more)
            if self.steps[-1:] != [step]:
                self.steps.append(step)
            return done

        monkeypatch.setattr(os, verb, recorded)

    def _of_descriptor(self, descriptor: int, *_: object) -> str:
        return self._name(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    def _name(self, path: str) -> str:
        return os.path.relpath(path, self._folder)

    def during(self, work: Callable[[], None]) -> list[Step]:
        """What ``work`` does to files."""
        self.steps.clear()
        work()
        return list(self.steps)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Disk]:
    with monkeypatch.context() as patch:
        yield Disk(patch, tmp_path / "tables" / "t")


def create(tmp_path: Path, data: bytes, *, durable: bool = True) -> Table:
    table = Table.create(tmp_path / "tables" / "t", durable=durable)
    table.feed_bytes(data)
    return table


def check_order(steps: list[Step], folder: Path) -> None:
    """All files with the table's contents are synced after their last write, before the rename."""
    replaced = steps.index(("replace", "meta.json"))
    assert ("fsync", "meta.json.new") in steps[:replaced]
    for path in folder.iterdir():
        if path.name != "meta.json":
            synced = steps.index(("fsync", path.name))
            assert synced < replaced
            assert ("write", path.name) not in steps[synced:]
    after = steps[replaced + 1 :]
    assert after[0] == ("fsync", ".")
    assert all(verb != "write" for verb, _ in after)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_uploads_appends_and_readings(
    disk: Disk, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    table = create(tmp_path, pack(SAMPLE * 10_000))
    folder = tmp_path / "tables" / "t"
    steps = disk.during(table.finish_input)
    check_order(steps, folder)
    assert steps[-1] == ("fsync", "..")
    check_order(disk.during(lambda: table.append_bytes(b"x\t1\n")), folder)
    steps = disk.during(lambda: table.reread(ReadOptions(delimiter=";")))
    check_order(steps, folder)
    gone = [place for place, (verb, _) in enumerate(steps) if verb == "unlink"]
    assert min(gone) > steps.index(("fsync", "."))  # the old reading goes when the new one is safe
    table.close()


def test_the_first_rows_appended(disk: Disk, tmp_path: Path) -> None:
    table = create(tmp_path, b"")
    check_order(disk.during(table.finish_input), tmp_path / "tables" / "t")
    check_order(disk.during(lambda: table.append_bytes(b"x\t1\n")), tmp_path / "tables" / "t")
    table.close()


def test_a_table_that_need_not_last(disk: Disk, tmp_path: Path) -> None:
    table = create(tmp_path, SAMPLE, durable=False)
    steps = disk.during(table.finish_input)
    steps += disk.during(lambda: table.append_bytes(b"x\t1\n"))
    steps += disk.during(lambda: table.reread(ReadOptions(delimiter=";")))
    assert [step for step in steps if step[0] == "fsync"] == []
    assert steps.count(("replace", "meta.json")) == 3
    table.close()


@pytest.mark.parametrize(
    "broken",
    [("fsync", "raw"), ("fsync", "meta.json.new"), ("replace", "meta.json"), ("write", "raw")],
)
def test_what_fails_before_the_rename_changes_nothing(
    disk: Disk, tmp_path: Path, broken: Step
) -> None:
    table = create(tmp_path, SAMPLE)
    table.finish_input()
    before = everything(table)
    files = {path.name: path.stat().st_size for path in table.raw_path.parent.iterdir()}
    disk.fail_at = broken
    with pytest.raises(OSError, match="Input/output"):
        table.append_bytes(b"x\t1\n")
    if broken != ("write", "raw"):
        with pytest.raises(OSError, match="Input/output"):
            table.reread(ReadOptions(delimiter=";"))
    disk.fail_at = None
    assert everything(table) == before
    assert {path.name: path.stat().st_size for path in table.raw_path.parent.iterdir()} == files
    table.append_bytes(b"x\t1\n")
    again = Table.open(table.raw_path.parent)
    assert everything(again) == everything(table)
    assert again.facts.rows == before[0].rows + 1
    again.close()
    table.close()


def test_a_folder_that_cannot_be_synced(disk: Disk, tmp_path: Path) -> None:
    """The rows are there then, and who asks once more finds that they are."""
    table = create(tmp_path, SAMPLE)
    table.finish_input()
    disk.fail_at = ("fsync", ".")
    with pytest.raises(OSError, match="Input/output"):
        table.append_bytes(b"x\t1\n", "token")
    disk.fail_at = None
    assert (table.facts.rows, table.last_append) == (3, "token")
    table.append_bytes(b"x\t2\n")
    again = Table.open(table.raw_path.parent)
    assert (everything(again), again.facts.rows) == (everything(table), 4)
    again.close()
    table.close()
