"""``plan timeline``, ``agenda``, ``recur``, ``mark`` and ``unrecur``: the schedule over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan, Recurring

MARKS = ("done", "skipped", "open")
_LEAST_WIDTH, _MOST_WIDTH, _MOST_WEEKS = 40, 1000, 520


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    _add_timeline(verbs)
    _add_agenda(verbs)
    _add_recur(verbs)
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


def _add_timeline(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "timeline",
        timeline,
        usage="[--weeks N] [--from DATE] [--width N]",
        about=tr("Draw the schedule over the weeks: worked, ahead, overdue, due, expected."),
        example="l2l-tui plan timeline --weeks 12",
    )
    parser.add_argument(
        "--weeks",
        type=int,
        metavar="N",
        help=tr("how many weeks; as many as the schedule takes otherwise"),
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="DATE",
        help=tr("a day of the first week; today with --weeks, else the schedule's first"),
    )
    parser.add_argument(
        "--width", type=int, metavar="N", help=tr("how many columns; the terminal's otherwise")
    )


def _add_agenda(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "agenda",
        agenda,
        usage="[--weeks N]",
        about=tr(
            "Show what is late, and this week and the next, Monday to Sunday: meetings, what is "
            "due, what comes round."
        ),
        example="l2l-tui plan agenda --weeks 3",
    )
    parser.add_argument(
        "--weeks", type=int, default=2, metavar="N", help=tr("how many weeks, this one included")
    )


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


def timeline(command: Command) -> int:
    """Print the schedule over the weeks."""
    from l2l_tui.cli import calendar_text, plans

    args, day = command.args, today()
    weeks = _within(args.weeks, "--weeks", 1, _MOST_WEEKS)
    width = _within(args.width, "--width", _LEAST_WIDTH, _MOST_WIDTH)
    start = None if args.start is None else parse_day(args.start, day)
    plan = plans.read_plan(command)
    drawn = calendar_text.Drawn.of(plan, day, weeks=weeks, start=start, width=width)
    if command.json:
        output.show_json(drawn.document())
    else:
        output.show(drawn.lines())
    return 0


def agenda(command: Command) -> int:
    """Print what is late and what comes in some weeks."""
    from l2l_tui.cli import calendar_text, plans

    weeks = _within(command.args.weeks, "--weeks", 1, _MOST_WEEKS)
    plan = plans.read_plan(command)
    assert weeks is not None
    if command.json:
        output.show_json(calendar_text.agenda_document(plan, today(), weeks))
    else:
        output.show(calendar_text.agenda(plan, today(), weeks))
    return 0


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
    if until is not None and until < first:
        said = tr("it would end on {until}, before it begins on {first}", until=until, first=first)
        raise RequestError(said)
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
        track="" if args.meeting else _track(plan, args.track),
        meeting=args.meeting,
        every_days=days,
        every=every,
        until=until,
    )
    plan = store.save(plan.path, edits.AddRecurring(item))
    return _say_item(command, plan, item.id)


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


def _within(value: int | None, option: str, least: int, most: int) -> int | None:
    if value is None or least <= value <= most:
        return value
    raise RequestError(
        tr(
            "{option} takes a number from {least} to {most}; {value} is none",
            option=option,
            least=least,
            most=most,
            value=value,
        )
    )


def _item(plan: Plan, name: str) -> Recurring:
    for item in plan.recurring:
        if name.casefold() in {item.id.casefold(), item.title.casefold()}:
            return item
    raise UnknownNameError("recurring item", name, [item.id for item in plan.recurring])


def _track(plan: Plan, name: str) -> str:
    for track in plan.tracks:
        if name.casefold() in {track.id.casefold(), track.title.casefold()}:
            return track.id
    raise UnknownNameError("track", name, [track.id for track in plan.tracks])


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
