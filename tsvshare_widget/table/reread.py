"""A table's file read once more, by another reading, into files of its own."""

from __future__ import annotations

from pathlib import Path

from .doubts import doubts_about
from .reading import Reading, Told
from .snapshot import remove_generation
from .stream import Stream
from .unpack import PIECE


def read_again(folder: Path, generation: int, how: Told | Reading, name: str) -> Stream:
    """Read the file as it came, from its first byte to its last.  Raises as feeding does."""
    remove_generation(folder, generation)  # what a process that was killed may have left of it
    with (folder / "raw").open("rb", buffering=0) as file:
        chunk = file.read(PIECE)
        stream = Stream(folder, generation, chunk, how, name)
        try:
            while chunk:
                for _ in stream.feed(chunk):
                    pass
                chunk = file.read(PIECE)
            stream.finish()
        except BaseException:
            stream.close()
            remove_generation(folder, generation)
            raise
    return stream


def settle(folder: Path, stream: Stream, told: Told, name: str) -> tuple[Stream, str | None]:
    """The best reading of a table of which all bytes are known, and why it is another, if it is.

    What was found at the table's beginning is given up if the rest shows that it was wrong.
    """
    reasons = []
    for sure in (True, False):
        for doubt in doubts_about(stream.scan, told, sure=sure):
            other = read_again(folder, _free(folder, stream), doubt.reading, name)
            if sure or doubt.is_better(stream.scan, other.scan):
                remove_generation(folder, stream.generation)
                stream = other
                reasons.append(doubt.why)
                break
            remove_generation(folder, other.generation)
    return stream, "; ".join(reasons) or None


def _free(folder: Path, stream: Stream) -> int:
    """A generation that has no files."""
    generation = stream.generation + 1
    while (folder / f"rows.{generation}.u64").exists():
        generation += 1
    return generation
