"""What a run of the tests may not leave behind: processes, and folders of relays and widgets."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relay_fixture import wait_for


@contextmanager
def nothing_is_left() -> Iterator[None]:
    """Give all that is started within a folder for temporary files; both must be unused after."""
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        before = os.environ.get("TMPDIR")
        use_for_temporary_files(folder)
        try:
            yield
        finally:
            use_for_temporary_files(before)
        try:
            wait_for(lambda: not processes_with(folder))
        except AssertionError:
            raise AssertionError(f"still running: {processes_with(folder)}") from None
        left = sorted(path.name for path in Path(folder).glob("tsvshare*"))
        assert not left, f"left in the folder for temporary files: {left}"


def use_for_temporary_files(folder: str | None) -> None:
    if folder is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = folder
    tempfile.tempdir = None  # so that it is looked up again


def processes_with(folder: str) -> list[str]:
    """The commands of all processes that were told to use ``folder``, as far as /proc tells."""
    found = (command_if_told(process, folder) for process in Path("/proc").glob("[0-9]*"))
    return [command for command in found if command]


def command_if_told(process: Path, folder: str) -> str:
    """Its command line; nothing for a process that has ended or does not use ``folder``."""
    try:
        if f"TMPDIR={folder}".encode() not in (process / "environ").read_bytes().split(b"\0"):
            return ""
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:  # it has just ended, or belongs to somebody else
        return ""
