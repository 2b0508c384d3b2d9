"""What IPython shows of our errors: the sentence, and users' own lines alone."""

import contextlib
import io
import re

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tsvshare_widget.errors import BadValue


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def shown(shell, cell):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        shell.run_cell(cell)
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


FAILS = {
    "a column that is not there": (
        "w.sort = 'scor'",
        "BadValue: there is no column 'scor'; did you mean 'score'?",
    ),
    "a file that is not there": (
        "TSVShare('there-is-no-such-file.tsv')",
        "FileNotFoundError: [Errno 2] No such file or directory: 'there-is-no-such-file.tsv'",
    ),
    "a word that is none": (
        "TSVShare(b'a', skiprows=3)",
        "TypeError: skiprows= is not known; skip= may be meant; help(TSVShare) has the options",
    ),
    "a dead link": (
        "TSVShare.join('http://127.0.0.1:1/d/12345678-1234-4234-8234-123456789abc')",
        "Unavailable: cannot reach the relay at http://127.0.0.1:1",
    ),
}


@pytest.mark.parametrize("name", FAILS)
def test_the_sentence_comes_first_and_nothing_of_ours(name, shell):
    cell, sentence = FAILS[name]
    shown(shell, "from tsvshare_widget import TSVShare\nw = TSVShare(b'gene\\tscore\\nA\\t1\\n')")
    lines = shown(shell, f"def mine():\n    {cell}\n\nmine()").strip().splitlines()
    shown(shell, "w.close()")
    assert lines[0].startswith(sentence)
    assert len(lines) < 8
    assert any(line == f"----> {cell}" for line in lines)
    assert not any("tsvshare_widget/" in line or "traitlets" in line for line in lines)


def test_who_wants_to_see_all_of_it_does(shell):
    shell.run_line_magic("xmode", "Verbose")
    text = shown(shell, "from tsvshare_widget.errors import BadValue\nraise BadValue('too long')")
    shell.run_line_magic("xmode", "Context")
    assert "Traceback" in text
    assert "BadValue: too long" in text


def test_an_error_that_was_never_raised_is_its_sentence():
    assert BadValue("too long")._render_traceback_() == ["BadValue: too long"]
