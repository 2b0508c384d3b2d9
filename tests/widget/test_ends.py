"""A script that ends while something of ours is still at work: at once, and without a word."""

import signal
import subprocess
import sys

import pytest
from patience import PATIENCE
from relay_fixture import tsv

BEGIN = """
import contextlib, itertools, sys, threading
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.table.storage.files import Copy

def never_ends(copy, size):
    return copy._target.write(b"1\\t2\\n" * 1000)

def for_ever(work):
    begun = threading.Event()
    def run():
        with contextlib.suppress(TSVShareError):  # the relay has ended: that is for the script
            while True:
                work()
                begun.set()
    threading.Thread(target=run, daemon=True).start()
    begun.wait()

path = sys.argv[1]
"""
READING = "Copy._in_the_kernel = never_ends\nreading = TSVShare(path)\n"
COMING = "coming = TSVShare([n, n] for n in itertools.count())\n"
APPENDING = (
    "growing = TSVShare(path)\ngrowing.wait()\n"
    "for_ever(lambda: growing.append([['1', '2']] * 1000))\n"
)
ASKING = "asked = TSVShare(path)\nasked.wait()\nasked.sort = [asked.columns[0]]\n"
TURNING = (
    "turned = TSVShare(path)\nturned.wait()\nturns = itertools.count()\n"
    "for_ever(lambda: (setattr(turned, 'page', next(turns) % 9 + 1), turned.wait()))\n"
)


@pytest.fixture
def start_script(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(tsv(2_000))
    started = []

    def start(script):
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", BEGIN + script, str(path)]
        started.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.mark.slow
def test_a_script_that_ends_ends_all_that_is_at_work(start_script):
    process = start_script(ASKING + TURNING + APPENDING + COMING + READING)
    said = process.communicate(timeout=PATIENCE)
    assert (*said, process.returncode) == ("", "", 0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("script", [READING, COMING, APPENDING, ASKING, TURNING])
def test_a_script_that_ends_ends_each_of_it(start_script, script):
    process = start_script(script)
    said = process.communicate(timeout=PATIENCE)
    assert (*said, process.returncode) == ("", "", 0)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal that can be sent there")
def test_ctrl_c_ends_it_with_its_own_words_alone(start_script):
    process = start_script(READING + "print('waiting', flush=True)\nreading.wait()\n")
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=PATIENCE)[1]
    assert said.splitlines()[-1] == "KeyboardInterrupt"
    assert said.count("Traceback") == 1
