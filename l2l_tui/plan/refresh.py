"""What a text means and where everything stands, after a change within one of its tables.

Reading a plan of 1,000 milestones anew costs 90 ms, and an edit makes several changes; so only
the table around a change is read again, and what stands behind it is moved along.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from l2l_tui.plan.layout import scan_table

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from l2l_tui.plan.layout import Key, Layout


def refresh(
    layout: Layout, data: MutableMapping[str, Any], text: str, start: int, end: int, size: int
) -> bool:
    """Bring layout and data up to date; return False where the whole must be read anew.

    Args:
        layout: Where everything stood.
        data: What the text meant.
        text: The new text.
        start: Where the change begins.
        end: Where it ended in the old text.
        size: How many characters stand there now; none of them may begin a table.
    """
    headers = sorted((place.start, key) for key, place in layout.places.items() if place.header)
    at = bisect_right(headers, start, key=lambda header: header[0])
    lower, table = headers[at - 1] if at else (0, ())
    upper = headers[at][0] if at < len(headers) else len(layout.text)
    if end > upper:
        return False
    shift = size - (end - start)
    _move(layout, lower, upper, shift)
    if not scan_table(layout, text, table, lower, upper + shift):
        return False
    _reread(layout, data, text[lower : upper + shift], table)
    return True


def _move(layout: Layout, lower: int, upper: int, shift: int) -> None:
    """Forget what stood in the table, and move what stands behind it."""
    for key, place in list(layout.places.items()):
        if place.start >= upper:
            place.start += shift
            place.value += shift
            place.end += shift
        elif place.start >= lower:
            del layout.places[key]


def _reread(layout: Layout, data: MutableMapping[str, Any], block: str, table: Key) -> None:
    """Replace a table's own values; the tables below it that have headers stay."""
    own: Any = tomllib.loads(block)
    held: Any = data
    for part in table:
        held = held[part]
        if isinstance(part, str):
            own = own[part]
            own = own[0] if isinstance(own, list) else own
    depth = len(table)
    below = {
        key[depth]
        for key, place in layout.places.items()
        if place.header and len(key) > depth and key[:depth] == table
    }
    for name in [name for name in held if name not in below]:
        del held[name]
    held.update(own)
