"""The schedule: tracks as headings, milestones as lines. It shows what it is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.tui.format import schedule
from l2l_tui.tui.widgets.lines import LineList, Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from l2l_tui.plan.model import Milestone, Plan, Track

_TRACK = "track:"
_MILESTONE = "milestone:"


class Schedule(LineList):
    """All tracks with their milestones."""

    def __init__(self, *, empty: str, id: str) -> None:  # noqa: A002 (Textual's own word)
        self._live: dict[str, str] = {}
        super().__init__(empty=empty, id=id)

    def show(self, plan: Plan, today: date) -> None:
        """Show a plan as it stands on a day."""
        self.set_rows(rows(plan, today, self._live))

    def show_live(self, live: Mapping[str, str]) -> None:
        """Show beside the milestones how far the runs have come that are under way."""
        if live != self._live:
            self._live.clear()
            self._live.update(live)
            self.set_rows(self.rows)

    @property
    def milestone(self) -> str | None:
        """The id of the milestone under the cursor."""
        return self.key.removeprefix(_MILESTONE) if self.key is not None else None


def rows(plan: Plan, today: date, live: Mapping[str, str]) -> list[Row]:
    """Return the rows of a plan: each track's heading, then its milestones."""
    made: list[Row] = []
    for track, milestones in grouped(plan):
        heading = partial(schedule.heading, track, milestones)
        made.append(Row(_TRACK + track.id, heading, selectable=False))
        for milestone in milestones:
            draw = partial(schedule.line, plan, milestone, today, live)
            made.append(Row(_MILESTONE + milestone.id, draw))
    return made


def grouped(plan: Plan) -> list[tuple[Track, tuple[Milestone, ...]]]:
    """Return each track with its milestones, in the file's order."""
    by_track: dict[str, list[Milestone]] = {track.id: [] for track in plan.tracks}
    for milestone in plan.milestones:
        if milestone.track in by_track:
            by_track[milestone.track].append(milestone)
    return [(track, tuple(by_track[track.id])) for track in plan.tracks]
