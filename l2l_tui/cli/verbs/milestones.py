"""Milestones begun, done, moved in time and in order, added and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output
from l2l_tui.cli.days import parse_due, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from argparse import Namespace

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Milestone, Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    _add_status(verbs, "start", "doing", tr("Mark milestones as being worked on."))
    _add_status(verbs, "done", "done", tr("Mark milestones as done."))
    _add_status(verbs, "todo", "todo", tr("Put milestones back to what is to be done."))
    _add_status(verbs, "drop", "dropped", tr("Give milestones up; they stay in the file."))
    _add_due(verbs)
    _add_add(verbs)
    _add_remove(verbs)
    _add_move(verbs)


def _add_status(verbs: Verbs, name: str, status: str, about: str) -> None:
    example = f"l2l-tui plan {name} l2l maml"
    parser = add_verb(verbs, name, set_status, usage="MILESTONE...", about=about, example=example)
    edited.takes_milestones(parser)
    parser.set_defaults(status=status)


def _add_due(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "due",
        set_due,
        usage="MILESTONE... DATE",
        about=tr("Set the day by which milestones should be done; each moves by a distance."),
        example="l2l-tui plan due l2l maml +7d",
    )
    edited.takes_milestones(parser)
    parser.add_argument(
        "date",
        metavar="DATE",
        help=tr(
            "2026-12-02, today, tomorrow or none; +7d, -3d, +2w count from the day that it is "
            "due now, or from today if it has none"
        ),
    )


def _add_add(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "add",
        add_milestone,
        usage="TITLE --track ID [--due DATE] [--link URL]... [--needs ID]... [--checklist ITEM]... "
        "[--note TEXT]",
        about=tr("Add a milestone after the last one of its track."),
        example="l2l-tui plan add 'Reptile' --track paper --due +14d --link arXiv:1803.02999",
    )
    parser.add_argument("title", metavar="TITLE", help=tr("what a person reads"))
    for option, metavar, about in (
        ("--due", "DATE", tr("the day by which it should be done; +7d counts from today")),
        ("--id", "ID", tr("its id; made from the title otherwise")),
        ("--note", "TEXT", tr("its notes, in Markdown")),
    ):
        parser.add_argument(option, metavar=metavar, help=about)
    parser.add_argument(
        "--track", required=True, metavar="ID", help=tr("the track that it stands in")
    )
    for option, metavar, about in (
        ("--link", "URL", tr("arXiv:..., doi:... or a URL; may be repeated")),
        ("--needs", "ID", tr("a milestone that comes first; may be repeated")),
        ("--experiment", "NAME", tr("an experiment whose runs are evidence; may be repeated")),
        ("--checklist", "ITEM", tr("something to do for it; may be repeated")),
    ):
        parser.add_argument(option, action="append", default=[], metavar=metavar, help=about)
    parser.add_argument(
        "--done-when",
        choices=["hand", "claims"],
        default="hand",
        metavar="WHEN",
        help=tr("hand (default): you say that it is done; claims: its experiments' claims do"),
    )


def _add_remove(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "remove",
        remove,
        usage="MILESTONE...",
        about=tr(
            "Take milestones away; `l2l-tui plan undo` brings them back. One with results is "
            "dropped instead."
        ),
        example="l2l-tui plan remove maml",
    )
    edited.takes_milestones(parser)


def _add_move(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "move",
        move,
        usage="MILESTONE... (--after ID | --first)",
        about=tr("Move milestones among the others; the track stays (`plan set --track`)."),
        example="l2l-tui plan move maml --after l2l",
    )
    edited.takes_milestones(parser)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--after", metavar="ID", help=tr("the milestone behind which it goes"))
    place.add_argument("--first", action="store_true", help=tr("in front of all"))


def set_status(command: Command) -> int:
    """Change where milestones stand."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits
    from l2l_tui.plan.model import Status

    plan = plans.read_plan(command)
    status = Status(command.args.status)
    changes = [
        edits.SetStatus(one.id, status, today(), expected=one.status)
        for one in edited.find(plan, command.args.milestones)
        if one.status is not status
    ]
    return edited.say(command, edited.save(plan, changes), command.args.milestones)


def set_due(command: Command) -> int:
    """Change the day by which milestones should be done."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    plan = plans.read_plan(command)
    changes = []
    for one in edited.find(plan, command.args.milestones):
        due = parse_due(command.args.date, today(), one.due)
        if one.due != due:
            changes.append(edits.SetDue(one.id, due, today(), expected=one.due))
    return edited.say(command, edited.save(plan, changes), command.args.milestones)


def add_milestone(command: Command) -> int:
    """Add a milestone."""
    from l2l_tui import experiments
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    for name in command.args.experiment:
        experiments.get(name)
    plan = plans.read_plan(command)
    milestone = _new(plan, command.args)
    edited.warn_of_links(milestone.links)
    plan = edited.save(plan, [edits.AddMilestone(milestone)])
    return edited.say(command, plan, [milestone.id])


def _new(plan: Plan, args: Namespace) -> Milestone:
    """Return the milestone that was asked for.

    Raises:
        RequestError: Its id is taken, it has no title, or it names what is not there.
    """
    from l2l_tui.plan import edits
    from l2l_tui.plan.model import CheckItem, DoneWhen, Milestone

    due = None if args.due is None else parse_due(args.due, today())
    edited.find(plan, args.needs)
    taken = {milestone.id for milestone in plan.milestones}
    if args.id in taken:
        said = tr("the plan has a milestone {id!r} already; choose another --id", id=args.id)
        raise RequestError(said)
    title = " ".join(args.title.split())
    if not title:
        raise RequestError(tr("the title is empty; say what the milestone is"))
    items = tuple(dict.fromkeys(" ".join(item.split()) for item in args.checklist))
    if "" in items:
        raise RequestError(tr("an item of a checklist needs words"))
    return Milestone(
        id=args.id or edits.new_id(title, taken),
        track=edited.track_id(plan, args.track),
        title=title,
        due=due,
        links=tuple(args.link),
        needs=tuple(dict.fromkeys(args.needs)),
        experiments=tuple(dict.fromkeys(args.experiment)),
        done_when=DoneWhen(args.done_when),
        checklist=tuple(map(CheckItem, items)),
        notes=args.note or "",
    )


def remove(command: Command) -> int:
    """Take milestones away."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    gone = _needing_first(edited.find(plan, command.args.milestones))
    plan = edited.save(plan, _removals(gone))
    ids = [one.id for one in gone]
    if command.json:
        output.show_json({"removed": ids, "plan": plan.path.absolute()})
    else:
        output.show(
            [
                trn(
                    "{milestones} is gone; `l2l-tui plan undo` brings it back",
                    "{milestones} are gone; `l2l-tui plan undo` brings them back",
                    len(ids),
                    milestones=", ".join(ids),
                )
            ]
        )
    return 0


def _removals(gone: list[Milestone]) -> list[Edit]:
    from l2l_tui.plan import edits

    return [edits.RemoveMilestone(one.id) for one in gone]


def _needing_first(gone: list[Milestone]) -> list[Milestone]:
    """Return them so that each goes before what it needs; the edit refuses it otherwise."""
    left, ordered = list(gone), []
    while left:
        needed = {id_ for one in left for id_ in one.needs}
        free = [one for one in left if one.id not in needed]
        # Needs never make a circle in a plan without faults, so some are always free.
        ordered += free
        left = [one for one in left if one.id in needed]
    return ordered


def move(command: Command) -> int:
    """Move milestones among the others, in the order in which they were named."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    plan = plans.read_plan(command)
    after = None if command.args.first else plan.milestone(command.args.after).id
    changes = []
    for one in edited.find(plan, command.args.milestones):
        if one.id == after:
            raise RequestError(tr("{milestone} cannot go behind itself", milestone=one.id))
        changes.append(edits.MoveMilestone(one.id, after))
        after = one.id
    return edited.say(command, edited.save(plan, changes), command.args.milestones)
