"""Edits of a milestone's checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan.edits.base import MILESTONE_KEYS, milestone_key

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key

_KEYS = ("text", "done")


@dataclass(frozen=True, slots=True)
class AddCheck:
    """A new item at the end of a milestone's checklist; nothing if it stands there already."""

    milestone: str
    """The milestone's id."""
    text: str
    """What is to do."""

    def apply(self, document: Document) -> None:
        """Write the item."""
        if not self.text.strip():
            raise RequestError(tr("an item of a checklist needs words"))
        key = milestone_key(document, self.milestone)
        held = document.get((*key, "checklist")) or []
        if self.text not in map(_text, held):
            document.append((*key, "checklist"), {"text": self.text}, MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class TickCheck:
    """An item of a checklist is done; nothing if it is already."""

    milestone: str
    """The milestone's id."""
    text: str
    """The item's text."""
    on: date
    """The day it was done."""

    def apply(self, document: Document) -> None:
        """Write the day behind the item's text."""
        key, item = _find(document, self.milestone, self.text)
        if isinstance(item, str):
            document.set(key, {"text": item, "done": self.on})
        elif isinstance(item, dict) and "done" not in item:
            document.set((*key, "done"), self.on, _KEYS)


@dataclass(frozen=True, slots=True)
class UntickCheck:
    """An item of a checklist is open again."""

    milestone: str
    """The milestone's id."""
    text: str
    """The item's text."""

    def apply(self, document: Document) -> None:
        """Take the day away."""
        key, item = _find(document, self.milestone, self.text)
        if isinstance(item, dict):
            document.remove((*key, "done"))


@dataclass(frozen=True, slots=True)
class SetCheckText:
    """An item of a checklist gets other words."""

    milestone: str
    """The milestone's id."""
    text: str
    """The item's text as the editor saw it."""
    new: str
    """Its text from now on."""

    def apply(self, document: Document) -> None:
        """Write the words."""
        if not self.new.strip():
            raise RequestError(tr("an item of a checklist needs words"))
        key, item = _find(document, self.milestone, self.text)
        held = document.get(key[:-1]) or []
        if self.new != self.text and self.new in map(_text, held):
            said = tr(
                "{milestone}'s checklist has {text!r} already",
                milestone=self.milestone,
                text=self.new,
            )
            raise ConflictError(said)
        document.set(key if isinstance(item, str) else (*key, "text"), self.new)


@dataclass(frozen=True, slots=True)
class RemoveCheck:
    """An item of a checklist is taken away; a comment on its line stays."""

    milestone: str
    """The milestone's id."""
    text: str
    """The item's text."""

    def apply(self, document: Document) -> None:
        """Take it away, and the list with the last one."""
        key, _item = _find(document, self.milestone, self.text)
        if key[:-1] not in document.layout.places:
            document.remove_table(key)
        elif len(document.get(key[:-1])) > 1:
            document.remove(key)
        else:
            document.remove(key[:-1])


def _find(document: Document, milestone: str, text: str) -> tuple[Key, object]:
    key = milestone_key(document, milestone)
    held = document.get((*key, "checklist")) or []
    for index, item in enumerate(held):
        if _text(item) == text:
            return (*key, "checklist", index), item
    texts = [_text(item) for item in held]
    raise UnknownNameError("item of {milestone}'s checklist", text, texts, milestone=milestone)


def _text(item: object) -> str:
    return str(item.get("text", "")) if isinstance(item, dict) else str(item)
