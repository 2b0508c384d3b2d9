"""The state of a table at one moment: facts about it, the means to read it, and both on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from tsvshare_widget.errors import BadTable, NotFound, Stale
from tsvshare_widget.read_options import NOT_READ, Dialect, LineStats
from tsvshare_widget.table.lines.syntax import syntax_of

from .cells.coded import cells_of
from .cells.split import Cells
from .lines.syntax import Syntax
from .storage.durability import replace_file, sync_files
from .storage.elsewhere import NOWHERE, Elsewhere
from .storage.files import MemoryText, ReadFile, Text, open_file
from .storage.row_index import RowIndex
from .text.unpack import Problem


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a table at one moment; they do not change.

    ``bytes`` have been received; they hold ``rows`` rows that have ended, the header not counted,
    of at most ``columns`` cells, the header counted.  ``complete``: no more will come.
    ``problem`` says, as a code and a sentence, what is wrong with the bytes; the text before it is
    good.  ``reread`` says why the dialect that was found in the beginning was given up for another
    one, if it was.  On disk ``dialect`` is named ``reading``, and ``line_stats`` ``census``.
    """

    bytes: int = 0
    rows: int = 0
    columns: int = 0
    dialect: Dialect = msgspec.field(default=NOT_READ, name="reading")
    complete: bool = False
    problem: Problem | None = None
    line_stats: LineStats = msgspec.field(default=LineStats(), name="census")
    reread: str | None = None


@dataclass(frozen=True)
class Contents:
    """The means to read a table: its text, the index of its rows, and the object that splits them.

    ``headers`` is the number of rows at the start of the index that are the header, 1 or 0.
    ``generation`` tells the files of this dialect from those of others of the same table.
    ``valid``: all of the text is known to be UTF-8.
    """

    text: Text
    index: RowIndex
    headers: int
    syntax: Syntax
    cells: Cells
    generation: int
    valid: bool

    def close(self) -> None:
        """Close the files, whoever else has them; reading raises :class:`NotFound` from here on."""
        self.text.close()
        self.index.close()


class Snapshot(NamedTuple):
    """A table at one moment; ``contents`` is None until its first bytes have come."""

    facts: Facts
    contents: Contents | None


def contents_of(
    text: Text,
    index: RowIndex,
    headers: int,
    dialect: Dialect,
    generation: int,
    *,
    valid: bool = False,
) -> Contents:
    """The means to read a table in this dialect."""
    syntax = syntax_of(dialect)
    return Contents(text, index, headers, syntax, cells_of(syntax), generation, valid)


# --- for other processes -----------------------------------------------------------------------


class Inline(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is not in a file yet, and the lists of its row index."""

    text: bytes
    index: tuple[bytes, bytes, bytes]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table is in an object store: the address of that, without secrets, and its id.

    Who reads it there has the store's credentials in the environment.  ``only``: the files in its
    folder are not all there is to read.
    """

    store: str
    table: str
    only: bool = False


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A table at one moment, as a message to another process that can read its ``folder``.

    It stays readable while the table grows, and until it is reread.  ``inline`` is the text as long
    as there are no files, else None.  If it is ``stored``, it can be read from there as well.
    """

    folder: str
    generation: int
    headers: int
    facts: Facts
    inline: Inline | None = None
    stored: Stored | None = None


def moment_of(folder: Path, snapshot: Snapshot) -> Moment:
    """The moment of a snapshot, for another process to read the table as it is."""
    facts, contents = snapshot
    if contents is None or not facts.rows + contents.headers:
        return Moment(folder=str(folder), generation=0, headers=0, facts=facts)
    inline = None
    if isinstance(contents.text, MemoryText):
        rows = facts.rows + contents.headers
        end = contents.index.row_end(rows)
        inline = Inline(text=contents.text.read(0, end), index=contents.index.as_bytes(rows))
    return Moment(
        folder=str(folder),
        generation=contents.generation,
        headers=contents.headers,
        facts=facts,
        inline=inline,
    )


def snapshot_at(moment: Moment) -> Snapshot:
    """The table at a moment.  Raises :class:`Stale` if it has been reread since."""
    facts, rows = moment.facts, moment.facts.rows + moment.headers
    if not rows:
        return Snapshot(facts, None)
    index: RowIndex | None
    if moment.inline is not None:
        text: Text = MemoryText(moment.inline.text)
        index = RowIndex.inline(moment.inline.index)
    else:
        text, index = _open_files(Path(moment.folder), moment.generation, facts.dialect, rows)
    if index is None:
        text.close()
        raise Stale(f"the index of the table in {moment.folder} is not what it was")
    return Snapshot(facts, contents_at(moment, text, index))


def contents_at(moment: Moment, text: Text, index: RowIndex) -> Contents:
    """The means to read the table at a moment, from this text and index."""
    facts = moment.facts
    valid = facts.complete and not facts.line_stats.undecodable
    return contents_of(text, index, moment.headers, facts.dialect, moment.generation, valid=valid)


class FileNames(NamedTuple):
    """The names of the files that a table is read from: its text, and the lists of its index."""

    text: str
    lists: list[str]


def names_of_files(moment: Moment) -> FileNames:
    """The names of the files that a moment is read from."""
    folder = Path(moment.folder)
    suffix = table_files(folder, moment.generation, verbatim=False).suffix
    text = text_path(folder, moment.generation, moment.facts.dialect)
    return FileNames(text.name, [path.name for path in RowIndex.paths(folder, suffix)])


def _open_files(
    folder: Path, generation: int, dialect: Dialect, rows: int, elsewhere: Elsewhere = NOWHERE
) -> tuple[ReadFile, RowIndex | None]:
    suffix = table_files(folder, generation, verbatim=False).suffix
    try:
        text = open_file(text_path(folder, generation, dialect), elsewhere)
        try:
            return text, RowIndex.open(folder, suffix, rows, elsewhere)
        except BaseException:
            text.close()
            raise
    except FileNotFoundError as error:
        raise Stale(f"the files of the table in {folder} are gone: it was read anew") from error


# --- on disk -----------------------------------------------------------------------------------


META = "meta.json"
"""The file with the metadata of a finished table: what is in its folder besides is named there."""

_VERSION = 3
"""Version of the files in a table's folder; other versions are not read."""


class _Meta(msgspec.Struct, frozen=True):
    facts: Facts
    headers: int
    text: int  # bytes of it
    version: int = _VERSION
    generation: int = 0
    last_append: str | None = None


def table_files(folder: Path, generation: int, *, verbatim: bool) -> TableFiles:
    """The files of one generation of a table; each rereading makes a new one.

    ``verbatim``: the raw file is not compressed.
    """
    suffix = f".{generation}" if generation else ""
    return TableFiles(folder, suffix, folder / "raw" if verbatim else None)


def text_path(folder: Path, generation: int, dialect: Dialect) -> Path:
    """The file with the text of a finished table."""
    place = table_files(folder, generation, verbatim=dialect.compression == "none")
    return place.text(dialect.encoding)[0]


def write_meta(
    folder: Path,
    snapshot: Snapshot,
    last_append: str | None = None,
    *,
    durable: bool,
    elsewhere: Elsewhere = NOWHERE,
) -> None:
    """Write the metadata of a finished table; from now on it can be opened.

    ``last_append`` is the token of the append that this snapshot comes from, if any.  If
    ``durable``, all its files are on the disk before that; what is left is to sync the folder.
    It is kept ``elsewhere`` before that too.
    """
    facts, contents = snapshot
    headers, generation = (contents.headers, contents.generation) if contents else (0, 0)
    text = text_path(folder, generation, facts.dialect)
    meta = _Meta(
        facts, headers, text.stat().st_size, generation=generation, last_append=last_append
    )
    suffix = table_files(folder, generation, verbatim=False).suffix
    files = {folder / "raw", text, *RowIndex.paths(folder, suffix)}
    if durable:
        sync_files(files)
    data = msgspec.json.encode(meta)
    elsewhere.keep(data, {path.name: path.stat().st_size for path in files if path.exists()})
    replace_file(folder / META, data, durable=durable)


def last_append(folder: Path) -> str | None:
    """The token of the last append to a finished table.

    None if there was none, if it had no token, and after the table was reread.
    """
    return _read_meta(folder).last_append


def text_size(folder: Path, snapshot: Snapshot) -> int:
    """The size of a finished table's text in bytes; a crash may have left more in its file.

    Raises :class:`Stale` if ``snapshot`` is not the newest of the table.
    """
    meta = _read_meta(folder)
    if meta.facts != snapshot.facts:
        raise Stale(f"the table in {folder.name} has changed since: take its newest state")
    return meta.text


def open_snapshot(folder: Path, elsewhere: Elsewhere = NOWHERE) -> Snapshot:
    """A finished table out of its folder.  Raises :class:`NotFound` and :class:`BadTable`."""
    try:
        meta = _read_meta(folder)
        if meta.version != _VERSION:
            raise BadTable(f"the table in {folder.name} is of another version: upload it again")
        facts = meta.facts
        rows = facts.rows + meta.headers
        text, index = _open_files(folder, meta.generation, facts.dialect, rows, elsewhere)
    except (FileNotFoundError, Stale) as error:
        raise NotFound(f"there is no finished table in {folder.name}") from error
    except msgspec.DecodeError as error:
        raise BadTable(f"the table in {folder.name} is damaged on disk: upload it again") from error
    # Of what is not here yet nothing is read just to see that it is in order.
    if index is None or (text.is_whole and index.row_end(rows) > text.size()):
        text.close()
        if index is not None:
            index.close()
        raise BadTable(f"the index of the table in {folder.name} is damaged: upload it again")
    return Snapshot(facts, contents_of(text, index, meta.headers, facts.dialect, meta.generation))


def _read_meta(folder: Path) -> _Meta:
    return msgspec.json.decode((folder / META).read_bytes(), type=_Meta)


def remove_generation(folder: Path, generation: int) -> None:
    """Remove the files of a generation that was given up, as far as that is possible."""
    place = table_files(folder, generation, verbatim=False)
    for path in (place.text("")[0], *RowIndex.paths(folder, place.suffix)):
        try:
            path.unlink(missing_ok=True)
        except OSError:  # on Windows, while somebody reads it
            continue


class TableFiles(NamedTuple):
    """Paths of the files of one generation: in ``folder``, with ``suffix`` in their names.

    ``verbatim`` is a file that holds the decompressed bytes already, or None; a text that equals it
    needs no file of its own.
    """

    folder: Path
    suffix: str
    verbatim: Path | None

    def text(self, encoding: str) -> tuple[Path, bool]:
        """The file of a text that came in ``encoding``, and whether it has to be written."""
        if self.verbatim is not None and encoding == "utf-8":
            return self.verbatim, False
        return self.folder / f"text{self.suffix}", True
