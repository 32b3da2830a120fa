"""A form for what comes round: a weekly reading slot, a monthly seminar, another meeting."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import ConflictError, RequestError
from l2l_tui.language import tr
from l2l_tui.plan import rhythm
from l2l_tui.plan.model import Recurring
from l2l_tui.tui.format import dates
from l2l_tui.tui.screens.form import FormScreen, needed
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.screens.form import Saving

MEETING = ""
"""What stands for a track where it is a meeting; no track is called so."""


class RecurringForm(FormScreen):
    """Asks for something that comes round.

    Args:
        plan: The plan it stands in, or will.
        today: The day, which is its first unless another is given.
        title: What the form is for.
        verb: What its button says.
        item: The item as it is, if there is one yet.
    """

    def __init__(
        self, plan: Plan, today: date, title: str, verb: str, item: Recurring | None = None
    ) -> None:
        self._today = today
        super().__init__(title, _fields(plan, today, item), verb, save=self._edits)

    def finish(self) -> None:
        """Save the item, unless it would end before it begins."""
        first = dates.parse(self.answers["first"], self._today)
        until = dates.parse(self.answers["until"], self._today)
        if first is not None and until is not None and until < first:
            said = tr(
                "It would end on {until}, before it begins on {first}.", until=until, first=first
            )
            self._told(RequestError(said))
            return
        super().finish()

    def _edits(self, answers: dict[str, str]) -> Saving:
        raise NotImplementedError


class AddRecurringScreen(RecurringForm):
    """Asks for something new that comes round.

    Args:
        plan: The plan it will stand in.
        today: The day, which is its first unless another is given.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        super().__init__(plan, today, tr("Something that comes round"), tr("Add"))

    def _edits(self, answers: dict[str, str]) -> Saving:
        said = tr("Added {title}", title=answers["title"].strip())
        return said, [new(self.study.plan, answers, self.study.today)]


class EditRecurringScreen(RecurringForm):
    """Changes something that comes round; days that were done or skipped stay so.

    Args:
        plan: The plan it stands in.
        item: The item.
        today: The day.
    """

    def __init__(self, plan: Plan, item: Recurring, today: date) -> None:
        self._seen = item
        title = tr("Change {title}", title=item.title)
        super().__init__(plan, today, title, tr("Save"), item)

    def _edits(self, answers: dict[str, str]) -> Saving:
        from l2l_tui.plan import edits

        touched = [name for name, box in self.boxes.items() if box.touched]
        item = changed(self._seen, answers, touched, self._today)
        if item == self._seen:
            return "", ()
        return tr("Saved {title}", title=item.title), [edits.SetRecurring(item, self._seen)]

    def refused(self, error: Exception) -> str:
        """Say both values of what somebody else changed too, and go on from theirs."""
        found = error.found if isinstance(error, ConflictError) else None
        if not isinstance(found, Recurring):
            return str(error)
        self._seen = found
        said = tr("Save again to write yours over it, esc leaves it as it is.")
        return f"{error}. {said}"


def _fields(plan: Plan, today: date, item: Recurring | None) -> tuple[Field, ...]:
    tracks = [(one.title or one.id, one.id) for one in plan.tracks]
    track = tracks[0][1] if tracks else MEETING
    if item is not None:
        track = MEETING if item.meeting else item.track
    return (
        Field("title", tr("Title"), item.title if item else "", check=needed),
        Field(
            "first",
            tr("First day"),
            (item.first if item else today).isoformat(),
            tr("YYYY-MM-DD, today, +7d; the weekday or the day of the month stays"),
            partial(_day_fault, today=today, empty=False),
        ),
        Field(
            "every",
            tr("Every"),
            rhythm.as_typed(item) if item else "week",
            tr("week, month, or a number of days or weeks: 10d, 2w"),
            _rhythm_fault,
        ),
        Field(
            "until",
            tr("Until"),
            item.until.isoformat() if item and item.until else "",
            tr("the last day on which it may come; nothing for no end"),
            partial(_day_fault, today=today, empty=True),
        ),
        Field(
            "track",
            tr("Track"),
            track,
            choices=(*tracks, (tr("none: it is a meeting"), MEETING)),
        ),
    )


def changed(
    item: Recurring, answers: dict[str, str], touched: Iterable[str], today: date
) -> Recurring:
    """Return an item with what was changed of it in the form.

    Args:
        item: The item.
        answers: What the form says.
        touched: The fields in which something else stands than came.
        today: Today.
    """
    days, every = rhythm.parse(answers["every"])
    first, until = dates.parse(answers["first"], today), dates.parse(answers["until"], today)
    said: dict[str, dict[str, Any]] = {
        "title": {"title": " ".join(answers["title"].split())},
        "first": {"first": first},
        "every": {"every_days": days, "every": every},
        "until": {"until": until},
        "track": {"track": answers["track"], "meeting": answers["track"] == MEETING},
    }
    return replace(item, **{key: value for name in touched for key, value in said[name].items()})


def new(plan: Plan, answers: dict[str, str], today: date) -> Edit:
    """Return the edit that adds what the form says."""
    from l2l_tui.plan import edits

    title = " ".join(answers["title"].split())
    first, until = dates.parse(answers["first"], today), dates.parse(answers["until"], today)
    assert first is not None
    days, every = rhythm.parse(answers["every"])
    item = Recurring(
        id=edits.new_id(title, {one.id for one in plan.recurring}),
        title=title,
        first=first,
        track=answers["track"],
        meeting=answers["track"] == MEETING,
        every_days=days,
        every=every,
        until=until,
    )
    return edits.AddRecurring(item)


def _day_fault(text: str, today: date, *, empty: bool) -> str | None:
    if not text.strip() and not empty:
        return tr("a first day is needed")
    return dates.fault(text, today)


def _rhythm_fault(text: str) -> str | None:
    try:
        rhythm.parse(text)
    except RequestError as error:
        return str(error)
    return None
