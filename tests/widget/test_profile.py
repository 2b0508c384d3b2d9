"""Profiles of columns as notebooks show them; needs no relay."""

import msgspec

from tsvshare_widget.query import Histogram, Profile
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.profile import describe_profile

GENES = Header(["gene", "score", "chrom", "note", "note"], 6)
BARE = Header(None, 3)


def test_a_profile_of_numbers_is_a_picture():
    histogram = Histogram(edges=[0.0, 10.0, 20.0, 30.0], counts=[12, 0, 3])
    profile = Profile(
        column=1,
        kind="number",
        rows=1000,
        missing=5,
        na=980,
        na_words=[("n/a", 975), *((word, 1) for word in ("NA", "-", ".", "NaN", "null"))],
        fitting=15,
        distinct=9,
        exact=False,
        minimum="0.5",
        maximum="29",
        mean=7.25,
        median=6.0,
        histogram=histogram,
        top=[("7", 3)],
    )
    described = describe_profile(profile, GENES)
    assert (described.name, described.position, described.mean) == ("score", 1, 7.25)
    text = repr(described)
    for said in (
        "'score': number",
        "5 (0.5%)",
        "about 9",
        "7.25",
        "10 to 20",
        "0.5",
        ": 'n/a', 'NA', '-', '.', 'NaN', …",
    ):
        assert said in text
    lines = text.splitlines()
    assert [line.count("█") for line in lines[-3:]] == [24, 0, 6]


def test_a_profile_of_texts_shows_the_most_frequent_as_text():
    top = [("<b>bold</b>", 3), ("a\nb" * 100, 1)]
    profile = Profile(column=0, kind="text", rows=4, fitting=4, distinct=2, top=top)
    described = describe_profile(profile, BARE)
    assert "column 0: text" in repr(described)
    spelled = msgspec.structs.replace(profile, spelling="decimal_comma")
    assert "by number  1.234,5 is 1234.5" in repr(describe_profile(spelled, BARE))
    assert max(map(len, repr(described).splitlines())) < 130
    assert "<b>" not in described._repr_html_()


def test_a_profile_of_dates_says_dates():
    days = [86_400.0 * n for n in (0, 1, 10**9)]
    profile = Profile(
        column=0,
        kind="date",
        rows=2,
        fitting=2,
        mean=days[1],
        median=43_200.0,
        histogram=Histogram(edges=days, counts=[1, 1]),
    )
    text = repr(describe_profile(profile, GENES))
    assert "mean       1970-01-02" in text
    assert "median     1970-01-01 12:00:00" in text


def test_figures_of_every_size_can_be_read():
    histogram = Histogram(edges=[0.0, 2e7, 4e7], counts=[1000, 1])
    top = Profile(column=0, kind="number", rows=1001, mean=0.000123, histogram=histogram)
    lines = repr(describe_profile(top, GENES)).splitlines()
    assert "0.000123" in "".join(lines)
    assert "20,000,000 to 40,000,000  ▏" in lines[-1]


def test_many_bins_are_put_together():
    histogram = Histogram(edges=[float(n) for n in range(46)], counts=[1] * 45)
    profile = Profile(column=0, kind="number", rows=45, fitting=45, histogram=histogram)
    bars = [line for line in repr(describe_profile(profile, GENES)).splitlines() if "█" in line]
    assert bars[0].split("█")[0].strip() == "0 to 3"
    assert len(bars) <= 20
    assert sum(int(bar.rsplit(maxsplit=1)[1]) for bar in bars) == 45
