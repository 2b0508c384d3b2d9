"""A text is found over all rows of a view, one hit after the other, without moving anybody."""

import pytest

ROWS = 600


def table_text():
    lines = ["gene\tnote\tfar"]
    for n in range(ROWS):
        far = "y" * 12_000 + "TP53" if n == 550 else "-"
        lines.append(f"G{n}\t{'tp53 here' if n % 200 == 7 else ''}\t{far}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def table(document):
    return document.put(table_text().encode(), header="true").json["id"]


def ask(viewer, table, text="TP53", **more):
    viewer.send(type="find", id="v:1", table=table, text=text, **more)
    answer = viewer.next("find")
    return answer["number"], answer["total"], answer["place"], answer["row"], answer["columns"]


def test_hits_come_one_after_the_other_over_all_pages(document, table):
    with document.viewer() as bob:
        seq = bob.welcome["seq"]
        assert ask(bob, table) == (1, 4, 7, 7, [1])
        assert ask(bob, table, place=8) == (2, 4, 207, 207, [1])
        assert ask(bob, table, place=408) == (4, 4, 550, 550, [2]), "in a cell that is cut"
        assert ask(bob, table, place=551) == (1, 4, 7, 7, [1])
        assert ask(bob, table, place=6, back=True) == (4, 4, 550, 550, [2])
        assert ask(bob, table, place=-1, back=True)[0] == 4
        assert ask(bob, table, place=2**70)[0] == 1
        assert ask(bob, table, text="nowhere") == (0, 0, 0, 0, [])
    with document.viewer() as cem:
        assert cem.welcome["seq"] == seq, "nobody was moved"


def test_in_a_view_hits_stand_in_its_order(document, table):
    query = {"sort": [{"column": 0, "direction": "desc", "by": "natural"}]}
    with document.viewer() as bob:
        assert ask(bob, table, query=query)[:4] == (1, 4, 49, 550)
        assert ask(bob, table, place=50, query=query)[:4] == (2, 4, 192, 407)
        narrow = {"filters": [{"column": 0, "op": "in", "value": ["G1", "G207", "G3"]}]}
        assert ask(bob, table, query=narrow)[:4] == (1, 1, 2, 207)
        assert ask(bob, table, query={"search": "here"})[:4] == (1, 3, 0, 7)


def test_what_cannot_be_found_says_why(document, table):
    with document.viewer() as bob:
        for request, code in (
            ({"table": table, "text": ""}, "bad_value"),
            ({"table": table, "text": "x" * 2000}, "bad_value"),
            ({"table": "another", "text": "x"}, "stale"),
        ):
            bob.send(type="find", id="v:2", **request)
            assert bob.next("reject")["code"] == code


def test_a_table_without_rows_has_no_hits(document):
    table = document.put(b"a\tb\n", header="true").json["id"]
    with document.viewer() as bob:
        assert ask(bob, table)[:2] == (0, 0)
