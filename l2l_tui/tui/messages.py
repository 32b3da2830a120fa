"""What happened, as messages that the worker posts and the app handles.

What a message carries is frozen; Textual itself writes on the message, so that is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from l2l_tui.plan.model import Plan
    from l2l_tui.runs.follow import RunUpdate


@dataclass
class PlanLoaded(Message):
    """The plan was read from disk; a newer reading supersedes one still queued."""

    plan: Plan
    """The plan as it stood."""

    def can_replace(self, message: Message) -> bool:
        """Whether a queued message may take this one's place."""
        return isinstance(message, PlanLoaded)


@dataclass
class PlanGone(Message):
    """The plan's file has vanished."""

    path: Path
    """Where it was."""


@dataclass
class RunsUpdated(Message):
    """Runs changed on disk. Never superseded: every message carries new measurements."""

    updates: tuple[RunUpdate, ...]
    """What changed since the message before; empty in the first one if there are no runs."""
    answers: bool = False
    """Whether this is what somebody asked for: all measurements of a run, be there any or not."""


@dataclass
class EvidenceCollected(Message):
    """Finished runs became results in the plan."""

    runs: tuple[str, ...]
    """The ids of the runs."""


@dataclass
class Troubled(Message):
    """The worker could not read something."""

    text: str
    """What, where, and what to do."""
    trace: str = ""
    """Where it happened, for a fault of the program's own."""


@dataclass
class RunLaunched(Message):
    """A run was launched from here, so the list moves to it."""

    run: str
    """The run's id."""
