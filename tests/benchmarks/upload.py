"""What a PUT costs a relay with a data folder, beside a loop that receives and writes to a file.

    python tests/benchmarks/upload.py --megabytes 1000

Processor time of the server and its children, from before the first byte to the answer; the most
memory that was resident in it, above what it had before.  Linux only: it reads ``/proc``.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stage import Relay

from tsvshare_widget.client import create_document

FLOOR = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
buffer = memoryview(bytearray(1 << 20))
left = int(sys.argv[1])
with open(sys.argv[2], "wb", buffering=0) as file:
    while left and (size := connection.recv_into(buffer)):
        file.write(buffer[:size])
        left -= size
connection.sendall(b"x")
sys.stdin.read()
"""

LINE = "".join(f"cell {column}\t" for column in range(11)).encode() + b"the end\n"


@dataclass
class Cost:
    cpu_seconds: float
    megabytes: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1000, help="of the upload (1000)")
    found = measure(parser.parse_args().megabytes)
    for who, cost in found.items():
        ratio = cost.cpu_seconds / found["floor"].cpu_seconds
        words = f"{cost.cpu_seconds:6.2f} s of CPU {ratio:5.1f}x, +{cost.megabytes:.0f} MB"
        print(f"{who:9} {words}, {cost.seconds:.2f} s")


def measure(megabytes: int) -> dict[str, Cost]:
    """The cost of so many MB to the bare loop and to a relay."""
    size = megabytes * 1_000_000 // len(LINE) * len(LINE)
    with tempfile.TemporaryDirectory() as folder:
        return {"floor": floor(Path(folder), size), "tsvshare": ours(Path(folder), size)}


def blocks(size: int) -> Iterator[bytes]:
    block = LINE * ((1 << 20) // len(LINE))
    for left in range(size, 0, -len(block)):
        yield block[: min(left, len(block))]


def floor(folder: Path, size: int) -> Cost:
    command = [sys.executable, "-c", FLOOR, str(size), str(folder / "floor")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as server:
        address = ("127.0.0.1", int(server.stdout.readline()))
        cost = put(server.pid, address, b"", size)
        server.stdin.close()
    return cost


def ours(folder: Path, size: int) -> Cost:
    relay = Relay(folder)
    relay.start()
    try:
        link = create_document(relay.url)
        place = urlsplit(link.base)
        head = (
            f"PUT {place.path}/d/{link.uuid}/table?name=big.tsv HTTP/1.1\r\n"
            f"Host: {place.netloc}\r\nX-TSVShare-Key: {link.key}\r\nContent-Length: {size}\r\n\r\n"
        )
        return put(relay.process.pid, ("127.0.0.1", relay.port), head.encode(), size)
    finally:
        relay.end()


def put(server: int, address: tuple[str, int], head: bytes, size: int) -> Cost:
    """Send so many bytes and wait for the answer's first."""
    cpu, memory = cpu_of(server), megabytes_of(server)
    began = time.perf_counter()
    with socket.create_connection(address) as connection:
        connection.sendall(head)
        for block in blocks(size):
            connection.sendall(block)
        answer = connection.recv(64)
    if head and b" 200 " not in answer:
        raise SystemExit(answer.decode())
    seconds = time.perf_counter() - began
    return Cost(cpu_of(server) - cpu, megabytes_of(server) - memory, seconds)


# --- /proc ---------------------------------------------------------------------------------------


def cpu_of(process: int) -> float:
    """Seconds of processor time that a process and its descendants have used."""
    ticks = 0.0
    for each in [process, *descendants(process)]:
        fields = stat_of(each)
        ticks += sum(int(fields[i]) for i in (11, 12, 13, 14))  # its own, and of those that ended
    return ticks / os.sysconf("SC_CLK_TCK")


def stat_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def descendants(process: int) -> list[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def megabytes_of(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
