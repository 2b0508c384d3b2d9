"""Rereading: the file of a table, read once more in another dialect into files of its own."""

from __future__ import annotations

from pathlib import Path

from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.state import remove_generation
from tsvshare_widget.table.text.unpack import PIECE_BYTES

from .alternatives import (
    Alternative,
    certain_alternatives,
    choose_alternative,
    possible_alternatives,
)
from .stream import Stream


def read_again(folder: Path, generation: int, how: ReadOptions | Dialect, name: str) -> Stream:
    """Read the whole raw file into a new generation of files.  Raises as feeding does."""
    remove_generation(folder, generation)  # what a process that was killed may have left of it
    with (folder / "raw").open("rb", buffering=0) as file:
        chunk = file.read(PIECE_BYTES)
        stream = Stream(folder, generation, chunk, how, name)
        try:
            while chunk:
                for _ in stream.ingest_bytes(chunk):
                    pass
                chunk = file.read(stream.scan.piece)
            stream.ingest_rest()
        except BaseException:
            stream.close()
            remove_generation(folder, generation)
            raise
    return stream


def settle_dialect(
    folder: Path, stream: Stream, options: ReadOptions, name: str
) -> tuple[Stream, str | None]:
    """Give up the dialect that was found in the beginning of a table if the rest speaks against it.

    Returns the stream of the best dialect, and why that is another one, if it is.
    """
    reasons = []
    for alternative in certain_alternatives(stream.scan, options):
        better = read_again(folder, _free(folder, stream), alternative.dialect, name)
        remove_generation(folder, stream.generation)
        stream, reasons = better, [alternative.why]
    tried: list[tuple[Alternative, Stream]] = [
        (alternative, read_again(folder, _free(folder, stream), alternative.dialect, name))
        for alternative in possible_alternatives(stream.scan, options)
    ]
    best = choose_alternative(
        stream.scan, [(alternative, other.scan) for alternative, other in tried]
    )
    kept = stream if best is None else tried[best][1]
    for other in [stream, *(other for _, other in tried)]:
        if other is not kept:
            remove_generation(folder, other.generation)
    if best is not None:
        reasons.append(tried[best][0].why)
    return kept, "; ".join(reasons) or None


def _free(folder: Path, stream: Stream) -> int:
    """The next generation that has no files."""
    generation = stream.generation + 1
    while (folder / f"rows.{generation}.u64").exists():
        generation += 1
    return generation
