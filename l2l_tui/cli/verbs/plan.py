"""``plan``: the schedule and its milestones to look at; the modules beside it edit them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.cli.parser import add_sub_verbs, add_verb
from l2l_tui.cli.verbs import calendar, checklist, head, links, milestones, setting, undo
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan

_ORDERS = ("due", "late", "track", "status", "plan")


def add(verbs: Verbs) -> None:
    """Add the verbs."""
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
    own = add_sub_verbs(parser, "plan")
    _add_show(own)
    _add_check(own)
    for module in (milestones, setting, checklist, links, head, undo, calendar):
        module.add(own)


def _add_show(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "show",
        show,
        usage="MILESTONE",
        about=tr("Show everything about a milestone: notes, checklist, links, evidence, history."),
        example="l2l-tui plan show maml",
    )
    parser.add_argument(
        "milestone", metavar="MILESTONE", help=tr("its id, as `l2l-tui plan` shows it")
    )


def _add_check(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "check",
        check,
        usage="[FILE]",
        about=tr(
            "List everything wrong with a plan file; exit code 1 if anything is. What may be a "
            "slip is told on stderr and leaves it at 0."
        ),
        example="l2l-tui plan check plans/learning-to-learn.toml",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=tr("any plan file"))


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


def show(command: Command) -> int:
    """Print everything about a milestone."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    milestone = plan.milestone(command.args.milestone)
    if command.json:
        from l2l_tui.cli import milestone_document

        output.show_json(milestone_document.whole(plan, milestone, today()))
    else:
        from l2l_tui.cli import milestone_text

        output.show(milestone_text.whole(plan, milestone, today()))
    return 0


def check(command: Command) -> int:
    """Print everything wrong with a plan file."""
    from l2l_tui.cli import documents, plans
    from l2l_tui.plan import store

    path = command.args.file or command.workspace.plan_file(command.plan_name)
    plan = store.load(path)
    if not plan.faults:
        plans.speak(command, plan)
    if command.json:
        output.show_json([documents.fault(fault) for fault in plan.faults])
    elif plan.faults:
        output.show(_fault_lines(plan))
    elif plan.warnings:
        output.show([tr("{plan}: nothing is broken", plan=path)])
    else:
        output.show([tr("{plan}: nothing is wrong", plan=path)])
    for warning in plan.warnings:
        output.say(tr("perhaps a slip: {warning}", warning=warning))
    return 1 if plan.faults else 0


def _fault_lines(plan: Plan) -> list[str]:
    rows = [(tr("line {n}", n=one.line), one.key, one.found, one.expected) for one in plan.faults]
    headers = (tr("where"), tr("key"), tr("found"), tr("expected"))
    return [tr("{plan} is broken:", plan=plan.path), *output.table(rows, headers)]
