"""A meeting's commands about its problems: written down, solved, opened again, reworded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.plan import meetings
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from l2l_tui.plan.model import Problem
    from l2l_tui.tui.screens.form import Saving


class ProblemActs(StudyScreen[None]):
    """The problems' part of the meeting screen's commands."""

    @property
    def day(self) -> date:
        """The day of the meeting."""
        raise NotImplementedError

    @property
    def problem(self) -> Problem | None:
        """The problem at the cursor."""
        raise NotImplementedError

    def action_add_problem(self) -> None:
        """Ask for a problem."""
        from l2l_tui.plan import edits
        from l2l_tui.tui.screens.form import needed

        day = self.day

        def save(answers: dict[str, str]) -> Saving:
            return tr("Problem added"), [edits.AddProblem(day, answers["text"].strip())]

        field = Field("text", tr("What is the problem?"), check=needed)
        self._ask(tr("A problem for {day}", day=day), field, tr("Save"), save)

    def action_solve(self) -> None:
        """Ask how the problem at the cursor was solved."""
        from l2l_tui.plan import edits

        problem = self.problem
        if problem is None or problem.solved is not None:
            self.notify(tr("There is no open problem at the cursor."))
            return

        def save(answers: dict[str, str]) -> Saving:
            how, stands = answers["how"].strip(), self._stands(problem)
            edit = edits.SolveProblem(stands, problem.text, self.study.today, how)
            return tr("Problem solved"), [edit]

        field = Field("how", tr("How was it solved?"), hint=tr("may stay empty"))
        self._ask(problem.text, field, tr("Solved"), save)

    def action_change_problem(self) -> None:
        """Ask for other words for the problem at the cursor."""
        from l2l_tui.plan import edits
        from l2l_tui.tui.screens.form import needed

        problem = self.problem
        if problem is None:
            self.notify(tr("There is no problem at the cursor."))
            return

        def save(answers: dict[str, str]) -> Saving:
            new = answers["text"].strip()
            edit = edits.SetProblemText(self._stands(problem), problem.text, new)
            return tr("Problem changed"), [edit] if new != problem.text else []

        field = Field("text", tr("What is the problem?"), problem.text, check=needed)
        self._ask(tr("Other words for a problem"), field, tr("Save"), save)

    def action_reopen_problem(self) -> None:
        """Open the problem at the cursor again."""
        from l2l_tui.plan import edits

        problem = self.problem
        if problem is None or problem.solved is None:
            self.notify(tr("There is no solved problem at the cursor."))
            return
        edit = edits.ReopenProblem(self._stands(problem), problem.text)
        self.study.edit(tr("Problem open again"), edit)

    def _stands(self, problem: Problem) -> date:
        return meetings.stored_at(self.study.plan, problem)

    def _ask(
        self, title: str, field: Field, verb: str, save: Callable[[dict[str, str]], Saving]
    ) -> None:
        """Show a form, which stays until what it asked for is saved."""
        from l2l_tui.tui.screens.form import FormScreen

        self.app.push_screen(FormScreen(title, [field], verb, save=save))
