"""One table of a machine-written TOML file, read key by key with the type that is expected."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from reprlib import Repr
from typing import TYPE_CHECKING, Any, TypeVar

from l2l_tui.files import BrokenFileError
from l2l_tui.language import tr
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Word = TypeVar("Word", bound=StrEnum)

_LARGEST = 2**63 - 1


class _Short(Repr):
    """Says a value in few words, however deep or big it is."""

    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write out a number of thousands of digits.
        bits = x.bit_length()
        return (
            super().repr_int(x, level) if bits < 1000 else tr("a number of {bits} bits", bits=bits)
        )


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = 80


class Table:
    """A table that knows its file and place, so that a message can name them.

    Args:
        path: The file.
        content: The table.
        place: The key path that leads here, ending in a dot; empty at the top.
    """

    def __init__(self, path: Path, content: Mapping[str, Any], place: str = "") -> None:
        self._path, self._content, self._place = path, content, place

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str) -> str:
        """Return a string."""
        value: str = self._get(key, str)
        return value

    def integer(self, key: str) -> int:
        """Return a whole number."""
        value: int = self._get(key, int)
        return value

    def number(self, key: str) -> float:
        """Return a number."""
        return float(self._get(key, int, float))

    def moment(self, key: str) -> datetime:
        """Return a date and time with its zone."""
        value: datetime = self._get(key, datetime)
        # At the calendar's ends a moment has no local time.
        if value.tzinfo is None or not MINYEAR < value.year < MAXYEAR:
            raise self._fault(key, value, tr("a time with its zone"))
        return value

    def word(self, key: str, kind: type[Word]) -> Word:
        """Return one of the words of an enumeration."""
        try:
            return kind(self.text(key))
        except ValueError as error:
            raise self._fault(key, self._content[key], " | ".join(kind)) from error

    def state(self, key: str) -> State:
        """Return a run's state."""
        return self.word(key, State)

    def table(self, key: str) -> Table:
        """Return a table inside."""
        return Table(self._path, self._get(key, dict), f"{self._place}{key}.")

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables."""
        items = self._get(key, list)
        if not all(isinstance(item, dict) for item in items):
            raise self._fault(key, items, tr("tables"))
        return [
            Table(self._path, item, f"{self._place}{key}[{index}].")
            for index, item in enumerate(items)
        ]

    def all_numbers(self) -> dict[str, float]:
        """Return the whole table, each value a number."""
        return {key: self.number(key) for key in self._content}

    def numbers(self, key: str) -> dict[str, float]:
        """Return a table of numbers."""
        return self.table(key).all_numbers()

    def values(self, key: str) -> dict[str, bool | int | float | str]:
        """Return a table of truth values, numbers and strings."""
        inside = self.table(key)
        return {name: inside._get(name, bool, int, float, str) for name in inside._content}

    def facts(self, key: str) -> dict[str, str | int]:
        """Return a table of strings and whole numbers."""
        inside = self.table(key)
        return {name: inside._get(name, int, str) for name in inside._content}

    def _get(self, key: str, *types: type) -> Any:  # noqa: ANN401 (each reader names its type)
        value = self._content.get(key)
        wrong_bool = isinstance(value, bool) and bool not in types
        if not isinstance(value, types) or wrong_bool:
            raise self._fault(key, value, " | ".join(kind.__name__ for kind in types))
        if isinstance(value, int) and not -_LARGEST - 1 <= value <= _LARGEST:
            expected = tr("a whole number of at most 64 bits, as TOML has them")
            raise self._fault(key, value, expected)
        return value

    def _fault(self, key: str, found: object, expected: str) -> BrokenFileError:
        said = tr(
            "{where}: {key}: found {found}, expected {expected}",
            where=self._path,
            key=f"{self._place}{key}",
            found=tr("nothing") if found is None else _SHORT.repr(found),
            expected=expected,
        )
        return BrokenFileError(said)
