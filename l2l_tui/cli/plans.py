"""The plan that a command works on; an empty workspace is filled first, as the app does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.errors import RequestError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from l2l_tui.cli.parser import Command
    from l2l_tui.plan.model import Plan
    from l2l_tui.workspace import Workspace

EMBEDDED = "learning-to-learn"


def plan_file(command: Command) -> Path:
    """Return the plan file that the command means.

    Raises:
        RequestError: There are several plans and none was named.
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
    from l2l_tui import evidence
    from l2l_tui.plan import store

    path = plan_file(command)
    if _has_runs(command.workspace):
        evidence.collect(command.workspace)
    plan = store.load(path)
    refuse_faults(plan)
    return plan


def refuse_faults(plan: Plan) -> None:
    """Refuse to work on a broken plan.

    Raises:
        RequestError: It has faults; the message holds them all.
    """
    if plan.faults:
        listed = "\n".join(f"  {fault}" for fault in plan.faults)
        raise RequestError(f"{plan.path} is broken; mend these lines, then try again:\n{listed}")


def _fill(workspace: Workspace, name: str | None) -> Path:
    from l2l_tui.plan import embedded

    if name not in {None, EMBEDDED}:
        raise UnknownNameError("plan", str(name), [EMBEDDED])
    path = embedded.fill(workspace, today())
    output.say(f"filled the empty workspace with a plan that starts today: {path}")
    return path


def _has_runs(workspace: Workspace) -> bool:
    return workspace.runs.is_dir() and any(workspace.runs.iterdir())
