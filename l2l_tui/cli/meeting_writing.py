"""What the command line writes for a meeting: problems, sections, what happened since."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.outside import kept, written
from l2l_tui.errors import ConflictError, RequestError
from l2l_tui.language import tr
from l2l_tui.plan.model import Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from l2l_tui.cli.parser import Command
    from l2l_tui.plan.model import Plan, Problem
    from l2l_tui.report.offers import Offer


def meeting_day(plan: Plan, text: str) -> date:
    """Return the day of the meeting that was asked for: a day, or ``next``.

    Raises:
        RequestError: It is no day.
    """
    from l2l_tui.plan import schedule

    return schedule.next_meeting(plan, today()) if text == "next" else parse_day(text, today())


def check_day(command: Command) -> None:
    """Refuse a bad day before anything is read or made."""
    if command.args.day != "next":
        parse_day(command.args.day, today())


def say_meeting(command: Command, plan: Plan, day: date) -> int:
    """Print a meeting."""
    from l2l_tui.plan import meetings, schedule

    if plan.first_meeting is not None and day < plan.first_meeting:
        said = tr(
            "the plan begins on {first}; {day} is before its first meeting",
            first=plan.first_meeting,
            day=day,
        )
        output.say(said)
    view = meetings.view(plan, day)
    if view.skipped:
        following = schedule.next_meeting(plan, day)
        said = tr("{day} is skipped; the next meeting is {next}", day=day, next=following)
        output.say(said)
    numbered = meetings.open_problems(plan, schedule.next_meeting(plan, today()))
    if command.json:
        from l2l_tui.cli import documents

        output.show_json(documents.meeting(view, numbered))
    else:
        from l2l_tui.cli import meeting_text

        output.show(meeting_text.meeting(plan, view, numbered, today()))
    return 0


def add_problem(command: Command) -> int:
    """Write a problem down."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store

    check_day(command)
    text = _worded(command.args.text)
    plan = plans.read_plan(command)
    day = meeting_day(plan, command.args.day)
    return say_meeting(command, store.save(plan.path, edits.AddProblem(day, text)), day)


def solve(command: Command) -> int:
    """Mark a problem as solved."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, meetings, store

    plan = plans.read_plan(command)
    problem, day = _open_problem(plan, command.args.number)
    stands = meetings.stored_at(plan, problem)
    edit = edits.SolveProblem(stands, problem.text, today(), command.args.how.strip())
    return say_meeting(command, store.save(plan.path, edit), day)


def reopen(command: Command) -> int:
    """Open a solved problem again."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, meetings, schedule, store

    plan = plans.read_plan(command)
    problem = _solved_problem(plan, command.args.which)
    edit = edits.ReopenProblem(meetings.stored_at(plan, problem), problem.text)
    day = schedule.next_meeting(plan, today())
    return say_meeting(command, store.save(plan.path, edit), day)


def change(command: Command) -> int:
    """Put a problem in other words."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, meetings, store

    text = _worded(command.args.text)
    plan = plans.read_plan(command)
    problem, day = _open_problem(plan, command.args.number)
    edit = edits.SetProblemText(meetings.stored_at(plan, problem), problem.text, text)
    return say_meeting(command, store.save(plan.path, edit), day)


def note(command: Command) -> int:
    """Write into a section, here or in an editor."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import meetings

    check_day(command)
    args = command.args
    if not args.text.strip() and not args.replace and not args.edit:
        said = tr("the note is empty; say what to add, or empty the section by --replace")
        raise RequestError(said)
    plan = plans.read_plan(command)
    day = meeting_day(plan, args.day)
    section = Section(args.section)
    before = meetings.view(plan, day).sections.get(section, "")
    text = args.text if args.replace or not before.strip() else f"{before.rstrip()}\n\n{args.text}"
    if args.edit:
        text = written(text if args.text or args.replace else before)
    return say_meeting(command, _save_section(plan, day, section, text, before), day)


def skip(command: Command) -> int:
    """Skip a meeting, or hold one after all that was skipped."""
    from l2l_tui.cli import edited, plans
    from l2l_tui.plan import schedule, skipping

    check_day(command)
    plan, undo = plans.read_plan(command), command.args.undo
    day = meeting_day(plan, command.args.day)
    plan = edited.save(plan, skipping.unskip(plan, day) if undo else skipping.skip(plan, day))
    following = schedule.next_meeting(plan, today())
    if not undo and any(one.date == day for one in plan.meetings):
        output.say(tr("what is written for {day} stays, and its problems carry over", day=day))
    if command.json:
        output.show_json({"date": day, "skipped": not undo, "next": following})
        return 0
    if undo:
        said = tr(
            "the meeting of {day} is held after all; the next is {next}", day=day, next=following
        )
    else:
        said = tr("the meeting of {day} is skipped; the next is {next}", day=day, next=following)
    output.show([said])
    return 0


def include(command: Command) -> int:
    """Tell in a section what happened since the last meeting, or list what did."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import meetings
    from l2l_tui.report import offers
    from l2l_tui.runs import catalogue

    check_day(command)
    args = command.args
    plan = plans.read_plan(command)
    day, section = meeting_day(plan, args.day), Section(args.section)
    runs = catalogue.listing(command.workspace).runs
    apart = {run.id for run in runs if run.id.endswith(tuple(filter(None, args.names)))}
    any_day = partial(offers.on_offer, plan, day=day, today=today(), runs_of_any_day=True)
    anything = any_day(runs, apart=apart)
    names = {one.name for one in offers.chosen(anything, args.names)}
    telling = offers.recent(plan, runs, day, today())
    known = {run.id for run in telling}
    telling += [run for run in runs if {run.id, run.request.sweep} & names and run.id not in known]
    by_id = {run.id: run for run in runs}
    by_id |= {run.id: run for run in catalogue.completed(command.workspace, telling)}
    found = offers.on_offer(plan, by_id.values(), day, today())
    if args.list or not (args.names or args.all):
        return _say_offers(command, found)
    wanted = offers.chosen(any_day(by_id.values(), apart=apart), args.names)
    if args.all:
        wanted = tuple(one for one in found if one in wanted or not one.included)
    told = [one.name for one in wanted if section in one.included]
    if told:
        output.say(tr("told there already: {names}", names=", ".join(told)))
    fresh = [one for one in wanted if section not in one.included]
    before = meetings.view(plan, day).sections.get(section, "")
    plan = _save_section(plan, day, section, offers.put(before, fresh), before)
    return say_meeting(command, plan, day)


def _say_offers(command: Command, found: Sequence[Offer]) -> int:
    if command.json:
        from l2l_tui.cli import documents

        output.show_json([documents.offer(one) for one in found])
    elif found:
        from l2l_tui.cli import meeting_text

        output.show(meeting_text.offers(found))
    else:
        output.say(tr("nothing happened since the last meeting"))
    return 0


def _save_section(plan: Plan, day: date, section: Section, text: str, before: str) -> Plan:
    """Write a section; what somebody else changed of it meanwhile is merged.

    Raises:
        ConflictError: Both changed the same lines; what was written here is kept in a file.
    """
    from l2l_tui.plan import edits, store
    from l2l_tui.plan.merge import merge

    try:
        return store.save(plan.path, edits.SetSection(day, section, text, expected=before))
    except ConflictError as error:
        now = str(error.found)
        merged = merge(before, text, now).text
        if merged is None:
            said = tr(
                "{conflict}; your text is in {file}", conflict=error, file=kept(text, "section.md")
            )
            raise ConflictError(said, error.found) from error
        return store.save(plan.path, edits.SetSection(day, section, merged, expected=now))


def _worded(text: str) -> str:
    if not text.strip():
        raise RequestError(tr("the problem is empty; say what it is"))
    return text.strip()


def _open_problem(plan: Plan, number: int) -> tuple[Problem, date]:
    """Return an open problem by its number, and the day of the next meeting.

    Raises:
        RequestError: No problem has this number; the message lists those that are open.
    """
    from l2l_tui.plan import meetings, schedule

    day = schedule.next_meeting(plan, today())
    found = meetings.open_problems(plan, day)
    if 1 <= number <= len(found):
        return found[number - 1], day
    if not found:
        raise RequestError(tr("there is no problem {n}: none is open", n=number))
    said = tr("there is no problem {n}; open are:", n=number)
    raise RequestError(f"{said}\n{_numbered(found)}")


def _solved_problem(plan: Plan, which: str) -> Problem:
    """Return a solved problem by its number or some of its words.

    Raises:
        RequestError: None is meant, or several are; the message lists them.
    """
    from l2l_tui.plan import meetings

    solved = meetings.solved_problems(plan)
    if not solved:
        raise RequestError(tr("no problem was solved yet"))
    if which.isdecimal() and 1 <= int(which) <= len(solved):
        return solved[int(which) - 1]
    words = which.strip().casefold()
    exact = [one for one in solved if one.text == which]
    near = exact[:1] or [one for one in solved if words and words in one.text.casefold()]
    if len(near) == 1:
        return near[0]
    if near:
        said = tr("several solved problems say {words}; their numbers are:", words=repr(which))
    else:
        said = tr("no solved problem says {words}; solved are:", words=repr(which))
    raise RequestError(f"{said}\n{_numbered(solved)}")


def _numbered(problems: Sequence[Problem]) -> str:
    return "\n".join(f"  {n}. {one.text}" for n, one in enumerate(problems, 1))
