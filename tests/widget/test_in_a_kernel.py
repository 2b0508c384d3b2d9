"""What a real kernel does around a widget: settings of IPython, %autoreload, forked processes."""

import os
import shutil
import time
from pathlib import Path

import pytest
from kernel_fixture import Kernel
from relay_fixture import request, tsv

import tsvshare_widget

pytestmark = pytest.mark.slow

PACKAGE = Path(tsvshare_widget.__file__).parent

SETTINGS = """
c = get_config()
c.Sharing.publish = "https://tables.example.org"
"""

OPEN = f"""
import gc, json, os, sys
from tsvshare_widget import TSVShare
from tsvshare_widget.errors import NoSuchPage
from tsvshare_widget.relay.embedded import get_relay
w = TSVShare({tsv(250)!r}, name="t.tsv")
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package, which may be changed."""
    copy = tmp_path_factory.mktemp("copy") / "tsvshare_widget"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def kernel(package, tmp_path_factory):
    profile = tmp_path_factory.mktemp("ipython") / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(SETTINGS)
    kernel = Kernel(OPEN, PYTHONPATH=str(package.parent), IPYTHONDIR=str(profile.parent))
    yield kernel
    kernel.end()


def test_the_configuration_of_ipython_names_where_to_publish(kernel):
    kernel.run("from tsvshare_widget.widget.live.defaults import publishing_relay")
    assert kernel.value("publishing_relay()") == "https://tables.example.org"


# --- %autoreload ---------------------------------------------------------------------------------

USE = """
def n_reloaded():
    ours = [module for name, module in sys.modules.items() if name.startswith("tsvshare_widget")]
    return sum(hasattr(module, "RELOADED_BY_A_TEST") for module in ours)

def use():
    w.page, w.sort = 2, "-name0"
    w.page = 3
    first = w.rows[0]
    refused = ""
    try:
        w.page = 99
        w.wait()
    except NoSuchPage as error:
        refused = error.code
    other = TSVShare(b"a\\n1\\n", name="other.tsv")
    joined = TSVShare.join(w.url)
    n_rows, w.sort = joined.wait().n_rows, []
    same_relay = other.url.split("/d/")[0] == w.url.split("/d/")[0]
    return [first, refused, n_rows, len(w.df), other.rows, same_relay, str(w.status)]
"""

USED = [["r144c0", "r144c1"], "no_such_page", 250, 250, [["1"]], True, "live"]


def change(package, *names):
    """Change modules of the package, as an upgrade does; without names all of them."""
    for file in package.rglob("*.py"):
        if not names or file.relative_to(package).as_posix() in names:
            file.write_text(
                f"{file.read_text('utf-8')}\nRELOADED_BY_A_TEST = True\n", encoding="utf-8"
            )
            later = time.time() + 60  # than it was loaded, whatever the file system's clock
            os.utime(file, (later, later))


def test_a_widget_goes_on_while_its_modules_are_loaded_anew(kernel, package):
    kernel.run(f"%load_ext autoreload\n%autoreload 2\n{USE}")
    assert kernel.value("use()") == USED
    change(package, "errors.py", "widget/tsvshare.py", "relay/embedded.py", "client/connection.py")
    assert kernel.value("use()") == USED
    change(package)
    assert kernel.value("use()") == USED
    assert kernel.value("n_reloaded()") > 100  # so many there were, of those in use
    kernel.run("%autoreload 0")


# --- processes that fork -------------------------------------------------------------------------

IN_CHILD = """
def in_child(do):
    \"\"\"What a forked child makes of something, and how it ends.\"\"\"
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)  # from 3.12 on: there are threads
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = do()
        except Exception as error:
            said = [type(error).__name__, str(error)]
        os.write(theirs, json.dumps(said).encode())
        os._exit(3)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        said = json.loads(pipe.read())
    return [said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]

def turn():
    w.page = 2 if w.page == 1 else 1
    return w.wait().page

def own_table():
    own = TSVShare(b"a\\n1\\n", name="own.tsv")
    said = [own.rows, own.url.split("/d/")[0] != w.url.split("/d/")[0]]
    get_relay().stop()  # which os._exit would not
    return said

def joined():
    with TSVShare.join(w.url) as there:
        return there.rows[0]

def let_go():
    w.close()
    globals().pop("w")
    gc.collect()
    return "let go"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_leaves_its_parents_table_alone(kernel):
    kernel.run(IN_CHILD)
    base = kernel.value("w.url.split('/d/')[0]")
    said, code = kernel.value("in_child(turn)")
    assert (said[0], code) == ("Unavailable", 3)
    assert "forked" in said[1]
    assert "TSVShare.join" in said[1]
    assert kernel.value("in_child(own_table)") == [[[["1"]], True], 3]
    joins = joins_at(base)
    assert kernel.value("in_child(let_go)") == ["let go", 3]
    assert kernel.value("in_child(joined)") == [["r0c0", "r0c1"], 3]
    assert kernel.value("turn()") == 2
    assert kernel.value("str(w.status)") == "live"
    assert joins_at(base) == joins + 1  # the child's own: the parent never lost its connection


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_pool_of_processes_reads_what_is_known(kernel):
    kernel.run("import multiprocessing\ndef rows(_): return w.n_rows")
    kernel.run("with multiprocessing.get_context('fork').Pool(2) as p: found = p.map(rows, [1, 2])")
    assert kernel.value("found") == [250, 250]
    assert kernel.value("w.wait().n_rows") == 250


def joins_at(base):
    text = request("GET", f"{base}/metrics").body.decode()
    counts = [line for line in text.splitlines() if line.startswith("tsvshare_joins_total{")]
    return sum(int(line.rpartition(" ")[2]) for line in counts)
