"""Orders that make no sense are refused with what to do. Those that do are tested with trainers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.runs import control, steer
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Order, State
from tests.runs.conftest import MakeRun, MakeStatus

Facts = dict[str, object]


@pytest.mark.parametrize("order", [steer.stop, steer.pause])
@pytest.mark.parametrize(
    ("ended", "state", "said"),
    [
        (State.FINISHED, State.RUNNING, "has finished; run the experiment again"),
        (State.FAILED, State.RUNNING, "has failed; run the experiment again"),
        (None, State.STOPPED, "is stopped already; `resume` takes it up again"),
        (None, State.RUNNING, "was interrupted and no trainer has it in hand; `resume`"),
    ],
)
def test_nobody_is_there_to_obey(
    make_run: MakeRun,
    make_status: MakeStatus,
    order: Callable[[RunDirectory], State],
    ended: State | None,
    state: State,
    said: str,
) -> None:
    """Stop and pause of a run without trainer are refused and leave no order behind."""
    directory = make_run("run", status=make_status(state=state), ended=ended)
    with pytest.raises(RequestError, match=said):
        order(directory)
    assert control.read_order(directory) is None


@pytest.mark.parametrize("ended", [State.FINISHED, State.FAILED])
def test_what_is_over_is_not_resumed(make_run: MakeRun, ended: State) -> None:
    """A finished or failed run cannot be taken up again."""
    with pytest.raises(RequestError, match=f"nothing to resume: run has {ended}"):
        steer.resume(make_run("run", ended=ended))


def test_what_runs_is_not_resumed(make_run: MakeRun, make_status: MakeStatus, alive: Facts) -> None:
    """A run that is at work needs no resume; an order that is not obeyed yet can be taken back."""
    directory = make_run("run", status=make_status(**alive))
    with pytest.raises(RequestError, match="nothing to resume: run is running"):
        steer.resume(directory)

    assert steer.stop(directory, wait_s=0) is State.RUNNING
    assert steer.resume(directory, wait_s=0) is State.RUNNING
    given = control.read_order(directory)
    assert given is not None
    assert given.order is Order.GO


def test_a_run_whose_experiment_is_gone_is_not_resumed(make_run: MakeRun) -> None:
    """The message names the nearest experiment that there is; no trainer is started for nothing."""
    directory = make_run("run", experiment="l2l-quadratics")
    with pytest.raises(UnknownNameError, match="l2l-quadratic"):
        steer.resume(directory)
    assert not directory.log.exists()
