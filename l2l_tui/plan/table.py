"""One table of a plan's document, read field by field; what is wrong is noted, not raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import nearest
from l2l_tui.language import tr
from l2l_tui.plan.model import Milestone, Recurring, Section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from l2l_tui.plan.layout import Key

EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)
KNOWN: dict[str, tuple[str, ...]] = {
    "": ("plan", "track", "milestone", "recurring", "meeting", "result"),
    "plan": (
        *("title", "language", "interface", "first_meeting", "meets_every_days"),
        "skipped_meetings",
    ),
    "track": ("id", "title", "parent"),
    "milestone": tuple(Milestone.__dataclass_fields__),
    "checklist": ("text", "done"),
    "recurring": tuple(Recurring.__dataclass_fields__),
    "change": ("on", "status", "due", "was", "run", "by"),
    "meeting": ("date", "problem", *(section.value for section in Section)),
    "problem": ("text", "raised", "solved", "how"),
    "result": ("run", "milestone", "experiment", "sweep", "on", "claims", "figures"),
}
"""The keys of each kind of table; the document itself is the empty kind."""

NEEDED = {
    ("plan", "title"): "the plan's title, text in quotes",
    ("track", "id"): "the track's id, text in quotes",
    ("track", "title"): "the track's title, text in quotes",
    ("milestone", "id"): "the milestone's id, text in quotes",
    ("milestone", "title"): "the milestone's title, text in quotes",
    ("milestone", "track"): "the id of a track",
    ("checklist", "text"): "what is to do, text in quotes",
    ("recurring", "id"): "the item's id, text in quotes",
    ("recurring", "title"): "the item's title, text in quotes",
    ("problem", "text"): "the problem, text in quotes",
    ("result", "run"): "the run's id, text in quotes",
    ("result", "milestone"): "the id of a milestone",
}
"""What each kind of table must have; said only where it is missing, and translated there."""

_LONG_BITS = 1000

_KNOWN_SETS = {kind: frozenset(names) for kind, names in KNOWN.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault before its line is known."""

    key: Key
    """Where in the document."""
    found: str
    """What stands there."""
    expected: str
    """What should."""
    only_warns: bool = False
    """Whether the value is kept as it is and nothing is refused for it."""


def shown(value: object) -> str:
    """Return a TOML value as a fault names it: short, and with its kind where that matters."""
    if isinstance(value, dict):
        return tr("a table")
    if isinstance(value, list):
        return tr("an array") if value else tr("an empty array")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, int) and value.bit_length() > _LONG_BITS:
        # Python refuses to write out a number of thousands of digits.
        return tr("a number of {bits} bits", bits=value.bit_length())
    return str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."


class Table:
    """One table of the document, read field by field; what is wrong goes to `findings`."""

    __slots__ = ("_findings", "_kind", "key", "values")

    def __init__(
        self, values: Mapping[str, Any], key: Key, kind: str, findings: list[Finding]
    ) -> None:
        self.values, self.key, self._kind, self._findings = values, key, kind, findings

    def fault(self, name: str | int, found: str, expected: str, *below: str | int) -> None:
        """Note that the value at `name` is wrong."""
        self._findings.append(Finding((*self.key, name, *below), found, expected))

    def warn(self, name: str | int, found: str, expected: str, *below: str | int) -> None:
        """Note that the value at `name` may be a slip."""
        self._findings.append(Finding((*self.key, name, *below), found, expected, only_warns=True))

    def warn_of_strangers(self) -> None:
        """Note the keys that nobody here knows, each with the one that may have been meant."""
        known = _KNOWN_SETS.get(self._kind)
        if known is None or self.values.keys() <= known:
            return
        known_in_order = KNOWN[self._kind]
        for name in self.values:
            if name not in known:
                known_keys = one_of(known_in_order, name)
                expected = tr("{known_keys}; it is kept as it is", known_keys=known_keys)
                self.warn(name, tr("an unknown key"), expected)

    def fault_of_stranger(self, name: str, found: str, expected: str) -> None:
        """Make a fault of the warning about an unknown key."""
        key = (*self.key, name)
        self._findings[:] = [each for each in self._findings if each.key != key]
        self.fault(name, found, expected)

    def missing(self, name: str, expected: str) -> None:
        """Note that a value is missing, and what may have been meant for it."""
        known = KNOWN.get(self._kind, ())
        strangers = [key for key in self.values if key not in known]
        stands = nearest(name, strangers)
        found = tr("nothing, but {stands!r}", stands=stands) if stands else tr("nothing")
        self.fault(name, found, expected)

    def string(self, name: str) -> str:
        """Return a string, which must be there where `NEEDED` says so."""
        value = self.values.get(name)
        needed = NEEDED.get((self._kind, name))
        if isinstance(value, str) and (needed is None or value.strip()):
            return value
        if value is not None:
            self.fault(name, shown(value), tr(needed) if needed else tr("text in quotes"))
        elif needed is not None:
            self.missing(name, tr(needed))
        return ""

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a date between the years 1900 and 2200."""
        value = self.values.get(name)
        if value is None:
            if required:
                self.missing(name, a_date())
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault(name, shown(value), a_date())
            return None
        if not EARLIEST <= value <= _LATEST:
            expected = tr("a date from {first} to {last}", first=EARLIEST, last=_LATEST)
            self.fault(name, shown(value), expected)
            return None
        return value

    def word(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of a few words."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        self.fault(name, shown(value), one_of(choices, value))
        return default

    def days(self, name: str) -> tuple[date, ...]:
        """Return an array of dates."""
        values = self.values.get(name, [])
        if not isinstance(values, list):
            self.fault(name, shown(values), tr("an array of dates, such as [2021-07-28]"))
            return ()
        for index, value in enumerate(values):
            if isinstance(value, datetime) or not isinstance(value, date):
                self.fault(name, shown(value), a_date(), index)
        return tuple(v for v in values if isinstance(v, date) and not isinstance(v, datetime))

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self.fault(name, shown(value), tr("true or false, without quotes"))
        return value is True

    def strings(self, name: str) -> tuple[str, ...]:
        """Return an array of strings."""
        values = self.values.get(name)
        if not values and (values is None or isinstance(values, list)):
            return ()
        if not isinstance(values, list):
            self.fault(name, shown(values), tr("an array of text, such as []"))
            return ()
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.fault(name, shown(value), tr("text in quotes"), index)
        return tuple(value for value in values if isinstance(value, str))

    def table(self, name: str, *, kind: str = "") -> Table | None:
        """Return a table below this one.

        Args:
            name: Its key.
            kind: What it is, if not what its key says.
        """
        value = self.values.get(name)
        if isinstance(value, dict):
            table = Table(value, (*self.key, name), kind or name, self._findings)
            table.warn_of_strangers()
            return table
        if value is not None:
            self.fault(name, shown(value), tr("a table, headed [{name}]", name=name))
        return None

    def texts_or_tables(self, name: str) -> Iterable[str | Table]:
        """Yield the elements of an array of texts and tables, each of which has words."""
        values = self.values.get(name)
        if not isinstance(values, list):
            expected = tr('an array, such as ["read section 3"]')
            self.fault(name, shown(values), expected)
            return
        for index, value in enumerate(values):
            if isinstance(value, dict):
                table = Table(value, (*self.key, name, index), name, self._findings)
                table.warn_of_strangers()
                yield table
            elif isinstance(value, str) and value.strip():
                yield value
            else:
                expected = tr('words, or a table such as { text = "..." }')
                self.fault(name, shown(value), expected, index)

    def tables(self, name: str, kind: str) -> Iterable[Table]:
        """Return the tables of an array."""
        values = self.values.get(name)
        if values is None:
            return ()
        if not isinstance(values, list):
            expected = tr("an array of tables, each headed [[{name}]]", name=name)
            self.fault(name, shown(values), expected)
            return ()
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                self.fault(name, shown(value), tr("a table"), index)
        key = (*self.key, name)
        tables = tuple(
            Table(value, (*key, index), kind, self._findings)
            for index, value in enumerate(values)
            if isinstance(value, dict)
        )
        for table in tables:
            table.warn_of_strangers()
        return tables


def a_date() -> str:
    """Return what is expected where a date belongs."""
    return tr("a date such as 2021-07-28, without quotes")


def one_of(choices: Collection[str], value: object) -> str:
    """Return the choices in words, with the one that looks most like the value."""
    if not choices:
        return tr("none, for there is none yet")
    if isinstance(choices, set | frozenset):
        choices = sorted(choices)  # the same words each time
    listed = ", ".join(list(choices)[:8]) + (", ..." if len(choices) > 8 else "")
    close = _close(value, choices) if isinstance(value, str) and value else None
    if close is None:
        return tr("one of {choices}", choices=listed)
    return tr("one of {choices}; did you mean {close!r}?", choices=listed, close=close)


def _close(value: str, choices: Collection[str]) -> str | None:
    begun = [choice for choice in choices if choice.startswith(value)]
    return begun[0] if len(begun) == 1 else nearest(value, choices)


class Unique:
    """Ids seen so far in one array, and the fault where one comes a second time."""

    def __init__(self, what: str, name: str) -> None:
        self._what, self._name = what, name
        self._seen: dict[str, int] = {}

    def take(self, table: Table, id: str) -> str:  # noqa: A002 (the file's own word)
        """Return the id, made different from all before it."""
        if id not in self._seen:
            self._seen[id] = len(self._seen)
            return id
        other = f"{self._what}[{self._seen[id]}]"
        expected = tr("an id of its own; {other} has this one", other=other)
        table.fault(self._name, shown(id), expected)
        return self.take_free(id)

    def take_free(self, stem: str) -> str:
        """Return an id that nobody has."""
        number = 2
        while f"{stem}-{number}" in self._seen:
            number += 1
        self._seen[f"{stem}-{number}"] = len(self._seen)
        return f"{stem}-{number}"
