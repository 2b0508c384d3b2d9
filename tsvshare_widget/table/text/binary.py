"""Binary files, refused: whether bytes are text at all; pure."""

from __future__ import annotations

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
)
"""First bytes, and what such a file is and what to do about it."""


def check_no_binary(sample: bytes) -> None:
    """Raise :class:`BadTable` if the first bytes are those of a known format that is not text."""
    for magic, what in _BINARY:
        if sample.startswith(magic):
            raise BadTable(f"this is not a table but {what}")


def check_text(sample: bytes) -> None:
    """Raise :class:`BadTable` also if there is a NUL among the first bytes."""
    check_no_binary(sample)
    position = sample.find(b"\0")
    if position >= 0:
        raise BadTable(
            f"this is not text: byte {position + 1:,} is NUL. If it is a table in another encoding "
            "or format, say in which encoding, or save it as tab-separated UTF-8 text"
        )
