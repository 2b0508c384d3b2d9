"""Views with a name in Python: saved, shown, renamed, deleted, by widgets and scripts."""

import asyncio

import pytest
from relay_fixture import wait_for

import tsvshare_widget
from tsvshare_widget.errors import BadValue, Forbidden, NotFound

TABLE = b"gene\tscore\tchrom\n" + b"".join(
    f"g{n}\t{n % 7}\tchr{n % 3}\n".encode() for n in range(30)
)


def test_what_is_asked_is_saved_and_shown_again(share):
    mine = share(TABLE)
    yours = share(mine.url)
    assert mine.views == {}
    mine.sort, mine.filters = [("score", "desc")], [("chrom", "==", "chr1")]
    mine.save_view("Top of chr1")
    asked = {"sort": [("score", "desc")], "filters": [("chrom", "==", "chr1")], "search": ""}
    assert yours.views == {"Top of chr1": asked}
    mine.sort = mine.filters = None
    mine.wait()
    yours.show_view("Top of chr1")
    wait_for(lambda: mine.n_rows == 10)
    assert mine.sort == [("score", "desc")]
    yours.save_view("Top of chr1", search="g2")
    assert mine.views["Top of chr1"] == {"sort": [], "filters": [], "search": "g2"}
    assert mine.n_rows == 10  # saving moves nobody
    mine.rename_view("Top of chr1", "The second")
    assert list(yours.views) == ["The second"]
    yours.delete_view("The second")
    assert mine.views == {}
    with pytest.raises(NotFound, match="'The second'; there are: none"):
        mine.show_view("The second")


def test_a_view_is_about_columns_by_their_names(share):
    w = share(TABLE)
    w.save_view("By score", sort="-score", filters={"chrom": "chr2"})
    w.upload(b"chrom\tscore\nchr2\t1\nchr2\t5\nchr1\t9\n", name="other.tsv")
    w.show_view("By score")
    assert w.rows == [["chr2", "5"], ["chr2", "1"]]
    w.sort = w.filters = None
    w.upload(b"name\tscore\na\t1\nb\t5\n", name="third.tsv")
    with pytest.warns(UserWarning, match="no column 'chrom'"):
        w.show_view("By score")
    assert w.rows == [["b", "5"], ["a", "1"]]


def test_who_looks_sees_them_and_changes_none(share):
    mine = share(TABLE)
    looker = share(mine.view_url)
    mine.save_view("All")
    assert list(looker.views) == ["All"]
    for change in (
        lambda: looker.save_view("Mine"),
        lambda: looker.show_view("All"),
        lambda: looker.delete_view("All"),
    ):
        with pytest.raises(Forbidden):
            change()
    with pytest.raises(BadValue, match="has a name"):
        mine.save_view("")


def test_they_move_along_to_another_relay(share, make_relay):
    w = share(TABLE, relay=None)
    w.save_view("By score", sort="-score")
    w.publish(make_relay().url)
    assert w.views == {
        "By score": {"sort": [("score", "desc")], "filters": [], "search": ""},
    }


def test_scripts_have_them_too_and_ask_for_groups_and_rows(share):
    w = share(TABLE)
    with tsvshare_widget.connect(w.url) as t:
        t.save_view("chr1", filters={"chrom": "chr1"})
        t.show_view("chr1")
        assert (t.n_rows, w.views) == (10, t.views)
        counts = t.group_by("chrom", mean="score", view=True)
        assert counts.to_dict("records") == [
            {"chrom": "chr1", "count": 10, "score_mean": pytest.approx(2.6)}
        ]
        assert list(t.group_by("chrom")["count"]) == [10, 10, 10]
        assert list(t.find("G1", view=True)["gene"]) == ["g1", "g10", "g13", "g16", "g19"]
        assert len(t.find("g1")) == 11
        t.search = "g1"
        assert list(t.find("6", view=True)["gene"]) == ["g13", "g16"]
        assert list(t.find("g", view=True).index) == [1, 10, 13, 16, 19]
        assert list(t.find("g16", view=True).index) == [16]
        assert list(w.find("6", view=True, limit=2).index) == [13, 16]

    async def use():
        async with tsvshare_widget.connect(w.url) as table:
            await table.save_view("All")
            await table.rename_view("All", "Everything")
            await table.show_view("Everything")
            assert list(await table.views) == ["chr1", "Everything"]
            await table.delete_view("Everything")
            assert len(await table.group_by(["chrom", "score"])) == 21
            assert len(await table.find("g29")) == 1

    asyncio.run(use())
