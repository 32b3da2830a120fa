"""This week and the next, day by day: meetings, what is due, what comes round."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from l2l_tui.language import tr
from l2l_tui.plan import agenda, schedule
from l2l_tui.plan.agenda import Kind
from l2l_tui.plan.daynames import named_day
from l2l_tui.plan.model import Status
from l2l_tui.plan.recurring import Mark
from l2l_tui.tui.acts.undoing import UndoActs
from l2l_tui.tui.commands import BACK, REDO, UNDO, Command, bindings
from l2l_tui.tui.format import days
from l2l_tui.tui.format.tone import MUTED, STRONG, spread, words
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from l2l_tui.plan.agenda import Agenda, Entry
    from l2l_tui.plan.model import Plan, Recurring

_PLAN, _SEE = "Plan and meeting", "Look around"

AGENDA = (
    Command("enter", "open", "Open", "Open", "The milestone or the meeting at the cursor.", _PLAN),
    Command(
        "space,d", "done", "Done", "Done", "This day of what comes round, or the milestone.", _PLAN
    ),
    Command(
        "x", "skip", "Skip", "Skip the day", "This day of what comes round, or the meeting.", _PLAN
    ),
    Command("e", "change", "", "Change what comes round", "Title, days, rhythm, track.", _PLAN),
    Command("a", "add", "Add", "Add what comes round", "A weekly slot, a monthly one.", _PLAN),
    Command(
        "delete", "remove", "Remove", "Remove what comes round", "All its days; asks first.", _PLAN
    ),
    replace(UNDO, label=""),
    REDO,
    Command("left", "week(-1)", "", "The week before", "Goes back by a week.", _SEE),
    Command("right", "week(1)", "", "The week after", "Goes on by a week.", _SEE),
    Command(".", "today", "", "Go to this week", "This week and the next.", _SEE),
    BACK,
)

_DAYS = 7


class AgendaScreen(UndoActs):
    """Shows two weeks, at first this one and the next."""

    commands = AGENDA
    BINDINGS: ClassVar[list[BindingType]] = bindings(AGENDA)
    AUTO_FOCUS = "#days"
    DEFAULT_CSS = """
    AgendaScreen #days { height: 1fr; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._weeks = 0
        self._entries: dict[str, Entry] = {}

    def compose(self) -> ComposeResult:
        """Make the head, the days and the footer."""
        yield Drawn(self._head, id="header")
        yield LineList(id="days", empty=tr("Nothing comes in these weeks."))
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show this week, with the cursor on the first thing from today on."""
        self.query_one(KeyLine).commands = self.footer_commands()
        self.take_plan(self.study.plan)
        self._go_to_today()

    @property
    def lines(self) -> LineList:
        """The lines."""
        return self.query_one("#days", LineList)

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        return self._entries.get(self.lines.key or "")

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan."""
        today = self.study.today
        try:
            first = today + timedelta(days=self._weeks * _DAYS)
        except OverflowError:
            self._weeks, first = 0, today
        found = agenda.agenda(plan, today, first=first)
        entries = [
            *found.late,
            *(one for week in found.weeks for day in week.days for one in day.entries),
        ]
        self._entries = {entry.key: entry for entry in entries}
        self.lines.set_rows(self._rows(plan, found))
        self.query_one("#header").refresh()

    def action_open(self) -> None:
        """Open what is under the cursor: a milestone, or a meeting."""
        entry = self.entry
        if entry is None:
            return
        if entry.milestone is not None:
            from l2l_tui.tui.screens.milestone import MilestoneScreen

            screen = MilestoneScreen(self.study.plan, entry.milestone, self.study.today)
            self.app.push_screen(screen)
        elif entry.kind is Kind.MEETING:
            from l2l_tui.tui.screens.meeting import MeetingScreen

            self.app.push_screen(MeetingScreen(entry.on))
        else:
            self.action_done()

    def action_done(self) -> None:
        """Mark a recurring item's day done, or open again; or the milestone done."""
        entry = self.entry
        if entry is None or entry.kind is Kind.MEETING:
            self.notify(tr("That is nothing to be done; enter opens a meeting."))
        elif entry.milestone is not None:
            self._finish(entry)
        else:
            self._mark(entry, Mark.DONE)

    def action_skip(self) -> None:
        """Mark a recurring item's day skipped, or open again; or the day's meeting."""
        entry = self.entry
        if entry is not None and entry.kind is Kind.MEETING:
            self._skip_meeting(entry)
        elif entry is None or entry.occurrence is None:
            self.notify(tr("Only a meeting or a day of what comes round can be skipped."))
        else:
            self._mark(entry, Mark.SKIPPED)

    def action_change(self) -> None:
        """Change a recurring item in a form."""
        from l2l_tui.tui.screens.recurring import EditRecurringScreen

        entry = self.entry
        if entry is None or entry.occurrence is None:
            self.notify(tr("Only what comes round can be changed here."))
        elif self.study.refusal is not None:
            self.study.refuse()
        else:
            item = entry.occurrence.item
            self.app.push_screen(EditRecurringScreen(self.study.plan, item, self.study.today))

    def action_add(self) -> None:
        """Ask for something that comes round."""
        from l2l_tui.tui.screens.recurring import AddRecurringScreen

        if self.study.refusal is not None:
            self.study.refuse()
            return
        self.app.push_screen(AddRecurringScreen(self.study.plan, self.study.today))

    def action_remove(self) -> None:
        """Ask whether to take a recurring item away, and do it."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        entry = self.entry
        if entry is None or entry.occurrence is None:
            self.notify(tr("Only what comes round can be removed here."))
            return
        item = entry.occurrence.item

        def remove(yes: bool | None) -> None:
            if yes:
                self._remove(item)

        question = tr(
            "Remove {title} with all its days, those done as well? Undo brings it back.",
            title=item.title,
        )
        self.app.push_screen(ConfirmScreen(question, tr("Remove")), remove)

    def action_week(self, by: int) -> None:
        """Show other weeks."""
        self._weeks += by
        self.take_plan(self.study.plan)

    def action_today(self) -> None:
        """Show this week and the next."""
        self._weeks = 0
        self.take_plan(self.study.plan)
        self._go_to_today()

    def action_back(self) -> None:
        """Go back to the screen below."""
        self.dismiss()

    @on(LineList.Selected, "#days")
    def _select(self) -> None:
        self.action_open()

    def _go_to_today(self) -> None:
        """Put the cursor on the first thing that is not over."""
        keys = (key for key, entry in self._entries.items() if entry.on >= self.study.today)
        if (key := next(keys, None)) is not None:
            self.lines.go_to(key)

    def _finish(self, entry: Entry) -> None:
        from l2l_tui.plan import edits

        chosen = entry.milestone
        assert chosen is not None
        if chosen.status is Status.DONE:
            self.notify(tr("It is done already."), title=chosen.title)
            return
        edit = edits.SetStatus(chosen.id, Status.DONE, self.study.today, chosen.status)
        self.study.edit(tr("{title} is done.", title=chosen.title), edit)

    def _mark(self, entry: Entry, mark: Mark) -> None:
        """Mark a day; one that is marked so already is open again."""
        from l2l_tui.plan import edits

        occurrence = entry.occurrence
        assert occurrence is not None
        new = Mark.OPEN if occurrence.mark is mark else mark
        told = _marked(occurrence.item.title, named_day(entry.on), new)
        self.study.edit(told, edits.MarkOccurrence(occurrence.item.id, entry.on, new))

    def _skip_meeting(self, entry: Entry) -> None:
        """Skip the meetings of a day; the plan's own that is skipped is held after all."""
        from l2l_tui.plan import edits, skipping

        plan, day = self.study.plan, named_day(entry.on)
        if entry.skipped:
            said = tr("The meeting of {day} is held after all.", day=day)
            self.study.edit(said, edits.UnskipMeeting(entry.on))
            return
        said = tr("The meeting of {day} is skipped.", day=day)
        if any(one.date == entry.on for one in plan.meetings):
            said = tr("The meeting of {day} is skipped; what is written for it stays.", day=day)
        self.study.edit(said, *skipping.skip(plan, entry.on))

    def _remove(self, item: Recurring) -> None:
        from l2l_tui.plan import edits

        said = tr("{title} comes round no more.", title=item.title)
        self.study.edit(said, edits.RemoveRecurring(item.id))

    def _rows(self, plan: Plan, found: Agenda) -> list[Row]:
        today = self.study.today
        rows: list[Row] = []
        if found.late:
            heading = partial(days.late_heading, len(found.late))
            rows.append(Row("late", heading, selectable=False))
            rows += [_row(plan, entry, today, True) for entry in found.late]
            rows.append(_gap("late"))
        for number, week in enumerate(found.weeks):
            if number:
                rows.append(_gap(str(number)))
            heading = partial(days.week_heading, week, today)
            rows.append(Row(f"week:{week.monday}", heading, selectable=False))
            for day in week.days:
                if not day.entries:
                    nothing = partial(days.nothing, day.date, today)
                    rows.append(Row(f"nothing:{day.date}", nothing, selectable=False))
                rows += [_row(plan, entry, today, at == 0) for at, entry in enumerate(day.entries)]
        return rows

    def _head(self, width: int, _height: int) -> Content:
        plan, today = self.study.plan, self.study.today
        title = words(f" {tr('Agenda of {plan}', plan=plan.title or plan.name)}", STRONG)
        week = tr("week {n}", n=schedule.week(plan, today))
        return spread(title, words(f"{named_day(today)} · {week} ", MUTED), width)


def _row(plan: Plan, entry: Entry, today: date, first: bool) -> Row:
    return Row(entry.key, partial(days.line, plan, entry, today, first))


def _gap(name: str) -> Row:
    return Row(f"gap:{name}", lambda _cells: "", selectable=False)


def _marked(title: str, day: str, mark: Mark) -> str:
    """Return what is said of a day that is marked now."""
    if mark is Mark.DONE:
        return tr("{title} on {day} is done.", title=title, day=day)
    if mark is Mark.SKIPPED:
        return tr("{title} on {day} is skipped.", title=title, day=day)
    return tr("{title} on {day} is open again.", title=title, day=day)
