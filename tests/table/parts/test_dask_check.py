"""What is wrong with a Dask cluster is said at the start, in one sentence."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dask_fixture import DaskCluster, client_of
from relay_fixture import free_port

from tsvshare_widget._version import __version__
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.queries.dask_check import check_dask
from tsvshare_widget.table.parts.check import check_versions, check_worker


def versions(distributed: str, python: str = "3.13.1.final.0") -> dict[str, Any]:
    return {"host": {"python": python}, "packages": {"distributed": distributed}}


def test_all_have_the_same_versions() -> None:
    same = {"client": versions("2026.8.0"), "scheduler": versions("2026.8.0")}
    check_versions({**same, "workers": {"tcp://w": versions("2026.8.0", "3.13.7")}}, "tcp://s")
    with pytest.raises(Unavailable, match=r"the worker at tcp://w has distributed 2026\.8"):
        check_versions({**same, "workers": {"tcp://w": versions("2026.8.0", "3.11.7")}}, "tcp://s")
    other = {**same, "scheduler": versions("2025.1.0"), "workers": {}}
    with pytest.raises(Unavailable, match=r"the scheduler at tcp://s has distributed 2025\.1"):
        check_versions(other, "tcp://s")


def test_a_worker_that_cannot_read_tables() -> None:
    answer = {"version": __version__, "text": None, "said": "no  route\nto host"}
    with pytest.raises(Unavailable, match=r"cannot read /here: give a folder .* \(--store\)$"):
        check_worker("tcp://w", answer, "text", Path("/here"))
    store = "s3://someone:secret@bucket/in?token=secret"
    with pytest.raises(
        Unavailable, match=r"cannot read the object store s3://bucket/in: .*"
    ) as said:
        check_worker("tcp://w", answer, "text", store)
    assert "(no route to host)" in said.value.message
    assert "secret" not in said.value.message
    check_worker("tcp://w", {**answer, "text": "text"}, "text", store)


@contextmanager
def cluster_with(folder: Path, workers: int = 1, **options: Any) -> Iterator[DaskCluster]:
    cluster = DaskCluster(folder / "dask", workers, **options)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.mark.exhaustive
def test_no_scheduler(tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable, match=f"no scheduler of Dask answers at {address}: start one"):
        check_dask(address, tmp_path)


@pytest.mark.exhaustive
def test_a_cluster_that_can_be_used(tmp_path: Path) -> None:
    with cluster_with(tmp_path) as cluster, client_of(cluster):
        assert check_dask(cluster.address, tmp_path) == "1 workers with 1 threads"
    with cluster_with(tmp_path / "idle", workers=0) as cluster:
        assert "without workers" in check_dask(cluster.address, tmp_path)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("package", "said"),
    [
        ({"__init__.py": "raise ImportError"}, f"has no tsvshare-widget: install {__version__}"),
        ({"__init__.py": "", "_version.py": "__version__ = '0.0.9'"}, "has tsvshare-widget 0.0.9"),
    ],
)
def test_workers_without_the_package(tmp_path: Path, package: dict[str, str], said: str) -> None:
    folder = tmp_path / "other" / "tsvshare_widget"
    folder.mkdir(parents=True)
    for name, text in package.items():
        (folder / name).write_text(text)
    other = {"PYTHONPATH": str(folder.parent)}
    with (
        cluster_with(tmp_path, worker_environment=other) as cluster,
        client_of(cluster),
        pytest.raises(Unavailable, match=said),
    ):
        check_dask(cluster.address, tmp_path)


@pytest.mark.exhaustive
def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path)
    options = [part for name, path in files.items() for part in (f"--tls-{name}", str(path))]
    with cluster_with(tmp_path, 0, options=("--protocol", "tls", *options)) as cluster:
        assert cluster.address.startswith("tls://")
        with pytest.raises(Unavailable, match="certificates"):
            check_dask(cluster.address, tmp_path)
        for name, variable in (
            ("ca-file", "CA_FILE"),
            ("cert", "CLIENT__CERT"),
            ("key", "CLIENT__KEY"),
        ):
            monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{variable}", str(files[name]))
        assert "without workers" in check_dask(cluster.address, tmp_path)


def certificate(folder: Path) -> dict[str, Path]:
    """One for all parts of a cluster, made as the documentation says."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    cert, key = folder / "dask.pem", folder / "dask.key"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=dask"
    subprocess.run([openssl, *command.split(), "-out", cert, "-keyout", key], check=True)
    return {"ca-file": cert, "cert": cert, "key": key}


@pytest.mark.exhaustive
def test_a_relay_says_it_before_it_listens(tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    command = [
        sys.executable,
        "-m",
        "tsvshare_widget.cli",
        "serve",
        "--port",
        "0",
        "--dask",
        address,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "no scheduler of Dask answers" in done.stderr
    assert "Traceback" not in done.stderr
    assert "listening" not in done.stdout
