"""The way to a Dask cluster, for a process that has questions answered there if it can be had."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from tsvshare_widget.errors import Stale, Unavailable
from tsvshare_widget.query import Query
from tsvshare_widget.table.state import Moment

from .executor import Executor
from .on_dask import ClusterAway, DaskExecutor
from .rows import opened

T = TypeVar("T")

CONNECT_SECONDS = 5.0

AWAY_SECONDS = 30.0
"""Seconds for which a cluster that did not answer is not asked again."""

SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")
"""How the address of a scheduler begins."""


def connect(address: str, seconds: float = CONNECT_SECONDS) -> Any:
    """A client of the scheduler at an address, which is given some ``seconds`` to answer.

    Raises :class:`Unavailable`, with one sentence, if there is none, or none of our version.
    """
    if importlib.util.find_spec("distributed") is None:
        raise Unavailable(
            "--dask needs the package distributed: pip install 'tsvshare-widget[dask]'"
        )
    from distributed import Client

    try:
        return Client(address, timeout=seconds, set_as_default=False, name="tsvshare")
    except (OSError, TimeoutError) as error:
        raise Unavailable(
            f"no scheduler of Dask answers at {address}: start one ('dask scheduler'), let this "
            f"machine reach it, or give its address to --dask ({_said(error)})"
        ) from error
    except Exception as error:  # whatever a scheduler of another version, or of none, may answer
        raise Unavailable(
            f"what answers at {address} is no scheduler that this version of Dask can talk to, or "
            f"the certificates that Dask's settings name are not for it: {_said(error)}"
        ) from error


def _said(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__


def is_for_cluster(size: int, query: Query, from_bytes: int, *, complete: bool) -> bool:
    """Whether a question is for a cluster: one about a large table of which all has come.

    Regular expressions stay here, where a process that is stuck in one can be ended.
    """
    is_pattern = any(wanted.op == "matches" for wanted in query.filters)
    return size >= from_bytes and complete and not is_pattern


class Cluster:
    """A Dask cluster that answers questions about tables of ``from_bytes`` and more.

    ``only_stored``: its workers have the object store, and not the folders of tables.  It belongs
    to one thread.
    """

    def __init__(self, address: str, from_bytes: int, *, only_stored: bool = False) -> None:
        self._only_stored = only_stored
        self._address = address
        self._from_bytes = from_bytes
        self._client: Any = None
        self._away_until = 0.0

    def takes(self, moment: Moment, query: Query) -> bool:
        """Whether a question is for the cluster, and that has not been away a moment ago."""
        facts = moment.facts
        return (
            is_for_cluster(facts.bytes, query, self._from_bytes, complete=facts.complete)
            and moment.inline is None
            and not (self._only_stored and moment.stored is None)
            and time.monotonic() >= self._away_until
        )

    def ask(
        self,
        moment: Moment,
        question: Callable[[Executor], T],
        here: Callable[[], T],
        on_wait: Callable[[], object],
    ) -> T:
        """The answer of the cluster; if that is lost, of another try, and then what ``here`` finds.

        Raises what the question does.
        """
        for _ in range(2):
            try:
                return self._ask(moment, question, on_wait)
            except (ClusterAway, Unavailable) as error:
                print(f"the Dask cluster at {self._address}: {error}", file=sys.stderr, flush=True)
                self.close()
        self._away_until = time.monotonic() + AWAY_SECONDS
        return here()

    def close(self) -> None:
        """End the connection; the cluster forgets what it was asked."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # it may be broken already
                client.close(timeout=0)

    def _ask(
        self, moment: Moment, question: Callable[[Executor], T], on_wait: Callable[[], object]
    ) -> T:
        self._client = self._client or connect(self._address)
        try:
            return question(DaskExecutor(self._client, on_wait))
        except Stale as error:
            with opened(moment):  # raises the same, if it really is
                pass
            raise ClusterAway(f"a worker cannot read the table: {error}") from error
