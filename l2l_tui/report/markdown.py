"""A summary as Markdown that HackMD, GitHub and other renderers read alike."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from l2l_tui.plan.model import Section, Status
from l2l_tui.plan.worklog.kept import LAST_PROBLEMS, PROBLEMS
from l2l_tui.report import markdown_runs, markdown_schedule, marked
from l2l_tui.report.markdown_table import table
from l2l_tui.report.prose import inline
from l2l_tui.report.words import Phrase, Words
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from l2l_tui.plan.model import Change, Result
    from l2l_tui.report.marked import Block
    from l2l_tui.report.summary import Moved, Summary


def render(summary: Summary, language: str, *, figures: str = "figures", whole: bool = True) -> str:
    """Return the document.

    Args:
        summary: What it says.
        language: ``zh-TW`` or ``en``.
        figures: The folder of the runs' pictures (``RUN.svg``), relative to the document.
        whole: Whether it is a document of its own: it begins with the tags that HackMD reads
            and is marked so that it can be imported again.

    Raises:
        UnknownNameError: There is no such language.
    """
    words = Words(language)
    blocks: list[Block] = [_tags(summary, words)] if whole else []
    blocks += [*_head(summary, words), *_glance(summary, words)]
    for heading, body in (
        (words.last_problems, [marked.problems(LAST_PROBLEMS, summary.carried, words)]),
        (words.problems, [marked.problems(PROBLEMS, summary.new, words)]),
        (words.say(Phrase.MOVED), _moved(summary, words)),
        (words.section(Section.PAPER), _written(summary, Section.PAPER, words)),
        (words.section(Section.PROGRAMMING), _programming(summary, words, quote(figures))),
        (words.section(Section.NEXT), _next(summary, words)),
        (words.say(Phrase.SCHEDULE), markdown_schedule.schedule(summary, words)),
    ):
        blocks += [f"## {heading}", *body]
    if summary.written(Section.NOTES):
        blocks.append(f"## {words.section(Section.NOTES)}")
    blocks.append(marked.section(summary, Section.NOTES))
    blocks += [f"## {words.say(Phrase.READING)}", *_reading(words)]
    if whole:
        return marked.document(summary, words, blocks)
    return "\n\n".join(filter(None, map(marked.words, blocks))) + "\n"


def _tags(summary: Summary, words: Words) -> str:
    tags = words.say(Phrase.TAGS, plan=re.sub(r"[^\w.-]+", "-", summary.plan))
    return f"---\ntags: {tags}\n---"


def _head(summary: Summary, words: Words) -> Iterator[str]:
    title, day = inline(summary.title), words.day(summary.meeting)
    yield f"# {words.say(Phrase.TITLE, title=title, day=day)}"
    until = words.day(summary.until)
    if summary.since is None:
        since = words.say(Phrase.FROM_START, until=until)
    else:
        since = words.say(Phrase.SINCE, since=words.day(summary.since), until=until)
    about = words.say(Phrase.ABOUT, week=summary.week, title=title, since=since)
    yield "\n".join(f"> {line}" for line in about.splitlines())


def _glance(summary: Summary, words: Words) -> Iterator[str]:
    yield f"## {words.say(Phrase.GLANCE)}"
    yield "\n".join(
        f"- {line}"
        for line in (
            _glance_milestones(summary, words),
            _glance_runs(summary, words),
            _glance_problems(summary, words),
        )
    )


def _glance_milestones(summary: Summary, words: Words) -> str:
    standing = [row.milestone.status for row in summary.rows]
    late = [row for row in summary.rows if row.days_left is not None and row.days_left < 0]
    said = ""
    if late:
        titles = words.list_comma.join(inline(row.milestone.title) for row in late)
        said = words.say(Phrase.GLANCE_LATE, n=len(late), titles=titles)
    return words.say(
        Phrase.GLANCE_MILESTONES,
        done=standing.count(Status.DONE),
        doing=standing.count(Status.DOING),
        all=len(standing) - standing.count(Status.DROPPED),
        late=said,
    )


def _glance_runs(summary: Summary, words: Words) -> str:
    every = [run for experiment in summary.experiments for run in experiment.runs]
    runs = [run for run in every if not run.earlier]
    swept = [sweep for experiment in summary.experiments for sweep in experiment.sweeps]
    sweeps = [sweep for sweep in swept if not sweep.earlier]
    if not (runs or sweeps):
        return words.say(Phrase.GLANCE_NO_RUNS)
    states = Counter(run.state for run in runs)
    for sweep in sweeps:
        states.update(sweep.counts)
    verdicts = [claim.verdict.value for run in runs for claim in run.claims]
    verdicts += [verdict.value for sweep in sweeps for verdict in sweep.verdicts]
    finished = states[State.FINISHED]
    return words.say(
        Phrase.GLANCE_RUNS,
        finished=finished,
        other=states.total() - finished,
        holds=verdicts.count("holds"),
        fails=verdicts.count("fails"),
        inconclusive=verdicts.count("inconclusive"),
    )


def _glance_problems(summary: Summary, words: Words) -> str:
    every = [*summary.carried, *summary.new]
    ages = [one.age_weeks for one in every if one.problem.solved is None]
    oldest = ""
    weeks = max(ages, default=0)
    if weeks:
        oldest = words.say(Phrase.GLANCE_OLDEST, age=words.weeks(weeks))
    return words.say(
        Phrase.GLANCE_PROBLEMS,
        open=len(ages),
        oldest=oldest,
        solved=len(every) - len(ages),
        new=len(summary.new),
    )


def _moved(summary: Summary, words: Words) -> Iterator[str]:
    if not summary.moved:
        yield words.say(Phrase.NOTHING_MOVED)
        return
    headers = (words.say(Phrase.COLUMN_MILESTONE), words.say(Phrase.COLUMN_CHANGE))
    sweeps = {
        run: sweep.name
        for experiment in summary.experiments
        for sweep in experiment.sweeps
        for row in sweep.table.rows
        for run in row.runs
    }
    rows = [(inline(one.milestone.title), _changes(one, sweeps, words)) for one in summary.moved]
    yield table(headers, rows)


def _changes(moved: Moved, sweeps: Mapping[str, str], words: Words) -> str:
    """Return what changed of a milestone, day by day; a sweep's evidence as one."""
    dated = [(change.on, _change(change, words)) for change in moved.changes]
    swept: dict[str, list[date]] = {}
    for result in moved.gained:
        if result.on is None:
            continue
        if result.run in sweeps:
            swept.setdefault(sweeps[result.run], []).append(result.on)
        else:
            dated.append((result.on, _gained(result, words)))
    for name, days in swept.items():
        told = {"on": max(days), "sweep": f"`{name}`", "runs": words.runs(len(days))}
        dated.append((max(days), words.say(Phrase.CHANGE_SWEEP, **told)))
    return "<br>".join(said for _, said in sorted(dated, key=lambda entry: entry[0]))


def _change(change: Change, words: Words) -> str:
    if change.status is not None:
        status = markdown_schedule.with_reason(words.named(change.status.value), change, words)
        return words.say(Phrase.CHANGE_STATUS, on=change.on, status=status)
    was, due = (day or words.say(Phrase.NO_DATE) for day in (change.was, change.due))
    return words.say(Phrase.CHANGE_DUE, on=change.on, was=was, due=due)


def _gained(result: Result, words: Words) -> str:
    verdicts = words.list_comma.join(
        f"{inline(claim)} {markdown_runs.verdict(verdict, words)}"
        for claim, verdict in result.claims.items()
    )
    said = verdicts or words.say(Phrase.NO_VERDICT)
    run = f"`{result.run}`"
    return words.say(Phrase.CHANGE_EVIDENCE, on=result.on, run=run, verdicts=said)


def _written(summary: Summary, section: Section, words: Words) -> Iterator[Block]:
    yield marked.section(summary, section, words.say(Phrase.NOTHING_WRITTEN))


def _programming(summary: Summary, words: Words, figures: str) -> Iterator[Block]:
    yield marked.section(summary, Section.PROGRAMMING)
    yield f"### {words.say(Phrase.EXPERIMENTS)}"
    if not summary.experiments:
        yield words.say(Phrase.NO_RUNS)
    for experiment in summary.experiments:
        yield from markdown_runs.experiment(experiment, words, figures)


def _next(summary: Summary, words: Words) -> Iterator[Block]:
    yield marked.section(summary, Section.NEXT)
    yield f"### {words.say(Phrase.DUE_NEXT, day=words.day(summary.following))}"
    if not summary.due_next:
        yield words.say(Phrase.NOTHING_DUE)
        return
    yield "\n".join(markdown_schedule.due(row, words) for row in summary.due_next)


def _reading(words: Words) -> Iterator[str]:
    phrases = (Phrase.READ_RUN, Phrase.READ_CLAIM, Phrase.READ_OURS)
    yield "\n".join(f"- {words.say(phrase)}" for phrase in phrases)
