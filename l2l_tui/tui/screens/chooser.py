"""One of several: which plan to open, which link."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Vertical
from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.plan.links import parse
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format import links
from l2l_tui.tui.format.tone import FAINT, cell, words
from l2l_tui.tui.screens.base import StudyModal
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

T = TypeVar("T")

KEEP = (Command("escape", "cancel", "First", "Keep the first plan", ""),)
CANCEL = (
    Command("enter", "choose", "Open", "Open", "The link at the cursor."),
    Command("escape", "cancel", "Cancel", "Cancel", "Opens none."),
)


class OneOf(StudyModal[T | None]):
    """A list of things of which one is chosen.

    Args:
        title: What is asked.
        subtitle: What the keys do.
        things: What there is to choose from.
        draw: Draws one of them for a width.
    """

    def __init__(
        self, title: str, subtitle: str, things: Sequence[T], draw: Callable[[T, int], Content]
    ) -> None:
        super().__init__()
        self._title, self._subtitle = title, subtitle
        self._things, self._show = tuple(things), draw

    def compose(self) -> ComposeResult:
        """Make the list."""
        rows = [Row(str(at), partial(self._show, one)) for at, one in enumerate(self._things)]
        with Vertical(classes="dialog list") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = Content(self._subtitle)
            yield LineList(rows)

    def on_line_list_selected(self, event: LineList.Selected) -> None:
        """Give back the chosen one."""
        self.dismiss(self._things[int(event.key)])

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


class ChooserScreen(OneOf["Path"]):
    """A list of the workspace's plans.

    Args:
        plans: The plan files; the first one is open already.
    """

    commands = KEEP
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEEP)

    def __init__(self, plans: Sequence[Path]) -> None:
        keys = tr("enter opens · esc keeps the first")
        super().__init__(tr("Which plan?"), keys, plans, lambda path, cells: cell(path.stem, cells))


class LinkChooser(OneOf[str]):
    """A list of a milestone's links, each with its kind and its address.

    Args:
        given: The links as they stand in the plan.
    """

    commands = CANCEL
    BINDINGS: ClassVar[list[BindingType]] = bindings(CANCEL)

    def __init__(self, given: Sequence[str]) -> None:
        super().__init__(tr("Which link?"), tr("enter opens · esc leaves"), given, _link)

    def action_choose(self) -> None:
        """Open the link at the cursor."""
        self.query_one(LineList).action_select()


def _link(link: str, cells: int) -> Content:
    url = parse(link).url
    address = words(f"  {url}", FAINT) if url is not None and link != url else Content("")
    return Content.assemble(links.line(link), address).truncate(cells, ellipsis=True)
