"""How a procedure is run, left and taken up in tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from l2l_tui.experiments.base import Experiment, Outcome, Procedure, State
from l2l_tui.lab.measurement import Progress


def finish(procedure: Procedure) -> tuple[list[Progress], Outcome]:
    """Run to the end; return every progress and the outcome."""
    seen, work = [], procedure.run()
    while True:
        try:
            seen.append(next(work))
        except StopIteration as end:
            return seen, end.value


def stored(state: Any) -> Any:
    """Return a state as a file would give it back: tensors copied, the rest through JSON."""
    if isinstance(state, torch.Tensor):
        return state.clone()
    if isinstance(state, dict):
        return {key: stored(value) for key, value in state.items()}
    if isinstance(state, list) and any(isinstance(item, (dict, torch.Tensor)) for item in state):
        return [stored(item) for item in state]
    return json.loads(json.dumps(state, allow_nan=False))


def left_and_resumed(
    experiment: Experiment, changes: dict[str, object], seed: int, leave_at: Iterator[int]
) -> tuple[list[Progress], Outcome]:
    """Run, but at each of some steps start anew from the state as a file would hold it."""
    settings = experiment.configure("quick", changes)
    procedure: Procedure = experiment.procedure(settings, seed)
    seen: list[Progress] = []
    for stop in leave_at:
        work = procedure.run()
        while len(seen) < stop:
            seen.append(next(work))
        state: State = stored(procedure.state())
        for _ in range(2):  # what is done after the state was taken must not matter
            next(work, None)
        procedure = experiment.procedure(settings, seed)
        procedure.restore(state)
    rest, outcome = finish(procedure)
    return seen + rest, outcome


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep torch to one thread, as runs do: two of them wait for each other on busy cores."""
    torch.set_num_threads(1)
