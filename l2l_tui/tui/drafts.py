"""A section as it is being written: what it began from, and what the plan has by now. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from l2l_tui.plan.merge import Merge, merge


@dataclass
class Draft:
    """What is known of the text that stands in an editor."""

    base: str = ""
    """The text that the writing began from."""
    disk: str = ""
    """The text as the plan has it now."""
    sent: str | None = None
    """The text that is on its way to the disk, if one is."""

    @property
    def contested(self) -> bool:
        """Whether somebody else wrote since the writing began."""
        return self.sent is None and self.disk != self.base

    def touched(self, text: str) -> bool:
        """Whether a text in the editor would be lost."""
        return text not in {self.base, self.sent}

    def take(self, disk: str, text: str) -> str:
        """Take another reading of the plan, and return what the editor is to show then.

        What was typed stays; a section that nobody touched here follows the plan.

        Args:
            disk: The section as the plan has it now.
            text: What stands in the editor.
        """
        self.disk = disk
        if self.sent is not None:
            return text
        if text in {self.base, disk}:
            self.base = disk
            return disk
        return text

    def merged(self, text: str) -> Merge:
        """Return the editor's text put together with what somebody else wrote."""
        return merge(self.base, text, self.disk)

    def settle(self) -> None:
        """Go on from what the plan has: the editor's text holds it now, or instead of it."""
        self.base = self.disk

    def saved(self) -> None:
        """Go on from what was sent, which is on disk now."""
        if self.sent is not None:
            self.base = self.disk = self.sent
        self.sent = None
