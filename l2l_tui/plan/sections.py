"""What a meeting's sections are called by whoever shows them; documents have their own words."""

from __future__ import annotations

from l2l_tui.language import tr
from l2l_tui.plan.model import Section


def title(section: Section) -> str:
    """Return a section's name in the language in use."""
    match section:
        case Section.PAPER:
            return tr("Paper")
        case Section.PROGRAMMING:
            return tr("Programming")
        case Section.NEXT:
            return tr("Next steps")
        case Section.NOTES:
            return tr("Notes")
