"""Files on their way through the comm to the relay, from a browser that cannot reach it.

A view sends one part after the other, each in a message with its bytes beside it, and the next when
the relay has the last.  The upload itself is the relay's: it may begin here, and go on over HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tsvshare_widget.client import Link
from tsvshare_widget.client.parts import begin_upload, end_upload, find_offset, send_part
from tsvshare_widget.client.thread import log
from tsvshare_widget.errors import BadRequest, TSVShareError
from tsvshare_widget.protocol import rejection

from .messages import UploadStep, to_content

MOST_BYTES = 1 << 20
"""Of one part: servers of notebooks drop messages of ten times as many without a word."""


def take_step(
    link: Link,
    cid: str,
    step: UploadStep,
    buffers: object,
    answer: Callable[[dict[str, Any]], object],
) -> None:
    """Do one step of an upload, in a thread of its own; ``answer`` is called there."""
    data = bytes(buffers[0]) if isinstance(buffers, list | tuple) and buffers else b""

    def work() -> None:
        try:
            upload, offset = _do(link, cid, step, data)
        except TSVShareError as error:
            answer(to_content(rejection(step.id, error)))
        except Exception:
            log.exception("a step of an upload failed in a way nobody thought of")
            failed = TSVShareError("something went wrong in the kernel; the upload was not sent on")
            answer(to_content(rejection(step.id, failed)))
        else:
            answer({"type": "upload", "id": step.id, "upload": upload, "offset": offset})

    threading.Thread(target=work, name="tsvshare-upload", daemon=True).start()


def _do(link: Link, cid: str, step: UploadStep, data: bytes) -> tuple[str, int]:
    """The id of the upload, and how many of its bytes the relay has."""
    if len(data) > MOST_BYTES:
        raise BadRequest(f"a part of an upload has up to {MOST_BYTES:,} bytes")
    match step.step:
        case "begin":
            return begin_upload(link, name=step.name, size=step.size, cid=cid), 0
        case "part":
            return step.upload, send_part(link, step.upload, step.offset, data)
        case "offset":
            return step.upload, find_offset(link, step.upload)
        case "end":
            end_upload(link, step.upload)
            return step.upload, 0
