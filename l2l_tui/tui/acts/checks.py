"""The commands about a checklist: every one of them is saved at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from l2l_tui.language import tr
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.checklist import Checklist

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.plan.model import CheckItem, Milestone
    from l2l_tui.tui.screens.form import Saving


class CheckActs(StudyScreen[None]):
    """The checklist's part of a milestone's commands."""

    @property
    def milestone(self) -> Milestone:
        """The milestone."""
        raise NotImplementedError

    @property
    def checklist(self) -> Checklist:
        """The checklist."""
        raise NotImplementedError

    def action_tick(self) -> None:
        """Tick the item at the cursor, or take the tick away."""
        from l2l_tui.plan import edits

        item = self._need_item()
        if item is None:
            return
        if item.done is None:
            self.study.edit("", edits.TickCheck(self.milestone.id, item.text, self.study.today))
        else:
            self.study.edit("", edits.UntickCheck(self.milestone.id, item.text))

    def action_add_check(self) -> None:
        """Ask for a new item."""
        from l2l_tui.plan import edits

        id_ = self.milestone.id
        held = {item.text for item in self.milestone.checklist}

        def save(answers: dict[str, str]) -> Saving:
            return tr("Added to the checklist"), [edits.AddCheck(id_, answers["text"].strip())]

        self._ask(tr("A new item"), "", held, save)

    def action_edit_check(self) -> None:
        """Ask for other words for the item at the cursor."""
        from l2l_tui.plan import edits

        item = self._need_item()
        if item is None:
            return
        id_, old = self.milestone.id, item.text
        others = {one.text for one in self.milestone.checklist} - {old}

        def save(answers: dict[str, str]) -> Saving:
            new = answers["text"].strip()
            changed = [edits.SetCheckText(id_, old, new)] if new != old else []
            return tr("Changed the checklist"), changed

        self._ask(tr("An item of the checklist"), old, others, save)

    def action_remove_check(self) -> None:
        """Take the item at the cursor away; undo brings it back."""
        from l2l_tui.plan import edits

        if item := self._need_item():
            said = tr("Removed: {item}", item=item.text)
            self.study.edit(said, edits.RemoveCheck(self.milestone.id, item.text))

    @on(Checklist.Selected)
    def _select(self) -> None:
        self.action_tick()

    def _ask(
        self,
        title: str,
        text: str,
        others: set[str],
        save: Callable[[dict[str, str]], Saving],
    ) -> None:
        """Ask for the words of an item, which no other has."""
        from l2l_tui.tui.screens.form import Field, FormScreen, needed

        def check(typed: str) -> str | None:
            there = tr("the checklist has that already")
            return there if typed.strip() in others else needed(typed)

        field = Field("text", tr("What is to do"), text, check=check)
        self.app.push_screen(FormScreen(title, [field], save=save))

    def _need_item(self) -> CheckItem | None:
        if self.checklist.item is None:
            self.notify(tr("The checklist is empty; a adds an item."))
        return self.checklist.item
