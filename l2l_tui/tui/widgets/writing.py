"""A meeting's sections as they are written: tabs, an editor for each, and the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Markdown

from l2l_tui.language import tr
from l2l_tui.plan.model import Section
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.text import plain_lines
from l2l_tui.tui.drafts import Draft
from l2l_tui.tui.widgets.editors import Editor
from l2l_tui.tui.widgets.sections import SectionTabs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.timer import Timer

PREVIEW_AFTER_S = 0.1
"""How long nothing is typed before the preview follows."""


class SectionEditor(Editor):
    """An editor from which the person's own one is a key away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "screen.edit_outside", "Editor", show=False),
    ]


class Writing(Vertical):
    """The sections of one meeting, one of them in sight."""

    class Changed(Message):
        """Something was typed, or another section came into sight."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(id=id)
        self.section = Section.PAPER
        """The section in sight."""
        self.drafts = {section: Draft() for section in Section}
        """What is known of each section."""
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Make the tabs, an editor for each section, and the preview."""
        yield SectionTabs(id="sections")
        with Horizontal(id="sides"):
            with Vertical(id="editors"):
                for section in Section:
                    yield SectionEditor(id=f"edit-{section}")
            with VerticalScroll(id="preview", can_focus=False) as preview:
                preview.border_title = tr("Preview")
                yield Markdown(open_links=False)

    def on_mount(self) -> None:
        """Show the first section."""
        self.show(self.section)

    def open(self, sections: Mapping[Section, str]) -> None:
        """Begin with what a meeting's sections say."""
        for section in Section:
            text = sections.get(section, "")
            self.drafts[section] = Draft(text, text)
            self.editor(section).load_text(text)
        self.show(self.section)

    def take(self, sections: Mapping[Section, str]) -> None:
        """Show another reading of the plan; what was typed stays."""
        for section, draft in self.drafts.items():
            text = self.text(section)
            self.put(section, draft.take(sections.get(section, ""), text))
        self._say()

    @property
    def touched(self) -> list[Section]:
        """The sections that say what is not saved."""
        return [one for one, draft in self.drafts.items() if draft.touched(self.text(one))]

    @property
    def contested(self) -> list[Section]:
        """The touched sections in which somebody else wrote meanwhile."""
        return [one for one in self.touched if self.drafts[one].contested]

    @property
    def texts(self) -> dict[Section, str]:
        """What stands in the editors."""
        return {section: self.text(section) for section in Section}

    def text(self, section: Section) -> str:
        """Return what stands in a section's editor."""
        return self.editor(section).text

    def put(self, section: Section, text: str) -> None:
        """Have an editor hold another text: the cursor stays about where it is, undo works."""
        editor = self.editor(section)
        if editor.text == text:
            return
        row, column = editor.cursor_location
        editor.replace(text, (0, 0), editor.document.end)
        last = editor.document.line_count - 1
        row = min(row, last)
        editor.move_cursor((row, min(column, len(editor.document.get_line(row)))))

    def tell(self, lines: str) -> None:
        """Put lines into the section in sight, at the cursor: on their own, as one list."""
        editor = self.editor(self.section)
        row, _ = editor.cursor_location
        here = editor.document.get_line(row)
        below = editor.document.get_line(row + 1) if row + 1 < editor.document.line_count else ""
        before, behind = apart(here, below)
        place = (row, len(here))
        editor.replace(f"{before}{lines}{behind}", (row, 0) if not here.strip() else place, place)
        last = row + before.count("\n") + lines.count("\n")
        editor.move_cursor((last, len(editor.document.get_line(last))))

    def show(self, section: Section) -> None:
        """Bring a section into sight."""
        self.section = section
        for one in Section:
            self.editor(one).display = one is section
        self._say()
        self.renew_preview()

    def focus_editor(self) -> None:
        """Put the cursor into the section in sight."""
        self.editor(self.section).focus()

    def editor(self, section: Section) -> SectionEditor:
        """Return a section's editor."""
        return self.query_one(f"#edit-{section}", SectionEditor)

    def refresh_state(self) -> None:
        """Show anew what is saved and what is not."""
        self._say()

    def renew_preview(self) -> None:
        """Show the section in sight as it will look, formulas as Unicode."""
        if self.query_one("#preview").display:
            text = readable(self.text(self.section), markup=True)
            self.query_one(Markdown).update(plain_lines(text.expandtabs(4)))

    def on_resize(self) -> None:
        """Show the preview where there is room for it now."""
        self.call_after_refresh(self.renew_preview)

    @on(Editor.Changed)
    def _typed(self, event: Editor.Changed) -> None:
        event.stop()
        self._say()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(PREVIEW_AFTER_S, self.renew_preview)

    @on(SectionTabs.Chosen)
    def _choose(self, event: SectionTabs.Chosen) -> None:
        event.stop()
        self.show(event.section)
        self.focus_editor()

    def _say(self) -> None:
        tabs = self.query_one(SectionTabs)
        tabs.section, tabs.touched = self.section, tuple(self.touched)
        self.post_message(self.Changed())


def apart(here: str, below: str) -> tuple[str, str]:
    """Return what must stand before and behind lines of a list that come in at the cursor.

    Args:
        here: The cursor's line; on an empty one the lines stand in its place.
        below: The line below it.
    """
    before = "\n" if here.lstrip().startswith("- ") else "\n\n"
    before = before if here.strip() else ""
    alone = not below.strip() or below.lstrip().startswith("- ")
    return before, "" if alone else "\n"
