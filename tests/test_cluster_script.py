"""``make cluster``: all of it starts, is one, outlives a relay, and ends without a trace."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from front_fixture import find_front
from patience import PATIENCE
from redis_fixture import skip_without
from relay_fixture import Document, request, tsv, wait_for
from websockets.exceptions import ConnectionClosed

SCRIPT = Path(__file__).parent.parent / "scripts" / "cluster.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.exhaustive,
    pytest.mark.skipif(sys.platform == "win32", reason="nginx and Redis are not there"),
]


@pytest.fixture
def cluster(tmp_path):
    """The script, and what it has said of itself."""
    skip_without("redis")
    if find_front("nginx") is None:
        pytest.skip("there is no nginx here (Debian's package nginx-light)")
    for module in ("moto", "obstore", "distributed"):
        pytest.importorskip(module, reason="needs the extras cluster, dask and dev")
    command = [sys.executable, str(SCRIPT), str(tmp_path / "cluster")]
    environment = os.environ | {"TSVSHARE_DASK_FROM": "100kB"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        yield process, said
        process.send_signal(signal.SIGINT)
        assert process.wait(2 * PATIENCE) == 0


def is_sorted(document):
    """Sort it; not where a busy computer has a relay lose Redis for a moment."""
    with contextlib.suppress(ConnectionClosed), document.editor() as editor:
        table = editor.welcome["state"]["table"]["id"]
        answer = editor.op(table, sort=[{"column": 0, "direction": "desc"}])
        assert answer.get("code") in (None, "engine_down"), answer
        return answer["type"] == "ack"
    return False


def test_a_table_is_shared_sorted_and_outlives_a_relay(cluster):
    _, said = cluster
    front = re.search(r"push FILE (http\S+)", said)[1]
    relays = re.findall(r"answers at (http\S+), and ends by: kill (\d+)", said)
    assert len(relays) == 3
    document = Document(front)
    assert document.put(tsv(20_000)).status == 200
    wait_for(lambda: is_sorted(document))
    for url, _ in relays:  # whichever one asks
        page = f"{url}/d/{document.uuid}/page/1"
        wait_for(lambda page=page: request("GET", page).json.get("data", [[""]])[0][0] == "r9c0")
    os.kill(int(relays[0][1]), signal.SIGTERM)
    page = f"{front}/d/{document.uuid}/page/2"
    wait_for(lambda: request("GET", page).status == 200)
    assert request("GET", f"{document.url}/table").body == tsv(20_000)
