"""A process that answers jobs as the search in them says; see ``test_relay_workers.py``."""

import itertools
import os
import sys
import time

import msgspec

from tsvshare_widget.table.jobs import Advance, Failed, Job, RowIds, Rows

jobs = msgspec.json.Decoder(Job)


def say(answer):
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def answer(job):
    match job.query.search:
        case "hang":
            time.sleep(600)
        case "work":
            for number in itertools.count():
                say(Advance(done=number % 100 / 100))
                time.sleep(0.01)
        case "fail":
            return Failed(code="stale", message="it was read anew")
        case "crash":
            sys.exit("something is wrong")
    return Rows(ids=RowIds(path=job.out, count=os.getpid(), of_rows=0, width=4))


for line in sys.stdin.buffer:
    say(Advance(done=0.0))
    say(answer(jobs.decode(line)))
