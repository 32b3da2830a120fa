"""``plan recur``, ``reschedule``, ``mark`` and ``unrecur``: what comes round."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from l2l_tui.cli import edited, output
from l2l_tui.cli.days import parse_day, parse_due, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import date

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan, Recurring

MARKS = ("done", "skipped", "open")


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    _add_recur(verbs)
    _add_reschedule(verbs)
    _add_mark(verbs)
    unrecur_parser = add_verb(
        verbs,
        "unrecur",
        unrecur,
        usage="ITEM",
        about=tr("Take something that comes round out of the plan, with all its days."),
        example="l2l-tui plan unrecur reading-slot",
    )
    unrecur_parser.add_argument("item", metavar="ITEM", help=_item_help())


def _add_recur(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "recur",
        recur,
        usage="TITLE --first DATE [--every RHYTHM] [--until DATE] [--track ID | --meeting]",
        about=tr("Add something that comes round: a weekly slot, a monthly seminar, a meeting."),
        example="l2l-tui plan recur 'Reading slot' --first tomorrow --every week --track paper",
    )
    parser.add_argument("title", metavar="TITLE", help=tr("what a person reads"))
    parser.add_argument(
        "--first", required=True, metavar="DATE", help=tr("the first day: 2026-12-02, today, +7d")
    )
    parser.add_argument(
        "--every",
        default="week",
        metavar="RHYTHM",
        help=tr("week, month, or a number of days or weeks: 10d, 2w; week unless given"),
    )
    parser.add_argument(
        "--until", metavar="DATE", help=tr("the last day on which it may come; no end otherwise")
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--track", metavar="ID", help=tr("the track that it belongs to"))
    kind.add_argument("--meeting", action="store_true", help=tr("it is a meeting"))
    parser.add_argument("--id", metavar="ID", help=tr("its id; made from the title otherwise"))


def _add_reschedule(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "reschedule",
        reschedule,
        usage="ITEM [--title TEXT] [--first DATE] [--every RHYTHM] [--until DATE] "
        "[--track ID | --meeting]",
        about=tr("Change something that comes round; what was done or skipped stays so."),
        example="l2l-tui plan reschedule reading-slot --every 2w --until +90d",
    )
    parser.add_argument("item", metavar="ITEM", help=_item_help())
    parser.add_argument("--title", metavar="TEXT", help=tr("what a person reads"))
    parser.add_argument(
        "--first", metavar="DATE", help=tr("the first day: 2026-12-02, or +1d from the present one")
    )
    parser.add_argument(
        "--every",
        metavar="RHYTHM",
        help=tr("week, month, or a number of days or weeks: 10d, 2w"),
    )
    parser.add_argument(
        "--until", metavar="DATE", help=tr("the last day on which it may come, or none for no end")
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--track", metavar="ID", help=tr("the track that it belongs to"))
    kind.add_argument("--meeting", action="store_true", help=tr("it is a meeting"))


def _add_mark(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "mark",
        mark,
        usage="ITEM DATE [--as done|skipped|open]",
        about=tr("Mark one day of what comes round: done unless something else is said."),
        example="l2l-tui plan mark reading-slot tomorrow --as skipped",
    )
    parser.add_argument("item", metavar="ITEM", help=_item_help())
    parser.add_argument(
        "date", metavar="DATE", help=tr("a day on which it comes round: 2026-12-02, today, -1d")
    )
    parser.add_argument(
        "--as", dest="mark", choices=MARKS, default="done", help=tr("what became of the day")
    )


def _item_help() -> str:
    return tr("its id, as `l2l-tui plan agenda` shows it")


def recur(command: Command) -> int:
    """Add something that comes round."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, rhythm, store
    from l2l_tui.plan.model import Recurring

    args = command.args
    days, every = rhythm.parse(args.every)
    first = parse_day(args.first, today())
    until = None if args.until is None else parse_day(args.until, today(), start=first)
    title = " ".join(args.title.split())
    if not title:
        raise RequestError(tr("the title is empty; say what comes round"))
    _check_end(first, until)
    if args.track is None and not args.meeting:
        raise RequestError(tr("say what it belongs to: --track ID, or --meeting"))
    plan = plans.read_plan(command)
    taken = {item.id for item in plan.recurring}
    if args.id in taken:
        said = tr("the plan has a recurring item {id!r} already; choose another --id", id=args.id)
        raise RequestError(said)
    item = Recurring(
        id=args.id or edits.new_id(title, taken),
        title=title,
        first=first,
        track="" if args.meeting else edited.track_id(plan, args.track),
        meeting=args.meeting,
        every_days=days,
        every=every,
        until=until,
    )
    plan = store.save(plan.path, edits.AddRecurring(item))
    return _say_item(command, plan, item.id)


def reschedule(command: Command) -> int:
    """Change something that comes round."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    plan = plans.read_plan(command)
    item = _item(plan, command.args.item)
    new = replace(item, **_changes(plan, item, command.args))
    if not new.title:
        raise RequestError(tr("the title is empty; say what comes round"))
    _check_end(new.first, new.until)
    plan = edited.save(plan, [edits.SetRecurring(new, item)] if new != item else [])
    return _say_item(command, plan, item.id)


def _changes(plan: Plan, item: Recurring, args: Namespace) -> dict[str, Any]:
    """Return the fields that were named, with what they shall say."""
    from l2l_tui.plan import rhythm

    changes: dict[str, Any] = {}
    if args.title is not None:
        changes["title"] = " ".join(args.title.split())
    if args.first is not None:
        changes["first"] = parse_day(args.first, today(), start=item.first)
    if args.every is not None:
        changes["every_days"], changes["every"] = rhythm.parse(args.every)
    if args.until is not None:
        changes["until"] = parse_due(args.until, today())
    if args.track is not None:
        changes |= {"track": edited.track_id(plan, args.track), "meeting": False}
    if args.meeting:
        changes |= {"track": "", "meeting": True}
    return changes


def _check_end(first: date, until: date | None) -> None:
    from l2l_tui.plan.edits.recurring import ends_before

    if until is not None and until < first:
        raise RequestError(ends_before(first, until))


def mark(command: Command) -> int:
    """Mark a day of a recurring item."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store
    from l2l_tui.plan.recurring import Mark, comes_round, mark_of

    plan = plans.read_plan(command)
    item = _item(plan, command.args.item)
    day = parse_day(command.args.date, today())
    if not comes_round(item, day):
        raise RequestError(_when_instead(item, day))
    new = Mark(command.args.mark)
    if mark_of(item, day) is not new:
        plan = store.save(plan.path, edits.MarkOccurrence(item.id, day, new))
    return _say_item(command, plan, item.id)


def unrecur(command: Command) -> int:
    """Take a recurring item away."""
    from l2l_tui.cli import calendar_text, plans
    from l2l_tui.plan import edits, store
    from l2l_tui.text import plain

    plan = plans.read_plan(command)
    item = _item(plan, command.args.item)
    store.save(plan.path, edits.RemoveRecurring(item.id))
    if command.json:
        output.show_json(calendar_text.item_document(item, today()))
    else:
        output.show([tr("{title} comes round no more.", title=plain(item.title))])
    return 0


def _item(plan: Plan, name: str) -> Recurring:
    for item in plan.recurring:
        if name.casefold() in {item.id.casefold(), item.title.casefold()}:
            return item
    raise UnknownNameError("recurring item", name, [item.id for item in plan.recurring])


def _when_instead(item: Recurring, day: date) -> str:
    """Return the refusal of a day on which an item does not come, with those next to it."""
    from l2l_tui.plan.recurring import days

    before = max(days(item, item.first, day), default=None)
    after = next(days(item, day, item.until or day.max), None)
    near = [str(one) for one in (before, after) if one is not None]
    said = tr("{item} does not come round on {day}", item=item.id, day=day)
    if len(near) == 1:
        return tr("{said}; the nearest day is {near}", said=said, near=near[0])
    if near:
        return tr(
            "{said}; {before} and {after} are next to it", said=said, before=near[0], after=near[1]
        )
    return said


def _say_item(command: Command, plan: Plan, id_: str) -> int:
    from l2l_tui.cli import calendar_text

    item = next(one for one in plan.recurring if one.id == id_)
    if command.json:
        output.show_json(calendar_text.item_document(item, today()))
    else:
        output.show(calendar_text.item(plan, item, today()))
    return 0
