"""Runs of a list by the sweep that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.runs.catalogue import matches
from l2l_tui.runs.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from l2l_tui.runs.model import Run

_STANDING = (
    State.RUNNING,
    State.QUEUED,
    State.PAUSED,
    State.FAILED,
    State.INTERRUPTED,
    State.STOPPED,
)
"""What a sweep is called after, the first that any of its points is; else it has finished."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The runs of one sweep that are on disk."""

    name: str
    """Its name."""
    runs: tuple[Run, ...]
    """All of them, in the order of the list."""
    points: tuple[Run, ...]
    """The one that counts of each point, oldest first."""

    @property
    def counts(self) -> Mapping[State, int]:
        """How many points stand where; states without any are left out."""
        states = [run.state for run in self.points]
        return {state: n for state in State if (n := states.count(state))}

    @property
    def state(self) -> State:
        """Where it stands as a whole."""
        counts = self.counts
        return next((state for state in _STANDING if state in counts), State.FINISHED)

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return sum(run.share for run in self.points) / len(self.points)

    @property
    def elapsed_s(self) -> float:
        """Seconds of work of all its runs."""
        return sum(run.elapsed_s for run in self.runs)

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return len({run.request.seed for run in self.points})


def group(runs: Iterable[Run]) -> dict[str, Sweep]:
    """Return the sweeps that runs belong to, by name, in the order of the list."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.request.sweep is not None:
            found.setdefault(run.request.sweep, []).append(run)
    return {name: Sweep(name, tuple(held), counting(held)) for name, held in found.items()}


def lines(runs: Sequence[Run]) -> list[Run | Sweep]:
    """Return runs with each sweep as one, where the first of its runs stood."""
    sweeps = group(runs)
    shown: dict[str, Run | Sweep] = {}
    for run in runs:
        name = run.request.sweep
        shown.setdefault(
            run.id if name is None else f"/{name}", run if name is None else sweeps[name]
        )
    return list(shown.values())


def counting(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the run that counts of each point of one sweep, oldest first.

    One that finished goes before one that is under way, that before one that can be resumed, and
    one that failed comes last; of several, the newest.
    """
    best: dict[tuple[str, int], Run] = {}
    for run in sorted(runs, key=lambda run: (run.request.created, run.id)):
        key = key_of(run)
        if key not in best or _rank(run) <= _rank(best[key]):
            best[key] = run
    return tuple(sorted(best.values(), key=lambda run: (run.request.created, run.id)))


def key_of(run: Run) -> tuple[str, int]:
    """Return which point of its sweep a run is."""
    return run.request.point, run.request.seed


def find(sweeps: Mapping[str, Sweep], text: str) -> Sweep:
    """Return the sweep whose name is, begins with or ends in a text.

    Raises:
        UnknownNameError: There is none.
        RequestError: There are several.
    """
    found = matches(sweeps, text)
    if len(found) == 1:
        return sweeps[found[0]]
    if found:
        said = tr(
            "several sweeps match {text!r}: {sweeps}; say more of it",
            text=text,
            sweeps=", ".join(found[:8]),
        )
        raise RequestError(said)
    raise UnknownNameError("sweep", text, list(sweeps))


def _rank(run: Run) -> int:
    if run.state is State.FINISHED:
        return 0
    return 1 if run.state.alive else 2 if run.state.resumable else 3
