"""What is wrong with a plan file: all of it at once, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from l2l_tui.tui.format.tone import BAD, MUTED, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.model import Fault


class Faults(VerticalScroll):
    """Every fault of a plan; hidden when there is none."""

    def show(self, faults: Sequence[Fault]) -> None:
        """Show these faults."""
        self.display = bool(faults)
        if not faults:
            return
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        name = faults[0].file.name
        self.border_title = Content.assemble(words(f"{count} in {name}", f"bold {BAD}"))
        self.remove_children()
        self.mount(Static(report(faults)))


def report(faults: Sequence[Fault]) -> Content:
    """Return all faults as text: where, then what was found and what was expected."""
    advice = "Mend the file in an editor; the app takes it up at once. Until then nothing is saved."
    return Content("\n").join([Content.styled(advice, MUTED), *(_one(fault) for fault in faults)])


def _one(fault: Fault) -> Content:
    return Content.assemble(
        (f"line {fault.line}  ", f"bold {BAD}"),
        words(fault.key, "bold"),
        "\n  found ",
        words(fault.found),
        "\n  expected ",
        words(fault.expected),
    )
