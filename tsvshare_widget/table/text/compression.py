"""Compression of a file, found by its first bytes, never by its name, and its decompressor."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from tsvshare_widget.errors import BadTable
from tsvshare_widget.read_options import Compression

from .unpack import PIECE_BYTES, Coding, Decompressor, Gunzip, Parts, Uncompressed, ZstdPart

_GZIP = b"\x1f\x8b"
_ZSTD_SKIPPED = tuple(bytes([first]) + b"*M\x18" for first in range(0x50, 0x60))
_ZSTD = (b"\x28\xb5\x2f\xfd", *_ZSTD_SKIPPED)  # frames, those without text included
_XZ = b"\xfd7zXZ\0"
_BZIP2 = tuple(b"BZh%d" % level for level in range(1, 10))
_BZIP2_NEXT = (b"1AY&SY", b"\x17rE8P\x90")  # a block, or the end of an empty file
_XZ_MEMORY_BYTES = 1 << 28  # bytes that a file may ask for to be decompressed

_WHOLE: tuple[tuple[bytes, Compression], ...] = (
    (_GZIP, "gzip"),
    (_XZ, "xz"),
    *((magic, "zstd") for magic in _ZSTD),
    *((start + after, "bzip2") for start in _BZIP2 for after in _BZIP2_NEXT),
)
"""First bytes (magic numbers), and the compression they stand for."""


def is_undecided(head: bytes) -> bool:
    """Whether more bytes than ``head`` have to come before the compression is known."""
    return any(len(head) < len(magic) and magic.startswith(head) for magic, _ in _WHOLE)


def compress(data: bytes, compression: Compression, check: Callable[[], None]) -> bytes:
    """``data`` as one more part of a file that has this compression.

    ``check`` is called before each piece.  Raises what it raises, and :class:`BadTable` if the
    package for this compression is not installed.
    """
    if compression == "none":
        return data
    packer, packed = _compressor(compression), bytearray()
    for start in range(0, len(data), PIECE_BYTES):
        check()
        packed += packer.compress(data[start : start + PIECE_BYTES])
    return bytes(packed + packer.flush())


def _compressor(compression: Compression) -> Any:
    if compression == "gzip":
        return zlib.compressobj(wbits=31)
    if compression == "bzip2":
        return bz2.BZ2Compressor()
    if compression == "xz":
        return lzma.LZMACompressor()
    return _zstandard().ZstdCompressor().compressobj()


def recognise(head: bytes) -> tuple[Compression, Decompressor]:
    """The compression of a file that starts with ``head``, and a decompressor for it.

    Raises :class:`BadTable` if the package for it is not installed.
    """
    for magic, compression in _WHOLE:
        if head.startswith(magic):
            return compression, _decompressor(compression)
    return "none", Uncompressed()


def _decompressor(compression: Compression) -> Decompressor:
    if compression == "gzip":
        return Gunzip()
    if compression == "bzip2":
        return Parts(Coding("bzip2", (b"BZh",), bz2.BZ2Decompressor, (OSError,)))
    if compression == "xz":
        return Parts(Coding("xz", (_XZ,), _start_xz, (lzma.LZMAError,)))
    return Parts(_zstd())


def _start_xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)


def _zstandard() -> Any:
    try:
        return importlib.import_module("zstandard")
    except ImportError as error:
        raise BadTable(
            "this is a zstd file, which takes one more package to read: "
            "pip install tsvshare-widget[zstd], or decompress it first"
        ) from error


def _zstd() -> Coding:
    module = _zstandard()

    def start() -> ZstdPart:
        return ZstdPart(module.ZstdDecompressor().decompressobj())

    return Coding("zstd", _ZSTD, start, (module.ZstdError,), step_bytes=1 << 9)
