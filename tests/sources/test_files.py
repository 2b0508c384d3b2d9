"""Files that are no text: zip archives, Excel workbooks, Parquet and Arrow."""

import datetime
import io
import sys
import zipfile
from typing import Any

import pytest

from tsvshare_widget.errors import BadTable, BadValue
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.sources import recognise
from tsvshare_widget.widget.convert.reading import to_read_options

recognised: Any = recognise.recognise_source


def archive(files=None):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (files or {}).items():
            file.writestr(name, data)
    return packed.getvalue()


def text(found):
    body = found.body
    return b"".join(body if found.path is None and not hasattr(body, "read") else [b"?"])


ONE = archive({"data/genes.tsv": b"a\tb\n", "data/.DS_Store": b"x", "__MACOSX/x": b"x"})
TWO = archive({"a.tsv": b"a\n", "sub/b.tsv": b"b\n"})


def ways(tmp_path, data, name="file.zip"):
    """The same file by its path, in memory, open, and behind something that cannot go back."""
    path = tmp_path / name
    path.write_bytes(data)
    in_memory = [] if name.endswith(".zip") else [data, memoryview(data)]
    return [str(path), path, io.BytesIO(data), *in_memory]


def test_the_one_file_in_a_zip_is_the_table(tmp_path):
    for source in ways(tmp_path, ONE):
        found = recognised(source)
        assert (found.name, found.size, text(found)) == ("genes.tsv", 4, b"a\tb\n")
    assert recognised(io.BytesIO(ONE), name="mine.tsv").name == "mine.tsv"
    with (tmp_path / "file.zip").open("rb") as file:
        assert text(recognised(file)) == b"a\tb\n"


def test_bytes_are_an_archive_if_that_is_said():
    """Else it is said what is in it, and how to say which is meant."""
    for data in (ONE, bytearray(ONE), memoryview(ONE)):
        assert text(recognised(data, name="x.ZIP")) == b"a\tb\n"
        assert text(recognised(data, member="genes.tsv")) == b"a\tb\n"
        with pytest.raises(
            BadTable, match=r"zip archive of 1 file: data/genes\.tsv; .*member='data"
        ):
            recognised(data)
    with pytest.raises(BadTable, match=r"of 2 files: a\.tsv, sub/b\.tsv; open 'a\.tsv' by member="):
        recognised(TWO)
    with pytest.raises(BadTable, match="without a file"):
        recognised(archive({"x/": b""}))


def test_of_several_files_one_is_chosen(tmp_path):
    path = ways(tmp_path, TWO)[1]
    for source in (path, io.BytesIO(TWO)):
        with pytest.raises(BadValue, match=r"2 files in .*: a\.tsv, sub/b\.tsv; choose .*member="):
            recognised(source)
    for member in ("sub/b.tsv", "b.tsv"):
        assert text(recognised(path, member=member)) == b"b\n"
        assert text(recognised(f"{path}!{member}")) == b"b\n"
    with pytest.raises(BadValue, match=r"no file 'c.tsv' in file.zip: a\.tsv"):
        recognised(path, member="c.tsv")
    with pytest.raises(BadValue, match="one table: member= goes with"):
        recognised(b"a\n", member="c.tsv")
    with pytest.raises(TypeError, match="member= goes with a file"):
        recognised([["a"]], member="c.tsv")


def test_a_file_with_such_a_name_is_that_file(tmp_path):
    path = tmp_path / "a!b.tsv"
    path.write_bytes(b"a\n")
    assert recognised(path).path == path
    with pytest.raises(FileNotFoundError):
        recognised(tmp_path / "c!d.tsv")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive({"x/": b""}), "no file in"),
        (ONE[:60], "zip archive is broken"),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "no Excel workbook"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "no Excel"),
    ],
    ids=["empty", "broken", "a text document", "a sheet of another program"],  # not their times
)
def test_archives_without_a_table_are_said(data, said):
    with pytest.raises(BadTable, match=said):
        recognised(io.BytesIO(data))


def test_a_broken_member_is_said_when_it_is_read():
    at = ONE.index(b"genes.tsv") + len("genes.tsv")
    broken = ONE[:at] + bytes(byte ^ 0xFF for byte in ONE[at : at + 4]) + ONE[at + 4 :]
    with pytest.raises(BadTable, match=r"genes.tsv' cannot be unpacked"):
        text(recognised(io.BytesIO(broken)))


def test_an_archive_in_an_archive_is_opened_too():
    assert text(recognised(io.BytesIO(archive({"inner.zip": ONE})))) == b"a\tb\n"


# --- Excel -------------------------------------------------------------------------------------


def workbook(**sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    book.close()
    return data.getvalue()


CELLS = [
    ["gene", "score", "day", None],
    ["007", 1, datetime.datetime(2026, 1, 2)],
    [],
    ["x\ty", 0.1, datetime.datetime(2026, 1, 2, 3, 4), None],
    [True, None],
    [None, None],
]


def test_a_sheet_is_a_table(tmp_path):
    for source in ways(tmp_path, workbook(genes=CELLS), "genes.xlsx")[1:4]:
        found = recognised(source)
        assert text(found).decode() == (
            'gene\tscore\tday\n007\t1\t2026-01-02\n\t\t\n"x\ty"\t0.1\t2026-01-02 03:04:00\n'
            "True\t\t\n"
        )
        assert (found.options.header, found.options.delimiter) == (None, "\t")
    told = to_read_options({"header": False})
    assert recognised(workbook(genes=CELLS), options=told).options.header is False


def test_of_several_sheets_the_first_is_the_table_and_that_is_said(tmp_path):
    data = workbook(one=[["a"]], two=[["b"]])
    with pytest.warns(UserWarning, match="this is the sheet 'one'; .*member= chooses 'two'"):
        assert text(recognised(data)) == b"a\n"
    assert text(recognised(data, member="two")) == b"b\n"
    path = ways(tmp_path, data, "two.xlsx")[1]
    assert text(recognised(f"{path}!two")) == b"b\n"
    with pytest.raises(BadValue, match="no sheet 'three'; there are 'one', 'two'"):
        recognised(data, member="three")


def test_a_broken_workbook_is_said():
    pytest.importorskip("openpyxl")
    with pytest.raises(BadTable, match="this Excel file cannot be read"):
        recognised(archive({"xl/workbook.xml": b"<"}))


@pytest.mark.parametrize(
    ("data", "library", "said"),
    [
        (
            archive({"xl/workbook.xml": b"<"}),
            "openpyxl",
            "an Excel file needs openpyxl: .*excel",
        ),
        (b"PAR1\x15\0\0\0PAR1", "pyarrow", "a Parquet file needs pyarrow: .*widget.arrow."),
        (b"ARROW1\0\0", "pyarrow", "an Arrow file needs pyarrow"),
        (b"\xff\xff\xff\xff\x10\0\0\0", "pyarrow", "an Arrow stream needs pyarrow"),
    ],
)
def test_what_is_not_installed_is_named_with_how_to_get_it(data, library, said, monkeypatch):
    for name in (library, "polars", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadValue, match=said):
        recognised(data, options=NO_OPTIONS)


# --- files of columns --------------------------------------------------------------------------


def columns():
    pyarrow = pytest.importorskip("pyarrow")
    return pyarrow.table({"id": ["007", None], "n": [1, 2]}), pyarrow


def parquet():
    table, _ = columns()
    parquet = pytest.importorskip("pyarrow.parquet")
    data = io.BytesIO()
    parquet.write_table(table, data)
    return data.getvalue()


def arrow(kind="new_file"):
    table, pyarrow = columns()
    data = io.BytesIO()
    with getattr(pyarrow.ipc, kind)(data, table.schema) as writer:
        writer.write_table(table)
    return data.getvalue()


def test_parquet_and_arrow(tmp_path):
    for data in (parquet(), arrow(), arrow("new_stream")):
        for source in ways(tmp_path, data, "table.parquet"):
            found = recognised(source)
            assert text(found) == b"id\tn\n007\t1\n\t2\n"
            assert found.options.header is True


def test_files_of_columns_that_end_early_are_said():
    for data in (parquet()[:60], arrow()[:100], arrow("new_stream")[:40]):
        with pytest.raises(BadTable, match="cannot be read"):
            recognised(data)
    found = recognised(arrow("new_stream")[:-60])
    with pytest.raises(BadTable, match="ended early"):
        text(found)


def test_polars_reads_them_where_pyarrow_is_not_there(monkeypatch):
    pytest.importorskip("polars")
    files = [parquet(), arrow()]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for data in files:
        assert text(recognised(data)) == b"id\tn\n007\t1\n\t2\n"
