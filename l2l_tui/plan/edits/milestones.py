"""Edits of milestones and tracks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError, RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.plan import values
from l2l_tui.plan.blocks import change_table, last_of_track, milestone_table, without_empty
from l2l_tui.plan.edits.base import MILESTONE_KEYS, UNSET, Unset, conflict, milestone_key
from l2l_tui.plan.edits.claims import contradicts_claims, finish_by_claims
from l2l_tui.plan.model import DoneWhen, Milestone, Status, Track

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document

_TEXTS = ("title", "notes", "track", "done_when")
_LISTS = ("links", "needs", "experiments")


@dataclass(frozen=True, slots=True)
class SetStatus:
    """A milestone is begun, done, dropped or open again; its history remembers the day."""

    milestone: str
    """The milestone's id."""
    status: Status
    """Where it stands from now on."""
    on: date
    """The day of the change."""
    expected: Status | None = None
    """Where the editor saw it stand, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the status and write the day into the history."""
        key = milestone_key(document, self.milestone)
        now = Status(document.get((*key, "status")) or Status.TODO)
        if now == self.status:
            return
        if self.expected is not None and now != self.expected:
            what = tr("{milestone}'s status", milestone=self.milestone)
            raise conflict(what, self.expected, now)
        by = "hand" if contradicts_claims(document, key, self.status) else ""
        document.set((*key, "status"), self.status.value, MILESTONE_KEYS)
        change = without_empty({"on": self.on, "status": self.status.value, "by": by})
        document.append((*key, "history"), change, MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class SetDue:
    """A milestone's due date is moved, set or taken away; its history remembers both dates."""

    milestone: str
    """The milestone's id."""
    due: date | None
    """The new date, or None for none."""
    on: date
    """The day of the change."""
    expected: date | Unset | None = UNSET
    """The date that the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the date and write both dates into the history."""
        key = milestone_key(document, self.milestone)
        now = document.get((*key, "due"))
        if now == self.due:
            return
        if self.expected is not UNSET and now != self.expected:
            what = tr("{milestone}'s due date", milestone=self.milestone)
            raise conflict(what, self.expected, now)
        if self.due is None:
            document.remove((*key, "due"))
        else:
            document.set((*key, "due"), self.due, MILESTONE_KEYS)
        change = {"on": self.on, "due": self.due, "was": now}
        document.append((*key, "history"), without_empty(change), MILESTONE_KEYS)


@dataclass(frozen=True, slots=True)
class SetText:
    """A milestone's title, notes, track, done_when or a list of its texts gets another value.

    With ``done_when`` set to ``claims`` it is done at once where its claims hold already.
    """

    milestone: str
    """The milestone's id."""
    key: str
    """Which of them."""
    value: str | tuple[str, ...]
    """The new text (title, notes, track, done_when) or texts (links, needs, experiments)."""
    expected: str | tuple[str, ...] | None = None
    """What the editor saw, if that matters."""

    def apply(self, document: Document) -> None:
        """Set the value."""
        table = milestone_key(document, self.milestone)
        if self.key not in (*_TEXTS, *_LISTS):
            raise UnknownNameError("text of a milestone", self.key, (*_TEXTS, *_LISTS))
        if self.key == "title" and not str(self.value).strip():
            raise RequestError(tr("a milestone's title cannot be empty"))
        now = document.get((*table, self.key))
        unset = DoneWhen.HAND.value if self.key == "done_when" else ""
        now = tuple(now or ()) if self.key in _LISTS else now or unset
        if now == self.value:
            return
        if self.expected is not None and now != self.expected:
            what = tr("{milestone}'s {key}", milestone=self.milestone, key=self.key)
            raise conflict(what, self.expected, now)
        new = list(self.value) if isinstance(self.value, tuple) else self.value
        document.set((*table, self.key), new, MILESTONE_KEYS)
        if self.key == "done_when":
            finish_by_claims(document)


@dataclass(frozen=True, slots=True)
class AddMilestone:
    """A new milestone, behind the last one of its track."""

    milestone: Milestone
    """All of it; its id must be new (`new_id`)."""

    def apply(self, document: Document) -> None:
        """Write the milestone."""
        milestones = document.get(("milestone",)) or []
        if any(item["id"] == self.milestone.id for item in milestones):
            said = tr("there is a milestone {milestone!r} already", milestone=self.milestone.id)
            raise ConflictError(said)
        history = [without_empty(change_table(change)) for change in self.milestone.history]
        table = milestone_table(self.milestone)
        if document.is_inline(("milestone",)):
            document.append(("milestone",), without_empty({**table, "history": history}))
            return
        below = {"checklist": table.pop("checklist", []), "history": history}
        block = values.block("milestone", table, below={k: v for k, v in below.items() if v})
        document.insert_block(block, after=last_of_track(document, self.milestone.track))


@dataclass(frozen=True, slots=True)
class AddTrack:
    """A new track, behind the last one; nothing if there is one of this id."""

    track: Track
    """The track."""

    def apply(self, document: Document) -> None:
        """Write the track."""
        tracks = document.get(("track",)) or []
        if any(item["id"] == self.track.id for item in tracks):
            return
        parent = {"parent": self.track.parent} if self.track.parent else {}
        table = {"id": self.track.id, "title": self.track.title, **parent}
        if document.is_inline(("track",)):
            document.append(("track",), table)
            return
        after = ("track", len(tracks) - 1) if tracks else ("plan",)
        block = values.block("track", table)
        document.insert_block(block, after=after if after in document.layout.places else None)
