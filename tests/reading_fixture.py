"""Documents with a table, and what their states say of how it is read."""

import contextlib

from relay_fixture import tsv


def shown(document, rows=250, **told):
    return document.put(tsv(rows), name="old.tsv", **{"header": "true", **told}).json["id"]


def is_read(state):
    return state["event"] == "reading"


def status(state):
    return state["state"]["table"]["status"]


@contextlib.contextmanager
def two_of(document):
    with document.editor(cid="ann") as ann, document.viewer(cid="bob") as bob:
        yield ann, bob
