"""Two people wrote the same lines: what they were, theirs and yours, and whose are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from l2l_tui.language import tr
from l2l_tui.plan.merge import Side
from l2l_tui.tui.commands import Command, bindings
from l2l_tui.tui.format import meeting as lines
from l2l_tui.tui.format.tone import MUTED, words
from l2l_tui.tui.screens.base import StudyModal

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from l2l_tui.plan.merge import Merge

WIDE = 110
"""From this width on the readings stand side by side."""

OVERLAP = (
    Command("m", "decide('mine')", "Keep mine", "Keep mine", "Your lines in place of theirs."),
    Command("t", "decide('theirs')", "Take theirs", "Take theirs", "Their lines, not yours."),
    Command("b", "decide('both')", "Keep both", "Keep both", "Theirs, then yours."),
    Command("escape", "cancel", "Back", "Back to writing", "Nothing is saved yet."),
)


class OverlapScreen(StudyModal["Side | None"]):
    """Asks whose lines are kept; gives back None when the person would rather write on.

    Args:
        what: What both wrote in.
        merge: What came of putting it together.
    """

    commands = OVERLAP
    BINDINGS: ClassVar[list[BindingType]] = bindings(OVERLAP)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 (declared so in Textual)
    AUTO_FOCUS = "#both"

    def __init__(self, what: str, merge: Merge) -> None:
        super().__init__()
        self._what, self._merge = what, merge

    def compose(self) -> ComposeResult:
        """Make the three readings and a button for each answer."""
        with Vertical(classes="dialog overlap") as dialog:
            title = tr("Somebody else wrote in {section} too", section=self._what)
            dialog.border_title = Content.assemble(words(title))
            said = tr("Only these lines are in question; all else is merged.")
            yield Static(words(said, MUTED), classes="note")
            with VerticalScroll(id="readings"), Horizontal(id="columns"):
                for name in ("was", "theirs", "mine"):
                    yield Static(id=f"reading-{name}", classes="reading")
            with Horizontal(classes="buttons"):
                for side, text in _answers():
                    yield Button(Content(text), id=side.value, compact=True)

    def on_resize(self) -> None:
        """Set the readings out for the new width."""
        wide = self.size.width >= WIDE
        cells = max(16, (self.size.width - 10) // 3 - 2 if wide else self.size.width - 12)
        parts = self._merge.conflicts
        for name, title, texts in (
            ("was", tr("It was"), [part.base for part in parts]),
            ("theirs", tr("Theirs"), [part.theirs for part in parts]),
            ("mine", tr("Yours"), [part.mine for part in parts]),
        ):
            shown = lines.side(title, ["\n".join(text) for text in texts], cells)
            self.query_one(f"#reading-{name}", Static).update(shown)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the button as the answer."""
        self.dismiss(Side(event.button.id or ""))

    def action_decide(self, side: str) -> None:
        """Take a key as the answer."""
        self.dismiss(Side(side))

    def action_cancel(self) -> None:
        """Decide nothing."""
        self.dismiss(None)


def _answers() -> list[tuple[Side, str]]:
    return [
        (Side.MINE, f"{tr('Keep mine')} (m)"),
        (Side.THEIRS, f"{tr('Take theirs')} (t)"),
        (Side.BOTH, f"{tr('Keep both')} (b)"),
    ]
