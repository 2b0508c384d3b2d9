"""A table's file read once more, by another reading, into files of its own."""

from __future__ import annotations

from pathlib import Path

from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.state import remove_generation
from tsvshare_widget.table.text.unpack import PIECE

from .alternatives import choose, sure_doubts, unsure_doubts
from .stream import Stream


def read_again(folder: Path, generation: int, how: ReadOptions | Dialect, name: str) -> Stream:
    """Read the file as it came, from its first byte to its last.  Raises as feeding does."""
    remove_generation(folder, generation)  # what a process that was killed may have left of it
    with (folder / "raw").open("rb", buffering=0) as file:
        chunk = file.read(PIECE)
        stream = Stream(folder, generation, chunk, how, name)
        try:
            while chunk:
                for _ in stream.feed(chunk):
                    pass
                chunk = file.read(stream.scan.piece)
            stream.finish()
        except BaseException:
            stream.close()
            remove_generation(folder, generation)
            raise
    return stream


def settle(
    folder: Path, stream: Stream, options: ReadOptions, name: str
) -> tuple[Stream, str | None]:
    """The best reading of a table of which all bytes are known, and why it is another, if it is.

    What was found at the table's beginning is given up if the rest shows that it was wrong.
    """
    reasons = []
    for doubt in sure_doubts(stream.scan, options):
        better = read_again(folder, _free(folder, stream), doubt.dialect, name)
        remove_generation(folder, stream.generation)
        stream, reasons = better, [doubt.why]
    tried = [
        (doubt, read_again(folder, _free(folder, stream), doubt.dialect, name))
        for doubt in unsure_doubts(stream.scan, options)
    ]
    best = choose(stream.scan, [(doubt, other.scan) for doubt, other in tried])
    kept = stream if best is None else tried[best][1]
    for other in [stream, *(other for _, other in tried)]:
        if other is not kept:
            remove_generation(folder, other.generation)
    if best is not None:
        reasons.append(tried[best][0].why)
    return kept, "; ".join(reasons) or None


def _free(folder: Path, stream: Stream) -> int:
    """A generation that has no files."""
    generation = stream.generation + 1
    while (folder / f"rows.{generation}.u64").exists():
        generation += 1
    return generation
