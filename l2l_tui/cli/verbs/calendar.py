"""``plan timeline`` and ``plan agenda``: the schedule over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs

_LEAST_WIDTH, _MOST_WIDTH, _MOST_WEEKS = 40, 1000, 520


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    _add_timeline(verbs)
    _add_agenda(verbs)


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
