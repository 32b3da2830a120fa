"""What the trainer says while there is no run: what to press for the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr
from l2l_tui.tui.format.tone import ACCENT, MUTED, words

if TYPE_CHECKING:
    from l2l_tui.plan.model import Milestone


def welcome(milestone: Milestone | None, width: int, height: int) -> Content:
    """Return the welcome, in the middle of the space there is."""
    names = milestone.experiments if milestone is not None else ()
    lines = [
        words(tr("No runs yet."), "bold"),
        Content(""),
        _key("R", tr("runs {experiment} now, in under a minute", experiment=names[0]))
        if names
        else words(tr("Put the cursor on a milestone with an experiment"), MUTED),
        _key("r", tr("chooses experiment, preset and settings")),
        _key("enter", tr("opens what is under the cursor")),
        _key("?", tr("shows every key")),
    ]
    longest = max(line.cell_length for line in lines)
    left = " " * max(0, (width - longest) // 2)
    above = "\n" * max(0, (height - len(lines)) // 2)
    return Content.assemble(above, Content("\n").join([Content(left) + line for line in lines]))


def _key(key: str, does: str) -> Content:
    return Content.assemble((f"{key:>5}", f"bold {ACCENT}"), "  ", words(does, MUTED))
