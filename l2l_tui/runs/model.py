"""A run's files as values. Nothing here touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.experiments.claims import Judgement

if TYPE_CHECKING:
    from l2l_tui.experiments.settings import Value

TELLING_S = 3.0
"""Seconds of work before the time left is worth a guess."""

TELLING_SHARE = 0.05
"""The share of the steps that must be done before it is."""


class State(StrEnum):
    """Where a run stands; derived from what is on disk (`runs.state.derive`)."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"

    @property
    def alive(self) -> bool:
        """Whether a trainer has it in hand, or is about to."""
        return self in _ALIVE

    @property
    def resumable(self) -> bool:
        """Whether `resume` starts a new trainer on it."""
        return self in _RESUMABLE


_ALIVE = frozenset({State.QUEUED, State.RUNNING, State.PAUSED})
_RESUMABLE = frozenset({State.STOPPED, State.INTERRUPTED})


class Order(StrEnum):
    """What whoever steers asks of a trainer (the ``control`` file)."""

    GO = "resume"
    PAUSE = "pause"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Request:
    """``request.toml``: everything that decides a run's figures, and whom it serves."""

    run: str
    """The run's id, which is its directory's name."""
    experiment: str
    """The experiment's name."""
    preset: str
    """The preset that the settings came from."""
    seed: int
    """The seed of every generator."""
    settings: Mapping[str, Value]
    """Every setting's value."""
    created: datetime
    """When it was asked for, with its time zone."""
    threads: int = 1
    """Threads for torch, of each rank."""
    milestone: str | None = None
    """The milestone that it serves."""
    plan: str | None = None
    """The name of that milestone's plan."""
    ranks: int = 1
    """Processes that share the work."""
    sweep: str | None = None
    """The name of the sweep that it belongs to."""
    swept: Mapping[str, Value] = field(default_factory=dict)
    """The settings that differ within that sweep; with the seed they say which point it is."""

    @property
    def point(self) -> str:
        """Which setting of its sweep it is, in words; empty where only seeds differ."""
        return point(self.swept)


def point(swept: Mapping[str, Value]) -> str:
    """Return some settings in words, as a person would type them."""
    return ", ".join(f"{name}={setting_text(value)}" for name, value in swept.items())


def setting_text(value: Value) -> str:
    """Return a setting's value as a person would type it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class RunStatus:
    """``status.toml``: the trainer's heartbeat."""

    state: State
    """``running``, ``paused`` or ``stopped``, as the trainer last said; ``queued`` where its
    machine was asked back."""
    step: int
    """Steps done."""
    steps: int
    """Steps in all; 0 until known."""
    elapsed_s: float
    """Seconds of work so far, over all resumes, pauses left out."""
    heartbeat: datetime
    """When it was written."""
    started: datetime
    """When the run's first trainer began."""
    host: str
    """The machine's name."""
    pid: int
    """The trainer's process id."""
    pid_started: float
    """When that process began, as the system counts it, so that a reused id is noticed."""
    note: str = ""
    """What it is doing, in words."""
    job: str = ""
    """The cluster's id of the job that the trainer works in; empty for a trainer of its own."""


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed."""

    type: str
    """The exception's class."""
    message: str
    """What it said."""
    traceback: str
    """Where, for whoever mends it."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """``result.toml``: how a run ended."""

    state: State
    """``finished`` or ``failed``."""
    started: datetime
    """When the run's first trainer began."""
    ended: datetime
    """When it ended."""
    elapsed_s: float
    """Seconds of work, over all resumes, pauses left out."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Mean over the run's meta-seeds; a non-finite figure means divergence."""
    seeds: tuple[Mapping[str, float], ...] = ()
    """The figures of each meta-seed."""
    claims: tuple[Judgement, ...] = ()
    """The verdicts."""
    environment: Mapping[str, str | int] = field(default_factory=dict)
    """Versions, threads, seed, git commit, machine."""
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    """CPU-seconds by what they were spent on, where the experiment says; no two runs agree."""
    error: RunError | None = None
    """Why it failed, if it did."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it stood on disk when it was read."""

    request: Request
    """What was asked for."""
    state: State
    """Where it stands."""
    status: RunStatus | None = None
    """The last heartbeat."""
    result: RunResult | None = None
    """How it ended, if it did."""
    job: str | None = None
    """The cluster's id of its job; None if it was never submitted to one."""
    whole: bool = True
    """Whether everything is here. In a list a run that is over comes without settings, figures
    and environment, its claims with their verdicts alone; `catalogue.load` brings the rest."""
    place: int | None = None
    """Its place in the queue, from 1, while it waits there."""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.request.run

    @property
    def elapsed_s(self) -> float:
        """Seconds of work so far."""
        if self.result is not None:
            return self.result.elapsed_s
        return self.status.elapsed_s if self.status is not None else 0.0

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        if self.state is State.FINISHED:
            return 1.0
        if self.status is None or self.status.steps <= 0:
            return 0.0
        return min(1.0, max(0.0, self.status.step / self.status.steps))

    @property
    def remaining_s(self) -> float | None:
        """Seconds of work left at the pace so far; None if there is no telling.

        The first steps tell nothing: programs are still being loaded, and the first phase of
        an experiment may have another pace than the rest.
        """
        status = self.status
        if self.result is not None or status is None or status.steps <= 0:
            return None
        share = status.step / status.steps
        if status.elapsed_s < TELLING_S or share < TELLING_SHARE:
            return None
        return status.elapsed_s * max(0.0, 1 - share) / share
