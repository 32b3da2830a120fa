"""What the app does in threads, and how it says what came of it.

A refusal becomes a notification. So does a fault of the program's own: plan and runs are safe
on disk, and whoever watches a run of hours wants to go on watching.
"""

from __future__ import annotations

import threading
import traceback
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from l2l_tui.errors import L2LError
from l2l_tui.tui.messages import PlanLoaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.messages import Troubled


class JobApp(App[None]):
    """An app that saves and orders in threads.

    Args:
        plan: The plan as it was read.
        debug: Whether the tracebacks of own faults are kept.
    """

    def __init__(self, plan: Plan, *, debug: bool = False) -> None:
        super().__init__()
        self.plan = plan
        self.traces: list[str] = []
        """The tracebacks of own faults, for when the app has left the screen."""
        self._debug = debug
        self._saving = threading.Lock()

    def wake(self) -> None:
        """Look at the disk at once."""
        raise NotImplementedError

    def do(self, job: Callable[[], str]) -> None:
        """Do a job in a worker and say what it says; its refusals become notifications."""
        self.run_worker(partial(self._attempt, job), thread=True, group="jobs")

    def _attempt(self, job: Callable[[], str]) -> None:
        try:
            said = job()
        except (L2LError, OSError) as error:
            self.notify(str(error), severity="error", timeout=10)
        except Exception as error:  # noqa: BLE001 (said in full; the app goes on)
            self._own_fault(own_fault(error), trace(error))
        else:
            self.wake()
            self.notify(said)

    def edit(self, said: str, *edits: Edit) -> None:
        """Save edits of the plan in a worker, and show the plan as it is then."""
        if self.plan.faults:
            self.refuse(self.plan)
        else:
            self.do(partial(self._save, said, self.plan.path, edits))

    def _save(self, said: str, path: Path, edits: tuple[Edit, ...]) -> str:
        from l2l_tui.plan import store

        with self._saving:
            plan = store.save(path, *edits)
            self.post_message(PlanLoaded(plan))
        return said

    def refuse(self, plan: Plan) -> None:
        """Say why a plan with faults cannot be changed."""
        count = "a fault" if len(plan.faults) == 1 else f"{len(plan.faults)} faults"
        self.notify(
            f"{plan.path.name} has {count}, so nothing is saved over it; mend it first.",
            severity="error",
        )

    def on_troubled(self, event: Troubled) -> None:
        """Say what the worker that watches the disk could not do."""
        if event.trace:
            self._own_fault(event.text, event.trace)
        else:
            self.notify(event.text, severity="warning", timeout=8)

    def _own_fault(self, text: str, trace: str) -> None:
        if self._debug:
            self.traces.append(trace)
        hint = "its traceback is shown when you leave" if self._debug else "--debug shows where"
        self.notify(f"{text}; {hint}.", severity="error", timeout=15)


def own_fault(error: Exception) -> str:
    """Return what a person is told of a fault of the program's own."""
    return f"l2l-tui met a fault of its own: {type(error).__name__}: {error}"


def trace(error: Exception) -> str:
    """Return where an exception came from."""
    return "".join(traceback.format_exception(error))
