"""A copy of a data folder, also of one that a relay works on: itself a data folder.

Each document is copied after its tables and only with all of them, so that what is in the copy can
be shown.  Tables that have not changed since an earlier backup are not copied again.  A relay that
starts on a copy gives its documents another epoch: people may have seen later states of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import BadValue, TSVShareError
from tsvshare_widget.relay.objects.stored_table import PARTIAL, STORED
from tsvshare_widget.table import Table

from .files import replace_file
from .journal import Journal
from .run_record import cut_record

MOST_TRIES = 5
"""So often a document is copied anew because it was changed meanwhile."""

LOCK = "lock"


@dataclass
class BackUp:
    """What was copied: so many documents, bytes that were not there yet, and what could not be."""

    documents: int = 0
    copied: int = 0
    problems: list[str] = field(default_factory=list)


def back_up(source: Path, target: Path) -> BackUp:
    """Copy the data folder ``source`` to ``target``, new or of an earlier backup.

    What is in the backup and no more in ``source`` is removed.  Raises :class:`BadValue` for a
    ``target`` that is something else and tables that are in an object store, and OSError.
    """
    if are_kept_elsewhere(source):
        raise BadValue(
            f"the tables of {source} are in an object store, and some of them here: copy the store "
            f"by its own means, and the folder {source / 'documents'}"
        )
    _check_target(source, target)
    for name in ("documents", "tables"):
        (target / name).mkdir(parents=True, exist_ok=True)
    done, kept = BackUp(), _Kept()
    for path in sorted((source / "documents").glob("*.json")):
        _back_up_one(source, target, path.stem, done, kept)
    record = cut_record(source / "run.json")
    replace_file(target / "run.json", record, sync=True)
    _copy_small(source / "ended", target / "ended")
    _remove_others(target, kept)
    return done


def are_kept_elsewhere(folder: Path) -> bool:
    """Whether tables of a data folder are copies, perhaps in part, of those in an object store."""
    tables = (folder / "tables").glob("*")
    return any((table / name).exists() for table in tables for name in (STORED, PARTIAL))


@dataclass
class _Kept:
    documents: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)


def _check_target(source: Path, target: Path) -> None:
    if target.resolve() == source.resolve() or source.resolve() in target.resolve().parents:
        raise BadValue(f"{target} is inside the folder that is to be copied")
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / "documents").is_dir()):
        raise BadValue(f"{target} is something else than a backup; name a new folder")
    if (target / LOCK).exists():
        raise BadValue(f"a relay has worked on {target}: it is no backup any more; name another")


def _back_up_one(source: Path, target: Path, uuid: str, done: BackUp, kept: _Kept) -> None:
    problem: Exception | None = None
    for _ in range(MOST_TRIES):
        try:
            document = read_document(source, uuid)
            if document is None:  # deleted meanwhile
                return
            settled = docs.without_incoming(document)
            for table_id in settled.table_ids:
                done.copied += _copy_table(source, target, table_id)
        except (OSError, msgspec.DecodeError, TSVShareError) as error:
            problem = error
            continue
        replace_file(target / "documents" / f"{uuid}.json", docs.to_json(settled), sync=True)
        done.documents += 1
        kept.documents.add(uuid)
        kept.tables |= settled.table_ids
        return
    done.problems.append(f"document {uuid} is not in the backup: {problem}")


def read_document(folder: Path, uuid: str) -> Document | None:
    """A document of a data folder, as it is in its place, or newer in the journal.

    Raises OSError and ``msgspec.DecodeError``.
    """
    documents = folder / "documents"
    try:
        document = docs.from_json((documents / f"{uuid}.json").read_bytes())
    except FileNotFoundError:
        return None
    for newer in _journal_of(documents, uuid):
        if newer.epoch == document.epoch and newer.revision > document.revision:
            document = newer
    return document


def _journal_of(folder: Path, uuid: str) -> Iterator[Document]:
    wanted = uuid.encode()
    for record in Journal(folder, "changes").read():
        if wanted in record:
            try:
                yield docs.from_json(record)
            except msgspec.DecodeError:  # half a line, which is being written
                continue


def _copy_table(source: Path, target: Path, table_id: str) -> int:
    """Copy a table unless it is there already; how many bytes that were.

    Raises :class:`NotFound` and :class:`BadTable` if what was copied cannot be read.
    """
    old, new = source / "tables" / table_id, target / "tables" / table_id
    meta = (old / "meta.json").read_bytes()
    if new.is_dir() and (new / "meta.json").read_bytes() == meta:
        return 0
    draft = new.with_name(f"{table_id}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    size = 0
    for file in old.iterdir():
        if file.name != "meta.json":
            shutil.copyfile(file, draft / file.name)
            size += (draft / file.name).stat().st_size
    (draft / "meta.json").write_bytes(meta)
    Table.open(draft).close()  # which raises what is wrong with it
    shutil.rmtree(new, ignore_errors=True)
    draft.replace(new)
    return size


def _copy_small(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _remove_others(target: Path, kept: _Kept) -> None:
    for path in (target / "documents").glob("*.json"):
        if path.stem not in kept.documents:
            path.unlink()
    for folder in (target / "tables").iterdir():
        if folder.name not in kept.tables:
            shutil.rmtree(folder, ignore_errors=True)
