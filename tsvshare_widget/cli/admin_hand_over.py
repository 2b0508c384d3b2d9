"""``tsvshare admin move`` and ``restore``: documents as a whole, to another relay or back to one.

Each is sent with its tables, and checked by digests before the other relay has it.  What is there
already is not sent again, so both can be repeated until all is done.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tsvshare_widget.errors import BadValue, Deleted, Moved, NotFound, Stale, TSVShareError

from .admin_reach import Office, administered, is_in_use
from .report import DONE, FAILED, report_error

if TYPE_CHECKING:
    from tsvshare_widget.document import Over
    from tsvshare_widget.relay.storage.archive import Outline

MOST_ROUNDS = 20
"""A document that people change meanwhile is sent so often, each time without what is there."""


FREE_ROUNDS = 2
"""After so many, nobody changes it for a moment, while the little is sent that is not there."""


class Origin(Protocol):
    """Where documents come from."""

    def outline(self, uuid: str, *, hold: bool = False) -> Outline:
        """What is said of a document, which may be held.  Raises :class:`NotFound`."""

    def pieces(self, uuid: str, have: Set[str]) -> AbstractContextManager[Iterator[bytes]]:
        """All of it but these tables."""


class Backup:
    """A backup, or the data folder of a relay that is no more."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`BadValue` for what is none."""
        from tsvshare_widget.relay.storage.backup import are_kept_elsewhere

        if not (folder / "documents").is_dir():
            raise BadValue(f"{folder} is no backup: there are no documents in it")
        if are_kept_elsewhere(folder):
            raise BadValue(f"the tables of {folder} are in an object store, and not in it")
        if is_in_use(folder):
            raise BadValue(f"a relay works on {folder}: it is no backup; see tsvshare admin move")
        self._folder = folder

    def uuids(self) -> list[str]:
        """Its documents."""
        return sorted(path.stem for path in (self._folder / "documents").glob("*.json"))

    def outline(self, uuid: str, *, hold: bool = False) -> Outline:
        """See :class:`Origin`.  Raises :class:`Damaged` too."""
        import msgspec

        from tsvshare_widget.document import without_incoming
        from tsvshare_widget.errors import Damaged
        from tsvshare_widget.relay.storage.archive import Outline, head_of
        from tsvshare_widget.relay.storage.backup import read_document
        from tsvshare_widget.relay.storage.run_record import clock_at

        try:
            document = read_document(self._folder, uuid)
            if document is None:
                raise NotFound("it is not in the backup")
            clock = clock_at(self._folder / "run.json")
            head = head_of(without_incoming(document), clock, self._folder / "tables")
        except (OSError, msgspec.DecodeError) as error:
            raise Damaged(f"it cannot be read in the backup: {error}") from error
        return Outline(head=head, url=None)

    @contextlib.contextmanager
    def pieces(self, uuid: str, have: Set[str]) -> Iterator[Iterator[bytes]]:
        """See :class:`Origin`."""
        from tsvshare_widget.relay.storage.archive import pack

        packed = pack(self.outline(uuid).head, self._folder / "tables", have)
        with contextlib.closing(packed):
            yield packed


def hand_over(
    origin: Origin, target: Office, uuid: str, over: Over, *, hold: bool = False
) -> Outline:
    """Have the relay ``target`` have a document as it is at ``origin``; what was said of it there.

    Nothing is sent of what is there already.  Raises :class:`Stale` and :class:`Deleted` if there
    is something else that is not to be taken the place of; whatever either side objects.
    """
    from tsvshare_widget.document import check_over

    here = origin.outline(uuid, hold=hold)
    there = _outline_there(target, uuid, over)
    document = here.head.document
    known = there.head if there is not None else None
    if known is not None and known.document.version == document.version:
        raise BadValue("it is on this relay already: both are one, or share their documents")
    if check_over(known.document if known else None, document, over) == "same":
        return here
    tables = known.tables if known is not None else {}
    have = {each for each, digest in here.head.tables.items() if tables.get(each) == digest}
    with origin.pieces(uuid, have) as pieces:
        target.put(uuid, pieces, over)
    return here


def _outline_there(target: Office, uuid: str, over: Over) -> Outline | None:
    try:
        return target.outline(uuid)
    except Deleted as error:
        if over != "newer":
            raise Deleted(f"it was deleted there since ({error.message})") from None
        return None
    except NotFound:
        return None


def move(args: argparse.Namespace) -> int:
    """Hand documents to another relay, and leave the way there; the exit code."""
    if args.to_data_dir is not None:
        if args.data_dir is not None and args.to_data_dir.resolve() == args.data_dir.resolve():
            raise BadValue("this is the relay that they are on")
        _make_data_folder(args.to_data_dir)
    to = argparse.Namespace(
        relay=[args.to_relay] if args.to_relay else None,
        admin_token=args.to_admin_token,
        data_dir=args.to_data_dir,
        public_url=args.links_to or None,
    )
    with administered(args) as source, administered(to) as target:
        if not args.all:
            uuids = args.uuid
        else:
            uuids = [each["uuid"] for each in source.documents() if not each["moved"]]
        return _each(args, "moved", uuids, lambda uuid: _move(source, target, uuid, args.links_to))


def _move(source: Office, target: Office, uuid: str, links_to: str) -> None:
    for number in range(MOST_ROUNDS):
        if source.outline(uuid).head.document.moved is not None:
            return _check_moved(target, uuid)
        here = hand_over(source, target, uuid, "led_here", hold=number >= FREE_ROUNDS)
        with contextlib.suppress(Stale):  # it was changed since: once more
            return source.lead_away(uuid, here.head.document.version, links_to)
    raise Stale("it is changed all the time; try again when it is used less, or stop its relay")


def _check_moved(target: Office, uuid: str) -> None:
    """Raise :class:`Moved` unless a document that has moved has moved to this relay."""
    with contextlib.suppress(NotFound):
        if target.outline(uuid).head.document.moved is None:
            return
    raise Moved("it has moved to another relay already")


def restore(args: argparse.Namespace) -> int:
    """Put documents of a backup back; the exit code."""
    backup = Backup(args.backup)
    if args.data_dir is not None:
        if args.data_dir.resolve() == args.backup.resolve():
            raise BadValue("this is the backup itself")
        _make_data_folder(args.data_dir)
    over: Over = "newer" if args.replace else "older"

    def put_back(uuid: str) -> None:
        hand_over(backup, target, uuid, over)

    with administered(args) as target:
        return _each(args, "restored", args.uuid or backup.uuids(), put_back)


def _make_data_folder(folder: Path) -> None:
    """Have a data folder, if there is nothing yet."""
    if not folder.exists() or not any(folder.iterdir()):
        (folder / "documents").mkdir(parents=True)


def _each(
    args: argparse.Namespace, done: str, uuids: Iterable[str], work: Callable[[str], None]
) -> int:
    """Do what is asked with each document, and say what came of it; the exit code."""
    finished, problems = [], []
    for uuid in uuids:
        try:
            work(uuid)
        except TSVShareError as error:
            problems.append({"uuid": uuid, "code": error.code, "message": error.message})
            report_error(f"{uuid} was not {done}: {error.message} ({error.code})")
        else:
            finished.append(uuid)
            if not args.json:
                print(f"{done:<10} {uuid}", flush=True)
    if args.json:
        print(json.dumps({done: finished, "problems": problems}, indent=1), flush=True)
    else:
        print(f"{len(finished):,} documents are there, {len(problems):,} are not", flush=True)
    return FAILED if problems else DONE
