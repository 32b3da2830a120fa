"""The training of phi."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import Engine, Unrolled
from l2l_tui.lab.first_order import FirstOrderEngine
from l2l_tui.lab.meta_training import MetaTraining, Schedule, Stage, step_weights
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.randomness import generator

RULE = CoordinatewiseLSTM(hidden=5)
SCHEDULE = Schedule((Stage(12, unroll_length=4),), horizon=8)
TWO_STAGES = replace(SCHEDULE, stages=(Stage(5, unroll_length=4), Stage(7, 3, outer_lr=0.002)))


@dataclass
class Recording:
    """An engine that notes what it was given and can be told to fail once."""

    engine: Engine
    bad_at: int = -1
    calls: int = 0
    starts: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()

    def unroll(
        self,
        phi: Tensor,
        optimizee: Any,
        params: Tensor,
        state: OptimizerState,
        weights: Tensor,
        first: int = 0,
    ) -> Unrolled:
        """Unroll, or give a gradient that is not finite."""
        self.starts = (*self.starts, float(params.sum()))
        unrolled = self.engine.unroll(phi, optimizee, params, state, weights, first)
        self.losses = (*self.losses, *unrolled.losses.tolist())
        self.calls += 1
        if self.calls - 1 == self.bad_at:
            return replace(unrolled, phi_grads=unrolled.phi_grads * torch.nan)
        return unrolled


def training(
    engine: Engine | None = None, schedule: Schedule = SCHEDULE, counts: str = "all"
) -> MetaTraining:
    """Return a small training."""
    return MetaTraining(
        engine or FirstOrderEngine(RULE),
        RULE,
        QuadraticSampler(4, dimension=3),
        schedule,
        step_weights(counts, schedule.horizon),
        (generator(0, "phi"), generator(0, "train")),
    )


def test_the_outer_rate_falls_as_half_a_cosine() -> None:
    """It starts where told, halves midway and has almost gone at the end."""
    stage = Stage(100, outer_lr=0.01)
    rates = [stage.outer_lr_at(step) for step in (0, 50, 100)]
    assert rates == pytest.approx([0.01, 0.005, 0.0])


def test_only_the_last_loss_counts_when_told_so() -> None:
    """Step weights are all ones, or a one at the end."""
    assert step_weights("all", 3).tolist() == [1.0, 1.0, 1.0]
    assert step_weights("last", 3).tolist() == [0.0, 0.0, 1.0]


def test_a_truncation_that_does_not_count_leaves_phi_alone() -> None:
    """Where only the last loss counts, Adam's momentum moves phi in no other truncation."""
    run = training(counts="last")
    moved, updates = [], []
    for _ in range(6):
        before = run.phi
        run.step()
        moved.append(not torch.equal(run.phi, before))
        updates.append(int(run.state()["moments"]["count"]))
    assert moved == [False, True] * 3
    assert updates == [0, 1, 1, 2, 2, 3]
    assert run.outer_step == 6


def test_problems_live_for_a_horizon() -> None:
    """With two truncations in a horizon every second one starts from new problems."""
    engine = Recording(FirstOrderEngine(RULE))
    run = training(engine)
    for _ in range(6):
        run.step()
    fresh = [abs(start) < 0.3 for start in engine.starts]
    assert fresh == [True, False] * 3


def test_a_meta_gradient_that_is_not_finite_is_passed_over() -> None:
    """Phi stays as it was, problems are drawn anew, and training goes on."""
    run = training(Recording(FirstOrderEngine(RULE), bad_at=2))
    for _ in range(2):
        run.step()
    before = run.phi
    run.step()
    assert torch.equal(run.phi, before)
    assert run.restarts == 1
    run.step()
    assert bool(run.phi.isfinite().all())
    assert not torch.equal(run.phi, before)


def test_a_horizons_loss_is_the_mean_over_its_inner_steps() -> None:
    """Truncations of 4 and 1 steps count by their steps, not as halves."""
    engine = Recording(FirstOrderEngine(RULE))
    run = training(engine, replace(SCHEDULE, horizon=5))
    run.step()
    assert math.isnan(run.horizon_loss)
    run.step()
    assert run.horizon_loss == pytest.approx(sum(engine.losses) / 5, rel=1e-6)
    first = run.horizon_loss
    run.step()
    assert run.horizon_loss == first
    run.step()
    assert run.horizon_loss == pytest.approx(sum(engine.losses[5:]) / 5, rel=1e-6)


def test_a_horizon_given_up_is_not_measured() -> None:
    """After a restart in its middle the next whole horizon gives the first loss."""
    engine = Recording(FirstOrderEngine(RULE), bad_at=1)
    run = training(engine)
    for _ in range(3):
        run.step()
        assert math.isnan(run.horizon_loss)
    run.step()
    assert run.horizon_loss == pytest.approx(sum(engine.losses[8:]) / 8, rel=1e-6)


def test_clipping_bounds_what_adam_sees() -> None:
    """Adam's first moment after one step is a tenth of a gradient of the clipped norm."""
    run = training(schedule=replace(SCHEDULE, clip=1e-3))
    run.step()
    first = run.state()["moments"]["first"]
    assert float(first.norm()) == pytest.approx(0.1 * 1e-3, rel=1e-4)


def test_a_second_stage_has_truncations_and_a_rate_of_its_own() -> None:
    """Five steps of two truncations a horizon, then seven of three; the rate begins anew."""
    places = [TWO_STAGES.at(step) for step in (0, 4, 5, 11, 12)]
    first, second = TWO_STAGES.stages
    assert places == [(first, 0), (first, 4), (second, 0), (second, 6), (second, 7)]
    assert TWO_STAGES.outer_steps == 12
    ends = [step for step in range(12) if TWO_STAGES.ends_horizon(step)]
    assert ends == [1, 3, 7, 10]


def test_a_second_stage_begins_with_new_problems_and_no_memory() -> None:
    """A horizon cut short by the stage's end is given up; Adam's moments start from nothing."""
    engine = Recording(FirstOrderEngine(RULE))
    run = training(engine, TWO_STAGES)
    for _ in range(5):
        run.step()
    moments = run.state()["moments"]
    assert int(moments["count"]) == 0
    assert not moments["first"].any()
    for _ in range(3):
        run.step()
    fresh = [abs(start) < 0.3 for start in engine.starts]
    assert fresh == [True, False, True, False, True, True, False, False]
    assert len(engine.losses) == 5 * 4 + 8
    assert run.horizon_loss == pytest.approx(sum(engine.losses[20:]) / 8, rel=1e-6)


@pytest.mark.parametrize("schedule", [SCHEDULE, TWO_STAGES])
@pytest.mark.parametrize("at", [0, 1, 2, 5, 7])
def test_a_restored_training_goes_on_to_the_same_bits(at: int, schedule: Schedule) -> None:
    """Left at a truncation's or a stage's end, in mid-horizon or not, nothing differs after."""
    undisturbed, first = training(schedule=schedule), training(schedule=schedule)
    for _ in range(schedule.outer_steps):
        undisturbed.step()
    for _ in range(at):
        first.step()
    state = first.state()
    first.step()
    second = training(schedule=schedule)
    second.restore(state)
    for _ in range(schedule.outer_steps - at):
        second.step()
    assert torch.equal(second.phi, undisturbed.phi)
    assert second.outer_step == undisturbed.outer_step
    assert second.horizon_loss == undisturbed.horizon_loss
