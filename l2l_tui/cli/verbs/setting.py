"""What a milestone is made of: title, track, notes, experiments, and what it needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output, outside
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import ConflictError, RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Milestone, Plan

NONE = "none"
"""What stands for nothing at all, as in ``plan due maml none``."""


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    parser = add_verb(
        verbs,
        "set",
        set_values,
        usage="MILESTONE... [--title TEXT] [--track ID] [--done-when WHEN] [--notes TEXT | "
        "--edit-notes] [--experiment NAME]...",
        about=tr("Give milestones another title, track, notes or experiments."),
        example="l2l-tui plan set maml --track paper --done-when claims --experiment l2l-quadratic",
    )
    edited.takes_milestones(parser)
    parser.add_argument("--title", metavar="TEXT", help=tr("what a person reads"))
    parser.add_argument("--track", metavar="ID", help=tr("the track that it stands in"))
    parser.add_argument(
        "--done-when",
        choices=["hand", "claims"],
        metavar="WHEN",
        help=tr("hand: you say that it is done; claims: its experiments' claims do"),
    )
    notes = parser.add_mutually_exclusive_group()
    notes.add_argument("--notes", metavar="TEXT", help=tr("its notes, in Markdown"))
    notes.add_argument(
        "--edit-notes", action="store_true", help=tr("write its notes in your $EDITOR")
    )
    parser.add_argument(
        "--experiment",
        dest="experiments",
        action="append",
        metavar="NAME",
        help=tr("an experiment whose runs are evidence; may be repeated; none takes all away"),
    )
    _add_needs(verbs)


def _add_needs(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "needs",
        set_needs,
        usage="MILESTONE [ID...] [--add ID]... [--remove ID]...",
        about=tr("Say which milestones come before one; without them, show which do."),
        example="l2l-tui plan needs maml --add l2l",
    )
    edited.takes_milestone(parser)
    parser.add_argument(
        "needs",
        nargs="*",
        metavar="ID",
        help=tr("all that it needs from now on; none for nothing"),
    )
    for option, about in (
        ("--add", tr("needed too; may be repeated")),
        ("--remove", tr("needed no more; may be repeated")),
    ):
        parser.add_argument(option, action="append", default=[], metavar="ID", help=about)


def set_values(command: Command) -> int:
    """Change what was named of milestones, all in one save."""
    from l2l_tui.cli import plans

    args = command.args
    _check(args, json=command.json)
    plan = plans.read_plan(command)
    chosen = edited.find(plan, args.milestones)
    texts = _texts(plan, chosen, args)
    changes = [change for one in chosen for change in _changes(one, texts)]
    try:
        plan = edited.save(plan, changes)
    except ConflictError as error:
        raise _with_notes_kept(error, texts["notes"] if args.edit_notes else "") from error
    return edited.say(command, plan, args.milestones)


def _check(args: Namespace, *, json: bool) -> None:
    asked = (args.title, args.track, args.done_when, args.notes, args.experiments)
    if not args.edit_notes and all(one is None for one in asked):
        raise RequestError(
            tr("nothing to set; name --title, --track, --done-when, --notes or --experiment")
        )
    if args.edit_notes and json and not sys.stdout.isatty():
        raise RequestError(
            tr("--edit-notes needs the terminal that --json writes to; give --notes")
        )
    if len(set(args.milestones)) == 1:
        return
    for option, given in (("--title", args.title), ("--edit-notes", args.edit_notes or None)):
        if given is not None:
            raise RequestError(tr("{option} is of one milestone; name one", option=option))


def _texts(
    plan: Plan, chosen: Sequence[Milestone], args: Namespace
) -> dict[str, str | tuple[str, ...]]:
    """Return the new values by the keys of the file."""
    from l2l_tui import experiments

    texts: dict[str, str | tuple[str, ...]] = {}
    if args.title is not None:
        texts["title"] = " ".join(args.title.split())
    if args.track is not None:
        texts["track"] = edited.track_id(plan, args.track)
    if args.experiments is not None:
        names = [] if args.experiments == [NONE] else list(dict.fromkeys(args.experiments))
        texts["experiments"] = tuple(experiments.get(name).name for name in names)
    if args.done_when is not None:
        texts["done_when"] = args.done_when
    if args.notes is not None:
        texts["notes"] = args.notes
    if args.edit_notes:
        texts["notes"] = outside.written(chosen[0].notes)
    return texts


def _changes(one: Milestone, texts: dict[str, str | tuple[str, ...]]) -> list[Edit]:
    from l2l_tui.plan import edits

    return [
        edits.SetText(one.id, key, value, expected=getattr(one, key))
        for key, value in texts.items()
        if getattr(one, key) != value
    ]


def _with_notes_kept(error: ConflictError, notes: str | tuple[str, ...]) -> ConflictError:
    """Return the refusal with the place where the text lies that was just written."""
    if not notes or isinstance(notes, tuple):
        return error
    file = outside.kept(notes, "notes.md")
    said = tr("{error}; your notes are kept in {file}", error=error, file=file)
    return ConflictError(said, error.found)


def set_needs(command: Command) -> int:
    """Change which milestones come first; a circle is refused."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    args = command.args
    plan = plans.read_plan(command)
    one = plan.milestone(args.milestone)
    if not (args.needs or args.add or args.remove):
        return _say_needs(command, plan, one)
    needs = _wanted(plan, one, args)
    _refuse_circle(plan, one, needs)
    if needs != one.needs:
        plan = edited.save(plan, [edits.SetText(one.id, "needs", needs, expected=one.needs)])
    return _say_needs(command, plan, plan.milestone(one.id))


def _wanted(plan: Plan, one: Milestone, args: Namespace) -> tuple[str, ...]:
    if not args.needs:
        held = list(one.needs)
    elif args.needs == [NONE]:
        held = []
    else:
        held = [each.id for each in edited.find(plan, args.needs)]
    held += [each.id for each in edited.find(plan, args.add)]
    held = list(dict.fromkeys(held))
    for gone in edited.find(plan, args.remove):
        if gone.id not in held:
            needs = ", ".join(held) or tr("nothing")
            said = {"milestone": one.id, "other": gone.id, "needs": needs}
            raise RequestError(tr("{milestone} does not need {other}; it needs {needs}", **said))
        held.remove(gone.id)
    return tuple(held)


def _refuse_circle(plan: Plan, one: Milestone, needs: tuple[str, ...]) -> None:
    """Refuse needs that lead back to the milestone itself.

    Raises:
        RequestError: They do; the message names the whole circle, from the milestone on.
    """
    from l2l_tui.plan.cycles import cycles

    named = {each.id: needs if each.id == one.id else each.needs for each in plan.milestones}
    ids = list(named)
    for cycle in cycles(named):
        circle = [ids[index] for index in cycle]
        at = circle.index(one.id)
        circle = [*circle[at:], *circle[:at], one.id]
        said = tr(
            "{milestone} cannot need {needed}, for that would be a circle: {circle}",
            milestone=one.id,
            needed=circle[1],
            circle=" -> ".join(circle),
        )
        raise RequestError(said)


def _say_needs(command: Command, plan: Plan, one: Milestone) -> int:
    if command.json:
        return edited.say(command, plan, [one.id])
    from l2l_tui.states import status_word

    rows = [
        (f"  {each.id}", status_word(each.status), each.title)
        for each in edited.find(plan, one.needs)
    ]
    said = {"milestone": one.id}
    head = tr("{milestone} needs:", **said) if rows else tr("{milestone} needs nothing", **said)
    output.show([head, *output.table(rows)])
    return 0
