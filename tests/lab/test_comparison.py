"""Several learners, several families, evaluations in stretches."""

from __future__ import annotations

import torch

from l2l_tui.lab.candidates import Learner
from l2l_tui.lab.comparison import Comparison, Protocol
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.evaluation import Rollout, losses
from l2l_tui.lab.first_order import engine_for
from l2l_tui.lab.measurement import Outcome, Progress
from l2l_tui.lab.meta_training import Schedule, Stage, step_weights
from l2l_tui.lab.optimizees import QuadraticSampler
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.preprocessing import Raw
from l2l_tui.lab.rivals import Family
from l2l_tui.lab.tuning import grid
from tests.experiments.conftest import finish, stored

SCHEDULE = Schedule((Stage(5, unroll_length=3),), horizon=6)
RULES = {"directions": CoordinatewiseLSTM(hidden=3), "raw": CoordinatewiseLSTM(Raw(), hidden=2)}


def comparison(stretch: int = 1000) -> Comparison:
    """Return a small comparison of two learners on two families."""
    few, weights = QuadraticSampler(4, 3), step_weights("all", 6)
    learners = [
        Learner(name, rule, engine_for(rule), SCHEDULE, weights, few, few)
        for name, rule in RULES.items()
    ]
    wide = QuadraticSampler(4, 5)
    families = (Family("", few, few), Family("wide", wide, wide))
    rates = grid(1e-3, 1.0, 5)
    return Comparison(Protocol(tuple(learners), families, rates, 2, 3, stretch), 3)


def test_figures_carry_the_learners_and_the_families_names() -> None:
    """The unnamed family's stand alone, the other's begin with its name."""
    _, outcome = finish(comparison())
    figures = outcome.seeds[0]
    rivals = ("sgd", "momentum", "nag", "rmsprop", "adam")
    for prefix in ("", "wide_"):
        best = min(figures[f"{prefix}final_{name}"] for name in rivals)
        for name in RULES:
            ratio = figures[f"{prefix}final_{name}"] / best
            assert figures[f"{prefix}final_ratio_{name}"] == ratio
    assert {"restarts_directions", "restarts_raw", "wide_inner_lr_adam"} <= set(figures)
    assert figures["final_sgd"] != figures["wide_final_sgd"]


def test_everything_measured_is_named_by_learner_and_family() -> None:
    """All curves of a family begin at the same loss, and each learner has its training's."""
    seen, _ = finish(comparison())
    measured = [m for progress in seen for m in progress.measurements]
    names = {m.name for m in measured}
    assert {"meta/train-directions", "meta/validation-raw", "loss/raw", "wide/directions"} <= names
    starts = [m.value for m in measured if m.step == 0 and m.name.startswith("wide/")]
    assert len(starts) == 7
    assert max(starts) - min(starts) < 1e-6


def test_stretches_change_nothing_but_the_safe_points() -> None:
    """Evaluations cut into stretches of four steps give the same figures and measurements."""
    (whole, outcome), (cut, same) = finish(comparison()), finish(comparison(4))
    assert same.seeds == outcome.seeds
    assert len(cut) > len(whole)
    measured = [[m for progress in seen for m in progress.measurements] for seen in (whole, cut)]
    assert measured[0] == measured[1]
    assert [progress.step for progress in cut] == list(range(1, comparison(4).steps + 1))


def test_a_comparison_left_at_any_stretch_goes_on_to_the_same_bits() -> None:
    """Left in the middle of a tuning, a validation or a run, nothing differs afterwards."""
    undisturbed, outcome = finish(comparison(4))
    for stop in range(len(undisturbed)):
        seen, resumed = left_at(stop)
        assert seen == undisturbed
        assert resumed.seeds == outcome.seeds


def left_at(stop: int) -> tuple[list[Progress], Outcome]:
    """Return what is seen where a run is left after some steps and taken up by another."""
    first = comparison(4)
    work = first.run()
    seen = [next(work) for _ in range(stop)]
    state = stored(first.state())
    next(work, None)
    second = comparison(4)
    second.restore(state)
    rest, outcome = finish(second)
    return seen + rest, outcome


def test_a_rollout_in_pieces_is_the_whole_one(generator: torch.Generator) -> None:
    """However it is cut, the trace is the same."""
    problem, params = QuadraticSampler(3)(generator)
    rollout = Rollout(Adam(0.1), problem, params, 10)
    for _ in range(4):
        assert not rollout.done
        rollout.advance(3)
    assert rollout.done
    assert torch.equal(rollout.trace(), losses(Adam(0.1), problem, params, 10))
