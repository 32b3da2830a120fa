"""The schedule as Markdown: tracks and what stands in them, and what is due next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.plan.forecast import ENOUGH
from l2l_tui.plan.model import Status
from l2l_tui.report.markdown_table import table
from l2l_tui.report.prose import code, inline
from l2l_tui.report.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.plan.model import Change, Milestone
    from l2l_tui.report.summary import Row, Summary

_LEVEL, _DEEPEST = 3, 6
_COLUMNS = (
    Phrase.COLUMN_MILESTONE,
    Phrase.COLUMN_DUE,
    Phrase.COLUMN_STATUS,
    Phrase.COLUMN_TIME,
    Phrase.COLUMN_EVIDENCE,
)


def due(row: Row, words: Words) -> str:
    """Return the line of a milestone that is due by the next meeting."""
    said = [str(row.milestone.due), *_times(row, words)]
    return f"- {inline(row.milestone.title)} — {words.semicolon.join(said)}"


def schedule(summary: Summary, words: Words) -> Iterator[str]:
    """Yield the blocks of the schedule, a track below another one deeper by a heading."""
    if any(row.milestone.status in {Status.TODO, Status.DOING} for row in summary.rows):
        yield _forecast(summary, words)
    headers = [words.say(phrase) for phrase in _COLUMNS]
    for at, track in enumerate(summary.tracks):
        yield f"{'#' * min(_DEEPEST, _LEVEL + track.depth)} {inline(track.title)}"
        rows = [_cells(row, words) for row in track.rows]
        if rows:
            yield table(headers, rows)
        elif not any(below.depth > track.depth for below in summary.tracks[at + 1 : at + 2]):
            yield words.say(Phrase.NONE)


def with_reason(status: str, change: Change, words: Words) -> str:
    """Return a status with the run that brought it about, or that a person did."""
    if change.run:
        return _bracketed(status, words.say(Phrase.BY_RUN, run=code(change.run)), words)
    return _bracketed(status, words.say(Phrase.BY_HAND), words) if change.by == "hand" else status


def _bracketed(said: str, more: str, words: Words) -> str:
    return f"{said} ({more})" if words.language == "en" else f"{said}（{more}）"


def _forecast(summary: Summary, words: Words) -> str:
    ahead = summary.ahead
    if ahead.days_each is None or not ahead.expected:
        return words.say(Phrase.NO_PACE, n=ahead.finished, enough=ENOUGH)
    last = max(one.on for one in ahead.expected.values())
    each = f"{ahead.days_each:.3g}"
    return words.say(Phrase.PACE, n=ahead.finished, days=each, day=last)


def _cells(row: Row, words: Words) -> tuple[str, ...]:
    milestone = row.milestone
    return (
        inline(milestone.title),
        str(milestone.due or ""),
        _status(milestone, words),
        words.semicolon.join(_times(row, words)),
        "<br>".join(_evidence(row, words)),
    )


def _status(milestone: Milestone, words: Words) -> str:
    said = words.named(milestone.status.value)
    changes = [change for change in milestone.history if change.status is not None]
    if changes and changes[-1].status is milestone.status:
        said = with_reason(said, changes[-1], words)
    if milestone.checklist:
        done = sum(item.done is not None for item in milestone.checklist)
        listed = words.say(Phrase.CHECKLIST, done=done, all=len(milestone.checklist))
        said += f"{words.semicolon}{listed}"
    return said


def _times(row: Row, words: Words) -> Iterator[str]:
    if time := _time(row, words):
        yield time
    if row.waits_for:
        needs = words.list_comma.join(map(inline, row.waits_for))
        yield words.say(Phrase.BLOCKED, needs=needs)
    if (expected := row.expected) is not None:
        if expected.late_days:
            late = words.days(expected.late_days)
            yield words.say(Phrase.EXPECTED_LATE, day=expected.on, days=late)
        else:
            yield words.say(Phrase.EXPECTED, day=expected.on)


def _time(row: Row, words: Words) -> str:
    if row.days_left is None:
        if row.late_days:
            return words.say(Phrase.WAS_LATE, days=words.days(row.late_days))
        return ""
    if row.days_left < 0:
        return words.say(Phrase.LATE, days=words.days(-row.days_left))
    if row.days_left == 0:
        return words.say(Phrase.TODAY)
    return words.say(Phrase.LEFT, days=words.days(row.days_left))


def _evidence(row: Row, words: Words) -> Iterator[str]:
    if row.runs:
        runs = words.runs(row.runs)
        yield (
            words.say(Phrase.ALL_HOLD, runs=runs)
            if row.only_to_be_marked
            else words.say(Phrase.EVIDENCE, runs=runs, held=row.held, claims=row.claims)
        )
    failing: dict[str, list[str]] = {}
    for result, claim in row.contradicted:
        failing.setdefault(result.run, []).append(code(claim))
    for run, claims in failing.items():
        named = words.list_comma.join(claims)
        yield words.say(Phrase.CONTRADICTED, claims=named, run=code(run))
