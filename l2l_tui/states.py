"""What states are called to a person in the language in use; files keep their own words."""

from __future__ import annotations

from l2l_tui.language import tr


def status_word(name: str) -> str:
    """Return where a milestone stands."""
    match name:
        case "todo":
            return tr("todo")
        case "doing":
            return tr("doing")
        case "done":
            return tr("done")
        case "dropped":
            return tr("dropped")
    return name


def state_word(name: str) -> str:
    """Return how it is with a run."""
    match name:
        case "queued":
            return tr("queued")
        case "running":
            return tr("running")
        case "paused":
            return tr("paused")
        case "finished":
            return tr("finished")
        case "failed":
            return tr("failed")
        case "stopped":
            return tr("stopped")
        case "interrupted":
            return tr("interrupted")
    return name


def verdict_word(name: str) -> str:
    """Return what a run says of a claim."""
    match name:
        case "holds":
            return tr("holds")
        case "fails":
            return tr("fails")
        case "inconclusive":
            return tr("inconclusive")
    return name
