"""Rereading: the file of a table, read once more in another dialect into files of its own."""

from __future__ import annotations

from tsvshare_widget.errors import BadTable, TooLarge
from tsvshare_widget.read_options import Dialect, ReadOptions
from tsvshare_widget.table.state import remove_generation
from tsvshare_widget.table.text.unpack import PIECE_BYTES

from .alternatives import (
    Alternative,
    certain_alternatives,
    choose_alternative,
    possible_alternatives,
)
from .raw import Raw
from .stream import Stream


def read_again(raw: Raw, generation: int, how: ReadOptions | Dialect) -> Stream:
    """Read the whole raw file into a new generation of files.

    Raises as feeding does, and what ``raw.check`` raises; no file is left of it then.
    """
    remove_generation(raw.folder, generation)  # what a process that was killed may have left of it
    raw.fetch()
    with raw.path.open("rb", buffering=0) as file:
        chunk = file.read(PIECE_BYTES)
        stream = Stream(raw.folder, generation, chunk, how, raw.name, raw.limits)
        try:
            while chunk:
                for _ in stream.ingest_bytes(chunk):
                    raw.check()
                chunk = file.read(stream.scan.piece)
            for _ in stream.ingest_rest():
                raw.check()
        except BaseException:
            give_up(raw, stream)
            raise
    return stream


def give_up(raw: Raw, stream: Stream) -> None:
    """Close a stream, and remove its files."""
    stream.close()
    remove_generation(raw.folder, stream.generation)


def read_anew(raw: Raw, generation: int, options: ReadOptions) -> tuple[Stream, str | None]:
    """Read the whole raw file by ``options``; return the stream, and why that gave up its dialect.

    Raises as :func:`read_again` does.
    """
    first = read_again(raw, generation, options)
    try:
        kept, why = settle_dialect(raw, first, options)
    except BaseException:
        give_up(raw, first)
        raise
    if kept is not first:
        give_up(raw, first)
    return kept, why


def settle_dialect(raw: Raw, stream: Stream, options: ReadOptions) -> tuple[Stream, str | None]:
    """Give up the dialect that was found in the beginning of a table if the rest speaks against it.

    Returns the stream of the best dialect, and why that is another one, if it is.  ``stream`` stays
    open in any case, for it may be read already; its files are removed if another one is better.
    """
    best, kept, reasons = stream, stream, []
    opened: list[Stream] = []  # besides
    try:
        for alternative in certain_alternatives(stream.scan, options):
            best = read_again(raw, _free(raw, stream), alternative.dialect)
            opened.append(best)
            reasons = [alternative.why]
        others = _try_all(raw, best, options, opened)
        choice = choose_alternative(
            best.scan, [(alternative, other.scan) for alternative, other in others]
        )
        if choice is not None:
            best = others[choice][1]
            reasons.append(others[choice][0].why)
        kept = best
    finally:
        for other in opened:
            if other is not kept:
                give_up(raw, other)
    if kept is not stream:
        remove_generation(raw.folder, stream.generation)
    return kept, "; ".join(reasons) or None


def _try_all(
    raw: Raw, stream: Stream, options: ReadOptions, opened: list[Stream]
) -> list[tuple[Alternative, Stream]]:
    """Read the file in each dialect that may be better than that of ``stream``.

    The streams are added to ``opened`` as well.  A dialect by which it is no table within the
    limits is not better.
    """
    tried = []
    for alternative in possible_alternatives(stream.scan, options):
        try:
            other = read_again(raw, _free(raw, stream), alternative.dialect)
        except (BadTable, TooLarge):
            continue
        opened.append(other)
        tried.append((alternative, other))
    return tried


def _free(raw: Raw, stream: Stream) -> int:
    """The next generation that has no files."""
    generation = stream.generation + 1
    while (raw.folder / f"rows.{generation}.u64").exists():
        generation += 1
    return generation
