"""``plan undo``, ``redo`` and ``history``: steps among a plan's versions, back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.history import Timeline
    from l2l_tui.plan.model import Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    for name, does, about in (
        (
            "undo",
            undo,
            tr("Take back the last changes of the plan, by whatever program; says what they were."),
        ),
        ("redo", redo, tr("Do again what was undone last; says what it was.")),
    ):
        parser = add_verb(
            verbs, name, does, usage="[N]", about=about, example=f"l2l-tui plan {name}"
        )
        steps = tr("how many steps (1); `l2l-tui plan history` lists them")
        parser.add_argument("steps", nargs="?", type=int, default=1, metavar="N", help=steps)
    add_verb(
        verbs,
        "history",
        history,
        about=tr("List the plan's versions, newest first; what is kept can be undone and redone."),
        example="l2l-tui plan history",
    )


def undo(command: Command) -> int:
    """Bring back a version before the one that stands."""
    from l2l_tui.plan import store

    # Nothing is collected before: that would be a change of its own, to be undone first.
    path = _path(command)
    before = store.timeline(path)
    if before.undo_label is None:
        said = tr("there is nothing to undo in {plan}: nobody changed it yet", plan=path.stem)
        raise RequestError(said)
    steps = _steps(command, before.at)
    labels = []
    for _ in range(steps):
        labels.append(store.timeline(path).undo_label or "")
        plan = store.undo(path)
    return _say(command, "undone", labels, plan)


def redo(command: Command) -> int:
    """Bring back a version that was undone."""
    from l2l_tui.plan import store

    path = _path(command)
    before = store.timeline(path)
    if before.redo_label is None:
        said = tr(
            "there is nothing to redo in {plan}: nothing was undone since the last change",
            plan=path.stem,
        )
        raise RequestError(said)
    steps = _steps(command, len(before.versions) - 1 - before.at)
    labels = []
    for _ in range(steps):
        labels.append(store.timeline(path).redo_label or "")
        plan = store.redo(path)
    return _say(command, "redone", labels, plan)


def _path(command: Command) -> Path:
    """Return the plan's file, and go on in the language that it says now."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import store

    path = command.workspace.plan_file(command.plan_name)
    plans.spoken(command, store.load(path))
    return path


def _steps(command: Command, most: int) -> int:
    """Return how many steps were asked for.

    Raises:
        RequestError: There are not so many; none is taken then.
    """
    asked: int = command.args.steps
    if not 1 <= asked <= most:
        said = trn(
            "there is {n} step to take, not {asked}; `l2l-tui plan history` lists them",
            "there are {n} steps to take, not {asked}; `l2l-tui plan history` lists them",
            most,
            asked=asked,
        )
        raise RequestError(said)
    return asked


def history(command: Command) -> int:
    """Print the versions."""
    from l2l_tui.plan import store

    path = _path(command)
    timeline = store.timeline(path)
    if command.json:
        output.show_json(
            [
                {
                    "moment": version.moment or None,
                    "change": version.label or None,
                    "outside": version.outside,
                    "stands": at == timeline.at,
                    "steps": at - timeline.at,
                }
                for at, version in reversed(list(enumerate(timeline.versions)))
            ]
        )
    else:
        output.show(_listed(timeline))
    return 0


def _listed(timeline: Timeline) -> list[str]:
    """Return the versions as lines: how to get there, when it was made, what led to it."""
    rows = []
    for at, version in reversed(list(enumerate(timeline.versions))):
        what = version.label or (tr("the first that is kept") if at == 0 else tr("an edit"))
        if version.outside:
            what = tr("{change} (by another program)", change=what)
        moment = version.moment[:16].replace("T", " ")
        style = "strong" if at == timeline.at else ""
        rows.append((output.Cell(_way(at - timeline.at), style), moment, output.Cell(what, style)))
    return output.table(rows, (tr("to get there"), tr("when"), tr("what changed")))


def _way(steps: int) -> str:
    if steps == 0:
        return tr("stands now")
    return f"undo {-steps}" if steps < 0 else f"redo {steps}"


def _say(command: Command, what: str, labels: Sequence[str], plan: Plan) -> int:
    from l2l_tui.text import plain

    if command.json:
        document = {what: "; ".join(labels), "plan": plan.path.absolute()}
        output.show_json(document | ({"steps": labels} if len(labels) > 1 else {}))
    elif what == "undone":
        output.show([tr("undone: {change}", change=plain(label)) for label in labels])
    else:
        output.show([tr("redone: {change}", change=plain(label)) for label in labels])
    if plan.faults:
        said = tr(
            "{plan} is broken now, as it was then; `l2l-tui plan check` lists why",
            plan=plan.path.name,
        )
        output.say(said)
    return 0
