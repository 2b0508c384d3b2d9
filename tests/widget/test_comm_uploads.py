"""Uploads through the comm: part by part, as a browser sends them that does not reach the relay."""

import json
import threading

import pytest
from relay_fixture import tsv, wait_for
from widget_fixture import Screen

DATA = tsv(5000)


class Uploader(Screen):
    """A view that uploads."""

    def step(self, number, step, data=None, **fields):
        content = {"type": "upload", "id": f"v:{number}", "step": step, **fields}
        buffers = [] if data is None else [memoryview(data)]
        message = {"content": {"data": {"method": "custom", "content": content}}}
        caller = threading.Thread(
            target=self._widget._handle_msg, args=({**message, "buffers": buffers},)
        )
        caller.start()
        caller.join()
        return self.answer(f"v:{number}")


@pytest.fixture
def widget(share):
    return share(b"old\n1\n")


def test_a_file_comes_in_parts_and_is_there_for_everyone(widget):
    view = Uploader(widget)
    begun = view.step(1, "begin", name="new.tsv", size=len(DATA))
    upload = begun["upload"]
    first = view.step(2, "part", DATA[:20_000], upload=upload, offset=0)
    assert (first["upload"], first["offset"]) == (upload, 20_000)
    wrong = view.step(3, "part", b"x", upload=upload, offset=7)
    assert (wrong["type"], wrong["code"]) == ("reject", "stale")
    assert view.step(4, "offset", upload=upload)["offset"] == 20_000
    last = view.step(5, "part", DATA[20_000:], upload=upload, offset=20_000)
    assert last["offset"] == len(DATA)
    wait_for(lambda: widget.n_total == 5000)
    assert json.dumps(last)


def test_one_that_is_cancelled_is_gone(widget):
    view = Uploader(widget)
    upload = view.step(1, "begin", name="new.tsv", size=len(DATA))["upload"]
    view.step(2, "part", DATA[:20_000], upload=upload, offset=0)
    assert view.step(3, "end", upload=upload)["type"] == "upload"
    gone = view.step(4, "part", DATA[20_000:], upload=upload, offset=20_000)
    assert gone["code"] == "cancelled"
    wait_for(lambda: widget.rows == [["1"]])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"step": "part", "upload": "../x", "data": b"a"}, "bad_request"),
        ({"step": "part", "upload": "0" * 32, "data": b"a"}, "not_found"),
        ({"step": "part", "upload": "0" * 32, "data": bytes(2_000_000)}, "bad_request"),
        ({"step": "begin", "size": 10**17}, "too_large"),
    ],
)
def test_what_cannot_be_is_said(fields, code, widget):
    answer = Uploader(widget).step(1, fields.pop("step"), **fields)
    assert (answer["type"], answer["code"]) == ("reject", code)
