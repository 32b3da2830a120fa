"""Text that people and files supply, made safe and fitted to a terminal's cells."""

from __future__ import annotations

import math
import unicodedata

from rich.cells import cell_len, set_cell_size

from l2l_tui.language import tr

ELLIPSIS = "…"

_JOINER = "\u200d"
"""Joins two signs into one; at a text's end it would swallow the space behind."""

SIGNS = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((0x2028, 0x2029), "\ufffd"),
    **dict.fromkeys((0x200E, 0x200F, 0x061C, 0xFEFF), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
"""What stands for the characters that terminals act on, for `str.translate`.

They are C0 and C1 controls, the marks that reorder what follows, and lone surrogates.
"""


def plain(text: str) -> str:
    """Return one line of text that a terminal shows and does not obey.

    Line breaks and tabs become spaces; other control characters, direction overrides
    and lone surrogates become visible signs. Letters of any script stay.
    """
    spaced = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
    # Whoever fits text into cells falls over a joiner that has nothing to join.
    return unicodedata.normalize("NFC", spaced).translate(SIGNS).lstrip(_JOINER)


def plain_lines(text: str) -> str:
    """Return text of several lines, each as `plain` leaves it."""
    return "\n".join(plain(line) for line in text.splitlines())


def width(text: str) -> int:
    """Return how many terminal cells the text takes; a Chinese character takes two."""
    return cell_len(text)


def fit(text: str, cells: int) -> str:
    """Return the text in exactly `cells` terminal cells: cut with an ellipsis, or padded."""
    if cells <= 0:
        return ""
    if cell_len(text) > cells:
        text = _cut(text, cells - 1).rstrip(f" {_JOINER}") + ELLIPSIS
    return _padded(text.rstrip(_JOINER), cells)


def _cut(text: str, cells: int) -> str:
    """Return the beginning of a text that takes at most so many cells."""
    # Where joiners stand the library's own cut may be too long by a letter.
    text = set_cell_size(text.lstrip(_JOINER), cells)
    while cell_len(text) > cells:
        text = text[:-1]
    return text


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - cell_len(text))


def duration(seconds: float) -> str:
    """Return a length of time as a person says it: ``8 s``, ``2 min 05 s``, ``3 h 10 min``.

    One that is not finite is ``?``: a damaged file can say so.
    """
    if not math.isfinite(seconds):
        return "?"
    whole = max(0, round(seconds))
    if whole < 60:
        return tr("{seconds} s", seconds=whole)
    if whole < 3600:
        return tr("{minutes} min {seconds:02} s", minutes=whole // 60, seconds=whole % 60)
    return tr("{hours} h {minutes:02} min", hours=whole // 3600, minutes=whole % 3600 // 60)


def number(value: float) -> str:
    """Return a figure with three significant digits, without needless zeros."""
    return f"{value:.3g}"
