"""What lies between two versions of a plan, in a few words: what undo takes back.

The two plans are compared, not the edits: so a change made in an editor outside has words too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from l2l_tui.plan.model import Meeting, Plan, Problem

_HEAD = ("title", "language", "first_meeting", "meets_every_days")
_SHOWN = 3
_WIDTH = 48
_T = TypeVar("_T")


def label(before: Plan, after: Plan) -> str:
    """Return what changed from one plan to the next, the first few changes by name.

    Such as ``due of maml: 2021-08-17 -> 2021-08-24``.
    """
    changes = list(dict.fromkeys(_changes(before, after)))
    if not changes:
        return "comments and spaces"
    more = len(changes) - _SHOWN
    return ", ".join(changes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _changes(before: Plan, after: Plan) -> Iterator[str]:
    for name in _HEAD:
        yield from _change(f"{name} of the plan", getattr(before, name), getattr(after, name))
    yield from _things("track", before.tracks, after.tracks)
    yield from _things("milestone", before.milestones, after.milestones)
    held = {meeting.date: meeting for meeting in before.meetings}
    for meeting in after.meetings:
        yield from _meeting_changes(held.pop(meeting.date, None), meeting)
    yield from (f"meeting of {day} removed" for day in held)
    runs = {result.run for result in before.results}
    yield from (f"result of {item.run}" for item in after.results if item.run not in runs)
    left = {result.run for result in after.results}
    yield from (f"result of {item.run} removed" for item in before.results if item.run not in left)


def _things(kind: str, before: Sequence[_T], after: Sequence[_T]) -> Iterator[str]:
    """Yield what changed among things that have an id: come, gone, changed, moved."""
    old = {_id(item): item for item in before}
    new = {_id(item): item for item in after}
    yield from (f"new {kind} {name}" for name in new if name not in old)
    yield from (f"{kind} {name} removed" for name in old if name not in new)
    for name, item in new.items():
        if name in old and old[name] != item:
            yield from _field_changes(name, old[name], item)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield f"order of {kind}s"


def _id(item: object) -> str:
    return str(getattr(item, "id", ""))


def _field_changes(name: str, before: object, after: object) -> Iterator[str]:
    names = [field for field in type(after).__dataclass_fields__ if field != "history"]  # type: ignore[attr-defined]
    changed = [field for field in names if getattr(before, field) != getattr(after, field)]
    for field in changed:
        yield from _change(f"{field} of {name}", getattr(before, field), getattr(after, field))
    if not changed:
        yield f"history of {name}"


def _change(what: str, before: object, after: object) -> Iterator[str]:
    if before == after:
        return
    if "\n" in f"{before}{after}" or not (_is_short(before) and _is_short(after)):
        yield what
    else:
        yield f"{what}: {_words(before)} -> {_words(after)}"


def _is_short(value: object) -> bool:
    scalar = value is None or isinstance(value, (str, int, date))
    return scalar and len(str(value)) <= _WIDTH


def _words(value: object) -> str:
    return "none" if value in (None, "") else str(value)


def _meeting_changes(before: Meeting | None, after: Meeting) -> Iterator[str]:
    day = after.date
    if before is None:
        yield f"meeting of {day}"
    held = list(before.problems) if before else []
    old_texts, new_texts = _texts(held), _texts(after.problems)
    for problem in after.problems:
        if problem.text not in old_texts:
            yield f"problem {_short(problem.text)}"
        elif problem not in held:
            open_now = problem.solved is None
            yield f"{'opened' if open_now else 'solved'}: {_short(problem.text)}"
    for problem in held:
        if problem.text not in new_texts:
            yield f"problem {_short(problem.text)} removed"
    sections = before.sections if before else {}
    for section in dict.fromkeys((*sections, *after.sections)):
        if sections.get(section) != after.sections.get(section):
            yield f"{section.value} of {day}"


def _texts(problems: Iterable[Problem]) -> set[str]:
    return {problem.text for problem in problems}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}...")
