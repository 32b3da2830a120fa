"""What lies between two versions of a plan, in a few words: what undo takes back.

The two plans are compared, not the edits: so a change made in an editor outside has words too.
Keys and values stand there as they stand in the file, in any language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from l2l_tui.plan.model import Meeting, Plan, Problem

_HEAD = ("title", "language", "interface", "first_meeting", "meets_every_days")
_SHOWN = 3
_WIDTH = 48
_T = TypeVar("_T")


def label(before: Plan, after: Plan) -> str:
    """Return what changed from one plan to the next, the first few changes by name.

    Such as ``due of maml: 2021-08-17 -> 2021-08-24``.
    """
    changes = list(dict.fromkeys(_changes(before, after)))
    if not changes:
        return tr("comments and spaces")
    named, more = ", ".join(changes[:_SHOWN]), len(changes) - _SHOWN
    if more <= 0:
        return named
    return trn("{changes} and {n} more", "{changes} and {n} more", more, changes=named)


def _changes(before: Plan, after: Plan) -> Iterator[str]:
    for name in _HEAD:
        what = tr("{key} of the plan", key=name)
        yield from _change(what, getattr(before, name), getattr(after, name))
    yield from _skip_changes(before, after)
    yield from _track_changes(before, after)
    yield from _milestone_changes(before, after)
    yield from _recurring_changes(before, after)
    held = {meeting.date: meeting for meeting in before.meetings}
    for meeting in after.meetings:
        yield from _meeting_changes(held.pop(meeting.date, None), meeting)
    yield from (tr("meeting of {day} removed", day=day) for day in held)
    runs = {result.run for result in before.results}
    left = {result.run for result in after.results}
    yield from (
        tr("result of {run}", run=item.run) for item in after.results if item.run not in runs
    )
    gone = (item.run for item in before.results if item.run not in left)
    yield from (tr("result of {run} removed", run=run) for run in gone)


def _skip_changes(before: Plan, after: Plan) -> Iterator[str]:
    old, new = before.skipped_meetings, after.skipped_meetings
    yield from (tr("meeting of {day} skipped", day=day) for day in new if day not in old)
    yield from (tr("meeting of {day} held after all", day=day) for day in old if day not in new)


def _track_changes(before: Plan, after: Plan) -> Iterator[str]:
    old, new = _by_id(before.tracks), _by_id(after.tracks)
    yield from (tr("new track {id}", id=id_) for id_ in new if id_ not in old)
    yield from (tr("track {id} removed", id=id_) for id_ in old if id_ not in new)
    yield from _field_changes(old, new)
    if _is_moved(old, new):
        yield tr("order of tracks")


def _milestone_changes(before: Plan, after: Plan) -> Iterator[str]:
    old, new = _by_id(before.milestones), _by_id(after.milestones)
    yield from (tr("new milestone {id}", id=id_) for id_ in new if id_ not in old)
    yield from (tr("milestone {id} removed", id=id_) for id_ in old if id_ not in new)
    yield from _field_changes(old, new)
    if _is_moved(old, new):
        yield tr("order of milestones")


def _recurring_changes(before: Plan, after: Plan) -> Iterator[str]:
    old, new = _by_id(before.recurring), _by_id(after.recurring)
    yield from (tr("new recurring item {id}", id=id_) for id_ in new if id_ not in old)
    yield from (tr("recurring item {id} removed", id=id_) for id_ in old if id_ not in new)
    yield from _field_changes(old, new)
    if _is_moved(old, new):
        yield tr("order of recurring items")


def _by_id(items: Iterable[_T]) -> dict[str, _T]:
    return {str(getattr(item, "id", "")): item for item in items}


def _is_moved(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    return [name for name in old if name in new] != [name for name in new if name in old]


def _field_changes(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for name, item in new.items():
        if name in old and old[name] != item:
            yield from _changes_of(name, old[name], item)


def _changes_of(name: str, before: object, after: object) -> Iterator[str]:
    names = [field for field in type(after).__dataclass_fields__ if field != "history"]  # type: ignore[attr-defined]
    changed = [field for field in names if getattr(before, field) != getattr(after, field)]
    for field in changed:
        what = tr("{key} of {name}", key=field, name=name)
        yield from _change(what, getattr(before, field), getattr(after, field))
    if not changed:
        yield tr("history of {name}", name=name)


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
    return tr("none") if value in (None, "") else str(value)


def _meeting_changes(before: Meeting | None, after: Meeting) -> Iterator[str]:
    day = after.date
    if before is None:
        yield tr("meeting of {day}", day=day)
    yield from _problem_changes(before.problems if before else (), after.problems)
    sections = before.sections if before else {}
    for section in dict.fromkeys((*sections, *after.sections)):
        if sections.get(section) != after.sections.get(section):
            yield tr("{section} of {day}", section=section.value, day=day)


def _problem_changes(before: Sequence[Problem], after: Sequence[Problem]) -> Iterator[str]:
    old_texts, new_texts = _texts(before), _texts(after)
    for problem in after:
        text = _short(problem.text)
        if problem.text not in old_texts:
            yield tr("problem {text}", text=text)
        elif problem not in before and problem.solved is None:
            yield tr("opened: {text}", text=text)
        elif problem not in before:
            yield tr("solved: {text}", text=text)
    gone = (problem.text for problem in before if problem.text not in new_texts)
    yield from (tr("problem {text} removed", text=_short(text)) for text in gone)


def _texts(problems: Iterable[Problem]) -> set[str]:
    return {problem.text for problem in problems}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}...")
