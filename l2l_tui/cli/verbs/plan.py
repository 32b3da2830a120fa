"""``plan``: the schedule, its checks and its edits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_due, today
from l2l_tui.cli.parser import add_sub_verbs, add_verb
from l2l_tui.cli.verbs import calendar, undo
from l2l_tui.errors import RequestError, UnknownNameError

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan, Status

_STATUS_VERBS = {
    "start": ("doing", "Mark a milestone as being worked on."),
    "done": ("done", "Mark a milestone as done."),
    "todo": ("todo", "Put a milestone back to what is to be done."),
    "drop": ("dropped", "Give a milestone up; it stays in the file."),
}


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    parser = add_verb(
        verbs,
        "plan",
        show,
        usage="[check | start | done | todo | drop | due | add | undo | redo]",
        about="Show the schedule; its own verbs check and edit it.",
        example="l2l-tui plan due maml +7d",
    )
    own = add_sub_verbs(parser, "plan")
    check_parser = add_verb(
        own,
        "check",
        check,
        usage="[FILE]",
        about="List everything wrong with a plan file; exit code 1 if anything is. What may be a "
        "slip is told on stderr and leaves it at 0.",
        example="l2l-tui plan check plans/learning-to-learn.toml",
    )
    check_parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="any plan file")
    for name, (status, about) in _STATUS_VERBS.items():
        one = add_verb(
            own,
            name,
            set_status,
            usage="MILESTONE",
            about=about,
            example=f"l2l-tui plan {name} l2l",
        )
        one.add_argument(
            "milestone", metavar="MILESTONE", help="its id, as `l2l-tui plan` shows it"
        )
        one.set_defaults(status=status)
    _add_due(own)
    _add_add(own)
    undo.add(own)
    calendar.add(own)


def _add_due(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "due",
        set_due,
        usage="MILESTONE DATE",
        about="Set the day by which a milestone should be done.",
        example="l2l-tui plan due l2l 2026-12-02",
    )
    parser.add_argument("milestone", metavar="MILESTONE", help="its id")
    parser.add_argument(
        "date",
        metavar="DATE",
        help="2026-12-02, today, tomorrow or none; +7d, -3d, +2w count from the day that it is "
        "due now, or from today if it has none",
    )


def _add_add(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "add",
        add_milestone,
        usage="TITLE --track ID [--due DATE] [--link URL]... [--needs ID]...",
        about="Add a milestone after the last one of its track.",
        example="l2l-tui plan add 'Reptile' --track paper --due +14d --link arXiv:1803.02999",
    )
    parser.add_argument("title", metavar="TITLE", help="what a person reads")
    parser.add_argument("--track", required=True, metavar="ID", help="the track that it stands in")
    parser.add_argument(
        "--due", metavar="DATE", help="the day by which it should be done; +7d counts from today"
    )
    parser.add_argument("--id", metavar="ID", help="its id; made from the title otherwise")
    for option, metavar, about in (
        ("--link", "URL", "arXiv:..., doi:... or a URL; may be repeated"),
        ("--needs", "ID", "a milestone that comes first; may be repeated"),
        ("--experiment", "NAME", "an experiment whose runs are evidence; may be repeated"),
    ):
        parser.add_argument(option, action="append", default=[], metavar=metavar, help=about)


def show(command: Command) -> int:
    """Print the schedule."""
    from l2l_tui.cli import documents, plans

    plan = plans.read_plan(command)
    if command.json:
        output.show_json(documents.plan(plan, today()))
    else:
        from l2l_tui.cli import plan_text

        output.show(plan_text.schedule(plan, today()))
    return 0


def check(command: Command) -> int:
    """Print everything wrong with a plan file."""
    from l2l_tui.cli import documents
    from l2l_tui.plan import store

    path = command.args.file or command.workspace.plan_file(command.plan_name)
    plan = store.load(path)
    if command.json:
        output.show_json([documents.fault(fault) for fault in plan.faults])
    elif plan.faults:
        output.show(_fault_lines(plan))
    else:
        output.show([f"{path}: nothing is {'broken' if plan.warnings else 'wrong'}"])
    for warning in plan.warnings:
        output.say(f"perhaps a slip: {warning}")
    return 1 if plan.faults else 0


def set_status(command: Command) -> int:
    """Change where a milestone stands."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store
    from l2l_tui.plan.model import Status

    plan = plans.read_plan(command)
    milestone = plan.milestone(command.args.milestone)
    status: Status = Status(command.args.status)
    if milestone.status is not status:
        edit = edits.SetStatus(milestone.id, status, today(), expected=milestone.status)
        plan = store.save(plan.path, edit)
    return _say_milestone(command, plan, milestone.id)


def set_due(command: Command) -> int:
    """Change the day by which a milestone should be done."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store

    plan = plans.read_plan(command)
    milestone = plan.milestone(command.args.milestone)
    due = parse_due(command.args.date, today(), milestone.due)
    if milestone.due != due:
        edit = edits.SetDue(milestone.id, due, today(), expected=milestone.due)
        plan = store.save(plan.path, edit)
    return _say_milestone(command, plan, milestone.id)


def add_milestone(command: Command) -> int:
    """Add a milestone."""
    from l2l_tui import experiments
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits, store
    from l2l_tui.plan.model import Milestone

    args = command.args
    due = None if args.due is None else parse_due(args.due, today())
    for name in args.experiment:
        experiments.get(name)
    plan = plans.read_plan(command)
    for needed in args.needs:
        plan.milestone(needed)
    taken = {milestone.id for milestone in plan.milestones}
    if args.id in taken:
        raise RequestError(f"the plan has a milestone {args.id!r} already; choose another --id")
    title = " ".join(args.title.split())
    if not title:
        raise RequestError("the title is empty; say what the milestone is")
    milestone = Milestone(
        id=args.id or edits.new_id(title, taken),
        track=_track(plan, args.track),
        title=title,
        due=due,
        links=tuple(args.link),
        needs=tuple(args.needs),
        experiments=tuple(args.experiment),
    )
    plan = store.save(plan.path, edits.AddMilestone(milestone))
    return _say_milestone(command, plan, milestone.id)


def _track(plan: Plan, text: str) -> str:
    for track in plan.tracks:
        if text.casefold() in {track.id.casefold(), track.title.casefold()}:
            return track.id
    raise UnknownNameError("track", text, [track.id for track in plan.tracks])


def _say_milestone(command: Command, plan: Plan, milestone: str) -> int:
    from l2l_tui.cli import documents, plan_text

    if command.json:
        output.show_json(documents.milestone(plan, plan.milestone(milestone), today()))
    else:
        output.show(plan_text.milestone(plan, plan.milestone(milestone), today()))
    return 0


def _fault_lines(plan: Plan) -> list[str]:
    rows = [(f"line {one.line}", one.key, one.found, one.expected) for one in plan.faults]
    headers = ("where", "key", "found", "expected")
    return [f"{plan.path} is broken:", *output.table(rows, headers)]
