"""``meeting``: its problems and what is written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_sub_verbs, add_verb
from l2l_tui.errors import RequestError

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.cli.parser import Command, Parser, Verbs
    from l2l_tui.plan.model import Plan, Problem

_SECTIONS = ("paper", "programming", "next", "notes")


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    parser = add_verb(
        verbs,
        "meeting",
        show,
        usage="[DATE | next | problem | solve | note]",
        about="Show a meeting (the next one unless told); its own verbs write for it.",
        example="l2l-tui meeting problem 'Why does batch norm differ in eval?'",
    )
    parser.set_defaults(day="next")
    own = add_sub_verbs(parser, "meeting")
    show_parser = add_verb(
        own,
        "show",
        show,
        usage="[DATE | next]",
        about="Show a meeting; `meeting DATE` does the same.",
        example="l2l-tui meeting 2026-12-02",
    )
    show_parser.add_argument(
        "day", nargs="?", default="next", metavar="DATE", help="a day, or next"
    )
    _add_problem(own)
    _add_note(own)


def _add_problem(verbs: Verbs) -> None:
    problem_parser = add_verb(
        verbs,
        "problem",
        add_problem,
        usage="TEXT [--meeting DATE]",
        about="Write a problem down; it carries over until it is solved.",
        example="l2l-tui meeting problem 'Why does batch norm differ in eval?'",
    )
    problem_parser.add_argument("text", metavar="TEXT", help="what the problem is")
    _add_meeting(problem_parser)
    solve_parser = add_verb(
        verbs,
        "solve",
        solve,
        usage="N [--how TEXT]",
        about="Mark a problem as solved; N is its number in `l2l-tui meeting`.",
        example="l2l-tui meeting solve 1 --how 'eval uses running statistics'",
    )
    solve_parser.add_argument("number", type=int, metavar="N", help="the problem's number")
    solve_parser.add_argument("--how", default="", metavar="TEXT", help="how it was solved")


def _add_note(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "note",
        note,
        usage="SECTION TEXT [--replace] [--meeting DATE]",
        about="Add a paragraph to a section: paper, programming, next or notes.",
        example="l2l-tui meeting note paper 'Read section 3; the LSTM is shared.'",
    )
    parser.add_argument("section", choices=_SECTIONS, metavar="SECTION", help=", ".join(_SECTIONS))
    parser.add_argument("text", metavar="TEXT", help="Markdown")
    parser.add_argument("--replace", action="store_true", help="put it in place of what is there")
    _add_meeting(parser)


def _add_meeting(parser: Parser) -> None:
    parser.add_argument(
        "--meeting", dest="day", default="next", metavar="DATE", help="which meeting (the next)"
    )


def meeting_day(plan: Plan, text: str) -> date:
    """Return the day of the meeting that was asked for: a day, or ``next``.

    Raises:
        RequestError: It is no day.
    """
    from l2l_tui.plan import schedule

    return schedule.next_meeting(plan, today()) if text == "next" else parse_day(text, today())


def show(command: Command) -> int:
    """Print a meeting."""
    from l2l_tui.cli import plans

    _check_day(command)
    plan = plans.read_plan(command)
    return _say_meeting(command, plan, meeting_day(plan, command.args.day))


def add_problem(command: Command) -> int:
    """Write a problem down."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store

    _check_day(command)
    text = command.args.text.strip()
    if not text:
        raise RequestError("the problem is empty; say what it is")
    plan = plans.read_plan(command)
    day = meeting_day(plan, command.args.day)
    return _say_meeting(command, store.save(plan.path, edits.AddProblem(day, text)), day)


def solve(command: Command) -> int:
    """Mark a problem as solved."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, meetings, schedule, store

    plan = plans.read_plan(command)
    day = schedule.next_meeting(plan, today())
    open_problems = meetings.open_problems(plan, day)
    number = command.args.number
    if not 1 <= number <= len(open_problems):
        raise RequestError(_no_such_problem(number, open_problems))
    problem = open_problems[number - 1]
    edit = edits.SolveProblem(
        _stored_at(plan, problem), problem.text, today(), command.args.how.strip()
    )
    return _say_meeting(command, store.save(plan.path, edit), day)


def note(command: Command) -> int:
    """Write into a section."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, meetings, store
    from l2l_tui.plan.model import Section

    _check_day(command)
    args = command.args
    if not args.text.strip() and not args.replace:
        raise RequestError("the note is empty; say what to add, or empty the section by --replace")
    plan = plans.read_plan(command)
    day = meeting_day(plan, args.day)
    section = Section(args.section)
    before = meetings.view(plan, day).sections.get(section, "")
    text = args.text if args.replace or not before.strip() else f"{before.rstrip()}\n\n{args.text}"
    edit = edits.SetSection(day, section, text, expected=before)
    return _say_meeting(command, store.save(plan.path, edit), day)


def _check_day(command: Command) -> None:
    """Refuse a bad day before anything is read or made."""
    if command.args.day != "next":
        parse_day(command.args.day, today())


def _stored_at(plan: Plan, problem: Problem) -> date:
    return next(meeting.date for meeting in plan.meetings if problem in meeting.problems)


def _no_such_problem(number: int, open_problems: tuple[Problem, ...]) -> str:
    if not open_problems:
        return f"there is no problem {number}: none is open"
    listed = "\n".join(f"  {n}. {one.text}" for n, one in enumerate(open_problems, 1))
    return f"there is no problem {number}; open are:\n{listed}"


def _say_meeting(command: Command, plan: Plan, day: date) -> int:
    from l2l_tui.plan import meetings, schedule

    if plan.first_meeting is not None and day < plan.first_meeting:
        output.say(f"the plan begins on {plan.first_meeting}; {day} is before its first meeting")
    view = meetings.view(plan, day)
    numbered = meetings.open_problems(plan, schedule.next_meeting(plan, today()))
    if command.json:
        from l2l_tui.cli import documents

        output.show_json(documents.meeting(view, numbered))
    else:
        from l2l_tui.cli import meeting_text

        output.show(meeting_text.meeting(plan, view, numbered, today()))
    return 0
