"""A cell that runs again keeps its document and its links: in one kernel, and in the next one."""

import json
import stat
import sys
from pathlib import Path

import pytest
from kernel_fixture import Kernel
from relay_fixture import tsv, wait_for

import tsvshare_widget
from tsvshare_widget.errors import Deleted

pytestmark = pytest.mark.slow

IMPORT = "import json\nfrom tsvshare_widget import TSVShare"


@pytest.fixture
def kept(tmp_path):
    """The file of kept links."""
    return tmp_path / "state" / "links.json"


@pytest.fixture
def open_kernel(kept, tmp_path):
    """A kernel of a notebook, as Jupyter starts it."""
    kernels = []

    def start(notebook="genes.ipynb", **environment):
        name = {"JPY_SESSION_NAME": str(tmp_path / notebook)} if notebook else {}
        kernels.append(Kernel(IMPORT, TSVSHARE_LINKS=str(kept), **name, **environment))
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.end()


def url_of(kernel, what="TSVShare(b'a\\tb\\n1\\t2\\n')", cell="one", then=""):
    """The link of the table that a cell makes."""
    return json.loads(kernel.run(f"w = {what}\n{then}\nprint(json.dumps(w.url))", cell=cell))


def test_a_cell_keeps_its_link_and_others_see_the_new_table(open_kernel):
    kernel = open_kernel()
    first = url_of(kernel)
    with tsvshare_widget.connect(first) as colleague:
        assert url_of(kernel, "TSVShare(b'a\\tb\\n3\\t4\\n5\\t6\\n')") == first
        wait_for(lambda: colleague.n_total == 2)
        assert colleague.rows == [["3", "4"], ["5", "6"]]


def test_what_is_another_table_has_another_link(open_kernel, tmp_path):
    for name in ("x.tsv", "y.tsv"):
        (tmp_path / name).write_bytes(tsv(3))
    kernel = open_kernel()
    x, y = (f"TSVShare({str(tmp_path / name)!r})" for name in ("x.tsv", "y.tsv"))
    first = url_of(kernel, x)
    assert url_of(kernel, x) == first
    assert url_of(kernel, y) != first
    assert url_of(kernel, x, cell="two") != first
    assert url_of(kernel, f"{x[:-1]}, keep_link=False)") != first
    many = "json.dumps([w.url for w in ws])"
    cell = f"ws = [{x} for _ in range(3)]\nprint({many})"
    urls = json.loads(kernel.run(cell, cell="loop"))
    assert len(set(urls)) == 3
    assert json.loads(kernel.run(cell, cell="loop")) == urls


def test_what_is_read_at_once_is_the_new_table(open_kernel, tmp_path):
    path = tmp_path / "x.tsv"
    kernel = open_kernel()
    cell = f"w = TSVShare({str(path)!r})\nprint(json.dumps([w.rows[0], len(w), w.columns]))"
    path.write_text("a\tb\n" + "1\t2\n" * 1_500_000)
    assert json.loads(kernel.run(cell, cell="one")) == [["1", "2"], 1_500_000, ["a", "b"]]
    path.write_text("c\td\n" + "3\t4\n" * 1_600_000)
    assert json.loads(kernel.run(cell, cell="one")) == [["3", "4"], 1_600_000, ["c", "d"]]


def test_a_table_that_was_dropped_in_is_still_there(open_kernel):
    kernel = open_kernel()
    first = url_of(kernel, "TSVShare()")
    with tsvshare_widget.connect(first) as colleague:
        colleague.upload(b"a\tb\n1\t2\n")
    assert url_of(kernel, "TSVShare()", then="w.wait()\nassert len(w) == 1") == first


def test_a_link_that_ended_is_a_new_one(open_kernel):
    kernel = open_kernel()
    first = url_of(kernel, then="w.url\nw.delete()")
    second = url_of(kernel)
    assert second != first
    renewed = json.loads(kernel.run("w.new_links()\nprint(json.dumps(w.url))"))
    assert renewed != second
    assert url_of(kernel) == renewed


@pytest.mark.exhaustive
def test_a_new_kernel_finds_the_link_where_the_relay_lives_on(open_kernel, make_relay, kept):
    relay = make_relay()
    first_kernel = open_kernel(TSVSHARE_RELAY=relay.url)
    first = url_of(first_kernel)
    first_kernel.run("w.close()")
    assert url_of(open_kernel(TSVSHARE_RELAY=relay.url)) == first
    assert url_of(open_kernel("copy.ipynb", TSVSHARE_RELAY=relay.url)) != first
    assert url_of(open_kernel(None, TSVSHARE_RELAY=relay.url)) != first
    if sys.platform != "win32":
        assert stat.S_IMODE(Path(kept).stat().st_mode) == 0o600


def test_what_cannot_be_kept_is_no_obstacle(open_kernel, make_relay, kept):
    kept.parent.mkdir()
    kept.write_bytes(b"no JSON")
    relay = make_relay()
    first = url_of(open_kernel(TSVSHARE_RELAY=relay.url))
    kept.unlink()
    kept.mkdir()
    assert url_of(open_kernel(TSVSHARE_RELAY=relay.url)) != first


def test_links_of_this_kernels_relay_are_not_written(open_kernel, kept):
    url_of(open_kernel())
    assert not kept.exists()


def test_who_looks_on_hears_that_the_notebook_was_closed():
    kernel = Kernel(IMPORT)
    with tsvshare_widget.connect(url_of(kernel)) as colleague:
        kernel.end()
        wait_for(lambda: colleague.status.connection == "gone")
        assert colleague.status.message.startswith("The notebook was closed")
        with pytest.raises(Deleted, match="notebook was closed"):
            colleague.page = 1
