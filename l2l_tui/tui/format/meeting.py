"""The meeting screen's lines: its head, problems, and what happened since the last meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import sections
from l2l_tui.plan.daynames import named_day
from l2l_tui.report.offers import Kind
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.tui.format.agenda import age
from l2l_tui.tui.format.head import distance
from l2l_tui.tui.format.tone import ACCENT, FAINT, GOOD, MUTED, WARN, block, cell, spread, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.plan.model import Problem
    from l2l_tui.report.offers import Offer


def day(meeting: date, today: date) -> str:
    """Return a meeting's day in words."""
    return f"{named_day(meeting)}, {distance(meeting, today)}"


def head(
    meeting: date,
    today: date,
    offered: int,
    cells: int,
    *,
    key: str,
    unsaved: bool,
    contested: bool,
    skipped: bool = False,
) -> Content:
    """Return the first line of the screen.

    Args:
        meeting: The day of the meeting.
        today: Today.
        offered: How much happened since the last meeting that no section tells.
        cells: The width.
        key: The key that includes it.
        unsaved: Whether something would be lost.
        contested: Whether somebody else wrote in a section that was changed here.
        skipped: Whether the meeting is not held.
    """
    left = words(f" {tr('Meeting {day}', day=day(meeting, today))}", "bold")
    if skipped:
        left = Content.assemble(left, "  ", words(tr("skipped"), WARN))
    if offered:
        said = trn(
            "{n} since the last meeting, {key} includes",
            "{n} since the last meeting, {key} includes",
            offered,
            key=key,
        )
        left = Content.assemble(left, "  ", words(said, MUTED))
    if contested:
        return spread(left, words(f"{tr('not saved; changed by somebody else too')} ", WARN), cells)
    return spread(left, words(f"{tr('not saved')} " if unsaved else "", WARN), cells)


def heading(text: str, cells: int) -> Content:
    """Return the heading of some problems."""
    return cell(text, cells, MUTED)


def none(cells: int) -> Content:
    """Return what stands where there are no problems."""
    return cell(f"  {tr('none')}", cells, FAINT)


def problem(one: Problem, meeting: date, number: int | None, cells: int) -> Content:
    """Return a problem's line: sign, text, and its age or how it was solved.

    Args:
        one: The problem.
        meeting: The day of the meeting.
        number: Its number among the open ones, as the command line counts them.
        cells: The width.
    """
    text = readable(one.text)
    if one.solved is not None:
        how = f" · {readable(one.how)}" if one.how else ""
        left = Content.assemble(("✓ ", GOOD), words(text + how, MUTED))
        return spread(left, words(tr("solved {day}", day=f"{one.solved:%m-%d}"), GOOD), cells)
    left = Content.assemble((f"{number or '•'} ", FAINT), words(text))
    fresh = one.raised >= meeting
    return spread(left, words(age(one, meeting), MUTED if fresh else WARN), cells)


def offer(one: Offer, cells: int, *, marked: bool) -> Content:
    """Return the line of something that may be included."""
    told = ", ".join(map(sections.title, one.included))
    sign = ("[✓] ", ACCENT) if marked else ("[ ] ", MUTED)
    kind = "◆ " if one.kind is Kind.MILESTONE else "▶ "
    left = Content.assemble(sign, (kind, FAINT), words(one.title), "  ", words(one.said, MUTED))
    right = words(
        tr("told in {sections}", sections=told) if told else f"{one.on:%m-%d}",
        GOOD if told else MUTED,
    )
    return spread(left, right, cells)


def side(title: str, texts: Sequence[str], cells: int) -> Content:
    """Return one side of what two people wrote: a title, then the lines in question."""
    parts = [words(title, "bold")]
    for text in texts:
        lines = text.split("\n") if text else [tr("(nothing)")]
        parts += [block(line.expandtabs(4) or " ", cells, "" if text else FAINT) for line in lines]
        parts.append(Content(""))
    return Content("\n").join(parts[:-1] if len(parts) > 1 else parts)
