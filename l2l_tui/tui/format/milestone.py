"""What is known of a milestone beside its own fields: standing, evidence, links, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import schedule, verdicts
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import DoneWhen, Status
from l2l_tui.states import status_word
from l2l_tui.tui.format import claims, links
from l2l_tui.tui.format.claims import hung
from l2l_tui.tui.format.schedule import BLOCKED, CONTRADICTED, LATE, SIGNS, is_late, when
from l2l_tui.tui.format.tone import ACCENT, BAD, FAINT, GOOD, MUTED, STRONG, WARN, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from l2l_tui.plan.model import Change, Milestone, Plan


def about(plan: Plan, milestone: Milestone, today: date, cells: int = 72) -> Content:
    """Return all that is known, in sections.

    Args:
        plan: The plan.
        milestone: The milestone as the plan has it.
        today: The day.
        cells: The width.
    """
    sections = [
        list(_standing(plan, milestone, today, cells)),
        _headed(tr("Evidence"), claims.of(plan, milestone, cells)),
        _headed(tr("Links"), [links.line(text) for text in milestone.links]),
        _headed(tr("History"), [line(change) for change in reversed(milestone.history)]),
    ]
    return Content("\n\n").join([Content("\n").join(each) for each in sections if each])


def line(change: Change) -> Content:
    """Return one line of a milestone's history."""
    parts = []
    if change.status is not None:
        sign, tone = SIGNS[change.status]
        parts.append(Content.assemble((sign, tone), " ", status_word(change.status)))
    if change.due is not None or change.was is not None:
        before, after = change.was or tr("no date"), change.due or tr("no date")
        parts.append(words(tr("due {before} → {after}", before=before, after=after)))
    if change.run:
        parts.append(words(tr("by its claims, run {run}", run=change.run), MUTED))
    if change.by == "hand":
        parts.append(words(tr("by hand, against its claims"), MUTED))
    return Content.assemble(words(f"{change.on}  ", FAINT), Content(" · ").join(parts))


def expected(plan: Plan, milestone: Milestone, today: date) -> str:
    """Say when an open milestone is done at the pace so far, or why nobody can say."""
    seen = forecast(plan, today)
    found = seen.expected.get(milestone.id)
    if found is not None:
        day = _day(found.on, today)
        if found.late_days is None:
            return tr("At this pace it is done on {day}.", day=day)
        if not found.late_days:
            return tr("At this pace it is done on {day}, in time.", day=day)
        return trn(
            "At this pace it is done on {day}, {n} day late.",
            "At this pace it is done on {day}, {n} days late.",
            found.late_days,
            day=day,
        )
    if not seen.missing:
        return tr("No forecast: the first meeting is still to come.")
    return trn(
        "No forecast yet: {n} more milestone has to be done before there is a pace.",
        "No forecast yet: {n} more milestones have to be done before there is a pace.",
        seen.missing,
    )


def end(milestone: Milestone) -> str:
    """Say what made a milestone done: a run, or a person."""
    last = schedule.finish(milestone)
    if last is None:
        return tr("Marked done by hand; nobody wrote down when.")
    if last.run:
        return tr("Done on {day}, when its claims held in {run}.", day=last.on, run=last.run)
    if last.by == "hand":
        return tr("Done by hand on {day}, though its claims did not say so.", day=last.on)
    return tr("Done by hand on {day}.", day=last.on)


def _standing(plan: Plan, milestone: Milestone, today: date, cells: int) -> Iterator[Content]:
    """Yield the lines that say where it stands."""
    yield from hung(Content(""), _facts(plan, milestone, today), cells, 0)
    if against := claims.contradiction(plan, milestone):
        yield from hung(Content.assemble(CONTRADICTED, " "), words(against, BAD), cells, 2)
    for other in schedule.blocked(plan, milestone):
        mark = when(other, today).text
        state = ", ".join(filter(None, (status_word(other.status), mark)))
        body = tr("waits for {title} ({state})", title=other.title or other.id, state=state)
        yield from hung(Content.assemble(BLOCKED, " "), words(body, WARN), cells, 2)
    if milestone.status is Status.DONE:
        yield from hung(Content(""), words(end(milestone), MUTED), cells, 0)
    elif milestone.status is not Status.DROPPED:
        yield from hung(Content(""), words(expected(plan, milestone, today), MUTED), cells, 0)
    if rule := _rule(milestone):
        yield from hung(Content(""), words(rule, MUTED), cells, 0)
    if milestone.checklist or milestone.experiments:
        share = schedule.progress(plan, milestone)
        yield _bar(share)


def _rule(milestone: Milestone) -> str:
    """Say that the claims decide when it is done, where they do."""
    if milestone.done_when is not DoneWhen.CLAIMS or schedule.is_closed(milestone):
        return ""
    if verdicts.overruled(milestone):
        return tr("Opened again by hand, whatever its claims say.")
    return tr("It is done by itself when all its claims hold.")


def _facts(plan: Plan, milestone: Milestone, today: date) -> Content:
    """Return status, lateness, due date, track and id in one line."""
    sign, late = SIGNS[milestone.status], is_late(milestone, today)
    mark = when(milestone, today)
    track = next((one.title for one in plan.tracks if one.id == milestone.track), "")
    due = tr("due {day}", day=milestone.due) if milestone.due is not None else tr("no due date")
    status = words(status_word(milestone.status), STRONG)
    standing = Content.assemble(sign, LATE if late else "", " ", status)
    closed = schedule.is_closed(milestone) and not schedule.late_days(milestone, today)
    parts = [
        standing,
        Content("") if closed else words(mark.text, mark.style),
        words(due, MUTED),
        words(track, MUTED),
        words(milestone.id, FAINT),
    ]
    return Content(" · ").join([part for part in parts if part.plain])


def _bar(share: float, cells: int = 20) -> Content:
    """Return how far it is, as a bar and in percent."""
    full = round(share * cells)
    tone = GOOD if share >= 1 else ACCENT
    return Content.assemble(
        ("━" * full, tone), ("─" * (cells - full), FAINT), f" {share:.0%}".replace("%", " %")
    )


def _headed(heading: str, lines: list[Content]) -> list[Content]:
    return [words(heading, f"bold {ACCENT}"), *lines] if lines else []


def _day(day: date, today: date) -> str:
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()
