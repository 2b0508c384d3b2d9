"""Binary files, refused: whether bytes are text at all; pure."""

from __future__ import annotations

import codecs

from tsvshare_widget.errors import BadTable

_BINARY = (
    (
        b"PK\x03\x04",
        "a zip or Excel (xlsx) file: unpack it, or save the sheet as tab-separated text",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel (xls) or other Office file: save the sheet as tab-separated text",
    ),
    (b"%PDF-", "a PDF file: a table in it has to be exported as tab-separated text"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"PAR1\x15", "a Parquet file: write it as tab-separated text, for example with pandas"),
    (b"ARROW1\0", "an Arrow file: write it as tab-separated text, for example with pandas"),
    (b"SQLite format 3\0", "an SQLite database: export a table of it as tab-separated text"),
    (b"\x89HDF", "an HDF5 file: write a table of it as tab-separated text"),
    (b"\x7fELF", "a program (ELF)"),
    (b"BAM\1", "a BAM file: write it as SAM, for example with samtools view"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PK\x07\x08", "a zip archive in parts: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"\x1f\x8b\x08", "compressed once more, with gzip: decompress it first"),
    (b"BZh91AY&SY", "compressed once more, with bzip2: decompress it first"),
    (b"\xfd7zXZ\0", "compressed once more, with xz: decompress it first"),
    (b"\x28\xb5\x2f\xfd", "compressed once more, with zstd: decompress it first"),
    (b"\x04\x22\x4d\x18", "compressed with lz4: decompress it first"),
    (b"\x1f\x9d", "compressed with compress (.Z): decompress it first"),
    (b"LZIP\x01", "compressed with lzip: decompress it first"),
)
"""First bytes, and what such a file is and what to do about it."""


_LZMA = b"\x5d\0\0"  # and then bytes that are no UTF-8

_TAR = (257, b"ustar")
"""Where a tar archive says so: after the head of its first file."""

_CONTROLS = bytes({*range(0x20)} - {*b"\0\t\n\v\f\r\x1b"})
_MOST_STRANGE = 0.1  # of a text with NULs in it: other control characters, and what is not UTF-8


def check_no_binary(sample: bytes) -> None:
    """Raise :class:`BadTable` if the first bytes are those of a known format that is not text."""
    for magic, what in _BINARY:
        if sample.startswith(magic):
            raise BadTable(f"this is not a table but {what}")
    if sample.startswith(_LZMA) and not _may_be_utf8(sample):
        raise BadTable("this is not a table but compressed with lzma: decompress it first")
    if sample.startswith(_TAR[1], _TAR[0]):
        raise BadTable("this is not a table but a tar archive: unpack it first")


def _may_be_utf8(sample: bytes) -> bool:
    """Whether bytes are the beginning of a text in UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def check_text(sample: bytes) -> None:
    """Raise :class:`BadTable` also if there are NULs among the first bytes and much else that is
    no text.

    NULs alone are characters like others: they stand for nothing in tables out of databases, and at
    the start of logs that were cut.
    """
    check_no_binary(sample)
    if b"\0" not in sample:
        return
    rest = sample.replace(b"\0", b"")
    controls = len(rest) - len(rest.translate(None, _CONTROLS))
    broken = rest.decode("utf-8", "replace").count("\ufffd")
    if not rest or controls + broken > _MOST_STRANGE * len(rest):
        raise BadTable(
            f"this is not text: byte {sample.find(0) + 1:,} is NUL, and much else is no text "
            "either. If it is a table in another encoding or format, say in which encoding, or "
            "save it as tab-separated UTF-8 text"
        )
