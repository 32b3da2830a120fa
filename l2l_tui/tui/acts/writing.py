"""A meeting's commands about its sections: saved, merged, included into, edited outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError
from l2l_tui.language import tr
from l2l_tui.plan import sections
from l2l_tui.plan.model import Section
from l2l_tui.tui.screens.base import StudyScreen
from l2l_tui.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.merge import Side
    from l2l_tui.report.offers import Offer


class WritingActs(StudyScreen[None]):
    """The sections' part of the meeting screen's commands."""

    _left = False
    """Whether the screen is to close once everything is saved."""

    @property
    def day(self) -> date:
        """The day of the meeting."""
        raise NotImplementedError

    def renew_offers(self) -> tuple[Offer, ...]:
        """Look again what happened since the last meeting, and what of it is told."""
        raise NotImplementedError

    @property
    def writing(self) -> Writing:
        """The sections."""
        return self.query_one(Writing)

    @property
    def touched(self) -> list[Section]:
        """The sections that say what is not saved."""
        return self.writing.touched

    @property
    def sending(self) -> bool:
        """Whether something is on its way to the disk."""
        return any(draft.sent is not None for draft in self.writing.drafts.values())

    def action_save(self) -> None:
        """Write the sections that were changed into the plan; ask where somebody else did too."""
        if self.sending:
            return
        if not self.touched:
            self.notify(tr("Nothing was changed."))
            return
        merged = False
        for section in self.writing.contested:
            if not self._merge(section):
                return
            merged = True
        self._send(merged=merged)

    def action_next_section(self) -> None:
        """Write in the section in sight; from there, go on to the next."""
        order, writing = list(Section), self.writing
        if writing.editor(writing.section).has_focus:
            writing.show(order[(order.index(writing.section) + 1) % len(order)])
        writing.focus_editor()

    def action_preview(self) -> None:
        """Show the preview, or the editor again."""
        self.toggle_class("-preview")
        self.writing.renew_preview()

    def action_include(self) -> None:
        """Offer what happened since the last meeting."""
        from l2l_tui.tui.screens.include import IncludeScreen

        offers = self.renew_offers()
        if not offers:
            self.notify(tr("Nothing happened since the last meeting."))
            return
        title = tr("Include in {section}", section=sections.title(self.writing.section))
        self.app.push_screen(IncludeScreen(title, offers), self._included)

    def _included(self, chosen: Sequence[Offer] | None) -> None:
        if chosen:
            self.writing.tell("\n".join(offer.line for offer in chosen))
            self.renew_offers()
            self.writing.focus_editor()

    def action_edit_outside(self) -> None:
        """Open the section in the person's own editor."""
        from l2l_tui.tui import outside

        section = self.writing.section
        text = outside.edit_outside(self.app, self.writing.text(section))
        if text is not None:
            self.writing.put(section, text)
            self.writing.focus_editor()

    def _merge(self, section: Section) -> bool:
        """Put a section together with what somebody else wrote; False if the person is asked."""
        draft, text = self.writing.drafts[section], self.writing.text(section)
        merge = draft.merged(text)
        if merge.text is not None:
            self.writing.put(section, merge.text)
            draft.settle()
            return True
        from l2l_tui.tui.screens.overlap import OverlapScreen

        seen = draft.disk

        def decide(side: Side | None) -> None:
            if side is None:
                self._left = False
                return
            self.writing.put(section, merge.decided(side))
            draft.base = seen
            self.writing.refresh_state()
            self._go_on()

        self.writing.show(section)
        self.app.push_screen(OverlapScreen(sections.title(section), merge), decide)
        return False

    def _go_on(self) -> None:
        """Save on, now that one section is decided; the person may have taken what is there."""
        if self.touched:
            self.action_save()
        elif self._left:
            self.dismiss()

    def _send(self, *, merged: bool) -> None:
        from l2l_tui.plan import edits

        found = []
        for section in self.touched:
            draft, text = self.writing.drafts[section], self.writing.text(section)
            found.append(edits.SetSection(self.day, section, text, draft.base))
            draft.sent = text
        said = tr("Saved the meeting of {day}", day=self.day)
        if merged:
            said = tr("Saved, together with what somebody else wrote meanwhile")
        if found:
            self.study.edit(said, *found, told=self._told)
        self.writing.refresh_state()

    def _told(self, error: Exception | None) -> None:
        """Go on from what is saved; else keep what was typed, and merge or say why not."""
        if not self.is_attached:
            return
        for draft in self.writing.drafts.values():
            if error is None:
                draft.saved()
            draft.sent = None
        if isinstance(error, ConflictError) and self._take_conflict(error):
            self.action_save()
        elif error is not None:
            self._left = False
            self.notify(str(error), severity="error", timeout=10)
        elif self._left:
            self.dismiss()
            return
        self.writing.refresh_state()

    def _take_conflict(self, error: ConflictError) -> bool:
        """Take what a section says on disk from the refusal of ours; False if it is of another."""
        section = getattr(error.edit, "section", None)
        if section not in self.writing.drafts:
            return False
        draft = self.writing.drafts[section]
        draft.disk = str(error.found or "")
        return draft.contested
