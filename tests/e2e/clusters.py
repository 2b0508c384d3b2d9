"""A cluster on this computer for browser tests: relays on Redis and an S3 service, before nginx."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dask_fixture import DaskCluster, client_of
from front_fixture import Front
from objects_fixture import S3Server
from redis_fixture import RedisServer
from relay_fixture import wait_for

from .processes import Relay


class Relays:
    """Relays, each with a folder that nobody else needs, and nginx before the first two.

    ``options`` are more of theirs.  Whoever makes one sets the endpoint of its S3 service.
    """

    def __init__(self, folder: Path, s3: S3Server, count: int, *options: str) -> None:
        self._held = ExitStack()
        try:
            self.redis = RedisServer(folder / "redis")
            self._held.callback(self.redis.kill)
            self.store = f"s3://{s3.new_bucket()}"
            shared = ["--redis", self.redis.url, "--store", self.store, *options]
            self.all = [self._start(folder / f"relay-{n}", shared) for n in range(count)]
            ports = [relay.port for relay in self.all[:2]]
            self.front = Front("nginx", folder / "front", ports)
            self._held.callback(self.front.stop)
        except BaseException:
            self.close()
            raise

    def _start(self, folder: Path, shared: list[str]) -> Relay:
        folder.mkdir()
        relay = Relay(folder, "127.0.0.1", *shared)
        self._held.callback(relay.end)
        relay.start()
        return relay

    def close(self) -> None:
        """End all of it."""
        self._held.close()


class Workers:
    """A Dask cluster of two workers, each of which can be stopped in the middle of a task."""

    def __init__(self, folder: Path) -> None:
        self._held = ExitStack()
        self.cluster = DaskCluster(folder / "dask")
        self._held.callback(self.cluster.close)
        try:
            self.client: Any = self._held.enter_context(client_of(self.cluster))
            pids = self.client.run(os.getpid)
        except BaseException:
            self.close()
            raise
        self._processes = {
            address: next(one for one in self.cluster.workers if one.pid == pid)
            for address, pid in pids.items()
        }

    def hold(self) -> None:
        """Let no worker go on; tasks wait for them."""
        self._signal(signal.SIGSTOP)

    def release(self) -> None:
        """Let those go on that are left."""
        self._signal(signal.SIGCONT)

    def kill_the_busy_one(self) -> None:
        """Kill a worker that has been given something to do, once there is one."""
        address = wait_for(lambda: next(iter(self._busy()), None))
        process = self._processes.pop(address)
        process.kill()
        process.wait()

    def wait_until_busy(self) -> None:
        """Wait until a worker has something to do."""
        wait_for(self._busy)

    def wait_until_gone(self, name: str) -> None:
        """Wait until no task of this name is to be done, or kept for anybody."""
        try:
            wait_for(lambda: not self._tasks(name))
        except AssertionError:
            raise AssertionError(f"the cluster still has {self._tasks(name)}") from None

    def _busy(self) -> list[str]:
        return [address for address, tasks in self.client.processing().items() if tasks]

    def _tasks(self, name: str) -> list[str]:
        """Those that are being done, and those of which something is kept."""
        found = [key for tasks in self.client.processing().values() for key in tasks]
        return [key for key in [*found, *self.client.who_has()] if str(key).startswith(name)]

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes.values():
            process.send_signal(number)

    def close(self) -> None:
        """End it."""
        self._held.close()
