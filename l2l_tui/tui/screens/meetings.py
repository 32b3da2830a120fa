"""All meetings: the past ones and the next, and a search through what was ever written."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input

from l2l_tui.language import tr
from l2l_tui.plan import meetings, schedule
from l2l_tui.plan.search import search
from l2l_tui.tui.commands import BACK, Command, bindings
from l2l_tui.tui.format import meetings as lines
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.editors import LineInput
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from l2l_tui.plan.model import Plan

MEETINGS = (
    Command("enter", "open", "Open", "Open the meeting", "The one at the cursor."),
    Command("slash", "search", "Search", "Search", "Through all problems and sections."),
    BACK,
)


class MeetingsScreen(StudyScreen[None]):
    """A list of meetings, the latest first."""

    commands = MEETINGS
    BINDINGS: ClassVar[list[BindingType]] = bindings(MEETINGS)
    AUTO_FOCUS = "#meetings"

    def __init__(self) -> None:
        super().__init__()
        self._shown = 0
        self._hits: int | None = None

    def compose(self) -> ComposeResult:
        """Make the search line and the list."""
        yield Drawn(self._head, id="header")
        yield LineInput(classes="search")
        yield LineList(id="meetings")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show all meetings, the cursor on the one at hand."""
        self.query_one(KeyLine).commands = self.footer_commands()
        self._input.placeholder = tr("/ searches all problems and sections")
        self.take_plan(self.study.plan)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan."""
        words = self._input.text
        today = self.study.today
        found = {one.date: one for one in search(plan, words)}
        looking = bool(words.strip())
        rows: list[Row] = []
        held = [one for one in meetings.held(plan, today) if one.date in found or not looking]
        for one in held:
            hit = found.get(one.date)
            off = schedule.is_skipped(plan, one.date)
            draw = partial(lines.meeting, one, hit, today, skipped=off)
            rows.append(Row(str(one.date), draw))
            for place, match in enumerate(hit.matches if hit is not None else ()):
                key = f"{one.date} {place}"
                rows.append(Row(key, partial(lines.match, match), selectable=False))
        self._shown = len(held)
        self._hits = sum(one.hits for one in found.values()) if looking else None
        self._list.set_empty(tr("No meeting says that."))
        self._list.set_rows(rows)
        self.query_one("#header").refresh()

    @property
    def _input(self) -> LineInput:
        return self.query_one(LineInput)

    @property
    def _list(self) -> LineList:
        return self.query_one("#meetings", LineList)

    def action_search(self) -> None:
        """Go to the search line."""
        self._input.focus()

    def action_open(self) -> None:
        """Open the meeting at the cursor."""
        from l2l_tui.tui.screens.meeting import MeetingScreen

        if self._list.key is not None:
            self.app.push_screen(MeetingScreen(date.fromisoformat(self._list.key)))

    def action_back(self) -> None:
        """Leave the search, or else go back to the screen below."""
        if self._input.text:
            self._input.value = ""
            self._list.focus()
        elif self._input.has_focus:
            self._list.focus()
        else:
            self.dismiss()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.take_plan(self.study.plan)

    @on(Input.Submitted)
    def _done(self) -> None:
        self._list.focus()

    @on(LineList.Selected)
    def _select(self) -> None:
        self.action_open()

    def _head(self, width: int, _height: int) -> Content:
        return lines.head(self._shown, self._hits, width)
