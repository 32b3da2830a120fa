"""``plan``: the schedule; the modules named in `parser.BELOW` hold the verbs below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.cli.parser import add_verb
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan

_ORDERS = ("due", "late", "track", "status", "plan")


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = add_verb(
        verbs,
        "plan",
        show_all,
        usage="[--filter TEXT] [--sort ORDER] | VERB",
        about=tr("Show the schedule; its own verbs show more, check and edit it."),
        example="l2l-tui plan --filter 'track:paper late' --sort due",
    )
    parser.add_argument(
        "--filter",
        metavar="TEXT",
        help=tr(
            "only milestones that all its words match: maml, status:doing, track:paper, open, "
            'late, blocked, contradicted, "batch norm"; a hyphen in front turns a word round'
        ),
    )
    parser.add_argument(
        "--sort",
        choices=_ORDERS,
        metavar="ORDER",
        help=tr("due, late, track, status or plan (as in the file)"),
    )


def show_all(command: Command) -> int:
    """Print the schedule, or what of it was asked for, in the order that was asked for."""
    from l2l_tui.cli import plans

    args = command.args
    plan = plans.read_plan(command)
    if args.filter is None and args.sort is None:
        if command.json:
            from l2l_tui.cli import documents

            output.show_json(documents.plan(plan, today()))
        else:
            from l2l_tui.cli import plan_text

            output.show(plan_text.schedule(plan, today()))
        return 0
    return _show_some(command, plan)


def _show_some(command: Command, plan: Plan) -> int:
    from l2l_tui.plan.query import Index, Order, Query, order

    by = order(command.args.sort or Order.PLAN.value)
    query = Query.parse(command.args.filter or "")
    query.refuse_unknown()
    chosen = Index(plan, today()).select(query, by)
    if command.json:
        from l2l_tui.cli import documents

        output.show_json(documents.plan(plan, today(), chosen))
    else:
        from l2l_tui.cli import plan_text

        as_list = by not in {Order.PLAN, Order.TRACK}
        output.show(plan_text.schedule(plan, today(), chosen, as_list=as_list))
    return 0
