"""The list of all meetings: their counts, how they begin, and where some words stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.plan import sections
from l2l_tui.plan.daynames import named_day
from l2l_tui.plan.model import Section
from l2l_tui.report.terminal_formulas import readable
from l2l_tui.text import plain
from l2l_tui.tui.format.head import distance
from l2l_tui.tui.format.tone import ACCENT, GOOD, MUTED, WARN, spread, words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Meeting
    from l2l_tui.plan.search import Found, Match

_HIT = f"bold reverse {ACCENT}"


def head(count: int, found: int | None, cells: int) -> Content:
    """Return the first line of the screen.

    Args:
        count: How many meetings are shown.
        found: How often the words stand there; None where nothing is looked for.
        cells: The width.
    """
    left = words(f" {tr('Meetings')}", "bold")
    said = trn("{n} meeting", "{n} meetings", count)
    if found is not None:
        hits = trn("{n} hit", "{n} hits", found)
        said = tr("{hits} in {meetings}", hits=hits, meetings=said)
    return spread(left, words(f"{said} ", MUTED), cells)


def meeting(
    one: Meeting, found: Found | None, today: date, cells: int, *, skipped: bool = False
) -> Content:
    """Return a meeting's line: its day, its problems, how it begins."""
    year = "" if one.date.year == today.year else f"{one.date.year} "
    solved = sum(problem.solved is not None for problem in one.problems)
    still = len(one.problems) - solved
    parts = [words(f"{year}{named_day(one.date)}", "bold")]
    if skipped:
        parts.append(words(tr("skipped"), WARN))
    if still:
        parts.append(words(trn("{n} open", "{n} open", still), WARN))
    if solved:
        parts.append(words(trn("{n} solved", "{n} solved", solved), GOOD))
    if found is not None:
        parts.append(words(trn("{n} hit", "{n} hits", found.hits), ACCENT))
    elif begins := first_words(one):
        parts.append(words(begins, MUTED))
    elif not one.problems:
        parts.append(words(tr("nothing written yet"), MUTED))
    return spread(Content("  ").join(parts), words(distance(one.date, today), MUTED), cells)


def first_words(one: Meeting) -> str:
    """Return how each section begins, in the order of the sections."""
    texts = (one.sections.get(section, "").strip() for section in Section)
    return " · ".join(readable(text).split("\n")[0] for text in texts if text)


def match(one: Match, cells: int) -> Content:
    """Return a line in which the words stand, with the words marked and in sight."""
    where = tr("problem") if one.section is None else sections.title(one.section)
    lead = words(f"    {where}  ", MUTED)
    room = max(8, cells - lead.cell_length)
    start = one.spans[0][0]
    # A long line begins a little before the first hit, so that the hit can be seen.
    cut = max(0, start - room // 3) if len(one.line) > room // 2 and start > room // 2 else 0
    parts = [words("…" if cut else "", MUTED)]
    last = cut
    for begin, end in one.spans:
        parts += [Content(plain(one.line[last:begin])), words(one.line[begin:end], _HIT)]
        last = end
    return Content.assemble(lead, *parts, Content(plain(one.line[last:])))
