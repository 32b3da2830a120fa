"""One milestone in full, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import plan_text, standing
from l2l_tui.cli.output import Cell, paint, table
from l2l_tui.language import tr
from l2l_tui.plan import schedule, verdicts
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.links import Link, LinkKind, parse
from l2l_tui.plan.model import DoneWhen
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.states import status_word, verdict_word
from l2l_tui.text import number, plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from l2l_tui.cli.standing import Claimed
    from l2l_tui.plan.model import Change, Milestone, Plan, Result

_VERDICT_STYLE = {"holds": "good", "fails": "bad", "inconclusive": "middle"}
_FIGURES = 3
"""How many of a run's figures are named; ``show RUN`` has them all."""


def whole(plan: Plan, one: Milestone, day: date) -> Iterator[str]:
    """Everything about a milestone, each part under its title; parts without content are left."""
    yield paint(plain(readable(one.title)), "strong")
    yield from table(list(_facts(plan, one, day)))
    for result, claim in verdicts.contradicted(plan, one):
        said = tr("contradicted: {claim} fails in {run}", claim=claim, run=result.run)
        yield paint(plain(said), "bad")
    for title, lines in (
        (tr("Checklist"), checklist(one)),
        (tr("Links"), links(one)),
        (tr("Claims"), _claims(standing.claims(plan, one))),
        (tr("Runs"), _runs(schedule.evidence(plan, one))),
        (tr("Notes"), _notes(one.notes)),
        (tr("History"), _history(one.history)),
    ):
        if shown := list(lines):
            yield ""
            yield paint(title, "strong")
            yield from shown


def checklist(one: Milestone) -> list[str]:
    """Return the items with the numbers that ``tick`` takes."""
    rows = []
    for n, item in enumerate(one.checklist, 1):
        box = "[ ]" if item.done is None else "[x]"
        rows.append((f"  {n:>2}. {box}", readable(item.text), str(item.done or "")))
    return table(rows)


def links(one: Milestone) -> list[str]:
    """Return the links with the numbers that ``open`` takes."""
    parsed = [parse(text) for text in one.links]
    return table([(f"  {n:>2}. {each.text}", _leads_to(each)) for n, each in enumerate(parsed, 1)])


def _leads_to(one: Link) -> str:
    if one.flaw is not None:
        return tr("malformed; expected {flaw}", flaw=one.flaw)
    if one.url is not None:
        return one.url if one.kind is not LinkKind.URL else tr("address")
    return tr("BibTeX key") if one.kind is LinkKind.BIB else tr("note")


def _facts(plan: Plan, one: Milestone, day: date) -> Iterator[tuple[str, str | Cell]]:
    yield tr("id"), one.id
    yield tr("track"), " > ".join(_tracks(plan, one.track))
    status = Cell(status_word(one.status), plan_text.STATUS_STYLE.get(one.status, ""))
    yield tr("status"), status
    if (how := schedule.finish(one)) is not None:
        yield tr("done by"), _finish(how)
    if one.due is not None:
        late = plan_text.lateness(one, day)
        said = f"{one.due} ({late.text})" if late.text else str(one.due)
        yield tr("due"), Cell(said, late.style)
    expected = forecast(plan, day).expected.get(one.id)
    if expected is not None:
        yield tr("forecast"), plan_text.pace(expected, day)
    if one.done_when is DoneWhen.CLAIMS or verdicts.overruled(one):
        yield tr("done when"), _done_when(one)
    yield tr("progress"), f"{schedule.progress(plan, one):.0%}"
    blocking = {each.id for each in schedule.blocked(plan, one)}
    needed = [each for each in plan.milestones if each.id in one.needs]
    if needed:
        yield tr("needs"), ", ".join(_needed(each, blocking) for each in needed)
    if needing := standing.needed_by(plan, one):
        yield tr("needed by"), ", ".join(each.id for each in needing)
    if one.experiments:
        yield tr("experiments"), ", ".join(one.experiments)


def _tracks(plan: Plan, id_: str) -> list[str]:
    """Return the titles of a track and of those above it, the topmost first."""
    held = {track.id: track for track in plan.tracks}
    found: list[str] = []
    while id_ in held:
        found.insert(0, held[id_].title)
        id_ = held.pop(id_).parent
    return found


def _needed(one: Milestone, blocking: set[str]) -> str:
    if one.id in blocking:
        return tr("{id} ({status}, blocks it)", id=one.id, status=status_word(one.status))
    return f"{one.id} ({status_word(one.status)})"


def _finish(how: Change) -> str:
    if how.run:
        return tr("its claims, with {run} on {day}", run=how.run, day=how.on)
    if how.by:
        return tr("hand on {day}, against its claims", day=how.on)
    return tr("hand on {day}", day=how.on)


def _done_when(one: Milestone) -> str:
    if one.done_when is DoneWhen.HAND:
        return tr("you say so")
    if verdicts.overruled(one):
        return tr("its claims hold; overruled by hand")
    return tr("its claims hold")


def _claims(claims: Iterable[Claimed]) -> Iterator[str]:
    rows = [(f"  {one.experiment}", one.id, _verdict(one), one.run or "") for one in claims]
    lines = table(rows)
    for one, line in zip(claims, lines, strict=True):
        yield line
        if one.statement is not None:
            yield f"      {plain(tr(one.statement))}"


def _verdict(one: Claimed) -> Cell:
    if one.verdict is None:
        return Cell(tr("no run yet"), "faint")
    return Cell(verdict_word(one.verdict), _VERDICT_STYLE.get(one.verdict, ""))


def _runs(results: Iterable[Result]) -> list[str]:
    rows = []
    for one in results:
        figures = [f"{name} {number(value)}" for name, value in list(one.figures.items())]
        held = sum(verdict == "holds" for verdict in one.claims.values())
        holding = tr("{n} of {all} hold", n=held, all=len(one.claims)) if one.claims else ""
        named = ", ".join(figures[:_FIGURES])
        sweep = f"{tr('sweep')} {one.sweep}" if one.sweep else ""
        rows.append((f"  {one.run}", str(one.on or ""), holding, named, sweep))
    return table(rows)


def _notes(notes: str) -> list[str]:
    """Return the notes as they were written, formulas as Unicode."""
    if not notes.strip():
        return []
    return plain_lines(readable(notes).expandtabs(4).strip("\n")).split("\n")


def _history(history: Iterable[Change]) -> list[str]:
    return table([(f"  {one.on}", _change(one)) for one in history])


def _change(one: Change) -> str:
    said = []
    if one.status is not None:
        said.append(status_word(one.status))
    if one.due is not None or one.was is not None:
        due, was = one.due or tr("none"), one.was or tr("none")
        said.append(tr("due {due}, was {was}", due=due, was=was))
    if one.run:
        said.append(tr("by its claims, with {run}", run=one.run))
    elif one.by:
        said.append(tr("by hand, against its claims"))
    return ", ".join(said)
