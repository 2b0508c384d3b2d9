"""Whether a Dask cluster can be used.

``python -m tsvshare_widget.table.parts.check ADDRESS PLACE`` prints what was found, and ends with 1
if something has to be put right.  The place of tables is a folder, or the URL of an object store.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tsvshare_widget._version import __version__
from tsvshare_widget.errors import TSVShareError, Unavailable
from tsvshare_widget.objects.address import shown
from tsvshare_widget.objects.probe import probe

from .cluster import connect

START_SECONDS = 15.0
"""Seconds that a scheduler may take to answer a relay that starts, maybe at the same time as it."""

_PROBE = '''
def tsvshare_probe(store, path):
    """What a worker has: our package, and what it reads of a file; it may have neither."""
    found = {"version": None, "text": None, "said": ""}
    try:
        from tsvshare_widget._version import __version__
        found["version"] = __version__
        if store is None:
            with open(path, encoding="ascii") as file:
                found["text"] = file.read()
        else:
            from tsvshare_widget.objects.probe import read_probe
            found["text"] = read_probe(store, path)
    except ImportError:
        pass
    except Exception as error:
        found["said"] = str(error)
    return found
'''


class Examined(NamedTuple):
    """A cluster that can be used."""

    workers: int
    threads: int

    def __str__(self) -> str:
        if not self.workers:
            return "a scheduler without workers: until some come, questions are answered here"
        return f"{self.workers} workers with {self.threads} threads"


def examine_cluster(address: str, place: Path | str) -> Examined:
    """Look at the cluster whose scheduler is at ``address``.

    Its workers have to read files in a folder, or objects in the store at a URL.  Raises
    :class:`Unavailable` with one sentence.
    """
    client = connect(address, START_SECONDS)
    try:
        check_versions(client.get_versions(check=False), address)
        _check_workers(client, place)
        threads = client.nthreads()
        return Examined(len(threads), sum(threads.values()))
    except TSVShareError:
        raise
    except Exception as error:  # whatever a cluster of another version may do
        raise Unavailable(f"the Dask cluster at {address} does not work: {error!r}") from error
    finally:
        client.close(timeout=1)


def check_versions(found: Mapping[str, Any], address: str) -> None:
    """Raise :class:`Unavailable` unless all have the same, in what a client finds of versions."""
    mine = _versions(found["client"])
    others = {"scheduler": found["scheduler"], **found["workers"]}
    for who, its in others.items():
        if its is not None and _versions(its) != mine:
            name = f"the scheduler at {address}" if who == "scheduler" else f"the worker at {who}"
            raise Unavailable(
                f"{name} has {_in_words(_versions(its))}, and this relay has {_in_words(mine)}: "
                "install the same on all of them"
            )


def _versions(found: Any) -> tuple[str, str]:
    """Of distributed, and of Python without its last number."""
    python = ".".join(str(found["host"]["python"]).split(".")[:2])
    return str(found["packages"]["distributed"]), python


def _in_words(versions: tuple[str, str]) -> str:
    return f"distributed {versions[0]} on Python {versions[1]}"


def _check_workers(client: Any, place: Path | str) -> None:
    # By value: one that has no package of ours could not even be asked for a function of it.
    scope: dict[str, Any] = {"__name__": "tsvshare_probe"}
    exec(_PROBE, scope)
    text = secrets.token_hex(16)
    with _in_store(place, text) if isinstance(place, str) else _in_folder(place, text) as where:
        answers = client.run(scope["tsvshare_probe"], *where, on_error="return")
    for worker, answer in answers.items():
        check_worker(worker, answer, text, place)


@contextmanager
def _in_folder(folder: Path, text: str) -> Iterator[tuple[str | None, str]]:
    """What a worker is to read: no store, and the path of a file with this text."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.is_dir())
    with tempfile.TemporaryDirectory(dir=there, prefix="dask-check-") as own:
        path = Path(own).absolute() / "file"
        path.write_text(text, encoding="ascii")
        yield None, str(path)


@contextmanager
def _in_store(url: str, text: str) -> Iterator[tuple[str | None, str]]:
    """What a worker is to read: the address of a store, and the name of an object there."""
    with probe(url, text) as key:
        yield shown(url), key


def check_worker(worker: str, answer: Any, text: str, place: Path | str) -> None:
    """Raise :class:`Unavailable` unless a worker has our version, and has read this text."""
    if not isinstance(answer, dict):
        raise Unavailable(f"the Dask worker at {worker} does not work: {answer!r}")
    if answer["version"] is None:
        raise Unavailable(
            f"the Dask worker at {worker} has no tsvshare-widget: install {__version__} there"
        )
    if answer["version"] != __version__:
        raise Unavailable(
            f"the Dask worker at {worker} has tsvshare-widget {answer['version']}, and this relay "
            f"has {__version__}: install the same on all of them"
        )
    if answer["text"] == text:
        return
    if isinstance(place, str):
        raise Unavailable(
            f"the Dask worker at {worker} cannot read the object store {shown(place)}: install "
            "'tsvshare-widget[cluster]' there, and have its environment name the endpoint and the "
            f"credentials, as this relay's does ({_one_line(answer['said'])})"
        )
    raise Unavailable(
        f"the Dask worker at {worker} cannot read {place}: give a folder to --data-dir that all "
        "workers have under the same path, or keep tables in an object store (--store)"
    )


def _one_line(said: str) -> str:
    return " ".join(said.split())[:300] or "it says nothing"


def main() -> int:
    """Look at a cluster, for a program that does not want Dask in its own process."""
    parser = argparse.ArgumentParser(prog="tsvshare_widget.table.parts.check")
    parser.add_argument("address")
    parser.add_argument("place")
    asked = parser.parse_args()
    place = asked.place if "://" in asked.place else Path(asked.place)
    try:
        print(examine_cluster(asked.address, place))
    except TSVShareError as error:
        print(error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
