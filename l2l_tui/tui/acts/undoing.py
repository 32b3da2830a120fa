"""Undo and redo, on every screen that changes the plan by single keys."""

from __future__ import annotations

from l2l_tui.tui.screens.base import StudyScreen


class UndoActs(StudyScreen[None]):
    """The commands that walk back and forth among the plan's versions."""

    def action_undo(self) -> None:
        """Take back the last change of the plan."""
        if self._may_walk():
            from l2l_tui.tui.acts import steps

            self.study.walk(steps.undo)

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        if self._may_walk():
            from l2l_tui.tui.acts import steps

            self.study.walk(steps.redo)

    def _may_walk(self) -> bool:
        if self.study.refusal is not None:
            self.study.refuse()
            return False
        return True
