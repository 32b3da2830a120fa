"""A milestone's checklist: items written down, ticked, opened again and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output
from l2l_tui.cli.days import today
from l2l_tui.cli.parser import add_verb
from l2l_tui.cli.pick import pick
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import CheckItem, Milestone, Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    item_parser = add_verb(
        verbs,
        "item",
        add_items,
        usage="MILESTONE TEXT...",
        about=tr("Write down what is to do for a milestone, at the end of its checklist."),
        example="l2l-tui plan item maml 'read section 3' 'derive the second order term'",
    )
    edited.takes_milestone(item_parser)
    item_parser.add_argument("items", nargs="+", metavar="TEXT", help=tr("what is to do"))
    for name, does, about in (
        ("tick", tick, tr("Tick items of a milestone's checklist.")),
        ("untick", untick, tr("Open items of a milestone's checklist again.")),
        ("remove-item", remove_items, tr("Take items of a milestone's checklist away.")),
    ):
        parser = add_verb(
            verbs,
            name,
            does,
            usage="MILESTONE N...",
            about=about,
            example=f"l2l-tui plan {name} maml 1",
        )
        edited.takes_milestone(parser)
        parser.add_argument("items", nargs="+", metavar="N", help=_which())
    _add_reword(verbs)


def _add_reword(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "reword",
        reword,
        usage="MILESTONE N TEXT",
        about=tr("Give an item of a milestone's checklist other words."),
        example="l2l-tui plan reword maml 1 'read sections 3 and 4'",
    )
    edited.takes_milestone(parser)
    parser.add_argument("item", metavar="N", help=_which())
    parser.add_argument("text", metavar="TEXT", help=tr("what is to do"))


def _which() -> str:
    return tr("its number in `l2l-tui plan show`, its text, or words of it")


def add_items(command: Command) -> int:
    """Write items down."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    plan = plans.read_plan(command)
    one = plan.milestone(command.args.milestone)
    texts = list(dict.fromkeys(" ".join(text.split()) for text in command.args.items))
    if "" in texts:
        raise RequestError(tr("an item of a checklist needs words"))
    held = {item.text for item in one.checklist}
    for text in texts:
        if text in held:
            said = tr("{milestone}'s checklist has {text!r} already", milestone=one.id, text=text)
            output.say(said)
    changes = [edits.AddCheck(one.id, text) for text in texts if text not in held]
    return say(command, edited.save(plan, changes), one.id)


def tick(command: Command) -> int:
    """Tick items."""
    from l2l_tui.plan import edits

    return _change(command, lambda id_, item: edits.TickCheck(id_, item.text, today()))


def untick(command: Command) -> int:
    """Open items again."""
    from l2l_tui.plan import edits

    return _change(command, lambda id_, item: edits.UntickCheck(id_, item.text))


def reword(command: Command) -> int:
    """Change an item's words; whether it is ticked stays."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits

    plan = plans.read_plan(command)
    one = plan.milestone(command.args.milestone)
    item, text = _find(one, command.args.item), " ".join(command.args.text.split())
    changes = [] if text == item.text else [edits.SetCheckText(one.id, item.text, text)]
    return say(command, edited.save(plan, changes), one.id)


def remove_items(command: Command) -> int:
    """Take items away."""
    from l2l_tui.plan import edits

    return _change(command, lambda id_, item: edits.RemoveCheck(id_, item.text))


def _change(command: Command, edit: Callable[[str, CheckItem], Edit]) -> int:
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    one = plan.milestone(command.args.milestone)
    found = dict.fromkeys(_find(one, text) for text in command.args.items)
    plan = edited.save(plan, [edit(one.id, item) for item in found])
    return say(command, plan, one.id)


def _find(one: Milestone, text: str) -> CheckItem:
    texts = [item.text for item in one.checklist]
    unknown = UnknownNameError("item of {milestone}'s checklist", text, texts, milestone=one.id)
    return one.checklist[pick(texts, text, unknown)]


def say(command: Command, plan: Plan, milestone: str) -> int:
    """Print the milestone, with its checklist for a person."""
    edited.say(command, plan, [milestone])
    if not command.json:
        from l2l_tui.cli import milestone_text

        output.show(milestone_text.checklist(plan.milestone(milestone)))
    return 0
