"""What FILE may be on a command line, beside a file of text."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from cli_fixture import Start, full_link, line_with, page_of, run
from relay_fixture import Document, RelayThread
from web_fixture import serving

from tsvshare_widget import connect

pytestmark = pytest.mark.slow

TABLE = b"gene\tscore\nTP53\t1\n"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A zip archive of two tables."""
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as file:
        file.writestr("a.tsv", TABLE)
        file.writestr("b.tsv", b"b\n")
    return tmp_path / "two.zip"


def test_an_address_and_a_file_in_an_archive_are_shared(start: Start, two: Path):
    with serving() as web:
        url = web.add("/genes.tsv", TABLE)
        process = start(url, "--no-browser", "--no-header")
        link = full_link(process)
        line_with(process, r"^genes\.tsv: 2 rows, 2 columns")
        assert page_of(link, rows=2).rows[0] == ["gene", "score"]
    process = start(f"{two}!a.tsv", "--no-browser")
    line_with(process, r"^a\.tsv: 1 row, 2 columns")


def test_they_are_pushed(relay: RelayThread, two: Path):
    with serving() as web:
        done = run("push", web.add("/genes.tsv", TABLE), relay.url)
        assert "genes.tsv: 1 row, 2 columns" in done.stdout
        for file, said in (
            (f"{web.url}/nothing.tsv", "answers 404 Not Found"),
            (web.add("/page", b"<!doctype html>"), "is a web page, not a table"),
            (two, "2 files in two.zip: a.tsv, b.tsv; choose one by two.zip!a.tsv"),
        ):
            done = run("push", file, relay.url)
            assert done.returncode == 1
            assert said in done.stderr
            assert "link" not in done.stdout  # nothing was made for it
    assert run("push", "--follow", "http://127.0.0.1:9/x", relay.url).returncode == 1


def test_a_workbook_is_pushed(relay: RelayThread, tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["gene", "score"])
    book.active.append(["TP53", 1])
    book.create_sheet("more")
    book.save(tmp_path / "genes.xlsx")
    book.close()
    done = run("push", tmp_path / "genes.xlsx", relay.url)
    assert "genes.xlsx: 1 row, 2 columns" in done.stdout
    assert "tsvshare: this is the sheet 'Sheet'; FILE!more" in done.stderr


def test_what_is_kept_of_sort_and_filters_is_said(relay: RelayThread, tmp_path: Path):
    (tmp_path / "new.tsv").write_bytes(TABLE + b"KRAS\t2\n")
    (tmp_path / "other.tsv").write_bytes(b"x\n1\n")
    document = Document(relay.url)
    document.put(TABLE)
    link = f"{document.url}#k={document.key}"
    with connect(link) as table:
        table.set(sort="gene", filters=[("score", ">", 1)])
        said = run("push", tmp_path / "new.tsv", link).stdout
        assert "kept for everyone: a sort by 1 column and 1 filter; 1 of 2 rows show" in said
        assert "before" not in said
        said = run("push", tmp_path / "other.tsv", link).stdout
        assert "before there was a sort by 1 column and 1 filter" in said
        assert "kept" not in said
        assert "before" not in run("push", tmp_path / "new.tsv", link).stdout
