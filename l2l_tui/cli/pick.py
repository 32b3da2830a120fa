"""One of several numbered things that a person means: by number, by text, or by words of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence


def pick(texts: Sequence[str], given: str, unknown: RequestError) -> int:
    """Return the index of the one that is meant.

    Args:
        texts: What a person reads of each.
        given: Its number, counted from 1; its text; or words that stand in no other.
        unknown: What is wrong where it is none.

    Raises:
        RequestError: It is none, or may be several.
    """
    number = int(given) if given.isascii() and given.isdecimal() else 0
    if 1 <= number <= len(texts):
        return number - 1
    folded, wanted = [text.casefold() for text in texts], given.strip().casefold()
    if wanted in folded:
        return folded.index(wanted)
    within = [at for at, text in enumerate(folded) if wanted and wanted in text]
    if len(within) == 1:
        return within[0]
    if not within:
        raise unknown
    numbers = ", ".join(str(at + 1) for at in within)
    said = tr("{text!r} may be any of {numbers}; name one number", text=given, numbers=numbers)
    raise RequestError(said)
