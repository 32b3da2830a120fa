"""Edits of recurring items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.blocks import first_standing, recurring_table
from l2l_tui.plan.edits.base import conflict, put_day
from l2l_tui.plan.model import Every, Recurring
from l2l_tui.plan.recurring import Mark, comes_round

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from l2l_tui.plan.document import Document

_KEYS = tuple(Recurring.__dataclass_fields__)
_FIELDS = (("title",), ("first",), ("until",), ("every", "every_days"), ("track", "meeting"))
"""What an editor changes at once."""


@dataclass(frozen=True, slots=True)
class AddRecurring:
    """A new recurring item, behind the last one or behind the milestones."""

    item: Recurring
    """All of it; its id must be new."""

    def apply(self, document: Document) -> None:
        """Write the item."""
        held = document.get(("recurring",)) or []
        if any(each["id"] == self.item.id for each in held):
            said = tr("there is a recurring item {item!r} already", item=self.item.id)
            raise ConflictError(said)
        if document.is_inline(("recurring",)):
            document.append(("recurring",), recurring_table(self.item))
            return
        after = [("recurring", len(held) - 1)]
        after += [(name, len(document.get((name,)) or []) - 1) for name in ("milestone", "track")]
        block = values.block("recurring", recurring_table(self.item))
        document.insert_block(block, after=first_standing(document, [*after, ("plan",)]))


@dataclass(frozen=True, slots=True)
class MarkOccurrence:
    """One day of a recurring item is done, skipped or open again."""

    item: str
    """The item's id."""
    on: date
    """The day; one on which the item comes round."""
    mark: Mark
    """What became of it."""

    def apply(self, document: Document) -> None:
        """Write the day among those done or skipped, and take it from the others.

        Raises:
            UnknownNameError: There is no such item.
            RequestError: The item does not come round on that day.
        """
        from l2l_tui.plan import check

        items = check.read(document.data).recurring
        index = _index([each.id for each in items], self.item)
        if not comes_round(items[index], self.on):
            said = tr("{item} does not come round on {day}", item=self.item, day=self.on)
            raise RequestError(said)
        for mark in (Mark.DONE, Mark.SKIPPED):
            key = ("recurring", index, mark.value)
            put_day(document, key, self.on, _KEYS, there=mark is self.mark)


@dataclass(frozen=True, slots=True)
class SetRecurring:
    """A recurring item gets another title, first or last day, rhythm or track.

    Only the fields in which it differs from what the editor saw are written; the days that
    were done or skipped stay as they are.
    """

    item: Recurring
    """The item as it shall be; its id says which it is."""
    expected: Recurring | None = None
    """The item as the editor saw it, if that matters; else as it stands in the file."""

    def apply(self, document: Document) -> None:
        """Write the fields that differ.

        Raises:
            UnknownNameError: There is no such item.
            ConflictError: One of those fields was changed since the editor saw it.
            RequestError: It would have no title, or end before it begins.
        """
        from l2l_tui.plan import check

        items = check.read(document.data).recurring
        index = _index([each.id for each in items], self.item.id)
        now = items[index]
        changed = _changed(self.expected or now, self.item)
        for fields in changed:
            found, seen = _stands(now, fields), _stands(self.expected or now, fields)
            if found not in (seen, _stands(self.item, fields)):
                what = tr("{key} of {name}", key=fields[0], name=self.item.id)
                refusal = conflict(what, _said(seen), _said(found))
                refusal.found = now  # all of it, for whoever decides
                raise refusal
        wanted = {name: value for fields in changed for name, value in self._of(fields)}
        new = replace(now, **wanted)
        if not new.title.strip():
            raise RequestError(tr("the title is empty; say what comes round"))
        if new.until is not None and new.until < new.first:
            raise RequestError(ends_before(new.first, new.until))
        for name, value in wanted.items():
            key = ("recurring", index, name)
            if value in (None, "", False):
                document.remove(key)
            else:
                document.set(key, value.value if isinstance(value, Every) else value, _KEYS)

    def _of(self, fields: Sequence[str]) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self.item, name)) for name in fields)


@dataclass(frozen=True, slots=True)
class RemoveRecurring:
    """A recurring item is taken away, with its days and the comments inside it and right above."""

    item: str
    """The item's id."""

    def apply(self, document: Document) -> None:
        """Take it away.

        Raises:
            UnknownNameError: There is no such item.
        """
        held = document.get(("recurring",)) or []
        document.remove_table(("recurring", _index([each["id"] for each in held], self.item)))


def ends_before(first: date, until: date) -> str:
    """Return what is said of an item that would end before it begins."""
    return tr("it would end on {until}, before it begins on {first}", until=until, first=first)


def _changed(before: Recurring, after: Recurring) -> list[tuple[str, ...]]:
    """Return the fields that differ; those that only make sense together count as one."""
    return [fields for fields in _FIELDS if _stands(before, fields) != _stands(after, fields)]


def _stands(item: Recurring, fields: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in fields)


def _said(values: Sequence[object]) -> object:
    said = next((value for value in values if value not in (None, "", False)), None)
    return tr("a meeting") if said is True else said


def _index(ids: Sequence[str], item: str) -> int:
    if item not in ids:
        raise UnknownNameError("recurring item", item, ids)
    return ids.index(item)
