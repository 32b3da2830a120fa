"""``plan undo`` and ``plan redo``: a step back among a plan's versions, and forth again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.model import Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    add_verb(
        verbs,
        "undo",
        undo,
        about="Take back the last change of the plan, by whatever program; says what it was.",
        example="l2l-tui plan undo",
    )
    add_verb(
        verbs,
        "redo",
        redo,
        about="Do again what was undone last; says what it was.",
        example="l2l-tui plan redo",
    )


def undo(command: Command) -> int:
    """Bring back the version before the one that stands."""
    from l2l_tui.plan import store

    # Nothing is collected before: that would be a change of its own, to be undone first.
    path = command.workspace.plan_file(command.plan_name)
    label = store.timeline(path).undo_label
    if label is None:
        raise RequestError(f"there is nothing to undo in {path.stem}: nobody changed it yet")
    return _say(command, "undone", label, store.undo(path))


def redo(command: Command) -> int:
    """Bring back the version that was undone last."""
    from l2l_tui.plan import store

    path = command.workspace.plan_file(command.plan_name)
    label = store.timeline(path).redo_label
    if label is None:
        raise RequestError(
            f"there is nothing to redo in {path.stem}: nothing was undone since the last change"
        )
    return _say(command, "redone", label, store.redo(path))


def _say(command: Command, what: str, label: str, plan: Plan) -> int:
    from l2l_tui.text import plain

    if command.json:
        output.show_json({what: label, "plan": plan.path.absolute()})
    else:
        output.show([f"{what}: {plain(label)}"])
    if plan.faults:
        output.say(
            f"{plan.path.name} is broken now, as it was then; `l2l-tui plan check` lists why"
        )
    return 0
