"""Edits of recurring items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.blocks import first_standing, recurring_table
from l2l_tui.plan.model import Recurring
from l2l_tui.plan.recurring import Mark, comes_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.document import Document

_KEYS = tuple(Recurring.__dataclass_fields__)


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
            held = document.get(key) or []
            wanted = {*held} - {self.on} | ({self.on} if mark is self.mark else set())
            if wanted != {*held}:
                document.set(key, sorted(wanted), _KEYS)


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


def _index(ids: Sequence[str], item: str) -> int:
    if item not in ids:
        raise UnknownNameError("recurring item", item, ids)
    return ids.index(item)
