"""A sentence with figures in it that can be said in another language later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Sentence:
    """A sentence in English, and what its braces hold: words, or sentences themselves.

    The words of a call, ``Sentence("{n} steps are too few", n=7)``, are found by Babel; without
    values the braces of a text are its own.
    """

    def __init__(self, message: str, **values: object) -> None:
        self._message = message
        self._values = values

    def told(self, say: Callable[[str], str] = str) -> str:
        """Return the sentence; `say` returns the words of another language."""
        said = say(self._message) if self._message else ""
        values = {
            name: value.told(say) if isinstance(value, Sentence) else value
            for name, value in self._values.items()
        }
        return said.format(**values) if values else said

    def __str__(self) -> str:
        """Return it in English."""
        return self.told()

    def __eq__(self, other: object) -> bool:
        """Whether it says the same of the same."""
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self._message, self._values) == (other._message, other._values)

    def __hash__(self) -> int:
        """Return a number that is the same for the same English."""
        return hash(str(self))

    def __repr__(self) -> str:
        """Return it as a programmer reads it."""
        return f"Sentence({str(self)!r})"
