"""The plan that a command works on; an empty workspace is filled first, as the app does."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from l2l_tui import language
from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.errors import L2LError, RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from l2l_tui.cli.parser import Command
    from l2l_tui.experiments.base import Experiment
    from l2l_tui.plan.model import Plan
    from l2l_tui.workspace import Workspace

EMBEDDED = "learning-to-learn"
_PATIENCE_S = 3.0


def plan_file(command: Command) -> Path:
    """Return the plan file that the command means.

    Raises:
        RequestError: There are several plans and none was named, or the plan of a workspace
            that is in use vanished.
        UnknownNameError: No plan is called so.
    """
    workspace = command.workspace
    if not workspace.plan_files():
        return _fill(workspace, command.plan_name)
    return workspace.plan_file(command.plan_name)


def read_plan(command: Command) -> Plan:
    """Return the plan that the command means, with its finished runs collected.

    Raises:
        RequestError: It cannot be found, or its file is broken.
    """
    from l2l_tui.plan import store

    plan = spoken(command, store.load(plan_file(command)))
    if collect(command, plan) and _changed(plan):
        plan = store.load(plan.path)
    refuse_faults(plan)
    return plan


def served(command: Command, entries: Iterable[Experiment]) -> dict[str, list[str]]:
    """Return each experiment's milestones: those that name it, and its own where it exists.

    An empty workspace is not filled for that: asked is then the plan that it would be filled
    with.
    """
    from l2l_tui.plan import embedded, store

    workspace, named = command.workspace, command.plan_name
    files = workspace.plan_files() if named is None else [workspace.plan_file(named)]
    plans = [store.load(path) for path in files] if files else [embedded.unshifted()]
    milestones = [each for plan in plans for each in plan.milestones]
    return {
        entry.name: list(
            dict.fromkeys(
                each.id
                for each in milestones
                if each.id == entry.milestone or entry.name in each.experiments
            )
        )
        for entry in entries
    }


def spoken(command: Command, plan: Plan) -> Plan:
    """Go on in the plan's language, unless the person or the environment asks for another.

    What is wrong with a plan was put into words while it was read: then it is read again.
    """
    before = language.current()
    if command.language is None and not command.json:
        language.use(language.choose(None, plan.interface))
    if language.current() == before or not (plan.faults or plan.warnings):
        return plan
    from l2l_tui.plan import store

    return store.load(plan.path)


def collect(command: Command, plan: Plan | None = None) -> bool:
    """Make finished runs evidence; where that cannot be written, say so and go on.

    Whoever only reads is served all the same; an edit is refused where it is written itself.

    Args:
        command: What was asked for.
        plan: A plan that was read just now.

    Returns:
        Whether anything may have been written.
    """
    if not _has_runs(command.workspace):
        return False
    from l2l_tui import evidence

    try:
        evidence.collect(command.workspace, read=plan, patience_s=_PATIENCE_S)
    except (L2LError, OSError) as error:
        said = tr("finished runs are not collected into the plan yet: {error}", error=error)
        output.say(said)
    return True


def refuse_faults(plan: Plan) -> None:
    """Refuse to work on a broken plan.

    Raises:
        RequestError: It has faults; the message holds them all.
    """
    if plan.faults:
        listed = "\n".join(f"  {fault}" for fault in plan.faults)
        said = tr("{plan} is broken; mend these lines, then try again:", plan=plan.path)
        raise RequestError(f"{said}\n{listed}")


def _fill(workspace: Workspace, name: str | None) -> Path:
    from l2l_tui.plan import embedded

    workspace.refuse_odd(name)
    if name not in {None, EMBEDDED}:
        raise UnknownNameError("plan", str(name), [EMBEDDED])
    path = embedded.first_plan(workspace, today())
    said = tr("filled the empty workspace with a plan that starts today: {plan}", plan=path)
    output.say(said)
    return path


def _has_runs(workspace: Workspace) -> bool:
    return workspace.runs.is_dir() and any(workspace.runs.iterdir())


def _changed(plan: Plan) -> bool:
    return sha256(plan.path.read_bytes()).hexdigest() != plan.digest
