"""The schedule over the weeks: titles on the left, bars on the right, today a line through all.

Due dates can be moved here. What is moved stays a proposal until it is saved, all of it as one
step; so a date that is pushed ten days is one change of the plan and not ten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from l2l_tui.language import tr, trn
from l2l_tui.plan import gantt, schedule, timescale
from l2l_tui.plan.model import Change
from l2l_tui.plan.timescale import Scale, Sheet
from l2l_tui.tui.acts.undoing import UndoActs
from l2l_tui.tui.commands import BACK, EVERYWHERE, REDO, UNDO, Command, bindings
from l2l_tui.tui.format import timeline
from l2l_tui.tui.format.tone import MUTED, STRONG, spread, words
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import GUTTER, LineList, Row

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from l2l_tui.plan.gantt import Bar, Lane
    from l2l_tui.plan.model import Milestone, Plan
    from l2l_tui.plan.timescale import Zoom

_SEE, _DUE = "Look around", "Plan and meeting"

TIMELINE = (
    Command("enter", "open", "Open", "Open", "The milestone; or saves what was moved.", _DUE),
    Command(">", "move_due(1)", "Later", "Due a day later", "Not saved before enter.", _DUE),
    Command("<", "move_due(-1)", "Earlier", "Due a day earlier", "Not saved before enter.", _DUE),
    Command(
        "shift+right,]", "move_due(7)", "", "Due a week later", "Not saved before enter.", _DUE
    ),
    Command(
        "shift+left,[", "move_due(-7)", "", "Due a week earlier", "Not saved before enter.", _DUE
    ),
    replace(UNDO, label=""),
    REDO,
    Command("+,=", "zoom(1)", "Nearer", "Nearer", "Fewer days, with more cells each.", _SEE),
    Command("-", "zoom(-1)", "Farther", "Farther", "More days, with fewer cells each.", _SEE),
    BACK,
    Command("left", "pan(-1)", "", "Earlier weeks", "The weeks to the left.", _SEE),
    Command("right", "pan(1)", "", "Later weeks", "The weeks to the right.", _SEE),
    Command(".", "today", "Today", "Go to today", "Brings today into sight.", _SEE),
    Command("0", "fit", "All", "Show all", "As near as the whole schedule allows.", _SEE),
)

MOVING = (
    Command("enter", "open", "Save", "Save what was moved", "All of it as one step.", _DUE),
    Command("escape", "back", "Drop", "Drop what was moved", "All is due as before.", _DUE),
)
"""What enter and escape do while something is moved and not saved."""

_MILESTONE, _TRACK = "milestone:", "track:"


class TimelineScreen(UndoActs):
    """Shows all milestones over time."""

    commands = TIMELINE
    BINDINGS: ClassVar[list[BindingType]] = bindings(TIMELINE)
    AUTO_FOCUS = "#timeline"
    DEFAULT_CSS = """
    TimelineScreen {
        & #bar-axis { height: 2; background: $background; }
        & #timeline { height: 1fr; scrollbar-gutter: stable; }
        & #bar, & #bar-legend { height: 1; background: $surface; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lanes: tuple[Lane, ...] = ()
        self._bars: dict[str, Bar] = {}
        self._first: date | None = None
        self._zoom: Zoom = timescale.ZOOMS[0]
        self._sheet: Sheet | None = None
        self._moved: dict[str, date] = {}

    def compose(self) -> ComposeResult:
        """Make the head, the axis, the bars, what is said of one, and the legend."""
        yield Drawn(self._head, id="header")
        yield Drawn(self._axis, id="bar-axis")
        yield LineList(id="timeline", empty=tr("The plan has no track yet."))
        yield Drawn(self._about, id="bar")
        yield Drawn(lambda width, _height: timeline.legend(width), id="bar-legend")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the whole schedule, as near as it allows."""
        self.take_plan(self.study.plan)

    @property
    def bars(self) -> LineList:
        """The lines."""
        return self.query_one("#timeline", LineList)

    @property
    def milestone(self) -> Milestone | None:
        """The milestone under the cursor, as the plan has it."""
        chosen = self._chosen
        return next((one for one in self.study.plan.milestones if one.id == chosen), None)

    @property
    def scale(self) -> Scale:
        """Which days are in sight."""
        return self._sheet_of(self._columns()).scale

    @property
    def unsaved(self) -> bool:
        """Whether due dates are moved and not saved."""
        return bool(self._moved)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan; what is moved and not saved stays moved."""
        due = {one.id: one.due for one in plan.milestones}
        self._moved = {
            id_: day for id_, day in self._moved.items() if id_ in due and due[id_] != day
        }
        self._show(plan)

    def go_to(self, milestone: str) -> None:
        """Put the cursor on a milestone."""
        self.bars.go_to(_MILESTONE + milestone)

    def action_open(self) -> None:
        """Open the milestone under the cursor; first save what was moved."""
        if self._moved:
            self._save()
        elif (chosen := self.milestone) is not None:
            from l2l_tui.tui.screens.milestone import MilestoneScreen

            self.app.push_screen(MilestoneScreen(self.study.plan, chosen, self.study.today))

    def action_move_due(self, days: int) -> None:
        """Propose another due date for the milestone under the cursor."""
        chosen = self.milestone
        if chosen is None:
            return
        if self.study.refusal is not None:
            self.study.refuse()
            return
        if schedule.is_closed(chosen):
            self.notify(tr("Nothing is left to do for it, so it is not due."), title=chosen.title)
            return
        start = self._moved.get(chosen.id) or chosen.due or self.study.today
        try:
            new = start + timedelta(days=days)
        except OverflowError:
            return
        self._moved[chosen.id] = new
        self.take_plan(self.study.plan)
        self._bring_into_sight(new)

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands; while something is moved, what saves it and what drops it first."""
        if not self._moved:
            return super().footer_commands()
        return (*MOVING, *(one for one in TIMELINE if "move_due" in one.action), *EVERYWHERE)

    def action_pan(self, direction: int) -> None:
        """Go to earlier (-1) or later (1) weeks, by about an eighth of what is in sight."""
        weeks = max(1, (self.scale.last - self.scale.first).days // 56)
        self._look(timescale.shifted(self.scale, direction * weeks))

    def action_zoom(self, by: int) -> None:
        """Look from nearer (1) or farther (-1); the due date or today stays where it is."""
        scale, today = self.scale, self.study.today
        keep = today if scale.first <= today <= scale.last else scale.first
        self._look(timescale.zoomed(scale, by, keep, self._meeting()))

    def action_today(self) -> None:
        """Bring today into sight."""
        here = timescale.around(self.study.today, self._meeting(), self._columns(), self.scale.zoom)
        self._look(here)

    def action_fit(self) -> None:
        """Show the whole schedule, as near as it allows."""
        before, self._first = self.scale, None
        self._redraw()
        if self.scale == before:
            self.notify(tr("All of it is in sight."))

    def action_back(self) -> None:
        """Leave what was moved as it was; or go back to the screen below."""
        if not self._moved:
            self.dismiss()
            return
        self._moved = {}
        self._show(self.study.plan)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go to later weeks with the wheel, where shift or ctrl is held."""
        if event.shift or event.ctrl:
            self.action_pan(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go to earlier weeks with the wheel, where shift or ctrl is held."""
        if event.shift or event.ctrl:
            self.action_pan(-1)

    @on(LineList.Selected, "#timeline")
    def _select(self) -> None:
        self.action_open()

    @on(LineList.Highlighted, "#timeline")
    def _highlight(self) -> None:
        self.query_one("#bar").refresh()

    @property
    def _chosen(self) -> str:
        return (self.bars.key or "").removeprefix(_MILESTONE)

    def _meeting(self) -> date:
        return schedule.week_day(self.study.plan, self.study.today)

    def _columns(self) -> int:
        """Return how many cells the bars have now."""
        width = self.bars.scrollable_content_region.width or self.size.width - 1
        return timeline.bar_cells(width - GUTTER)

    def _sheet_of(self, columns: int) -> Sheet:
        """Return what all rows share; at first it shows the whole schedule."""
        sheet = self._sheet
        if sheet is None or sheet.scale.columns != columns:
            meeting, today = self._meeting(), self.study.today
            if self._first is None:
                days = gantt.extent(self._lanes, today)
                scale = timescale.covering(days, today, meeting, columns)
                self._zoom = scale.zoom
            else:
                scale = Scale(self._first, columns, self._zoom)
            sheet = self._sheet = Sheet(scale, today, meeting)
        return sheet

    def _look(self, scale: Scale) -> None:
        """Show other days."""
        self._first, self._zoom = scale.first, scale.zoom
        self._redraw()

    def _bring_into_sight(self, day: date) -> None:
        scale = self.scale
        if day < scale.first:
            self._look(Scale(gantt.week_of(day, self._meeting()), scale.columns, scale.zoom))
        elif day > scale.last:
            weeks = ((day - scale.last).days + 6) // 7
            self._look(timescale.shifted(scale, weeks))

    def _show(self, plan: Plan) -> None:
        """Make the rows anew, and say which keys work now."""
        self.query_one(KeyLine).commands = self.footer_commands()
        self._lanes = gantt.lanes(
            _with_moved(plan, self._moved, self.study.today), self.study.today
        )
        self._bars = {bar.milestone.id: bar for lane in self._lanes for bar in lane.bars}
        rows: list[Row] = []
        for lane in self._lanes:
            draw = partial(self._heading, lane)
            rows.append(Row(_TRACK + lane.track.id, draw, selectable=False))
            rows += [
                Row(_MILESTONE + bar.milestone.id, partial(self._line, bar, lane.depth))
                for bar in lane.bars
            ]
        self._redraw(rows)

    def _redraw(self, rows: list[Row] | None = None) -> None:
        self._sheet = None
        self.bars.set_rows(self.bars.rows if rows is None else rows)
        for id_ in ("#header", "#bar-axis", "#bar"):
            self.query_one(id_).refresh()

    def _save(self) -> None:
        """Write what was moved into the plan, as one step."""
        from l2l_tui.plan import edits

        plan, today, moved = self.study.plan, self.study.today, dict(self._moved)
        due = {one.id: one.due for one in plan.milestones}
        made = [edits.SetDue(id_, day, today, due[id_]) for id_, day in moved.items()]
        self._moved = {}
        said = trn("{n} due date moved.", "{n} due dates moved.", len(made))
        self.study.edit(said, *made)
        self._show(self.study.plan)

    def _heading(self, lane: Lane, cells: int) -> Content:
        return timeline.heading(lane, self._sheet_of(timeline.bar_cells(cells)), cells)

    def _line(self, bar: Bar, depth: int, cells: int) -> Content:
        return timeline.line(bar, depth, self._sheet_of(timeline.bar_cells(cells)), cells)

    def _head(self, width: int, _height: int) -> Content:
        scale = self.scale
        title = tr("Timeline of {plan}", plan=self.study.plan.title or self.study.plan.name)
        days = tr("{first} to {last}", first=scale.first, last=scale.last)
        zoom = timescale.zoom_in_words(scale.zoom)
        right = words(f"{days} · {zoom} " if width >= 70 else f"{days} ", MUTED)
        return spread(words(f" {title}", STRONG), right, width)

    def _axis(self, width: int, _height: int) -> Content:
        columns = self._columns()
        cells = (self.bars.scrollable_content_region.width or width - 1) - GUTTER
        return timeline.axis(self._sheet_of(columns), cells, GUTTER)

    def _about(self, width: int, _height: int) -> Content:
        bar = self._bars.get(self._chosen)
        if self._moved:
            chosen = self.milestone
            known = bar if chosen is not None and chosen.id in self._moved else None
            was = chosen.due if chosen is not None else None
            return timeline.moving(len(self._moved), known, was, self.study.today, width)
        if bar is None:
            return words("")
        return timeline.about(self.study.plan, bar, self.study.today, width)


def _with_moved(plan: Plan, moved: dict[str, date], today: date) -> Plan:
    """Return the plan as it would be if what is moved were saved."""
    if not moved:
        return plan
    milestones = tuple(
        replace(
            one,
            due=moved[one.id],
            history=(*one.history, Change(today, due=moved[one.id], was=one.due)),
        )
        if one.id in moved
        else one
        for one in plan.milestones
    )
    return replace(plan, milestones=milestones)
