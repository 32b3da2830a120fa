"""Learning to learn using gradient descent, at a size that tests can afford."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.hochreiter.functions import seen_booleans
from l2l_tui.lab.hochreiter.network import Network
from tests.experiments.conftest import finish, left_and_resumed
from tests.experiments.studies import TINY

EXPERIMENT = experiments.get("hochreiter")
procedure = TINY["hochreiter"].procedure
SETTINGS = EXPERIMENT.configure("quick").values()
RIVALS = ("sgd-online", "adam-online", "sgd-replay", "adam-replay")
LEARN, FEWER, QUADRATIC, BOOLEAN = EXPERIMENT.claims
COMPARED = (FEWER, QUADRATIC, BOOLEAN)
FAMILIES = ("boolean", "quadratic")


def test_every_figure_is_there_and_explained() -> None:
    """For both families and all who learn; the meta-seeds' differ."""
    _, outcome = finish(procedure())
    first, second = outcome.seeds
    assert [name for name in first if not EXPERIMENT.meaning(name)] == []
    assert "twice" in EXPERIMENT.meaning("boolean_beyond")
    assert "soonest rival that keeps" in EXPERIMENT.meaning("boolean_replay_examples_ratio")
    for family in FAMILIES:
        for name in (*RIVALS, "learner", "told"):
            assert {f"{family}_mean_{name}", f"{family}_examples_{name}"} <= set(first)
        assert first[f"{family}_late"] != second[f"{family}_late"]


@pytest.mark.parametrize("families", [("boolean",), ("quadratic",), ("boolean", "quadratic")])
def test_every_chart_of_the_run_is_measured(families: tuple[str, ...]) -> None:
    """Curves of all who learn over twice the length, and the training error to the last step."""
    choice = families[0] if len(families) == 1 else "both"
    seen, outcome = finish(procedure(functions=choice))
    series: dict[str, list[int]] = {}
    for progress in seen:
        for measured in progress.measurements:
            series.setdefault(measured.name, []).append(measured.step)
    who = (*RIVALS, "learner", "blind", "told")
    expected = {f"{family}/{name}" for family in families for name in who}
    assert set(series) == expected | {f"meta/{family}" for family in families}
    assert all(series[name] == list(range(8)) for name in expected)
    assert all(series[f"meta/{family}"] == [12] for family in families)
    assert {name.split("/")[0] for name in series} <= {c.family for c in EXPERIMENT.charts}
    named = {key.split("_")[0] for key in outcome.seeds[0]} - {"validation"}
    assert named == set(families)


def test_steps_count_up_to_the_end_with_notes() -> None:
    """One safe point a step; rivals, training and the end leave a line for the log."""
    work = procedure()
    seen, _ = finish(work)
    assert [progress.step for progress in seen] == list(range(1, work.steps + 1))
    notes = "\n".join(progress.note for progress in seen)
    for expected in ("adam-replay: learning rates", "outer step 12", "learner: mean error"):
        assert expected in notes


def test_training_longer_does_not_change_the_rivals() -> None:
    """What they are tuned and judged on comes from generators of their own."""
    (_, short), (_, long) = finish(procedure()), finish(procedure(outer_steps=14, batch=4))
    for family in FAMILIES:
        for name in RIVALS:
            mean = f"{family}_mean_{name}"
            assert short.seeds[0][mean] == long.seeds[0][mean]
    assert short.seeds[0]["validation"] != long.seeds[0]["validation"]


def test_no_training_or_tuning_sequence_is_of_a_held_out_function() -> None:
    """And all four held-out functions of a meta-seed are in its report."""
    work = procedure(held_out_sequences=60, tuning_sequences=60, sequence_length=20, batch=60)
    source = [torch.Generator().manual_seed(index) for index in range(2)]
    training = work._batch(source)
    for index, held_out in enumerate(work.held_out_functions):
        reported = _numbers(work._held_out.x[index, 0], work._held_out.y[index, 0])
        assert reported == set(held_out)
        for x, y in (
            (work._tuning.x[index, 0], work._tuning.y[index, 0]),
            (training.x[index, :60], training.y[index, :60]),
        ):
            assert _numbers(x, y) <= set(seen_booleans(held_out))
    assert set(work.held_out_functions[0]).isdisjoint(work.held_out_functions[1])


def _numbers(x: torch.Tensor, y: torch.Tensor) -> set[int]:
    """Return which Boolean functions sequences are of, where all four inputs occur."""
    found = set()
    for inputs, targets in zip(x.tolist(), y.tolist(), strict=True):
        pairs = zip(inputs, targets, strict=True)
        table = {(a > 0) + 2 * (b > 0): int(value > 0) for (a, b), value in pairs}
        if len(table) == 4:
            found.add(sum(value << corner for corner, value in table.items()))
    return found


def test_the_weights_are_one_network_by_name() -> None:
    """Of the meta-seed with the lowest error on tuning sequences."""
    work = procedure()
    _, outcome = finish(work)
    shapes = Network(hidden=5).shapes
    assert {name: tuple(part.shape) for name, part in outcome.weights.items()} == dict(shapes)
    best = min((0, 1), key=lambda index: outcome.seeds[index]["validation"])
    kept = torch.cat([part.flatten() for part in outcome.weights.values()])
    assert torch.equal(kept, work._training.phi[best])


def figures(**changes: float) -> dict[str, float]:
    """Return one meta-seed's figures that hold every claim, with changes."""
    good = {"within_ratio": 0.1, "examples_ratio": 0.3, "replay_examples_ratio": 0.8}
    both = {f"{family}_{name}": v for family in FAMILIES for name, v in good.items()}
    return both | changes


def test_claims_follow_the_worst_family() -> None:
    """Either family can break it; too few meta-seeds decide nothing; divergence fails."""
    for claim, name in ((LEARN, "within_ratio"), (FEWER, "examples_ratio")):
        assert claim.judge([figures()] * 3, SETTINGS).verdict is Verdict.HOLDS
        assert claim.judge([figures()], SETTINGS).verdict is Verdict.INCONCLUSIVE
        for family in FAMILIES:
            for value in (1.2, math.inf, math.nan):
                bad = figures(**{f"{family}_{name}": value})
                assert claim.judge([bad] * 3, SETTINGS).verdict is Verdict.FAILS
        alone = {f"quadratic_{name}": 0.4, f"boolean_mean_{name}": 9.0}
        assert claim.judge([alone] * 3, SETTINGS).verdict is Verdict.HOLDS
    half = figures(boolean_within_ratio=0.6)
    assert LEARN.judge([half] * 3, SETTINGS).verdict is Verdict.FAILS


def test_rivals_that_keep_every_example_are_judged_by_family() -> None:
    """A claim follows its own family's ratio, and settles nothing where the run lacks it."""
    for claim, own, other in ((QUADRATIC, *FAMILIES[::-1]), (BOOLEAN, *FAMILIES)):
        lost = figures(**{f"{own}_replay_examples_ratio": 1.3})
        elsewhere = figures(**{f"{other}_replay_examples_ratio": 1.3})
        assert claim.judge([figures()] * 3, SETTINGS).verdict is Verdict.HOLDS
        assert claim.judge([lost] * 3, SETTINGS).verdict is Verdict.FAILS
        assert claim.judge([elsewhere] * 3, SETTINGS).verdict is Verdict.HOLDS
        alone = {f"{other}_replay_examples_ratio": 0.5}
        judgement = claim.judge([alone] * 3, {**SETTINGS, "functions": other})
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert f"about functions = {own} or both, this run had {other}" in judgement.detail


@pytest.mark.parametrize(
    ("name", "value", "claims"),
    [
        ("held_out_sequences", 63, EXPERIMENT.claims),
        ("sequence_length", 19, EXPERIMENT.claims),
        ("tuning_sequences", 15, COMPARED),
        ("inner_lr_count", 6, COMPARED),
        ("replay_steps", 9, COMPARED),
        ("goal", 0.5, COMPARED),
    ],
)
def test_a_run_too_small_settles_nothing(name: str, value: float, claims: tuple[Any, ...]) -> None:
    """Whatever was measured; what the setting has no part in is judged all the same."""
    for claim in EXPERIMENT.claims:
        judgement = claim.judge([figures()] * 3, {**SETTINGS, name: value})
        settled = judgement.verdict is not Verdict.INCONCLUSIVE
        assert settled == (claim not in claims)
        assert settled or (name in judgement.detail and f"had {value}" in judgement.detail)


def test_rivals_at_the_edge_of_their_grid_settle_nothing() -> None:
    """A real run on a grid that ends too soon names all whose best rate may lie outside."""
    _, outcome = finish(procedure(inner_lr_low=1e-6, inner_lr_high=1e-5))
    seeds = [{**figures(), **found} for found in outcome.seeds] * 2
    for claim in COMPARED:
        judgement = claim.judge(seeds, SETTINGS)
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert "at the edge of its grid stood the rate of boolean adam-online" in judgement.detail
    assert LEARN.judge([figures()] * 3, SETTINGS).verdict is Verdict.HOLDS


def test_rates_far_too_large_are_told_and_can_be_resumed() -> None:
    """Rivals that diverge have figures all the same, and their ratio is no number."""
    wild = {**TINY["hochreiter"].changes, "inner_lr_low": 10.0, "inner_lr_high": 1000.0}
    undisturbed, outcome = finish(procedure(**wild))
    assert not math.isfinite(outcome.seeds[0]["quadratic_mean_sgd-replay"])
    _, resumed = left_and_resumed(EXPERIMENT, wild, 0, iter((3, 20, len(undisturbed) - 1)))
    for ours, theirs in zip(resumed.seeds, outcome.seeds, strict=True):
        assert ours == pytest.approx(theirs, rel=0, abs=0, nan_ok=True)


def test_a_grid_upside_down_is_refused() -> None:
    """The smallest rate must be below the largest."""
    with pytest.raises(RequestError, match="inner_lr_low = 1 is not below inner_lr_high"):
        EXPERIMENT.configure("quick", {"inner_lr_low": 1.0, "inner_lr_high": 0.1})


def test_what_a_reader_must_not_overlook_is_remarked() -> None:
    """How far the best possible is, and a rival with the lower mean error."""
    assert EXPERIMENT.remarks({}) == ()
    assert EXPERIMENT.remarks({"boolean_replay_mean_ratio": 1.004}) == ()
    told = {"quadratic_examples_learner": 6.0, "quadratic_examples_told": 2.0}
    first, second = EXPERIMENT.remarks({**told, "boolean_replay_mean_ratio": 1.25})
    assert "boolean" in str(first)
    assert "1.25 times" in str(first)
    assert str(second) == (
        "Who is told the family (quadratic) needs 2 examples where the learner needs 6."
    )


@pytest.mark.slow
def test_a_short_training_learns_within_a_sequence() -> None:
    """A few hundred steps leave the blind network and every constant behind."""
    changes = {"outer_steps": 700, "meta_seeds": 1, "replay_steps": 1}
    settings = EXPERIMENT.configure("quick", changes)
    _, outcome = finish(EXPERIMENT.procedure(settings, 0))
    (found,) = outcome.seeds
    for family in FAMILIES:
        assert found[f"{family}_late"] < 0.8 * found[f"{family}_constant"]
        assert found[f"{family}_mean_learner"] < found[f"{family}_mean_blind"]
        assert found[f"{family}_mean_blind"] == pytest.approx(1, abs=0.25)
