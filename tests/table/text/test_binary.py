"""What is no text is refused, with a word for what it is."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from table_fixture import SAMPLE, fill

from tsvshare_widget.errors import BadTable


def tar(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("a.tsv")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.tsv", data)
    return out.getvalue()


def lzma_alone(data: bytes) -> bytes:
    return lzma.compress(data, format=lzma.FORMAT_ALONE)


def zstd(data: bytes) -> bytes:
    packed: bytes = zstandard.ZstdCompressor().compress(data)
    return packed


@pytest.mark.parametrize(
    ("packers", "named"),
    [
        ([gzip.compress, gzip.compress], "compressed once more, with gzip"),
        ([bz2.compress, gzip.compress], "compressed once more, with bzip2"),
        ([lzma.compress, bz2.compress], "compressed once more, with xz"),
        ([zstd, gzip.compress], "compressed once more, with zstd"),
        ([gzip.compress, lzma.compress], "compressed once more, with gzip"),
        ([tar], "tar archive"),
        ([tar, gzip.compress], "tar archive"),
        ([tar, lzma.compress], "tar archive"),
        ([zipped], "zip"),
        ([zipped, gzip.compress], "zip"),
        ([lzma_alone], "lzma"),
        ([lzma_alone, gzip.compress], "lzma"),
    ],
)
@pytest.mark.parametrize("chunk", [50, 10**6])
def test_what_is_packed_otherwise_is_named(
    tmp_path: Path, packers: list[Callable[[bytes], bytes]], named: str, chunk: int
) -> None:
    data = SAMPLE
    for pack in packers:
        data = pack(data)
    with pytest.raises(BadTable, match=named):
        fill(tmp_path / "t", data, chunk=chunk)


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_no_text(tmp_path: Path, seed: int) -> None:
    data = b"x" + random.Random(seed).randbytes(5000)
    with pytest.raises(BadTable, match="is NUL, and much else is no text"):
        fill(tmp_path / "t", data)
