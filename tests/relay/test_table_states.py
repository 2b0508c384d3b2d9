"""What makes two moments of a table the same reading."""

import msgspec
import pytest

from tsvshare_widget.query import EVERYTHING, Filter, Query
from tsvshare_widget.read_options import NO_OPTIONS, Dialect
from tsvshare_widget.relay.queries.view import view_key
from tsvshare_widget.relay.table_states import reads_alike, table_state
from tsvshare_widget.table import Facts

FIRST = Dialect(notes={"header": "the first line is unlike others (in the first 20 lines)"})
WHOLE = Dialect(notes={"header": "the first line is unlike others (in all 2,000 lines)"})
ASKED = Query(filters=(Filter(column=0, op="contains", value="TP"),))


def state(dialect, table="t"):
    facts = msgspec.structs.replace(Facts(), dialect=dialect, rows=10, columns=2)
    return table_state(table, "genes.tsv", facts, NO_OPTIONS)


@pytest.mark.parametrize("query", [EVERYTHING, ASKED])
def test_notes_that_change_while_it_comes_in_are_no_other_reading(query):
    assert FIRST != WHOLE
    assert reads_alike(state(FIRST), state(WHOLE))
    assert view_key(state(FIRST), query, 10) == view_key(state(WHOLE), query, 10)


@pytest.mark.parametrize("other", [state(Dialect(skip=1)), state(FIRST, "other")])
def test_other_rules_or_another_table_are(other):
    assert not reads_alike(state(FIRST), other)
    assert view_key(state(FIRST), ASKED, 10) != view_key(other, ASKED, 10)
