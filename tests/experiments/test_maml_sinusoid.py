"""MAML on sinusoids, at a size that tests can afford."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.conftest import finish
from tests.experiments.studies import TINY

EXPERIMENT = experiments.get("maml-sinusoid")
procedure = TINY["maml-sinusoid"].procedure
SETTINGS = EXPERIMENT.configure("quick").values()
ONE, MORE, BEATS = EXPERIMENT.claims
GOOD = {
    "mse_1step": 0.5,
    "mse_10step": 0.15,
    "pretrained_mse_1step": 2.5,
    "pretrained_mse_10step": 1.5,
    "pretrained_at_edge": 0.0,
}


@pytest.mark.parametrize("algorithm", ["maml", "fomaml", "anil", "reptile"])
def test_every_figure_and_chart_is_there_and_explained(algorithm: str) -> None:
    """Whatever the algorithm; the meta-seeds' figures differ."""
    seen, outcome = finish(procedure(algorithm=algorithm))
    first, second = outcome.seeds
    assert [name for name in first if not EXPERIMENT.meaning(name)] == []
    named = {f"{who}mse_{n}step" for who in ("", "pretrained_") for n in (0, 1, 5, 10)}
    assert named | {"oracle_mse", "mse_1step_half_width"} <= set(first)
    assert all(first[name] != second[name] for name in named)
    steps: dict[str, list[int]] = {}
    for progress in seen:
        for measured in progress.measurements:
            steps.setdefault(measured.name, []).append(measured.step)
    for who in ("maml", "pretrained", "oracle"):
        assert steps[f"mse/{who}"] == list(range(11))
        assert steps[f"meta/{who}"] == [12]
    assert {name.split("/")[0] for name in steps} == {c.family for c in EXPERIMENT.charts}


def test_curves_and_figures_say_the_same() -> None:
    """The chart's mean over meta-seeds is that of the figures."""
    seen, outcome = finish(procedure())
    drawn = {(m.name, m.step): m.value for progress in seen for m in progress.measurements}
    for step in (0, 1, 5, 10):
        mean = sum(figures[f"mse_{step}step"] for figures in outcome.seeds) / 2
        assert drawn["mse/maml", step] == pytest.approx(mean)
    last = sum(figures["pretrained_mse_10step"] for figures in outcome.seeds) / 2
    assert drawn["mse/pretrained", 10] == pytest.approx(last)


def test_steps_count_up_to_the_end_with_notes() -> None:
    """One safe point a step; training, tuning and judging leave a line for the log."""
    work = procedure()
    seen, _ = finish(work)
    assert [progress.step for progress in seen] == list(range(1, work.steps + 1))
    notes = "\n".join(progress.note for progress in seen)
    for expected in ("outer step 12", "pre-trained: inner rates", "after one inner step: maml"):
        assert expected in notes


def test_rivals_do_not_depend_on_the_algorithm() -> None:
    """They see the same functions in the same order, and are judged on the same ones."""
    (_, maml), (_, other) = finish(procedure()), finish(procedure(algorithm="fomaml"))
    for name in ("oracle_mse", "pretrained_mse_1step", "pretrained_mse_10step"):
        assert maml.seeds[0][name] == other.seeds[0][name]
    assert maml.seeds[0]["mse_1step"] != other.seeds[0]["mse_1step"]


def test_the_pretrained_rate_is_the_grids_best_for_its_own_steps() -> None:
    """And one at the grid's edge is told, which settles nothing against pre-training."""
    work = procedure(inner_lr_low=1e-8, inner_lr_high=1e-7)
    _, outcome = finish(work)
    assert all(figures["pretrained_at_edge"] for figures in outcome.seeds)
    judgement = BEATS.judge([{**GOOD, "pretrained_at_edge": 1.0}] * 3, SETTINGS)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "at the edge of its grid stood the rate of pretrained" in judgement.detail
    tried = torch.stack(work._tried)
    for place, steps in enumerate((1, 10)):
        chosen = work._rates()[place]
        assert torch.equal(chosen, work._protocol.rates[tried[:, steps].argmin(0)])


def test_claims_follow_their_figures() -> None:
    """Each is broken by its own figure alone; too few meta-seeds decide nothing."""
    for claim in EXPERIMENT.claims:
        assert claim.judge([GOOD] * 3, SETTINGS).verdict is Verdict.HOLDS
        assert claim.judge([GOOD], SETTINGS).verdict is Verdict.INCONCLUSIVE
    for broken, figures in (
        ({ONE}, {"mse_1step": 0.61}),
        ({MORE}, {"mse_10step": 0.21}),
        ({MORE}, {"mse_1step": 0.14}),
        ({BEATS}, {"pretrained_mse_1step": 1.9}),
        ({BEATS}, {"pretrained_mse_10step": 0.5}),
        ({ONE, MORE, BEATS}, {"mse_1step": math.nan}),
        ({MORE, BEATS}, {"mse_10step": math.inf}),
    ):
        for claim in EXPERIMENT.claims:
            verdict = claim.judge([{**GOOD, **figures}] * 3, SETTINGS).verdict
            assert verdict is (Verdict.FAILS if claim in broken else Verdict.HOLDS)


@pytest.mark.parametrize(
    ("name", "value", "claims"),
    [
        ("algorithm", "reptile", EXPERIMENT.claims),
        ("inner_lr", 0.1, EXPERIMENT.claims),
        ("inner_steps", 10, EXPERIMENT.claims),
        ("units", 20, EXPERIMENT.claims),
        ("outer_steps", 1000, EXPERIMENT.claims),
        ("held_out_tasks", 99, EXPERIMENT.claims),
        ("k_shot", 5, (ONE, MORE)),
        ("tuning_tasks", 49, (BEATS,)),
        ("inner_lr_count", 4, (BEATS,)),
    ],
)
def test_a_run_with_other_settings_settles_nothing(
    name: str, value: Any, claims: tuple[Any, ...]
) -> None:
    """Whatever was measured; what the setting has no part in is judged all the same."""
    for claim in EXPERIMENT.claims:
        judgement = claim.judge([GOOD] * 3, {**SETTINGS, name: value})
        settled = judgement.verdict is not Verdict.INCONCLUSIVE
        assert settled == (claim not in claims)


def test_a_grid_upside_down_is_refused() -> None:
    """The smallest rate must be below the largest."""
    with pytest.raises(RequestError, match="inner_lr_low = 1 is not below inner_lr_high"):
        EXPERIMENT.configure("quick", {"inner_lr_low": 1.0, "inner_lr_high": 0.1})


@pytest.mark.slow
def test_a_short_training_adapts_and_pretraining_does_not() -> None:
    """After a thousand outer steps one inner step takes most of the error away."""
    settings = EXPERIMENT.configure("quick", {"outer_steps": 1000, "meta_seeds": 1})
    _, outcome = finish(EXPERIMENT.procedure(settings, 0))
    (found,) = outcome.seeds
    assert found["mse_10step"] < found["mse_1step"] < 0.4 * found["mse_0step"]
    assert found["pretrained_mse_1step"] > 2 * found["mse_1step"]
    assert found["oracle_mse"] < 0.2
