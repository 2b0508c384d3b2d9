"""Frames that are made once and written to many."""

import pytest

from tsvshare_widget.relay.rooms.wire_frames import text_frame


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 100_000])
def test_text_frame_has_the_length_of_rfc_6455(size):
    frame = text_frame(b"x" * size)
    assert frame[0] == 0x81
    head = 2 if size < 126 else 4 if size < 65536 else 10
    options = frame[1] if size < 126 else int.from_bytes(frame[2:head], "big")
    assert (options, len(frame)) == (size, head + size)
