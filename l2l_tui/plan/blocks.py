"""Whole tracks, milestones, meetings and results as TOML, and where in a plan they go."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from l2l_tui.plan import values
from l2l_tui.plan.model import DoneWhen, Section

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.layout import Key
    from l2l_tui.plan.model import (
        Change,
        CheckItem,
        Meeting,
        Milestone,
        Problem,
        Recurring,
        Result,
    )

_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on"}
_SMALL_WORDS |= {"or", "the", "to", "via", "with"}
_LONGEST_ID = 32


def new_id(title: str, taken: Container[str]) -> str:
    """Return a short readable id for a title, in letters and digits of any script.

    ``"MAML: Model-Agnostic ..."`` gives ``maml``; a name that is taken gets a number.
    """
    name = unicodedata.normalize("NFKC", title).casefold()
    head = name.split(":")[0] if re.search(r"\w", name.split(":")[0]) else name
    words = re.findall(r"[^\W_]+", head)
    stem = words[0][:_LONGEST_ID] if words else "milestone"
    for word in words[1:]:
        if len(stem) + 1 + len(word) > _LONGEST_ID:
            break
        stem += f"-{word}"
    while stem.rpartition("-")[2] in _SMALL_WORDS and "-" in stem:
        stem = stem.rpartition("-")[0]
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def without_empty(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table without the keys that say nothing."""
    return {name: value for name, value in table.items() if value not in (None, "", [], {})}


def find_meeting(document: Document, day: date) -> Key | None:
    """Return where a day's meeting stands, if it does."""
    for index, meeting in enumerate(document.get(("meeting",)) or []):
        if meeting["date"] == day:
            return ("meeting", index)
    return None


def milestone_table(milestone: Milestone) -> dict[str, Any]:
    """Return a milestone's keys, its history left out."""
    table = {
        "id": milestone.id,
        "track": milestone.track,
        "title": milestone.title,
        "due": milestone.due,
        "status": milestone.status.value,
        "links": list(milestone.links),
        "needs": list(milestone.needs),
        "experiments": list(milestone.experiments),
        "done_when": None if milestone.done_when is DoneWhen.HAND else milestone.done_when.value,
        "checklist": [without_empty(check_table(item)) for item in milestone.checklist],
        "notes": milestone.notes,
    }
    return without_empty(table)


def check_table(item: CheckItem) -> dict[str, Any]:
    """Return an item of a checklist."""
    return {"text": item.text, "done": item.done}


def recurring_table(item: Recurring) -> dict[str, Any]:
    """Return a recurring item's keys."""
    return without_empty(
        {
            "id": item.id,
            "title": item.title,
            "first": item.first,
            "track": item.track,
            "meeting": item.meeting or None,
            "every_days": item.every_days,
            "every": item.every and item.every.value,
            "until": item.until,
            "done": list(item.done),
            "skipped": list(item.skipped),
        }
    )


def change_table(change: Change) -> dict[str, Any]:
    """Return an entry of a history."""
    status = change.status and change.status.value
    return {
        "on": change.on,
        "status": status,
        "due": change.due,
        "was": change.was,
        "run": change.run,
        "by": change.by,
    }


def problem_table(problem: Problem, meeting: date) -> dict[str, Any]:
    """Return a problem's keys."""
    raised = None if problem.raised == meeting else problem.raised
    table = {"text": problem.text, "raised": raised, "solved": problem.solved, "how": problem.how}
    return without_empty(table)


def last_of_track(document: Document, track: str) -> Key | None:
    """Return the table behind which a track's new milestone goes.

    That is the track's last milestone, or that of the nearest track before it, or the last
    of all milestones, or what heads the file.
    """
    milestones = document.get(("milestone",)) or []
    last = {item["track"]: index for index, item in enumerate(milestones)}
    tracks = [item["id"] for item in document.get(("track",)) or []]
    before = tracks[: tracks.index(track) + 1] if track in tracks else []
    for name in reversed(before):
        if name in last:
            return ("milestone", last[name])
    if milestones:
        return ("milestone", len(milestones) - 1)
    return first_standing(document, [("track", len(tracks) - 1), ("plan",)])


def first_standing(document: Document, keys: Sequence[Key]) -> Key | None:
    """Return the first of the tables that stands under a header of its own."""
    places = document.layout.places
    return next((key for key in keys if key in places and places[key].header), None)


def add_meeting(document: Document, meeting: Meeting) -> None:
    """Write a meeting in its place among the dates."""
    problems = [problem_table(problem, meeting.date) for problem in meeting.problems]
    texts = {section.value: meeting.sections.get(section, "") for section in Section}
    table = {"date": meeting.date, **without_empty(texts)}
    if document.is_inline(("meeting",)):
        held = {"problem": problems} if problems else {}
        document.append(("meeting",), {**table, **held})
        return
    blocks = [values.block("meeting", table)]
    blocks += [values.block("meeting.problem", problem) for problem in problems]
    days = [item["date"] for item in document.get(("meeting",)) or []]
    earlier = [index for index, day in enumerate(days) if day < meeting.date]
    if earlier:
        document.insert_block("\n\n".join(blocks), after=("meeting", earlier[-1]))
    else:
        before = first_standing(document, [("meeting", 0), ("result", 0)])
        document.insert_block("\n\n".join(blocks), before=before)


def add_results(document: Document, results: Sequence[Result]) -> bool:
    """Append results, leaving out runs that are there already; return whether any was new."""
    held = document.get(("result",)) or []
    there = {item["run"] for item in held}
    tables = {item.run: _result_table(item) for item in results if item.run not in there}
    if not tables:
        return False
    if document.is_inline(("result",)):
        for table in tables.values():
            document.append(("result",), table)
        return True
    blocks = "\n\n".join(values.block("result", table) for table in tables.values())
    document.insert_block(blocks, after=("result", len(held) - 1) if held else None)
    return True


def _result_table(result: Result) -> dict[str, Any]:
    """Return a result's keys."""
    table = {
        "run": result.run,
        "milestone": result.milestone,
        "experiment": result.experiment,
        "sweep": result.sweep,
        "on": result.on,
        "claims": dict(result.claims),
        "figures": dict(result.figures),
    }
    return without_empty(table)
