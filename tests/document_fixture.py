"""Documents for the tests of how they change."""

from tsvshare_widget import document as docs
from tsvshare_widget.protocol import Settings, TableState

NOW = 1000.0


def table(id="t1", rows=250, **changes):
    return TableState(id=id, name=f"{id}.tsv", rows=rows, **changes)


def with_table(**changes):
    empty = docs.create("u", key="secret", now=NOW)
    shown = docs.show_table(empty, table(**changes), by="c", now=NOW)
    return docs.finish_table(shown, table(status="complete", **changes), now=NOW)


def turn(document, page=None, *, table="t1", op_id=None, **settings):
    if page is not None:
        settings["page"] = page
    return docs.apply(document, Settings(**settings), table=table, op_id=op_id, by="c", now=NOW)
