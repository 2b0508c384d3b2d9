"""Why documents were ended: kept for who comes late, up to a bound."""

import os
from uuid import UUID

import pytest

from tsvshare_widget.relay.storage.ended import EndedDocuments


def uuid(number):
    return str(UUID(int=number))


def test_the_latest_are_remembered_also_by_the_next_relay(tmp_path):
    folder = tmp_path / "ended"
    for number in range(1, 31):
        EndedDocuments(folder, most=20).remember(uuid(number), f"reason {number}")
        os.utime(folder / uuid(number), (number, number))
    ended = EndedDocuments(folder, most=20)
    known = [number for number in range(1, 31) if ended.why(uuid(number))]
    assert known == list(range(known[0], 31))
    assert 20 <= len(known) <= 22
    assert len(list(folder.iterdir())) == len(known)
    assert ended.why(uuid(30)) == "reason 30"


def test_one_relay_forgets_the_oldest_as_well(tmp_path):
    ended = EndedDocuments(tmp_path, most=10)
    for number in range(40):
        ended.remember(uuid(number), "deleted")
        os.utime(tmp_path / uuid(number), (number, number))
        assert len(list(tmp_path.iterdir())) <= 11
    assert ended.why(uuid(39)) == "deleted"


@pytest.mark.parametrize("name", ["", "..", "../secret", "x" * 36, "/etc/passwd", "\0"])
def test_what_is_no_uuid_is_not_looked_up(name, tmp_path):
    (tmp_path / "secret").write_text("it")
    assert EndedDocuments(tmp_path / "ended").why(name) is None


def test_a_disk_that_takes_nothing_forgets(tmp_path):
    (tmp_path / "ended").write_text("a file where a folder is to be")
    ended = EndedDocuments(tmp_path / "ended")
    ended.remember(uuid(1), "deleted")
    assert ended.why(uuid(1)) is None
