"""A meeting as one prepares it: problems with their ages, and the written sections."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Markdown

from l2l_tui.plan import meetings
from l2l_tui.plan.model import Section
from l2l_tui.text import plain_lines
from l2l_tui.tui.commands import BACK, Command, bindings
from l2l_tui.tui.format import meeting as lines
from l2l_tui.tui.format.tone import MUTED, WARN, spread, words
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.editors import Editor
from l2l_tui.tui.widgets.field import Field
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList, Row
from l2l_tui.tui.widgets.sections import SectionTabs

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan, Problem

MEETING = (
    Command("ctrl+s", "save", "Save", "Save the sections", "Writes them into the plan."),
    Command("ctrl+t", "next_section", "Section", "Next section", "Paper, programming, next."),
    Command("ctrl+r", "preview", "Preview", "Preview", "The Markdown as it will look."),
    Command("p", "add_problem", "Problem", "Add a problem", "For this meeting."),
    Command("s", "solve", "Solve", "Solve the problem", "The one at the cursor."),
    BACK,
)


class MeetingScreen(StudyScreen[None]):
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
        self._section = Section.PAPER
        self._seen: dict[Section, str] = {}
        self._problems: dict[str, Problem] = {}

    def compose(self) -> ComposeResult:
        """Make the problems, an editor for each section, and the preview."""
        yield Drawn(self._head, id="header")
        yield LineList(id="problems", empty="No open problems; p adds one.")
        yield SectionTabs(id="sections")
        with Horizontal(id="writing"):
            with Vertical(id="editors"):
                for section in Section:
                    yield Editor(id=f"edit-{section}")
            with VerticalScroll(id="preview", can_focus=False) as preview:
                preview.border_title = "Preview"
                yield Markdown(open_links=False)
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the meeting as the plan has it."""
        self.query_one("#problems").border_title = "Problems"
        self.query_one(KeyLine).commands = self.footer_commands()
        self.take_plan(self.study.plan)
        self._show_section(self._section)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan; what was typed stays."""
        view = meetings.view(plan, self._day)
        self._show_problems((*view.last_problems, *view.problems))
        for section in Section:
            new = view.sections.get(section, "")
            editor = self._editor(section)
            if section not in self._seen or not self._touched(section):
                self._seen[section] = new
                if editor.text != new:
                    editor.load_text(new)
            elif editor.text == new:
                self._seen[section] = new
        self._show_state()

    @property
    def touched(self) -> list[Section]:
        """The sections that say something else than the plan."""
        return [section for section in Section if self._touched(section)]

    def action_save(self) -> None:
        """Write the sections that were changed into the plan."""
        from l2l_tui.plan import edits

        found: list[Edit] = [
            edits.SetSection(self._day, one, self._editor(one).text, self._seen[one])
            for one in self.touched
        ]
        if found:
            self.study.edit(f"Saved the meeting of {self._day}", *found)
        else:
            self.notify("Nothing was changed.")

    def action_next_section(self) -> None:
        """Edit the next section."""
        order = list(Section)
        self._show_section(order[(order.index(self._section) + 1) % len(order)])
        self._editor(self._section).focus()

    def action_preview(self) -> None:
        """Show the preview, or the editor again."""
        self.toggle_class("-preview")
        self._renew_preview()

    def action_add_problem(self) -> None:
        """Ask for a problem."""
        from l2l_tui.plan import edits
        from l2l_tui.tui.screens.form import FormScreen, needed

        def save(answers: dict[str, str] | None) -> None:
            if answers is not None:
                add = edits.AddProblem(self._day, answers["text"].strip())
                self.study.edit("Problem added", add)

        field = Field("text", "What is the problem?", check=needed)
        self.app.push_screen(FormScreen(f"A problem for {self._day}", [field]), save)

    def action_solve(self) -> None:
        """Ask how the problem at the cursor was solved."""
        from l2l_tui.tui.screens.form import FormScreen

        problem = self._problems.get(self.query_one("#problems", LineList).key or "")
        if problem is None or problem.solved is not None:
            self.notify("There is no open problem at the cursor.")
            return
        field = Field("how", "How was it solved?", hint="may stay empty")
        solve = partial(self._solve, problem)
        self.app.push_screen(FormScreen(problem.text, [field], "Solved"), solve)

    def _solve(self, problem: Problem, answers: dict[str, str] | None) -> None:
        from l2l_tui.plan import edits

        if answers is not None:
            today, how = self.study.today, answers["how"].strip()
            edit = edits.SolveProblem(problem.raised, problem.text, today, how)
            self.study.edit("Problem solved", edit)

    def action_back(self) -> None:
        """Go back, after asking if something is not saved."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        if not self.touched:
            self.dismiss()
            return

        def leave(yes: bool | None) -> None:
            if yes:
                self.dismiss()

        question = "Something is not saved (^s saves). Leave all the same?"
        self.app.push_screen(ConfirmScreen(question, "Leave"), leave)

    @on(LineList.Selected)
    def _select(self) -> None:
        self.action_solve()

    @on(SectionTabs.Chosen)
    def _choose(self, event: SectionTabs.Chosen) -> None:
        self._show_section(event.section)
        self._editor(event.section).focus()

    @on(Editor.Changed)
    def _typed(self) -> None:
        self._show_state()
        self._renew_preview()

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        self._problems = {str(place): one for place, one in enumerate(problems)}
        rows = [
            Row(key, partial(lines.problem, one, self._day, int(key) + 1))
            for key, one in self._problems.items()
        ]
        self.query_one("#problems", LineList).set_rows(rows)

    def _show_section(self, section: Section) -> None:
        self._section = section
        for one in Section:
            self._editor(one).display = one is section
        self._show_state()
        self._renew_preview()

    def _show_state(self) -> None:
        tabs = self.query_one(SectionTabs)
        tabs.section, tabs.touched = self._section, tuple(self.touched)
        self.query_one("#header").refresh()

    def _renew_preview(self) -> None:
        if self.query_one("#preview").display:
            text = self._editor(self._section).text.expandtabs(4)
            self.query_one(Markdown).update(plain_lines(text))

    def _editor(self, section: Section) -> Editor:
        return self.query_one(f"#edit-{section}", Editor)

    def _touched(self, section: Section) -> bool:
        return self._editor(section).text != self._seen.get(section, "")

    def _head(self, width: int, _height: int) -> Content:
        left = words(f" Meeting {lines.day(self._day, self.study.today)}", "bold")
        saved = words("not saved ", WARN) if self.touched else words("", MUTED)
        return spread(left, saved, width)
