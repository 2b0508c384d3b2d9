"""Files that are written to while they are read."""

import random

import pytest

from tsvshare_widget.cli.tail import READ_BYTES, Follower
from tsvshare_widget.errors import BadTable


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.tsv"
    path.write_bytes(b"n\n")
    return path


@pytest.fixture
def follower(path):
    """The follower of a file with a header, of which that is taken already."""
    follower = Follower(path, quiet_seconds=0.0)
    assert read_all(follower) == b"n\n"
    follower.leave_out(1)
    yield follower
    follower.close()


def append(path, data):
    with path.open("ab") as file:
        file.write(data)


def read_all(follower):
    """What there is, also of a file that has come in the place of another."""
    found = b""
    for _ in range(3):
        while piece := follower.read_lines():
            found += piece
    return found


def test_only_complete_lines_are_read(path, follower):
    append(path, b"1\n2")
    assert follower.read_lines() == b"1\n"
    assert follower.read_lines() == b""
    append(path, b"2\n3\n")
    assert follower.read_lines() == b"22\n3\n"


def test_a_file_that_is_there_is_read_to_its_last_line_and_no_further(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b"a\n" * READ_BYTES + b"unfinished")
    follower = Follower(path)
    assert b"".join(follower.read_present()) == b"a\n" * READ_BYTES
    follower.close()


def test_a_line_longer_than_what_is_read_at_a_time_comes_whole(path, follower):
    line = b"x" * (3 * READ_BYTES) + b"\n"
    append(path, line)
    assert follower.read_lines() == line


def test_a_file_that_was_truncated_is_read_from_its_start_without_its_header(path, follower):
    append(path, b"1\n2\n")
    assert read_all(follower) == b"1\n2\n"
    path.write_bytes(b"n\n3\n")
    assert read_all(follower) == b"3\n"
    path.write_bytes(b"n\n4\n5\n6\n")
    assert read_all(follower) == b"4\n5\n6\n"


def test_a_file_that_another_takes_the_place_of_is_read_to_its_end_first(path, follower):
    append(path, b"1\n")
    path.rename(path.with_suffix(".1"))
    append(path.with_suffix(".1"), b"2\nunfinished")
    assert follower.read_lines() == b"1\n2\n"
    assert follower.read_lines() == b""
    path.write_bytes(b"n\n3\n4\n")
    assert read_all(follower) == b"unfinished\n3\n4\n"
    append(path, b"5\n")
    assert follower.read_lines() == b"5\n"


def test_a_new_file_without_the_header_loses_nothing(path, follower):
    path.unlink()
    path.write_bytes(b"7\nn\n")
    assert read_all(follower) == b"7\nn\n"


def test_a_header_below_comments_is_known_again(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_bytes(b"##v=1\r\n#a\tb\r\n1\t2\r\n")
    follower = Follower(path, quiet_seconds=0.0)
    read_all(follower)
    follower.leave_out(2)
    path.unlink()
    path.write_bytes(b"##v=2\n#a\tb\n3\t4\n#a\tb\n")
    assert read_all(follower) == b"##v=2\n3\t4\n#a\tb\n"
    follower.close()


def test_a_header_that_comes_in_pieces_is_known_again(path, follower):
    path.write_bytes(b"")
    assert read_all(follower) == b""
    append(path, b"\xef\xbb\xbfn")
    assert read_all(follower) == b""
    append(path, b"\r\n5\n")
    assert read_all(follower) == b"5\n"


def test_a_replaced_file_is_watched_until_it_is_quiet(path):
    follower = Follower(path, quiet_seconds=3600.0)
    read_all(follower)
    path.rename(path.with_suffix(".1"))
    path.write_bytes(b"new\n")
    assert read_all(follower) == b""
    append(path.with_suffix(".1"), b"late\n")
    assert read_all(follower) == b"late\n"
    follower.close()


def test_lines_may_end_in_cr_alone(tmp_path):
    path = tmp_path / "mac.tsv"
    path.write_bytes(b"a\r1\r2")
    follower = Follower(path)
    assert follower.read_lines() == b"a\r1\r"
    follower.close()


def test_nothing_is_lost_and_nothing_twice_whatever_the_pieces_and_rotations(path, follower):
    dice, written, found, n = random.Random(7), b"", b"", 0
    for _ in range(300):
        lines = b"".join(b"%d\n" % i for i in range(n, n + dice.randrange(4)))
        n += lines.count(b"\n")
        cut = dice.randrange(len(lines) + 1)
        append(path, lines[:cut])
        found += follower.read_lines()
        append(path, lines[cut:])
        written += lines
        if dice.random() < 0.1:
            path.rename(path.with_suffix(".1"))
            path.write_bytes(b"n\n")
            found += read_all(follower)
    assert found + read_all(follower) == written


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08\0\0\0\0\0", "a\tb\n".encode("utf-16")])
def test_what_has_no_lines_is_refused(tmp_path, start):
    path = tmp_path / "x.tsv"
    path.write_bytes(start + b"1\n2\n")
    follower = Follower(path)
    with pytest.raises(BadTable, match="cannot be followed"):
        follower.read_lines()
    follower.close()


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        Follower(tmp_path / "nothing.tsv")
