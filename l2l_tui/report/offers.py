"""What a meeting's writer may want to tell: the runs and milestones since the meeting before.

Each comes with the line of Markdown that tells it, in the plan's own language. A run's line
names the run by its id, so that whatever it says can be looked up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import UnknownNameError
from l2l_tui.plan import schedule
from l2l_tui.plan.model import Section
from l2l_tui.report import markdown_sweep
from l2l_tui.report.markdown_runs import verdict
from l2l_tui.report.prose import code, inline
from l2l_tui.report.swept import tabulate
from l2l_tui.report.week_of_runs import last_sign, named
from l2l_tui.report.words import Phrase, Words
from l2l_tui.runs.model import State
from l2l_tui.runs.sweep import groups
from l2l_tui.text import number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from l2l_tui.experiments.claims import Judgement
    from l2l_tui.plan.model import Change, Milestone, Plan, Result
    from l2l_tui.runs.model import Run
    from l2l_tui.runs.sweep.groups import Sweep

FIGURES = 3
"""How many figures of a run are told where none of them stands for a claim."""


class Kind(StrEnum):
    """What an offer is about."""

    RUN = "run"
    SWEEP = "sweep"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that happened since the meeting before."""

    name: str
    """The run's or the milestone's id, or the sweep's name."""
    kind: Kind
    """Which of them."""
    on: date
    """The day on which it last changed."""
    title: str
    """What it is, in a few words: the experiment's name or the milestone's title."""
    said: str
    """What came of it, in the plan's language, without markup."""
    line: str
    """The line of Markdown that tells it."""
    included: tuple[Section, ...] = ()
    """The sections that tell it already."""


def on_offer(
    plan: Plan,
    runs: Iterable[Run],
    day: date,
    today: date,
    sections: Mapping[Section, str] | None = None,
    *,
    runs_of_any_day: bool = False,
    apart: Collection[str] = (),
) -> tuple[Offer, ...]:
    """Return what may be told at a meeting, in the order in which it happened.

    Args:
        plan: The plan, its finished runs collected.
        runs: All runs of the workspace; what other plans asked for is passed over.
        day: The day of the meeting.
        today: Today; nothing later is offered.
        sections: What is written so far; None for what the plan has.
        runs_of_any_day: Whether runs from before the last meeting are offered too.
        apart: The ids of runs that are offered by themselves though they belong to a sweep.
    """
    words, runs = Words(plan.language), list(runs)
    first, until = _days(plan, day, today)
    mine = {run.id: run for run in runs if _belongs(run, plan)}
    oldest = until.min if runs_of_any_day else first
    days = [run for run in mine.values() if oldest <= last_sign(run) <= until]
    alone = (run for run in days if run.request.sweep is None or run.id in apart)
    found = [_of_run(run, words) for run in alone]
    told = {run.request.sweep for run in days} - {None}
    sweeps = groups.group(run for run in runs if run.request.plan in {None, plan.name})
    found += [_of_sweep(one, words) for name, one in sweeps.items() if name in told]
    gone = (one for one in plan.results if one.on is not None and one.run not in mine)
    found += [_of_result(one, words) for one in gone if oldest <= (one.on or until.min) <= until]
    moved = schedule.moved_since(plan, first, until)
    found += [_of_milestone(one, changes, words) for one, changes in moved]
    if sections is None:
        sections = next((each.sections for each in plan.meetings if each.date == day), {})
    marked = (replace(one, included=_included(one, sections)) for one in found)
    return tuple(sorted(marked, key=lambda one: (one.on, one.kind, one.name)))


def recent(plan: Plan, runs: Iterable[Run], day: date, today: date) -> list[Run]:
    """Return the runs that may be told at a meeting; to be told well they must be whole.

    Args:
        plan: The plan.
        runs: All runs of the workspace.
        day: The day of the meeting.
        today: Today.
    """
    first, until = _days(plan, day, today)
    runs = [run for run in runs if run.request.plan in {None, plan.name}]
    days = [run for run in runs if _belongs(run, plan) and first <= last_sign(run) <= until]
    sweeps = {run.request.sweep for run in days} - {None}
    others = [run for run in runs if run.request.sweep in sweeps and run not in days]
    return [*days, *others]


def chosen(offers: Sequence[Offer], names: Iterable[str]) -> tuple[Offer, ...]:
    """Return the offers of some names, each once; the end of a run's id will do.

    Raises:
        UnknownNameError: One of them is not on offer.
    """
    found: dict[str, Offer] = {}
    for name in names:
        exact = [one for one in offers if one.name == name]
        near = exact or [one for one in offers if _ends_so(one, name)]
        if len(near) != 1:
            known = [one.name for one in offers]
            raise UnknownNameError("run or milestone on offer", name, known)
        found[near[0].name] = near[0]
    return tuple(found.values())


def put(text: str, offers: Sequence[Offer]) -> str:
    """Return a section's text with the lines of some offers behind it, as one list."""
    lines = "\n".join(offer.line for offer in offers)
    if not lines or not text.strip():
        return lines or text
    last = text.rstrip().rpartition("\n")[2]
    gap = "\n" if last.startswith("- ") else "\n\n"
    return f"{text.rstrip()}{gap}{lines}"


def _days(plan: Plan, day: date, today: date) -> tuple[date, date]:
    """Return the first and the last day of which a meeting tells."""
    until = min(day, today)
    return schedule.previous_meeting(plan, day) or until.min, until


def _belongs(run: Run, plan: Plan) -> bool:
    return run.state is not State.QUEUED and run.request.plan in {None, plan.name}


def _ends_so(offer: Offer, end: str) -> bool:
    return bool(end) and offer.kind is not Kind.MILESTONE and offer.name.endswith(end)


def _included(offer: Offer, sections: Mapping[Section, str]) -> tuple[Section, ...]:
    """Return the sections that name the run or sweep, or in which the milestone's line stands."""
    line = offer.line.removeprefix("- ")

    def tells(text: str) -> bool:
        return line in text if offer.kind is Kind.MILESTONE else named(text, offer.name)

    return tuple(one for one in Section if tells(sections.get(one, "")))


def _of_run(run: Run, words: Words) -> Offer:
    about = words.say(Phrase.OFFER_SETTINGS, preset=run.request.preset, seed=run.request.seed)
    said = list(_came_of(run, words))
    experiment = run.request.experiment
    return _run_offer(run.id, experiment, last_sign(run), about, said, words)


def _of_sweep(sweep: Sweep, words: Words) -> Offer:
    request = sweep.points[0].request
    settings = len({run.request.point for run in sweep.points})
    about = words.say(
        Phrase.OFFER_SWEPT, preset=request.preset, settings=settings, seeds=sweep.seeds
    )
    finished = sweep.counts.get(State.FINISHED, 0)
    said = [words.say(Phrase.OFFER_DONE, finished=finished, runs=len(sweep.points))]
    said += _best(sweep, words)
    line = words.say(
        Phrase.OFFER_SWEEP,
        experiment=inline(request.experiment),
        sweep=code(sweep.name, in_table=False),
        about=about,
    )
    came = words.semicolon.join(said)
    return Offer(
        name=sweep.name,
        kind=Kind.SWEEP,
        on=max(last_sign(run) for run in sweep.runs),
        title=request.experiment,
        said=_bare(came),
        line=f"- {line}{words.colon}{came}",
    )


def _best(sweep: Sweep, words: Words) -> Iterator[str]:
    """Yield which setting is best, unless some runs are known in brief alone."""
    if not all(run.whole for run in sweep.points):
        return
    name = sweep.points[0].request.experiment
    entry = experiments.get(name) if name in experiments.names() else None
    table = tabulate(sweep.points, entry)
    best = next((row for row in table.rows if row.best), None)
    if best is None or table.ranked_by is None:
        return
    cell = best.cells[table.columns.index(table.ranked_by)]
    assert cell is not None
    setting = markdown_sweep.setting(best.swept, words)
    figure, ours = code(table.ranked_by.name), markdown_sweep.ours(cell, words)
    yield words.say(Phrase.OFFER_BEST, setting=setting, figure=figure, ours=ours)


def _came_of(run: Run, words: Words) -> Iterator[str]:
    """Yield what a run has to show: verdicts and figures, or where it stands."""
    result = run.result
    if result is None or result.state is not State.FINISHED:
        yield words.named(run.state.value)
    if result is not None and result.error is not None:
        yield inline(f"{result.error.type}: {result.error.message}")
    elif result is None and run.status is not None and run.status.steps:
        step, steps = run.status.step, run.status.steps
        yield words.say(Phrase.OFFER_STEP, step=step, steps=steps)
    if result is None:
        return
    yield from (_judged(one, words) for one in result.claims)
    if not result.claims:
        yield from _figures(result.figures, words)


def _judged(one: Judgement, words: Words) -> str:
    said = f"{code(one.id)} {verdict(one.verdict.value, words)}"
    if not one.ours.seeds:  # read in brief
        return said
    mean = _figure(one.ours.mean, words)
    if one.ours.seeds == 1:
        ours = words.say(Phrase.ONE_SEED, mean=mean)
    else:
        spread = _figure(one.ours.spread, words)
        ours = words.say(Phrase.SEEDS, mean=mean, spread=spread, n=one.ours.seeds)
    return f"{said}{words.colon}{ours}"


def _figures(figures: Mapping[str, float], words: Words) -> Iterator[str]:
    for name, value in list(figures.items())[:FIGURES]:
        yield f"{code(name)} {_figure(value, words)}"


def _figure(value: float, words: Words) -> str:
    return number(value) if math.isfinite(value) else words.say(Phrase.DIVERGED)


def _of_result(result: Result, words: Words) -> Offer:
    """Return the offer of a run whose directory is gone, as the plan remembers it."""
    said = [f"{code(id_)} {verdict(word, words)}" for id_, word in result.claims.items()]
    said += _figures(result.figures, words)
    assert result.on is not None
    return _run_offer(result.run, result.experiment, result.on, "", said, words)


def _run_offer(
    run: str, experiment: str, on: date, about: str, said: list[str], words: Words
) -> Offer:
    came = words.semicolon.join(said)
    id_ = code(run, in_table=False)
    line = words.say(Phrase.OFFER_RUN, experiment=inline(experiment), run=id_, about=about)
    return Offer(
        name=run,
        kind=Kind.RUN,
        on=on,
        title=experiment,
        said=_bare(came),
        line=f"- {line}{words.colon if came else ''}{came}",
    )


def _of_milestone(milestone: Milestone, changes: Sequence[Change], words: Words) -> Offer:
    came = words.semicolon.join(_change(one, words) for one in changes)
    title = milestone.title or milestone.id
    return Offer(
        name=milestone.id,
        kind=Kind.MILESTONE,
        on=changes[-1].on,
        title=title,
        said=_bare(came),
        line=f"- {inline(title)}{words.colon}{came}",
    )


def _change(change: Change, words: Words) -> str:
    """Return a change: what, when, and by which run's claims."""
    if change.status is None:
        was, due = (day or words.say(Phrase.NO_DATE) for day in (change.was, change.due))
        return words.say(Phrase.CHANGE_DUE, on=change.on, was=was, due=due)
    status = words.named(change.status.value)
    said = words.say(Phrase.CHANGE_STATUS, on=change.on, status=status)
    if not change.run:
        return said
    return said + words.say(Phrase.OFFER_BY_RUN, run=code(change.run, in_table=False))


def _bare(markdown: str) -> str:
    """Return a line without the signs that make it Markdown."""
    return markdown.replace("`", "").replace("\\", "")
