"""The finder: the dialect of a text out of the bytes of its beginning, unless it is given."""

from __future__ import annotations

import msgspec

from tsvshare_widget.read_options import Compression, Dialect, ReadOptions
from tsvshare_widget.table.dialect.options import GIVEN_NOTE
from tsvshare_widget.table.dialect.sample import lines_of, spoken_of
from tsvshare_widget.table.dialect.sniff import (
    LARGEST_SAMPLE_BYTES,
    is_enough,
    sniff,
    sniff_after,
)
from tsvshare_widget.table.text.binary import check_no_binary, check_text
from tsvshare_widget.table.text.encoding import (
    MARK_NOTE,
    EncodingFound,
    find_encoding,
    recoder,
    with_order,
)

_CLEAR_BYTES = 1 << 10  # of a text with NULs: so many tell whether it is UTF-16


class DialectFinder:
    """Finds dialects by options, or passes on one that is given; ``name`` is the file's."""

    def __init__(self, how: ReadOptions | Dialect, name: str, compression: Compression) -> None:
        self._how = how
        self._name = name
        self._compression = compression

    @property
    def is_given(self) -> bool:
        """Whether the dialect is not to be found."""
        return isinstance(self._how, Dialect)

    def is_enough(self, sample: bytes) -> bool:
        """Whether the bytes so far show more than comments and lines that are skipped."""
        encoding = self.encoding(sample).encoding
        skip = max(self._how.skip or 0, self._how.header_line or 0)
        text = recoder(encoding).recode_bytes(sample)
        return len(sample) >= LARGEST_SAMPLE_BYTES or is_enough(text, skip)

    def may_be_text(self, sample: bytes) -> bool:
        """Whether the few bytes so far can be text; more of them may show that it is UTF-16.

        Raises :class:`BadTable` if they are those of a known format that is not text.
        """
        check_no_binary(sample)
        is_clear = b"\0" not in sample or len(sample) >= _CLEAR_BYTES
        return is_clear or self._may_have_nul(sample)

    def encoding(self, sample: bytes) -> EncodingFound:
        """The encoding of a text whose first bytes these are."""
        if isinstance(self._how, ReadOptions) and self._how.encoding is None:
            return find_encoding(sample)
        return EncodingFound(with_order(self._how.encoding or "utf-8", sample), GIVEN_NOTE)

    def dialect(self, sample: bytes, *, whole: bool) -> Dialect:
        """The dialect of a text whose first bytes these are, or all if ``whole``."""
        if isinstance(self._how, Dialect):
            return self._how
        found = self.encoding(sample)
        check_no_binary(sample)
        if not self._may_have_nul(sample):
            check_text(sample)
        text = recoder(found.encoding).recode_bytes(sample)
        dialect = sniff(text, self._how, self._name, whole=whole)
        return msgspec.structs.replace(
            dialect,
            encoding=found.encoding,
            compression=self._compression,
            notes={"encoding": _with_lines(found.why, text, whole=whole), **dialect.notes},
        )

    def dialect_after(self, text: bytes, before: Dialect, *, whole: bool) -> Dialect:
        """The dialect by the beginning of the text, in UTF-8, after all lines that are skipped, or
        by all of it if ``whole``.

        ``before`` is that by the bytes of the beginning of the file.
        """
        assert isinstance(self._how, ReadOptions)
        dialect = sniff_after(text, self._how, before, self._name, whole=whole)
        return msgspec.structs.replace(
            dialect,
            encoding=before.encoding,
            compression=self._compression,
            notes={"encoding": before.notes["encoding"], **dialect.notes},
        )

    def _may_have_nul(self, sample: bytes) -> bool:
        given = self._how.encoding is not None
        return given or self.encoding(sample).encoding.startswith(("utf-16", "utf-32"))


def _with_lines(why: str, text: bytes, *, whole: bool) -> str:
    """The note on an encoding, with the number of lines that it speaks of."""
    if why in (GIVEN_NOTE, MARK_NOTE):
        return why
    return why + spoken_of(len(lines_of(text, "any")), whole=whole)
