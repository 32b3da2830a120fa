"""What a week's summary says, gathered from the plan and the runs as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from l2l_tui.plan import meetings, schedule, tree, verdicts
from l2l_tui.plan.forecast import Forecast, forecast
from l2l_tui.plan.model import Section, Status
from l2l_tui.report import week_of_runs

if TYPE_CHECKING:
    from l2l_tui.plan.forecast import Expected
    from l2l_tui.plan.model import Change, Milestone, Plan, Problem, Result
    from l2l_tui.report.week_of_runs import ExperimentReport
    from l2l_tui.workspace import Workspace

_OPEN = {Status.TODO, Status.DOING}


@dataclass(frozen=True)
class ProblemReport:
    """A problem as it stands at the meeting."""

    problem: Problem
    """What it is, when it was raised, whether and how it was solved."""
    age_weeks: int
    """Whole weeks since it was raised."""


@dataclass(frozen=True)
class Moved:
    """A milestone that changed since the meeting before."""

    milestone: Milestone
    """The milestone as it stands now."""
    changes: tuple[Change, ...]
    """New statuses and due days, oldest first."""
    gained: tuple[Result, ...]
    """Results collected as evidence."""


@dataclass(frozen=True)
class Row:
    """One line of the schedule."""

    milestone: Milestone
    """The milestone."""
    late_days: int | None
    """Days late, or that it was late when done; None without a due day."""
    days_left: int | None
    """Days left; negative when late, None when closed or without a due day."""
    progress: float
    """From 0 to 1."""
    runs: int
    """How many results are evidence for it."""
    held: int
    """Claims that hold in each experiment's latest result."""
    claims: int
    """Claims that those results tested."""
    only_to_be_marked: bool
    """Whether it is open though each of its experiments has run and every claim holds."""
    waits_for: tuple[str, ...]
    """Titles of milestones that come first and are not done."""
    expected: Expected | None = None
    """When it will be done at the pace so far; None when closed or with too little to go on."""
    contradicted: tuple[tuple[Result, str], ...] = ()
    """Latest results with the ids of their claims that fail though it is done."""


@dataclass(frozen=True)
class TrackReport:
    """One track of the schedule."""

    title: str
    """What a person reads."""
    rows: tuple[Row, ...]
    """Its milestones in the plan's order."""
    depth: int = 0
    """How many tracks stand above it."""


@dataclass(frozen=True)
class Summary:
    """Everything that the document of one meeting needs."""

    plan: str
    """The plan's name."""
    title: str
    """The plan's title."""
    meeting: date
    """The day of the meeting."""
    week: int
    """The week of the plan, from 1."""
    since: date | None
    """The day of the meeting before; None at the first."""
    until: date
    """The last day that is summed up: the meeting's, or today if that is earlier."""
    following: date
    """The day of the meeting after this one."""
    moved: tuple[Moved, ...]
    """Milestones that changed from `since` to `until`."""
    experiments: tuple[ExperimentReport, ...]
    """Runs from `since` to `until`, and those that a section names, by experiment."""
    carried: tuple[ProblemReport, ...]
    """Problems from before this meeting."""
    new: tuple[ProblemReport, ...]
    """Problems first written down for this meeting."""
    tracks: tuple[TrackReport, ...]
    """The schedule."""
    due_next: tuple[Row, ...]
    """Open milestones due by the following meeting, late ones included, by due day."""
    sections: Mapping[Section, str]
    """What was written for the meeting; empty ones are left out."""
    ahead: Forecast = field(default_factory=lambda: Forecast(0, None))
    """When the open milestones will be done at the pace so far."""
    first_meeting: date | None = None
    """The day of the plan's first meeting."""
    meets_every_days: int = 7
    """Days from one meeting to the next."""
    skipped_meetings: tuple[date, ...] = ()
    """The days on which the plan's own meeting is not held."""

    def written(self, section: Section) -> str:
        """Return a section's text; empty where there are no words in it."""
        text = self.sections.get(section, "")
        return text if text.strip() else ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every line of the schedule."""
        return tuple(row for track in self.tracks for row in track.rows)


def build(workspace: Workspace, plan: Plan, meeting: date, today: date) -> Summary:
    """Gather the summary for a meeting.

    Args:
        workspace: Where the runs are.
        plan: The plan, its finished runs collected.
        meeting: The day of the meeting.
        today: Today; nothing later is summed up.
    """
    since = schedule.previous_meeting(plan, meeting)
    until = min(meeting, today)
    following = schedule.next_meeting(plan, meeting + timedelta(days=1))
    view = meetings.view(plan, meeting)
    ahead = forecast(plan, until)
    tracks = _tracks(plan, until, ahead)
    return Summary(
        plan=plan.name,
        title=plan.title,
        meeting=meeting,
        week=schedule.week(plan, meeting),
        since=since,
        until=until,
        following=following,
        moved=_moved(plan, since or date.min, until),
        experiments=week_of_runs.gather(
            workspace, plan, since or date.min, until, view.sections.values()
        ),
        carried=_problems(view.last_problems, meeting),
        new=_problems(view.problems, meeting),
        tracks=tracks,
        due_next=_due_by(following, tracks),
        sections=view.sections,
        ahead=ahead,
        first_meeting=plan.first_meeting,
        meets_every_days=plan.meets_every_days,
        skipped_meetings=plan.skipped_meetings,
    )


def _moved(plan: Plan, since: date, until: date) -> tuple[Moved, ...]:
    changed = {one.id: changes for one, changes in schedule.moved_since(plan, since, until)}
    moved = (
        Moved(
            milestone,
            changed.get(milestone.id, ()),
            tuple(
                result
                for result in schedule.evidence(plan, milestone)
                if result.on is not None and since <= result.on <= until
            ),
        )
        for milestone in plan.milestones
    )
    return tuple(one for one in moved if one.changes or one.gained)


def _problems(problems: tuple[Problem, ...], day: date) -> tuple[ProblemReport, ...]:
    return tuple(ProblemReport(one, meetings.age_weeks(one, day)) for one in problems)


def _tracks(plan: Plan, day: date, ahead: Forecast) -> tuple[TrackReport, ...]:
    by_id = {one.id: one for one in plan.milestones}
    branches = tree.branches(plan)
    # In a plan with faults a milestone may stand in a track that there is not.
    known = {branch.track.id for branch in branches}
    lost: dict[str, list[Milestone]] = {}
    for one in plan.milestones:
        if one.track not in known:
            lost.setdefault(one.track, []).append(one)
    groups = [(branch.track.title, branch.depth, branch.milestones) for branch in branches]
    groups += [(id_, 0, tuple(found)) for id_, found in lost.items()]
    return tuple(
        TrackReport(title, tuple(_row(plan, one, day, by_id, ahead) for one in found), depth)
        for title, depth, found in groups
    )


def _row(
    plan: Plan, milestone: Milestone, day: date, by_id: Mapping[str, Milestone], ahead: Forecast
) -> Row:
    first = (by_id[id_] for id_ in milestone.needs if id_ in by_id)
    evidence = schedule.evidence(plan, milestone)
    latest = verdicts.latest(milestone, evidence)
    said = [word for result in latest.values() for word in result.claims.values()]
    is_open = milestone.status in _OPEN
    return Row(
        milestone=milestone,
        late_days=schedule.late_days(milestone, day),
        days_left=schedule.days_left(milestone, day),
        progress=schedule.progress(plan, milestone),
        runs=len(evidence),
        held=said.count(verdicts.HOLDS),
        claims=len(said),
        only_to_be_marked=is_open and verdicts.met_by(milestone, evidence) is not None,
        waits_for=tuple(one.title for one in first if one.status in _OPEN) if is_open else (),
        expected=ahead.expected.get(milestone.id),
        contradicted=verdicts.contradicted(plan, milestone),
    )


def _due_by(day: date, tracks: tuple[TrackReport, ...]) -> tuple[Row, ...]:
    dated = [
        (row.milestone.due, order, row)
        for order, row in enumerate(row for track in tracks for row in track.rows)
        if row.milestone.status in _OPEN and row.milestone.due and row.milestone.due <= day
    ]
    return tuple(row for _, _, row in sorted(dated, key=lambda entry: entry[:2]))
