"""Which plan to open, which link."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.plan.links import parse
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format import links
from l2l_tui.tui.format.tone import FAINT, cell, words
from l2l_tui.tui.screens.choices import OneOf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.binding import BindingType

KEEP = (Command("escape", "cancel", "First", "Keep the first plan", ""),)
CANCEL = (
    Command("enter", "choose", "Open", "Open", "The link at the cursor."),
    Command("escape", "cancel", "Cancel", "Cancel", "Opens none."),
)


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


def _link(link: str, cells: int) -> Content:
    url = parse(link).url
    address = words(f"  {url}", FAINT) if url is not None and link != url else Content("")
    return Content.assemble(links.line(link), address).truncate(cells, ellipsis=True)
