"""The strip of a narrow screen: the two halves as tabs, and what is running right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from l2l_tui.language import tr
from l2l_tui.tui.format.tone import ACCENT, FAINT, MUTED, cell, words
from l2l_tui.tui.widgets.tabs import Tab, row, under

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult

    from l2l_tui.tui.state import Watched


def halves() -> tuple[Tab, ...]:
    """Return the pane and the tab of each half."""
    return ("schedule", f"1 {tr('Schedule')}"), ("runs", f"2 {tr('Trainer')}")


class RunningStrip(Widget):
    """Two tabs and the sparklines of the running runs."""

    ALLOW_SELECT = False
    half: reactive[str] = reactive("schedule")
    """The half that is in sight."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(id=id)
        self._alive: list[Watched] = []
        self._hint = ""

    def show(self, alive: list[Watched], hint: str = "") -> None:
        """Show the runs that a trainer has in hand, or else a hint."""
        self._alive, self._hint = alive, hint
        self.refresh()

    def render(self) -> RenderResult:
        """Return the tabs, then as many running runs as fit."""
        line = row(halves(), self.half)
        room = self.size.width - line.cell_length - 2
        runs = running(self._alive, room) if self._alive else words(self._hint, MUTED)
        if runs.cell_length > room:
            runs = Content("")
        gap = Content(" " * max(1, self.size.width - line.cell_length - runs.cell_length - 1))
        return Content.assemble(line, gap, runs).truncate(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        if (pane := under(halves(), event.x)) is not None:
            self.post_message(self.Chosen(pane))


def running(alive: list[Watched], cells: int) -> Content:
    """Return the running runs in at most `cells` cells: name, sparkline, percent."""
    if not alive or cells < 20:
        return Content("")
    shown = alive[: max(1, cells // 26)]
    each = min(40, cells // len(shown))
    rest = len(alive) - len(shown)
    parts = [_one(watched, each - (4 if rest else 1)) for watched in shown]
    if rest:
        parts.append(words(f"+{rest}", FAINT))
    return Content(" ").join(parts)


def _one(watched: Watched, cells: int) -> Content:
    from l2l_tui.tui.format.runs import SIGNS, percent, share
    from l2l_tui.tui.widgets.runs import spark_of

    sign, tone = SIGNS[watched.run.state]
    spark = max(6, cells // 3)
    return Content.assemble(
        (sign, tone),
        " ",
        cell(watched.run.request.experiment, max(4, cells - spark - 8)),
        " ",
        (spark_of(watched, spark), ACCENT),
        cell(percent(share(watched.run)), 5, right=True),
    )
