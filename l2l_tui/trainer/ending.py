"""How a run ends: an outcome or an exception becomes ``result.toml``, the trainer's last act."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from l2l_tui.runs import files
from l2l_tui.runs.model import RunError, RunResult, State
from l2l_tui.runs.state import now
from l2l_tui.trainer.storage import stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from l2l_tui.experiments.base import Experiment, Outcome
    from l2l_tui.experiments.settings import Settings
    from l2l_tui.runs.directory import RunDirectory

Facts = dict[str, str | int]


def finished(
    experiment: Experiment,
    settings: Settings,
    outcome: Outcome,
    started: datetime,
    elapsed_s: float,
    facts: Facts,
    cpu_s: Mapping[str, float],
) -> RunResult:
    """Return the result of a run that came to its end: mean figures and verdicts."""
    return RunResult(
        state=State.FINISHED,
        started=started,
        ended=now(),
        elapsed_s=elapsed_s,
        figures=means(outcome.seeds),
        seeds=outcome.seeds,
        claims=tuple(claim.judge(outcome.seeds, settings.values()) for claim in experiment.claims),
        environment=facts,
        cpu_s=cpu_s,
    )


def failed(error: BaseException, started: datetime, elapsed_s: float, facts: Facts) -> RunResult:
    """Return the result of a run that an exception ended."""
    said = RunError(
        type=type(error).__qualname__,
        message=str(error),
        traceback="".join(traceback.format_exception(error)),
    )
    return RunResult(State.FAILED, started, now(), elapsed_s, environment=facts, error=said)


def write(directory: RunDirectory, result: RunResult) -> None:
    """Write the result.

    Raises:
        StorageError: It cannot be written; the run can be resumed and then ends the same.
    """
    with stored(directory.result):
        files.write_result(directory, result)


def means(seeds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each figure's mean over the seeds; one that diverged makes the mean diverge."""
    # `fmean` raises where infinities of both signs meet; a plain sum gives NaN.
    return {name: sum(seed[name] for seed in seeds) / len(seeds) for name in seeds[0]}
