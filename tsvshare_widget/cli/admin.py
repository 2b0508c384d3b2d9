"""``tsvshare admin``: what whoever runs a relay may do with its documents."""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Callable
from typing import Any

from tsvshare_widget.client import delete_document, keep_document, set_look
from tsvshare_widget.protocol import describe_duration
from tsvshare_widget.protocol.shown_text import clean_text

from .admin_hand_over import move, restore
from .admin_reach import Office, administered, data_folder
from .links import end_in_words
from .report import DONE, FAILED, report_error

NAME_LETTERS = 40


def admin(args: argparse.Namespace) -> int:
    """Do what is asked; the exit code."""
    alone = {"backup": _back_up, "restore": restore, "move": move}
    if args.command in alone:
        return alone[args.command](args)
    commands: dict[str, Callable[[argparse.Namespace, Office], int]] = {
        "list": _list,
        "links": _links,
        "look": _look,
        "keep": _keep,
        "delete": _delete,
        "expire": _expire,
    }
    with administered(args) as office:
        return commands[args.command](args, office)


def _list(args: argparse.Namespace, office: Office) -> int:
    documents = sorted(office.documents(), key=lambda each: (each["idle"], -each["viewers"]))
    if args.json:
        return _print_json(documents)
    print(f"{'document':<36}  {'size':>8}  {'viewers':>7}  {'age':>10}  {'last use':>12}  name")
    for each in documents:
        print(_line(each))
    size = sum(each["kept_bytes"] for each in documents)
    print(f"{len(documents):,} documents, {size_in_words(size)}", flush=True)
    return DONE


def _line(each: dict[str, Any]) -> str:
    used = "now" if each["idle"] == 0 else f"{_time(each['idle'])} ago"
    notes = [
        "damaged" if each["damaged"] else "",
        f"moved to {each['moved']}" if each["moved"] else "",
        "open to all" if each["open"] and not each["damaged"] else "",
        "look-only link closed" if each["look"] == "closed" else "",
        f"ends {_day(each['ends'])}" if each["ends"] else "",
    ]
    name = clean_text(each["name"] or "-")[:NAME_LETTERS]
    words = "; ".join(filter(None, [name, *notes]))
    size = size_in_words(each["kept_bytes"])
    return (
        f"{each['uuid']:<36}  {size:>8}  {each['viewers']:>7}  {_time(each['age']):>10}  "
        f"{used:>12}  {words}"
    )


def _links(args: argparse.Namespace, office: Office) -> int:
    new = office.new_links(args.uuid)
    if args.json:
        return _print_json({"uuid": args.uuid, "url": new.url, "view_url": new.view_url})
    print(f"full link  {new.url}    (turn pages, upload)")
    print(f"look only  {new.view_url or 'closed'}", flush=True)
    return DONE


def _look(args: argparse.Namespace, office: Office) -> int:
    set_look(office.link(args.uuid), args.look == "open")
    if args.json:
        return _print_json({"uuid": args.uuid, "look": args.look})
    print(f"the look-only link of {args.uuid} is {args.look}", flush=True)
    return DONE


def _keep(args: argparse.Namespace, office: Office) -> int:
    ends = keep_document(office.link(args.uuid), None if args.time == "idle" else args.time)
    if args.json:
        return _print_json({"uuid": args.uuid, "ends": ends})
    print(f"ends       {end_in_words(ends)}", flush=True)
    return DONE


def _delete(args: argparse.Namespace, office: Office) -> int:
    for uuid in args.uuid:
        delete_document(office.link(uuid))
        if not args.json:
            print(f"deleted    {uuid}", flush=True)
    return _print_json({"deleted": args.uuid}) if args.json else DONE


def _expire(args: argparse.Namespace, office: Office) -> int:
    ended = office.expire(args.time)
    if args.json:
        return _print_json({"deleted": ended})
    for uuid in ended:
        print(f"deleted    {uuid}")
    print(f"{len(ended):,} documents were not used for {describe_duration(args.time)}", flush=True)
    return DONE


def _back_up(args: argparse.Namespace) -> int:
    from tsvshare_widget.relay.storage.backup import back_up

    done = back_up(data_folder(args), args.target)
    if args.json:
        _print_json(
            {"documents": done.documents, "copied_bytes": done.copied, "problems": done.problems}
        )
    else:
        copied = size_in_words(done.copied)
        print(f"{done.documents:,} documents are in {args.target}, {copied} copied now", flush=True)
    for problem in done.problems:
        report_error(problem)
    return FAILED if done.problems else DONE


def _print_json(value: Any) -> int:
    print(json.dumps(value, indent=1), flush=True)
    return DONE


def _time(seconds: float) -> str:
    """A time in the largest unit of which it has two at least, or one."""
    for unit, length in (("days", 86400), ("hours", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _day(ends: float) -> str:
    return f"{datetime.datetime.fromtimestamp(ends).astimezone():%Y-%m-%d}"


def size_in_words(size: float) -> str:
    """Bytes, in units of powers of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
