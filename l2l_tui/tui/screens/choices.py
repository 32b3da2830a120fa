"""One of several: the list that asks, and the one for a few words, as a track or a language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Vertical
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format.tone import ACCENT, cell, words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

T = TypeVar("T")

CHOICE = (
    Command("enter", "choose", "Choose", "Choose", "What is at the cursor."),
    Command("escape", "cancel", "Cancel", "Cancel", "Leaves things as they were."),
)


class OneOf(StudyModal[T | None]):
    """A list of things of which one is chosen; gives back None for none.

    Args:
        title: What is asked.
        subtitle: What the keys do.
        things: What there is to choose from.
        draw: Draws one of them for a width.
        now: What holds now; the cursor stands on it.
    """

    commands: ClassVar[tuple[Command, ...]] = CHOICE
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE)

    def __init__(
        self,
        title: str,
        subtitle: str,
        things: Sequence[T],
        draw: Callable[[T, int], Content],
        now: T | None = None,
    ) -> None:
        super().__init__()
        self._title, self._subtitle = title, subtitle
        self._things, self._draw_one, self._now = tuple(things), draw, now

    def compose(self) -> ComposeResult:
        """Make the list."""
        rows = [
            Row(str(at), partial(self._draw_one, one), at_once=True)
            for at, one in enumerate(self._things)
        ]
        with Vertical(classes="dialog list") as dialog:
            dialog.border_title = Content.assemble(words(self._title))
            dialog.border_subtitle = Content(self._subtitle)
            yield LineList(rows)

    def on_mount(self) -> None:
        """Put the cursor on what holds now."""
        if self._now in self._things:
            self.query_one(LineList).go_to(str(self._things.index(self._now)))

    def on_line_list_selected(self, event: LineList.Selected) -> None:
        """Give back the chosen one."""
        self.dismiss(self._things[int(event.key)])

    def action_choose(self) -> None:
        """Choose what is at the cursor."""
        self.query_one(LineList).action_select()

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


class ChoiceScreen(OneOf[str]):
    """A short list; gives back the key of what was chosen.

    Args:
        title: What is to be chosen.
        choices: What is given back, and how it reads.
        now: What holds now.
    """

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], now: str = "") -> None:
        said = dict(choices)

        def draw(key: str, cells: int) -> Content:
            sign = "● " if key == now else "  "
            return Content.assemble((sign, ACCENT), cell(said[key], max(0, cells - 2)))

        super().__init__(title, tr("enter chooses · esc leaves it"), tuple(said), draw, now)
