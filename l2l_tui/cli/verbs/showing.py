"""``plan show`` and ``plan check``: one milestone in full, and what is wrong with a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output
from l2l_tui.cli.days import today
from l2l_tui.cli.parser import add_verb
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    _add_show(verbs)
    _add_check(verbs)


def _add_show(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "show",
        show,
        usage="MILESTONE",
        about=tr("Show everything about a milestone: notes, checklist, links, evidence, history."),
        example="l2l-tui plan show maml",
    )
    edited.takes_milestone(parser)


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
    plan = plans.spoken(command, store.load(path))
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
