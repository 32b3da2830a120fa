"""What the app does in threads, and how it says what came of it.

A refusal becomes a notification. So does a fault of the program's own: plan and runs are safe
on disk, and whoever watches a run of hours wants to go on watching.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError, L2LError
from l2l_tui.tui.messages import PlanLoaded
from l2l_tui.tui.notices import NoticeApp

if TYPE_CHECKING:
    from pathlib import Path

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.messages import Troubled

Told = Callable[[Exception | None], object]
"""Takes what stood against saving, or None when it is saved."""


class JobApp(NoticeApp):
    """An app that saves and orders in threads.

    Args:
        plan: The plan as it was read.
        debug: Whether the tracebacks of own faults are kept.
    """

    def __init__(self, plan: Plan, *, debug: bool = False) -> None:
        super().__init__()
        self.plan = plan
        """The plan as it is shown: as it stands on disk, or stood before it had faults."""
        self.gone = False
        """Whether the plan's file has vanished."""
        self.whole = None if plan.faults else plan
        """The last reading of the plan without faults."""
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
            if said:
                self.notify(said)

    def edit(self, said: str, *edits: Edit, told: Told | None = None) -> None:
        """Save edits of the plan in a worker, and show the plan as it is then.

        Args:
            said: What is said when they are saved.
            edits: The edits; all of them are saved, or none.
            told: Told how it went; without it a refusal is said at the edge of the screen.
        """
        path = self.plan.path
        if self.refusal is None:
            self.do(partial(self._save, said, path, edits, told))
        elif told is None:
            self.refuse()
        else:
            told(L2LError(self.refusal))

    def _save(self, said: str, path: Path, edits: tuple[Edit, ...], told: Told | None) -> str:
        from l2l_tui.plan import store

        try:
            with self._saving:
                self._show(store.save(path, *edits))
        except (L2LError, OSError) as error:
            if told is None:
                raise
            if isinstance(error, ConflictError):
                self._show(store.load(path))  # so that whoever decides sees what is there
            self.call_later(told, error)
            return ""
        if told is not None:
            self.call_later(told, None)
        return said

    def _show(self, plan: Plan) -> None:
        self.post_message(PlanLoaded(plan))

    @property
    def refusal(self) -> str | None:
        """Why the plan cannot be changed now, if it cannot."""
        name, faults = self.plan.path.name, self.plan.faults
        if self.gone:
            return f"{name} is gone, so nothing can be saved; bring it back first."
        if not faults:
            return None
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        return f"{name} has {count}, so nothing is saved over it; mend it first."

    def refuse(self) -> None:
        """Say why the plan cannot be changed."""
        if self.refusal is not None:
            self.notify(self.refusal, severity="error")

    @property
    def earlier(self) -> bool:
        """Whether the plan that is shown is not the one on disk but an earlier reading."""
        return self.whole is not None and (self.gone or bool(self.plan.faults))

    def shown(self, plan: Plan) -> Plan:
        """Return what is shown of another reading: one with faults is no reason to show less."""
        if not plan.faults:
            self.whole = plan
        elif self.whole is not None and self.whole.path == plan.path:
            return replace(self.whole, digest=plan.digest, faults=plan.faults)
        else:
            self.whole = None
        return plan

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
