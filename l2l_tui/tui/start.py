"""What happens before the app: a terminal that will do, a workspace with a plan, one plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from l2l_tui.workspace import Workspace


def check_terminal() -> None:
    """Refuse a terminal that cannot show the app.

    Raises:
        RequestError: It says of itself that it is dumb.
    """
    if os.environ.get("TERM") == "dumb":
        raise RequestError(
            tr(
                "this terminal (TERM=dumb) cannot show the app; set TERM, e.g. to xterm-256color, "
                "or use the verbs: `l2l-tui --help`"
            )
        )


def candidates(workspace: Workspace, name: str | None, today: date) -> list[Path]:
    """Return the plans that may be meant, the first plan of a new workspace made if need be.

    Args:
        workspace: Where to look.
        name: The plan that was asked for, if one was.
        today: The day of the first meeting of a new plan.

    Raises:
        RequestError: No plan is called so, or the plan of a workspace in use vanished.
    """
    if name is not None:
        return [workspace.plan_file(name)]
    files = workspace.plan_files()
    if files:
        return files
    from l2l_tui.plan import embedded

    return [embedded.first_plan(workspace, today)]
