"""A meeting as one prepares it: problems with their ages, and the written sections."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from l2l_tui.language import tr
from l2l_tui.plan import meetings, schedule
from l2l_tui.report import offers
from l2l_tui.tui.acts.problems import ProblemActs
from l2l_tui.tui.acts.writing import WritingActs
from l2l_tui.tui.commands import BACK, EVERYWHERE, Command, bindings
from l2l_tui.tui.format import meeting as lines
from l2l_tui.tui.widgets.editors import Editor
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList, Row
from l2l_tui.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from l2l_tui.plan.model import Plan, Problem
    from l2l_tui.report.offers import Offer
    from l2l_tui.runs.follow import RunUpdate

WRITE = Command(
    "ctrl+t", "next_section", "Write", "Write", "In the section in sight, then the next."
)
NEXT = Command("ctrl+t", "next_section", "Section", "Next section", "Paper, programming, next.")
"""The way into the sections, and on from one to the other."""

MEETING = (
    Command("ctrl+s", "save", "Save", "Save the sections", "Writes them into the plan."),
    WRITE,
    Command("ctrl+r", "preview", "Preview", "Preview", "The Markdown as it will look."),
    Command("p", "add_problem", "Problem", "Add a problem", "For this meeting."),
    Command("s", "solve", "Solve", "Solve the problem", "The one at the cursor, and how."),
    Command("e", "change_problem", "Words", "Reword the problem", "The one at the cursor."),
    Command("u", "reopen_problem", "Reopen", "Open the problem again", "A solved one."),
    Command(
        "i,ctrl+o",
        "include",
        "Include",
        "Include what happened",
        "Runs and milestones since the last meeting, as lines at the section's cursor.",
    ),
    Command(
        "ctrl+e", "edit_outside", "Editor", "Use your editor", "The section, in $VISUAL or $EDITOR."
    ),
    Command(
        "left_square_bracket,ctrl+left", "turn(-1)", "Before", "The meeting before", "Back in time."
    ),
    Command("right_square_bracket,ctrl+right", "turn(1)", "After", "The meeting after", "And on."),
    BACK,
)

_WHILE_WRITING = ("save", "next_section", "preview", "include", "edit_outside", "back")
_AT_PROBLEMS = ("add_problem", "solve", "reopen_problem", "next_section", "include", "save", "back")

_NOT_OF = {
    "none": {"solve", "reopen_problem", "change_problem"},
    "open": {"reopen_problem"},
    "solved": {"solve"},
}
"""What cannot be done with the problem at the cursor."""


class MeetingScreen(WritingActs, ProblemActs):
    """One meeting.

    Args:
        day: The day of the meeting.
    """

    commands = MEETING
    BINDINGS: ClassVar[list[BindingType]] = bindings(MEETING)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 (declared so in Textual)
    AUTO_FOCUS = "#problems"

    def __init__(self, day: date) -> None:
        super().__init__()
        self._day = day
        self._problems: dict[str, Problem] = {}
        self._offers: tuple[Offer, ...] = ()

    def compose(self) -> ComposeResult:
        """Make the problems, and the sections below them."""
        yield Drawn(self._head, id="header")
        yield LineList(id="problems")
        yield Writing(id="writing")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the meeting as the plan has it."""
        self._open(self._day)

    @property
    def day(self) -> date:
        """The day of the meeting."""
        return self._day

    @property
    def problem(self) -> Problem | None:
        """The problem at the cursor."""
        return self._problems.get(self.query_one("#problems", LineList).key or "")

    @property
    def unsaved(self) -> bool:
        """Whether something of a section would be lost."""
        return bool(self.touched)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan; what was typed stays."""
        view = meetings.view(plan, self._day)
        self._show_problems(view)
        self.writing.take(view.sections)
        self.renew_offers()

    def take(self, updates: tuple[RunUpdate, ...]) -> None:
        """Count anew what there is to tell of the runs."""
        if updates:
            self.renew_offers()

    def _open(self, day: date) -> None:
        """Show a meeting, nothing of it written here yet."""
        self._day = day
        view = meetings.view(self.study.plan, day)
        self._show_problems(view)
        self.writing.open(view.sections)
        runs = (watched.run for watched in self.study.book)
        self.study.complete(offers.recent(self.study.plan, runs, day, self.study.today))
        self.renew_offers()

    def action_turn(self, step: int) -> None:
        """Go to the meeting before or after, after asking if something is not saved."""
        day = meetings.turned(self.study.plan, self._day, step)
        if day is None or day == self._day:
            self.notify(tr("There is no meeting before this one."))
        elif self.sending:
            return
        else:
            question = tr("Something is not saved (^s saves). Turn to another meeting?")
            self._unless_touched(question, tr("Turn"), partial(self._open, day))

    def action_back(self) -> None:
        """Go back, after asking if something is not saved."""
        if self.sending and not self.touched:
            self._left = True  # as soon as it is saved
            return
        question = tr("Something is not saved (^s saves). Leave all the same?")
        self._unless_touched(question, tr("Leave"), self.dismiss)

    def _unless_touched(self, question: str, verb: str, do: Callable[[], object]) -> None:
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        if not self.touched:
            do()
            return

        def decide(yes: bool | None) -> None:
            if yes:
                do()

        self.app.push_screen(ConfirmScreen(question, verb), decide)

    @on(LineList.Selected)
    def _select(self) -> None:
        self.action_solve()

    @on(LineList.Highlighted)
    def _highlight(self) -> None:
        self._show_keys()

    @on(Writing.Changed)
    def _written(self) -> None:
        self.query_one("#header").refresh()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:  # noqa: ARG002 (as Textual calls it)
        """Show the keys that work where the cursor is."""
        self._show_keys()

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands, those that work where the cursor is first."""
        by_action = {command.action: command for command in MEETING}
        if isinstance(self.focused, Editor):
            by_action[NEXT.action] = NEXT
            chosen = [by_action[action] for action in _WHILE_WRITING]
            typed = [replace(one, key=one.key.split(",")[-1]) for one in chosen]
            return tuple(typed)
        first = [by_action[action] for action in _AT_PROBLEMS]
        found = (*first, *(one for one in MEETING if one not in first), *EVERYWHERE)
        idle = _NOT_OF[_standing(self.problem)]
        return tuple(one for one in found if one.action not in idle)

    def _show_keys(self) -> None:
        self.query_one(KeyLine).commands = self.footer_commands()
        self.query_one("#header").refresh()

    def _show_problems(self, view: meetings.MeetingView) -> None:
        plan, today = self.study.plan, self.study.today
        numbered = meetings.open_problems(plan, schedule.next_meeting(plan, today))
        order = {problem: n for n, problem in enumerate(numbered, 1)}
        self._problems = {}
        last, new = tr("Last week's problems"), tr("This week's problems")
        rows = [
            *self._rows("last", last, view.last_problems, order),
            *self._rows("new", new, view.problems, order),
        ]
        listed = self.query_one("#problems", LineList)
        listed.border_title = tr("Problems")
        listed.set_rows(rows)
        self._show_keys()

    def _rows(
        self, group: str, title: str, found: tuple[Problem, ...], order: dict[Problem, int]
    ) -> Iterator[Row]:
        """Yield a heading and the problems below it."""
        yield Row(group, partial(lines.heading, title), selectable=False)
        if not found:
            yield Row(f"{group} none", lines.none, selectable=False)
        for place, one in enumerate(found):
            key = f"{group} {place}"
            self._problems[key] = one
            yield Row(key, partial(lines.problem, one, self._day, order.get(one)))

    def renew_offers(self) -> tuple[Offer, ...]:
        """Look again what happened since the last meeting, and what of it is told."""
        study = self.study
        runs = [watched.run for watched in study.book]
        told = self.writing.texts
        self._offers = offers.on_offer(study.plan, runs, self._day, study.today, told)
        self.query_one("#header").refresh()
        return self._offers

    def _head(self, width: int, _height: int) -> Content:
        fresh = sum(not offer.included for offer in self._offers)
        return lines.head(
            self._day,
            self.study.today,
            fresh,
            width,
            key="^o" if isinstance(self.focused, Editor) else "i",
            unsaved=self.unsaved,
            contested=bool(self.writing.contested),
            skipped=schedule.is_skipped(self.study.plan, self._day),
        )


def _standing(problem: Problem | None) -> str:
    """Return how a problem stands, if there is one."""
    if problem is None:
        return "none"
    return "open" if problem.solved is None else "solved"
