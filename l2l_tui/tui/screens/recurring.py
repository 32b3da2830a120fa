"""A form for what comes round: a weekly reading slot, a monthly seminar, another meeting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.plan import rhythm
from l2l_tui.plan.model import Recurring
from l2l_tui.tui.format import dates
from l2l_tui.tui.screens.form import FormScreen, needed
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.screens.form import Saving

MEETING = ""
"""What stands for a track where it is a meeting; no track is called so."""


class AddRecurringScreen(FormScreen):
    """Asks for something that comes round.

    Args:
        plan: The plan it will stand in.
        today: The day, which is its first unless another is given.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self._today = today
        tracks = [(one.title or one.id, one.id) for one in plan.tracks]
        fields = (
            Field("title", tr("Title"), check=needed),
            Field(
                "first",
                tr("First day"),
                today.isoformat(),
                tr("YYYY-MM-DD, today, +7d; the weekday or the day of the month stays"),
                partial(_day_fault, today=today, empty=False),
            ),
            Field(
                "every",
                tr("Every"),
                "week",
                tr("week, month, or a number of days or weeks: 10d, 2w"),
                _rhythm_fault,
            ),
            Field(
                "until",
                tr("Until"),
                hint=tr("the last day on which it may come; nothing for no end"),
                check=partial(_day_fault, today=today, empty=True),
            ),
            Field(
                "track",
                tr("Track"),
                tracks[0][1] if tracks else MEETING,
                choices=(*tracks, (tr("none: it is a meeting"), MEETING)),
            ),
        )
        super().__init__(tr("Something that comes round"), fields, tr("Add"), save=self._edits)

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
        said = tr("Added {title}", title=answers["title"].strip())
        return said, [new(self.study.plan, answers, self.study.today)]


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
