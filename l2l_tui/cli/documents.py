"""What ``--json`` prints of each thing: plain mappings whose keys the command line promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.claims import Judgement, Ours
    from l2l_tui.plan.forecast import Forecast
    from l2l_tui.plan.meetings import MeetingView
    from l2l_tui.plan.model import Fault, Meeting, Milestone, Plan, Problem, Result
    from l2l_tui.plan.search import Found
    from l2l_tui.report.offers import Offer
    from l2l_tui.report.swept import Swept
    from l2l_tui.runs.metrics import Series
    from l2l_tui.runs.model import Run
    from l2l_tui.runs.sweep.groups import Sweep

Document = Mapping[str, object]


def experiment(entry: Experiment, milestones: Sequence[str]) -> Document:
    """One entry of the catalogue; presets hold every setting's value.

    Args:
        entry: The experiment.
        milestones: Those that name it, and its own, `milestone`, where a plan has it.
    """
    return {
        "name": entry.name,
        "title": entry.title,
        "paper": entry.paper,
        "milestone": entry.milestone,
        "milestones": list(milestones),
        "presets": {one.name: entry.configure(one.name).values() for one in entry.presets},
        "costs": {one.name: one.cost for one in entry.presets},
        "settings": [
            {
                "name": field.name,
                "type": field.type,
                "default": field.default,
                "range": field.range,
                "doc": field.doc,
            }
            for field in entry.settings.fields()
        ],
        "claims": [
            {"id": claim.id, "statement": claim.statement, "reference": claim.reference}
            for claim in entry.claims
        ],
        "threads": entry.threads,
        "shared": entry.shared or None,
    }


def run_line(run: Run) -> Document:
    """One run in the list of all."""
    return {
        "run": run.id,
        "experiment": run.request.experiment,
        "preset": run.request.preset,
        "seed": run.request.seed,
        "milestone": run.request.milestone,
        "state": run.state,
        "step": run.status.step if run.status else 0,
        "steps": run.status.steps if run.status else 0,
        "started": _started(run),
        "elapsed_s": run.elapsed_s,
        "place": run.place,
        "sweep": run.request.sweep,
    }


def result(run: Run) -> Document:
    """How a run ended, or where it stands."""
    ended = run.result
    return {
        "run": run.id,
        "experiment": run.request.experiment,
        "preset": run.request.preset,
        "seed": run.request.seed,
        "state": run.state,
        "started": _started(run),
        "elapsed_s": run.elapsed_s,
        "figures": ended.figures if ended else {},
        "claims": [_claim(judgement) for judgement in ended.claims] if ended else [],
        "error": _error(run),
        "job": run.job,
    }


def whole_run(run: Run, pictures: Sequence[Path]) -> Document:
    """Everything that is known of a run but its measurements, with the pictures it left."""
    request, status = run.request, run.status
    return {
        **result(run),
        "ended": run.result.ended if run.result else None,
        "seeds": run.result.seeds if run.result else [],
        "environment": run.result.environment if run.result else {},
        "cpu_s": run.result.cpu_s if run.result else {},
        "pictures": [str(path) for path in pictures],
        "request": {
            "experiment": request.experiment,
            "preset": request.preset,
            "seed": request.seed,
            "settings": request.settings,
            "created": request.created,
            "threads": request.threads,
            "ranks": request.ranks,
            "milestone": request.milestone,
            "plan": request.plan,
            "sweep": request.sweep,
            "swept": request.swept,
        },
        "status": status
        and {
            "state": status.state,
            "step": status.step,
            "steps": status.steps,
            "elapsed_s": status.elapsed_s,
            "heartbeat": status.heartbeat,
            "started": status.started,
            "host": status.host,
            "pid": status.pid,
            "note": status.note,
            "job": status.job or None,
        },
    }


def sweep(whole: Sweep, table: Swept, entry: Experiment | None) -> Document:
    """A sweep: where it stands, its table, and the run that counts of each point."""
    from l2l_tui.report import swept

    first, by_id = whole.points[0].request, {run.id: run for run in whole.points}
    ranked = table.ranked_by
    return {
        "sweep": whole.name,
        "experiment": first.experiment,
        "preset": first.preset,
        "state": whole.state,
        "counts": whole.counts,
        "over": {
            field: list(dict.fromkeys(row.swept[field] for row in table.rows))
            for field in table.fields
        },
        "seeds": whole.seeds,
        "ranked_by": ranked
        and {"name": ranked.name, "reads": ranked.reads, "lower_is_better": ranked.lower},
        "settings": [
            {
                "swept": row.swept,
                "seeds": row.seeds,
                "finished": row.finished,
                "best": row.best,
                "claims": {
                    column.name: cell and _ours(cell)
                    for column, cell in zip(table.columns, row.cells, strict=True)
                },
                "figures": {
                    name: _ours(ours)
                    for name, ours in swept.figures([by_id[run] for run in row.runs], entry).items()
                },
                "runs": row.runs,
            }
            for row in table.rows
        ],
        "runs": [{**result(run), "swept": run.request.swept} for run in whole.points],
    }


def metrics(series: Mapping[str, Series]) -> Document:
    """A run's measurements by name."""
    return {name: {"step": one.steps, "value": one.values} for name, one in series.items()}


def plan(whole: Plan, day: date, chosen: Sequence[Milestone] | None = None) -> Document:
    """The schedule, and the problems that are open.

    Args:
        whole: The plan.
        day: The day.
        chosen: The milestones to hold, in this order, which ``order`` tells across tracks too;
            None for all. Every track stays, with those of its milestones that were chosen.
    """
    from l2l_tui.plan import meetings

    held = whole.milestones if chosen is None else chosen
    by_track: dict[str, list[Document]] = {track.id: [] for track in whole.tracks}
    for one, document in zip(held, milestones(whole, held, day), strict=True):
        by_track[one.track].append(document)
    return {
        "title": whole.title,
        "tracks": [
            {
                "id": track.id,
                "title": track.title,
                "parent": track.parent or None,
                "milestones": by_track[track.id],
            }
            for track in whole.tracks
        ],
        "problems": problems(meetings.open_problems(whole, day), day),
        "warnings": [fault(one) for one in whole.warnings],
        **({} if chosen is None else {"order": [one.id for one in chosen]}),
    }


def milestones(whole: Plan, chosen: Iterable[Milestone], day: date) -> list[Document]:
    """Some milestones; the forecast is made once for all."""
    from l2l_tui.plan.forecast import forecast

    ahead = forecast(whole, day)
    return [milestone(whole, one, day, ahead) for one in chosen]


def milestone(whole: Plan, one: Milestone, day: date, ahead: Forecast | None = None) -> Document:
    """One milestone, with its evidence; the forecast is made unless it is given."""
    from l2l_tui.plan import schedule, verdicts
    from l2l_tui.plan.forecast import forecast

    expected = (ahead or forecast(whole, day)).expected.get(one.id)
    return {
        "id": one.id,
        "title": one.title,
        "track": one.track,
        "due": one.due,
        "status": one.status,
        "late_days": schedule.late_days(one, day),
        "progress": schedule.progress(whole, one),
        "evidence": [_evidence(result) for result in schedule.evidence(whole, one)],
        "links": one.links,
        "needs": one.needs,
        "experiments": one.experiments,
        "done_when": one.done_when,
        "checklist": [
            {"n": n, "text": item.text, "done": item.done}
            for n, item in enumerate(one.checklist, 1)
        ],
        "blocked_by": [needed.id for needed in schedule.blocked(whole, one)],
        "forecast": expected and {"on": expected.on, "late_days": expected.late_days},
        "contradicted": [
            {"run": result.run, "claim": claim}
            for result, claim in verdicts.contradicted(whole, one)
        ],
    }


def fault(one: Fault) -> Document:
    """One thing wrong with a plan file."""
    return {
        "file": one.file,
        "line": one.line,
        "key": one.key,
        "found": one.found,
        "expected": one.expected,
    }


def meeting(view: MeetingView, numbered: Iterable[Problem]) -> Document:
    """A meeting; `numbered` are the open problems in the order that ``solve N`` counts."""
    from l2l_tui.plan.model import Section

    order = {problem: n for n, problem in enumerate(numbered, 1)}
    return {
        "date": view.date,
        "skipped": view.skipped,
        "last_problems": [_problem(one, order.get(one), view.date) for one in view.last_problems],
        "problems": [_problem(one, order.get(one), view.date) for one in view.problems],
        "sections": {section.value: view.sections.get(section, "") for section in Section},
    }


def meeting_line(one: Meeting, found: Found | None) -> Document:
    """A meeting in a list: how many of its problems are open, and what was found in it."""
    solved = sum(problem.solved is not None for problem in one.problems)
    return {
        "date": one.date,
        "problems": {"open": len(one.problems) - solved, "solved": solved},
        "sections": [section.value for section, text in one.sections.items() if text.strip()],
        "matches": [
            {"where": match.section or "problem", "line": match.line, "hits": len(match.spans)}
            for match in (found.matches if found is not None else ())
        ],
    }


def offer(one: Offer) -> Document:
    """Something that happened since the last meeting, and the line that tells it."""
    return {
        "name": one.name,
        "kind": one.kind,
        "on": one.on,
        "line": one.line,
        "included": one.included,
    }


def problems(numbered: Iterable[Problem], day: date) -> list[Document]:
    """Open problems in the order that ``meeting solve N`` counts."""
    return [_problem(one, n, day) for n, one in enumerate(numbered, 1)]


def _problem(one: Problem, number: int | None, day: date) -> Document:
    from l2l_tui.plan import meetings

    return {
        "n": number,
        "text": one.text,
        "raised": one.raised,
        "age_weeks": meetings.age_weeks(one, day),
        "solved": one.solved,
        "how": one.how,
    }


def _evidence(one: Result) -> Document:
    return {
        "run": one.run,
        "experiment": one.experiment,
        "sweep": one.sweep or None,
        "on": one.on,
        "claims": one.claims,
        "figures": one.figures,
    }


def _claim(one: Judgement) -> Document:
    return {
        "id": one.id,
        "statement": one.statement,
        "verdict": one.verdict,
        "ours": _ours(one.ours),
        "paper": one.paper,
        "detail": one.detail,
    }


def _ours(one: Ours) -> Document:
    return {"mean": one.mean, "spread": one.spread, "seeds": one.seeds}


def _error(run: Run) -> Document | None:
    error = run.result.error if run.result else None
    if error is None:
        return None
    return {"type": error.type, "message": error.message, "traceback": error.traceback}


def _started(run: Run) -> object:
    if run.result is not None:
        return run.result.started
    return run.status.started if run.status else None
