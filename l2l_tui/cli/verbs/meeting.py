"""``meeting``: its problems and what is written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import meeting_writing as writing
from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.cli.meeting_writing import meeting_day as meeting_day
from l2l_tui.cli.parser import add_sub_verbs, add_verb
from l2l_tui.language import tr
from l2l_tui.plan.model import Section

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Parser, Verbs

_SECTIONS = tuple(section.value for section in Section)


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    parser = add_verb(
        verbs,
        "meeting",
        show,
        usage="[DATE | next | list | problem | solve | reopen | change | note | include | skip]",
        about=tr("Show a meeting (the next one unless told); its own verbs write for it."),
        example="l2l-tui meeting problem 'Why does batch norm differ in eval?'",
    )
    parser.set_defaults(day="next")
    own = add_sub_verbs(parser, "meeting")
    _add_reading(own)
    _add_problems(own)
    _add_note(own)
    _add_include(own)
    _add_skip(own)


def _add_reading(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "show",
        show,
        usage="[DATE | next]",
        about=tr("Show a meeting; `meeting DATE` does the same."),
        example="l2l-tui meeting 2026-12-02",
    )
    parser.add_argument("day", nargs="?", default="next", metavar="DATE", help=tr("a day, or next"))
    parser = add_verb(
        verbs,
        "list",
        show_list,
        usage="[--search TEXT]",
        about=tr("List all meetings; with --search those in which some words stand."),
        example="l2l-tui meeting list --search 'batch norm'",
    )
    parser.add_argument("--search", metavar="TEXT", help=tr("what to look for"))


def _add_problems(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "problem",
        writing.add_problem,
        usage="TEXT [--meeting DATE]",
        about=tr("Write a problem down; it carries over until it is solved."),
        example="l2l-tui meeting problem 'Why does batch norm differ in eval?'",
    )
    parser.add_argument("text", metavar="TEXT", help=tr("what the problem is"))
    _add_meeting(parser)
    parser = add_verb(
        verbs,
        "solve",
        writing.solve,
        usage="N [--how TEXT]",
        about=tr("Mark a problem as solved; N is its number in `l2l-tui meeting`."),
        example="l2l-tui meeting solve 1 --how 'eval uses running statistics'",
    )
    parser.add_argument("number", type=int, metavar="N", help=tr("the problem's number"))
    parser.add_argument("--how", default="", metavar="TEXT", help=tr("how it was solved"))
    parser = add_verb(
        verbs,
        "reopen",
        writing.reopen,
        usage="N | TEXT",
        about=tr("Open a solved problem again; 1 is the one that was solved last."),
        example="l2l-tui meeting reopen 'batch norm'",
    )
    parser.add_argument("which", metavar="N|TEXT", help=tr("its number, or some of its words"))
    parser = add_verb(
        verbs,
        "change",
        writing.change,
        usage="N TEXT",
        about=tr("Put a problem in other words; N is its number in `l2l-tui meeting`."),
        example="l2l-tui meeting change 1 'Why does batch norm differ between train and eval?'",
    )
    parser.add_argument("number", type=int, metavar="N", help=tr("the problem's number"))
    parser.add_argument("text", metavar="TEXT", help=tr("what the problem is"))


def _add_note(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "note",
        writing.note,
        usage="SECTION TEXT [--replace] [--edit] [--meeting DATE]",
        about=tr("Add a paragraph to a section: paper, programming, next or notes."),
        example="l2l-tui meeting note paper 'Read section 3; the LSTM is shared.'",
    )
    parser.add_argument("section", choices=_SECTIONS, metavar="SECTION", help=", ".join(_SECTIONS))
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="Markdown")
    parser.add_argument(
        "--replace", action="store_true", help=tr("put it in place of what is there")
    )
    parser.add_argument(
        "--edit", action="store_true", help=tr("open the section in $VISUAL or $EDITOR")
    )
    _add_meeting(parser)


def _add_include(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "include",
        writing.include,
        usage="[RUN | MILESTONE]... [--all | --list] [--section SECTION] [--meeting DATE]",
        about=tr("Tell in a section what happened since the last meeting; --list shows it."),
        example="l2l-tui meeting include --all --section programming",
    )
    parser.add_argument(
        "names", nargs="*", metavar="RUN|MILESTONE", help=tr("what to tell, as --list names it")
    )
    parser.add_argument("--list", action="store_true", help=tr("show what is on offer"))
    parser.add_argument("--all", action="store_true", help=tr("all that is not told yet"))
    parser.add_argument(
        "--section",
        choices=_SECTIONS,
        default=Section.PROGRAMMING.value,
        metavar="SECTION",
        help=", ".join(_SECTIONS),
    )
    _add_meeting(parser)


def _add_skip(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "skip",
        writing.skip,
        usage="DATE | next [--undo]",
        about=tr("Skip a meeting; what comes after stays on its days, problems carry over."),
        example="l2l-tui meeting skip next",
    )
    parser.add_argument("day", metavar="DATE", help=tr("a day of a meeting, or next"))
    parser.add_argument("--undo", action="store_true", help=tr("it is held after all"))


def _add_meeting(parser: Parser) -> None:
    parser.add_argument(
        "--meeting",
        dest="day",
        default="next",
        metavar="DATE",
        help=tr("which meeting (the next)"),
    )


def show(command: Command) -> int:
    """Print a meeting."""
    from l2l_tui.cli import plans

    writing.check_day(command)
    plan = plans.read_plan(command)
    return writing.say_meeting(command, plan, meeting_day(plan, command.args.day))


def show_list(command: Command) -> int:
    """Print all meetings, or those in which some words stand."""
    from l2l_tui.cli import meeting_text, plans
    from l2l_tui.plan import meetings
    from l2l_tui.plan.search import search

    plan = plans.read_plan(command)
    words = command.args.search
    held = meetings.held(plan, today())
    found = {each.date: each for each in search(plan, words or "")}
    if words is not None:
        held = tuple(meeting for meeting in held if meeting.date in found)
    if command.json:
        from l2l_tui.cli import documents

        output.show_json([documents.meeting_line(each, found.get(each.date)) for each in held])
    elif held:
        output.show(meeting_text.listed(held, found, today()))
    else:
        output.say(tr("no meeting says {words}", words=repr(words)))
    return 0
