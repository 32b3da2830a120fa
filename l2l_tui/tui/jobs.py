"""What the app does in threads, and how it says what came of it.

A refusal becomes a notification. So does a fault of the program's own: plan and runs are safe
on disk, and whoever watches a run of hours wants to go on watching.
"""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING

from l2l_tui.errors import ConflictError, L2LError
from l2l_tui.language import tr, trn
from l2l_tui.tui.messages import PlanLoaded
from l2l_tui.tui.notices import NoticeApp

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from l2l_tui.plan.desk import Desk
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.tui.messages import Troubled

Told = Callable[[Exception | None], object]
"""Takes what stood against saving, or None when it is saved."""


class Caution(str):
    """What a job says that may have done what it was for, or not: it is shown as a warning."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the plan that waits for its turn."""

    path: Path
    make: Callable[[], tuple[str, Plan]]
    """Writes it, and returns what is said then and the plan as it is."""
    told: Told | None = None
    edits: tuple[Edit, ...] = ()


class JobApp(NoticeApp):
    """An app that saves and orders in threads.

    Args:
        plan: The plan as it was read.
        debug: Whether the tracebacks of own faults are kept.
    """

    def __init__(self, plan: Plan, *, debug: bool = False) -> None:
        super().__init__()
        self.plan = plan
        """The plan as it is shown: as it stands on disk or will in a moment, or stood before it
        had faults."""
        self.read = plan
        """The plan as it was last read from disk."""
        self.gone = False
        """Whether the plan's file has vanished."""
        self.whole = None if plan.faults else plan
        """The last reading of the plan without faults."""
        self.traces: list[str] = []
        """The tracebacks of own faults, for when the app has left the screen."""
        self._desk: Desk | None = None
        self._debug = debug
        self._changing = threading.Lock()
        self._changes: deque[_Change] = deque()

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
            if isinstance(said, Caution):
                self.notify(said, severity="warning", timeout=10)
            elif said:
                self.notify(said)

    def edit(self, said: str, *edits: Edit, told: Told | None = None) -> None:
        """Show the plan as it will be at once, and save the edits in a worker.

        Where somebody else changed the same field meanwhile, the person is asked.

        Args:
            said: What is said when they are saved.
            edits: The edits; all of them are saved, or none.
            told: Told how it went; without it the person is asked or told here.
        """
        if self.refusal is None:
            path = self.plan.path
            if self._desk is not None and (plan := self._desk.foresee(self.plan, edits)):
                self.show_plan(plan)
            self._change(_Change(path, partial(_save, said, path, edits), told, edits))
        elif told is None:
            self.refuse()
        else:
            told(L2LError(self.refusal))

    def walk(self, make: Callable[[Path], tuple[str, Plan]]) -> None:
        """Undo or redo, after everything that waits to be saved.

        Args:
            make: Does it, and returns what is said and the plan as it is then.
        """
        path = self.plan.path
        self._change(_Change(path, partial(make, path)))

    def show_plan(self, plan: Plan) -> None:
        """Show another reading of the plan on every screen."""
        raise NotImplementedError

    @property
    def saving(self) -> bool:
        """Whether something that is on the screen is not yet on disk."""
        return bool(self._changes)

    def lay_desk(self) -> None:
        """Make ready to show the next edit at once."""
        laid = self._desk is not None and self._desk.holds(self.plan)
        if laid or self.gone or self.plan.faults:
            return
        work = partial(self._attempt, self._lay)
        self.run_worker(work, thread=True, group="desk", exclusive=True)

    def _lay(self) -> str:
        from l2l_tui.plan.desk import Desk

        self._desk = self._desk or Desk()
        self._desk.lay(self.plan)
        return ""

    def _change(self, change: _Change) -> None:
        self._changes.append(change)
        # The picture first: a save that runs beside it takes half of the interpreter's time.
        self.call_after_refresh(self.do, self._make)

    def _make(self) -> str:
        """Make the change that has waited longest; called in a worker."""
        with self._changing:
            # Workers come here in any order; what they write keeps its own.
            change = self._changes[0]
            said, plan, error = "", None, None
            try:
                said, plan = change.make()
            except (L2LError, OSError) as refusal:
                error = refusal
            except Exception as fault:
                if change.told is not None:  # a form that waits may be saved again
                    self.call_later(change.told, fault)
                raise
            finally:
                # Whatever went wrong, what was foreseen does not stay on the screen.
                self._changes.popleft()
                self.post_message(PlanLoaded(plan or _as_it_is(change.path, self.read)))
        if change.told is not None:
            self.call_later(change.told, error)
        elif isinstance(error, ConflictError) and _insisting(change, error) is not None:
            self.call_later(self._ask, change, error)
        elif error is not None:
            raise error
        return said

    def _ask(self, change: _Change, error: ConflictError) -> None:
        """Ask whether an edit is to be written over what somebody else wrote."""
        from l2l_tui.tui.screens.confirm import ConfirmScreen

        def decide(yes: bool | None) -> None:
            again = _insisting(change, error)
            if yes and again is not None:
                self.edit(tr("Written over what was there."), *again)

        question = tr("{conflict}. Write yours over it?", conflict=error)
        self.push_screen(ConfirmScreen(question, tr("Overwrite")), decide)

    @property
    def refusal(self) -> str | None:
        """Why the plan cannot be changed now, if it cannot."""
        name, faults = self.plan.path.name, self.plan.faults
        if self.gone:
            return tr("{name} is gone, so nothing can be saved; bring it back first.", name=name)
        if not faults:
            return None
        return trn(
            "{name} has a fault, so nothing is saved over it; mend it first.",
            "{name} has {n} faults, so nothing is saved over it; mend them first.",
            len(faults),
            name=name,
        )

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
            said = tr("{fault}; its traceback is shown when you leave.", fault=text)
        else:
            said = tr("{fault}; --debug shows where.", fault=text)
        self.notify(said, severity="error", timeout=15)


def own_fault(error: Exception) -> str:
    """Return what a person is told of a fault of the program's own."""
    kind = type(error).__name__
    return tr("l2l-tui met a fault of its own: {kind}: {error}", kind=kind, error=error)


def trace(error: Exception) -> str:
    """Return where an exception came from."""
    return "".join(traceback.format_exception(error))


def _save(said: str, path: Path, edits: tuple[Edit, ...]) -> tuple[str, Plan]:
    from l2l_tui.plan import store

    return said, store.save(path, *edits)


def _as_it_is(path: Path, read: Plan) -> Plan:
    """Return the plan on disk, or what was last read where it cannot be read now."""
    from l2l_tui.plan import store

    try:
        return store.load(path)
    except (L2LError, OSError):
        return read  # whoever watches the disk says what is wrong with it


def _insisting(change: _Change, error: ConflictError) -> list[Edit] | None:
    """Return the edits as of somebody who saw what stands there now; None if none of them asks."""
    refused: Any = error.edit
    if not any(one is refused for one in change.edits):
        return None
    if "expected" not in {field.name for field in fields(refused)}:
        return None
    seen = replace(refused, expected=error.found)
    return [seen if one is refused else one for one in change.edits]
