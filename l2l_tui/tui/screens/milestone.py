"""A milestone in full: what is known of it, its checklist, and a form that changes it.

On a narrow terminal the form is a tab of its own; Tab goes on from one to the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from l2l_tui.errors import ConflictError
from l2l_tui.language import tr
from l2l_tui.tui.acts.checks import CheckActs
from l2l_tui.tui.commands import EVERYWHERE, Command, bindings
from l2l_tui.tui.format.milestone import about
from l2l_tui.tui.format.tone import WARN, spread, words
from l2l_tui.tui.screens.form import EDITOR, OUTSIDE, Filled
from l2l_tui.tui.screens.milestone_form import changes, contested, fields
from l2l_tui.tui.widgets.checklist import CHECKS, Checklist
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.tui.widgets.footer import KeyLine
from l2l_tui.tui.widgets.line import Drawn, Tall
from l2l_tui.tui.widgets.tabs import Tabs

if TYPE_CHECKING:
    from datetime import date

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widget import Widget

    from l2l_tui.plan.model import Milestone, Plan

_GROUP = "Milestone"

OVERVIEW = Command(
    "ctrl+t", "other_part", "Overview", "Form or overview", "The other half.", _GROUP
)
"""The way from the form; from the overview it leads to the form."""

FORM = (
    Command("ctrl+s", "save", "Save", "Save the form", "And back to the schedule.", _GROUP),
    replace(OVERVIEW, label="Form"),
    EDITOR,
    Command("l", "open_link", "Link", "Open a link", "In the browser.", _GROUP),
    Command("escape", "cancel", "Back", "Back", "Asks if something is not saved.", _GROUP),
)
"""What can be done wherever the cursor stands."""

_FIRST = ("tick", "add_check", "other_part", "open_link", "cancel")
"""What the footer of the overview shows first."""

_OF_AN_ITEM = ("tick", "edit_check", "remove_check")
"""What needs an item at the cursor."""

PARTS = {"overview": "-overview", "form": "-form"}
"""The class that brings each part into sight on a narrow terminal."""


class MilestoneScreen(CheckActs, Filled[None]):
    """Shows one milestone and changes it.

    Args:
        plan: The plan it stands in.
        milestone: The milestone.
        today: The day.
    """

    commands = (*CHECKS, *FORM)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(command for command in FORM if command is not EDITOR),
        OUTSIDE,
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 (as in Textual)
    AUTO_FOCUS = "#checklist"

    def __init__(self, plan: Plan, milestone: Milestone, today: date) -> None:
        super().__init__()
        self._plan = plan
        self._came = self._seen = self._now = milestone
        self._fields = fields(lambda: self._plan, milestone, today)
        self._saving = False
        self._wrong = False
        """Whether the plan is in no state to be saved to, or without this milestone."""

    def compose(self) -> ComposeResult:
        """Make what is known, the checklist and the form."""
        yield Drawn(self._head, id="header")
        yield Tabs({"overview": tr("Overview"), "form": tr("Form")}, id="tabs")
        with Horizontal(id="milestone"):
            with Vertical(id="overview"):
                with VerticalScroll(id="about"):
                    yield Tall(self._known, id="known")
                yield Checklist(id="checklist")
            with VerticalScroll(id="form", can_focus=False):
                for field in self._fields:
                    yield FieldBox(field)
        yield Static(id="refusal")
        yield KeyLine(id="footer")

    def on_mount(self) -> None:
        """Show the milestone."""
        self.query_one("#form").border_title = tr("Form")
        self.query_one("#about").border_title = tr("Overview")
        self._show_part("overview")
        self.take_plan(self.study.plan)

    @property
    def milestone(self) -> Milestone:
        """The milestone as the plan has it now, or had it last."""
        return self._now

    @property
    def unsaved(self) -> bool:
        """Whether something was typed or chosen that would be lost."""
        return self.touched

    @property
    def checklist(self) -> Checklist:
        """The checklist."""
        return self.query_one(Checklist)

    def take_plan(self, plan: Plan) -> None:
        """Show another reading of the plan; what was typed stays."""
        self._plan = plan
        now = next((one for one in plan.milestones if one.id == self._came.id), None)
        was_wrong, self._wrong = self._wrong, now is None or self.study.refusal is not None
        if now is None:
            self.say_refusal(tr("This milestone is no longer in the plan."))
            return
        if was_wrong and not self._wrong:
            self.unsay_refusal()
        self._now = now
        self._renew_fields(now)
        self.checklist.show(now.checklist)
        self.query_one(KeyLine).commands = self.footer_commands()
        self.query_one("#known").refresh(layout=True)
        self.query_one("#header").refresh()

    def _renew_fields(self, now: Milestone) -> None:
        """Let the fields that nobody touched follow the plan."""
        if self._saving:
            return
        new = {field.name: field for field in fields(lambda: self._plan, now, self.study.today)}
        for name, box in self.boxes.items():
            if not box.touched and getattr(now, name) != getattr(self._came, name):
                value = {name: getattr(now, name)}
                self._came, self._seen = replace(self._came, **value), replace(self._seen, **value)
                box.renew(new[name])

    def finish(self) -> None:
        """Save what was changed, and go back when it is saved."""
        found = changes(self._came, self.answers, self.study.today, self._seen)
        if self._saving:
            return
        if not found:
            self.dismiss(None)
            return
        self._saving = True
        said = tr("Saved {title}", title=self._came.title or self._came.id)
        self.study.edit(said, *found, told=self._told)

    def _told(self, error: Exception | None) -> None:
        """Go back if it is saved; else say why not, and let the person decide."""
        self._saving = False
        if not self.is_attached:
            return
        if error is None:
            self.dismiss(None)
        else:
            self.say_refusal(self._refused(error))

    def _refused(self, error: Exception) -> str:
        """Say both values of every field that somebody else changed too, and go on from those."""
        now = next((one for one in self.study.plan.milestones if one.id == self._came.id), None)
        if not isinstance(error, ConflictError) or now is None:
            return str(error)
        seen, self._seen = self._seen, now
        said = contested(self._came, seen, now, self.answers, self.study.today)
        if not said:
            return str(error)
        both = "; ".join(said)
        return tr("{both}. Save again to write yours over it, esc leaves it as it is.", both=both)

    def action_cancel(self) -> None:
        """Go back, after asking if something would be lost."""
        self.if_nothing_is_lost(lambda: self.dismiss(None))

    def action_open_link(self) -> None:
        """Open the milestone's link, or ask which."""
        from l2l_tui.tui.acts.links import open_one_of

        open_one_of(self, self._now)

    def action_other_part(self) -> None:
        """Go from what is known to the form, or back."""
        if self._in_form(self.focused):
            self._show_part("overview")
            self.checklist.focus()
        else:
            self.go_to(next(iter(self.boxes.values())))

    def go_to(self, box: FieldBox) -> None:
        """Put the focus into a field, which comes into sight."""
        self._show_part("form")
        super().go_to(box)

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Go to what can be used next; behind the overview comes the form."""
        return self._step(1) or super().focus_next(selector)

    def focus_previous(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Go to what can be used before; in front of the form stands the overview."""
        return self._step(-1) or super().focus_previous(selector)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the part with the focus in sight, and its keys in the footer."""
        self._show_part("form" if self._in_form(event.widget) else "overview")

    @on(FieldBox.Changed)
    def _typed(self) -> None:
        self.query_one("#header").refresh()

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_save()

    @on(Tabs.Chosen)
    def _choose(self, event: Tabs.Chosen) -> None:
        if event.part != self.query_one(Tabs).part:
            self.action_other_part()

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the keys that work where the cursor stands."""
        if self._in_form(self.focused):
            shown = (OVERVIEW if one.action == OVERVIEW.action else one for one in FORM)
            return tuple(one for one in shown if one.action != "open_link")
        by_action = {one.action: one for one in (*CHECKS, *FORM)}
        if not self._now.checklist:
            for action in _OF_AN_ITEM:
                del by_action[action]
        first = [by_action[action] for action in _FIRST if action in by_action]
        others = [one for one in by_action.values() if one not in first]
        return (*first, *others, *EVERYWHERE)

    def _step(self, direction: int) -> Widget | None:
        """Return where the focus went over the edge of a part that hides the other."""
        chain, here = self.focus_chain, self.focused
        edge = chain[-1 if direction > 0 else 0] if chain else None
        if not self.has_class("-narrow") or here is None or here is not edge:
            return None
        if self._in_form(here):
            self._show_part("overview")
            target: Widget = self.query_one("#about" if direction > 0 else "#checklist")
        else:
            self._show_part("form")
            boxes = list(self.boxes.values())
            target = boxes[0 if direction > 0 else -1].query(".input").first()
        self.set_focus(target)
        return target

    def _in_form(self, widget: Widget | None) -> bool:
        return widget is not None and any(one.id == "form" for one in widget.ancestors)

    def _show_part(self, part: str) -> None:
        for name, class_ in PARTS.items():
            self.set_class(name == part, class_)
        self.query_one(Tabs).part = part
        self.query_one(KeyLine).commands = self.footer_commands()

    def _known(self, width: int, _height: int) -> Content:
        return about(self._plan, self._now, self.study.today, max(20, width))

    def _head(self, width: int, _height: int) -> Content:
        left = words(f" {self._now.title or self._now.id}", "bold")
        right = f"{tr('not saved')} " if self.touched else ""
        return spread(left, words(right, WARN), width)
