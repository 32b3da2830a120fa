"""Drawing in braille: every cell is two dots wide and four high.

A canvas holds which dots are set and which ink a cell has; the ink that drew last wins.
What lies outside is left out, so callers need not clip.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

CELL_WIDTH, CELL_HEIGHT = 2, 4
EMPTY = 1 << 30
"""The top of a span that covers nothing."""

_BRAILLE = [" ", *(chr(0x2800 + bits) for bits in range(1, 256))]
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_RUNS = re.compile(rb"(.)\1*", re.DOTALL)


def _masks(side: int) -> list[list[int]]:
    """Return, for each first and last dot of a cell's column, the bits between."""
    dots = _DOTS[side]
    return [[sum(dots[top : bottom + 1]) for bottom in range(4)] for top in range(4)]


_SPANS = (_masks(0), _masks(1))


class Spans:
    """For each column of dots, the stretch that a line covers, top (0) to bottom."""

    __slots__ = ("bottoms", "tops")

    def __init__(self, columns: int) -> None:
        self.tops = array("l", [EMPTY]) * columns
        self.bottoms = array("l", [-EMPTY]) * columns

    def cover(self, column: int, top: int, bottom: int) -> None:
        """Make a column's stretch reach from `top` to `bottom` at least."""
        if top < self.tops[column]:
            self.tops[column] = top
        if bottom > self.bottoms[column]:
            self.bottoms[column] = bottom

    def join(self, start: int, start_y: int, end: int, end_y: int) -> None:
        """Draw a straight line between two columns, which may lie outside; no dot is missing."""
        if end <= start:
            return
        if end == start + 1:
            middle = (start_y + end_y) // 2
            ends = ((start, start_y, middle), (end, end_y, middle))
            for column, here, there in ends:
                if 0 <= column < len(self.tops):
                    self.cover(column, min(here, there), max(here, there))
            return
        slope = (end_y - start_y) / (end - start)
        for column in range(max(start, 0), min(end, len(self.tops) - 1) + 1):
            before = start_y + slope * (max(column - 0.5, start) - start)
            after = start_y + slope * (min(column + 0.5, end) - start)
            top, bottom = (before, after) if before <= after else (after, before)
            self.cover(column, round(top), round(bottom))


class Canvas:
    """Cells of braille dots.

    Args:
        width: Cells in a row.
        height: Rows of cells.
    """

    __slots__ = ("_bits", "_inks", "_under", "height", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self._bits = bytearray(self.width * self.height)
        self._inks = bytearray(self.width * self.height)
        self._under = bytes(len(self._bits))

    def settle(self) -> None:
        """Move what is drawn behind what will be: it shows only in cells left free then."""
        self._under = bytes(self._bits)
        self._bits = bytearray(len(self._bits))

    def draw(self, spans: Spans, ink: int) -> None:
        """Set the dots of a line; spans beyond the top or bottom are cut."""
        bits, inks, width = self._bits, self._inks, self.width
        lowest = self.height * CELL_HEIGHT - 1
        columns = min(len(spans.tops), width * CELL_WIDTH) if self.height else 0
        for column in range(columns):
            top, bottom = spans.tops[column], spans.bottoms[column]
            if bottom < 0 or top > lowest:
                continue
            top, bottom = max(top, 0), min(bottom, lowest)
            masks = _SPANS[column & 1]
            first, last = top >> 2, bottom >> 2
            cell = first * width + (column >> 1)
            if first == last:
                bits[cell] |= masks[top & 3][bottom & 3]
                inks[cell] = ink
                continue
            bits[cell] |= masks[top & 3][3]
            inks[cell] = ink
            full = masks[0][3]
            for _ in range(last - first - 1):
                cell += width
                bits[cell] |= full
                inks[cell] = ink
            cell += width
            bits[cell] |= masks[0][bottom & 3]
            inks[cell] = ink

    def row(self, y: int) -> tuple[list[str], bytearray]:
        """Return one row's characters (a space where nothing is drawn) and inks (0 there)."""
        start = y * self.width
        stop = start + self.width
        both = zip(self._bits[start:stop], self._under[start:stop], strict=True)
        return [_BRAILLE[bits or under] for bits, under in both], self._inks[start:stop]


def runs(inks: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield each stretch of one ink: where it starts, where it stops, the ink."""
    for match in _RUNS.finditer(inks):
        yield match.start(), match.end(), inks[match.start()]
