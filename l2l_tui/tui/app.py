"""The way into the app: a workspace with a plan, then the first picture as soon as can be."""

from __future__ import annotations

import gc
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from l2l_tui import language as speech
from l2l_tui.tui import start

if TYPE_CHECKING:
    from l2l_tui.workspace import Workspace


def run(
    workspace: Workspace,
    plan: str | None,
    *,
    debug: bool = False,
    language: str | None = None,
) -> int:
    """Open the app on a workspace; an empty one is filled with the embedded plan first.

    Args:
        workspace: Where plans and runs are.
        plan: The plan's name; None for the only one, or to choose among several.
        debug: Whether the tracebacks of faults that the app survived are shown in the end.

        language: The language that was asked for; None for the plan's or the locale's.

    Returns:
        The exit code.

    Raises:
        RequestError: The terminal cannot show the app, or no plan is called so.
    """
    start.check_terminal()
    today = datetime.now().astimezone().date()
    found = start.candidates(workspace, plan, today)
    # Next to nothing made until the first picture is garbage, and looking for it takes a
    # quarter of the time until then; the app turns collecting on again when it is ready.
    gc.disable()
    from l2l_tui.plan import store
    from l2l_tui.tui.follow import stamp
    from l2l_tui.tui.study import StudyApp

    seen, opened = stamp(found[0]), store.load(found[0])
    before = speech.current()
    speech.use(speech.choose(language, opened.interface))
    if speech.current() != before and (opened.faults or opened.warnings):
        opened = store.load(found[0])  # what is wrong was put into words before the language
    app = StudyApp(workspace, opened, stamp=seen, others=found[1:], debug=debug, spoken=language)
    app.run()
    sys.stderr.writelines(app.traces)
    return app.return_code or 0
