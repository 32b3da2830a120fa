"""What is wrong with a plan file: all of it at once, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from l2l_tui.language import tr, trn
from l2l_tui.tui.format.tone import BAD, MUTED, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from l2l_tui.plan.model import Fault


class Faults(VerticalScroll):
    """Every fault of a plan; hidden when there is none."""

    def show(self, faults: Sequence[Fault]) -> None:
        """Show these faults."""
        self.display = bool(faults)
        if not faults:
            return
        name = faults[0].file.name
        count = trn("{n} fault in {name}", "{n} faults in {name}", len(faults), name=name)
        self._say(count, report(faults))

    def show_gone(self, path: Path) -> None:
        """Say that the plan's file has vanished, and where its earlier versions lie."""
        self.display = True
        self._say(tr("{name} is gone", name=path.name), gone(path))

    def _say(self, title: str, text: Content) -> None:
        self.border_title = Content.assemble(words(title, f"bold {BAD}"))
        self.remove_children()
        self.mount(Static(text))


def report(faults: Sequence[Fault]) -> Content:
    """Return all faults as text: where, then what was found and what was expected."""
    advice = tr(
        "Mend the file in an editor; the app takes it up at once. Until then nothing is saved."
    )
    return Content("\n").join([Content.styled(advice, MUTED), *(_one(fault) for fault in faults)])


def gone(path: Path) -> Content:
    """Return what is said of a plan file that has vanished."""
    kept = path.parent / ".history" / path.stem
    said = (
        tr("{path} is no longer there.", path=path),
        tr("What you see is the last reading; until the file is back nothing is saved."),
        tr("Earlier versions lie in {folder}", folder=f"{kept}/"),
    )
    return Content("\n").join([words(line) for line in said])


def _one(fault: Fault) -> Content:
    return Content.assemble(
        (tr("line {n}", n=fault.line), f"bold {BAD}"),
        "  ",
        words(fault.key, "bold"),
        "\n  ",
        words(tr("found {what}", what=fault.found)),
        "\n  ",
        words(tr("expected {what}", what=fault.expected)),
    )
