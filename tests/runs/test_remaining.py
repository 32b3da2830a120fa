"""How long a run will go on, as far as that can be told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from l2l_tui.runs.model import Request, Run, RunStatus, State

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def _run(step: int, steps: int, elapsed_s: float) -> Run:
    request = Request("run", "l2l-quadratic", "quick", 0, {}, NOW)
    status = RunStatus(State.RUNNING, step, steps, elapsed_s, NOW, NOW, "here", 1, 0.0)
    return Run(request, State.RUNNING, status)


@pytest.mark.parametrize(
    ("step", "steps", "elapsed_s"),
    [(0, 100, 9.0), (50, 100, 2.9), (4, 100, 60.0), (7, 0, 60.0)],
    ids=["nothing done", "too early", "too little done", "nobody knows how many steps"],
)
def test_no_time_left_is_guessed_from_too_little(step: int, steps: int, elapsed_s: float) -> None:
    """The first steps tell nothing of the others."""
    assert _run(step, steps, elapsed_s).remaining_s is None


def test_the_time_left_follows_from_the_pace_so_far() -> None:
    """Three seconds for a twentieth leave 57."""
    assert _run(5, 100, 3.0).remaining_s == pytest.approx(57)
    assert _run(100, 100, 60.0).remaining_s == 0
