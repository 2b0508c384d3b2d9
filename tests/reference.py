"""The rules of the table core once more, byte by byte and slowly, to test the fast ones against."""

from __future__ import annotations

TAB, LF, CR, QUOTE = b'\t\n\r"'


def odd_runs(data: bytes) -> list[tuple[int, int]]:
    runs, position = [], 0
    while (start := data.find(b'"', position)) >= 0:
        end = start
        while end < len(data) and data[end] == QUOTE:
            end += 1
        if (end - start) % 2:
            runs.append((start, end))
        position = end
    return runs


def quoted_cells(data: bytes, longest: int) -> list[tuple[int, int]]:
    """Start and end of each quoted cell, quotes included."""
    runs = [(a, b) for a, b in odd_runs(data) if b - a <= longest]
    found, i = [], 0
    while i + 1 < len(runs):
        start, end = runs[i][0], runs[i + 1][1]
        inside = data[runs[i][1] : runs[i + 1][0]]
        opens = start == 0 or data[start - 1] in (TAB, LF)
        after = data[end : end + 2]
        closes = not after or after[0] in (TAB, LF) or after == b"\r\n"
        mixed = TAB in inside and LF in inside
        if opens and closes and not mixed and end - start <= longest:
            found.append((start, end))
            i += 2
        else:
            i += 1
    return found


def rows(data: bytes, *, quoting: bool, longest: int = 1 << 20) -> list[list[str]]:
    """All cells of all rows."""
    return [cells for _, cells in _rows(data, quoting=quoting, longest=longest)]


def row_ends(data: bytes, *, quoting: bool, longest: int = 1 << 20) -> list[int]:
    return [end for end, _ in _rows(data, quoting=quoting, longest=longest)]


def _rows(data: bytes, *, quoting: bool, longest: int) -> list[tuple[int, list[str]]]:
    opened = dict(quoted_cells(data, longest)) if quoting else {}
    inside = {i for start, end in opened.items() for i in range(start, end)}
    table, start = [], 0
    for end in [i for i, byte in enumerate(data) if byte == LF and i not in inside] + [len(data)]:
        if end == len(data) and start == end:
            break
        stop = end - 1 if end < len(data) and end > start and data[end - 1] == CR else end
        tabs = [i for i in range(start, stop) if data[i] == TAB and i not in inside]
        edges = zip([start, *(i + 1 for i in tabs)], [*tabs, stop], strict=True)
        texts = [
            _text(data[a:b], quoted=quoting and (opened.get(a) == b or _is_even_run(data[a:b])))
            for a, b in edges
        ]
        table.append((min(end + 1, len(data)), texts))
        start = end + 1
    return table


def _is_even_run(cell: bytes) -> bool:
    """Such as two quotes: an empty cell in quotes."""
    return set(cell) == {QUOTE} and len(cell) % 2 == 0


def _text(cell: bytes, *, quoted: bool) -> str:
    if quoted:
        return cell[1:-1].decode("utf-8", "replace").replace('""', '"')
    return cell.decode("utf-8", "replace")
