"""MAML on episodes of characters, at a size that tests can afford."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.few_shot.episodes import Episodes
from l2l_tui.lab.few_shot.intervals import class_resampled, class_resampled_ratio
from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.episode_tasks import tasks
from tests.experiments.conftest import finish
from tests.experiments.studies import TINY

EXPERIMENT = experiments.get("maml-episodes")
procedure = TINY["maml-episodes"].procedure
SETTINGS = EXPERIMENT.configure("quick").values()
RIGHT, CHANCE, LEARNED = EXPERIMENT.claims
GOOD = {
    "accuracy_5way_1shot": 0.9,
    "accuracy_5way_1shot_half_width": 0.01,
    "error_ratio_5way_1shot": 0.2,
    "error_ratio_5way_1shot_half_width": 0.05,
    "accuracy_0step": 0.21,
    "accuracy_0step_half_width": 0.01,
    "chance": 0.2,
}


@pytest.mark.parametrize("algorithm", ["maml", "fomaml", "anil", "reptile"])
def test_every_figure_and_chart_is_there_and_explained(algorithm: str) -> None:
    """Whatever the algorithm."""
    seen, outcome = finish(procedure(algorithm=algorithm))
    figures = outcome.seeds[0]
    assert [name for name in figures if not EXPERIMENT.meaning(name)] == []
    shape = "3way_1shot"
    assert set(figures) == {
        *(f"accuracy_{step}step" for step in range(3)),
        *(f"accuracy_{shape}{end}" for end in ("", "_half_width", "_episodes_half_width")),
        f"alone_{shape}",
        f"untrained_{shape}",
        f"error_ratio_{shape}",
        f"error_ratio_{shape}_half_width",
        "accuracy_0step_half_width",
        "chance",
        "train_classes",
        "test_classes",
        "validation",
    }
    assert (figures["train_classes"], figures["test_classes"]) == (1259, 249)
    assert figures["accuracy_2step"] == pytest.approx(figures[f"accuracy_{shape}"])
    steps: dict[str, list[int]] = {}
    for progress in seen:
        for measured in progress.measurements:
            steps.setdefault(measured.name, []).append(measured.step)
    assert steps == {"meta/train": [4], "accuracy/learned": [0, 1, 2]}
    assert {name.split("/")[0] for name in steps} == {c.family for c in EXPERIMENT.charts}


def test_figures_are_of_the_judged_test_episodes() -> None:
    """Means and intervals over all of a meta-seed's; every meta-seed has the same episodes."""
    work = procedure()
    _, outcome = finish(work)
    first, second = (work._gathered("test", index) for index in range(2))
    assert torch.equal(first.classes, second.classes)
    assert first.classes.shape == (22, 3)
    assert len({tuple(row) for row in first.classes.tolist()}) > 20
    interval = class_resampled(first.learned[-1], first.classes)
    assert outcome.seeds[0]["accuracy_3way_1shot"] == interval.mean
    assert outcome.seeds[0]["accuracy_3way_1shot_half_width"] == interval.half_width
    ratio = class_resampled_ratio(1 - first.learned[-1], 1 - first.untrained, first.classes)
    assert outcome.seeds[0]["error_ratio_3way_1shot"] == ratio.mean
    assert outcome.seeds[0]["error_ratio_3way_1shot_half_width"] == ratio.half_width
    assert outcome.seeds[1]["accuracy_0step"] == float(second.learned[0].mean())
    assert outcome.seeds[0]["untrained_3way_1shot"] == float(first.untrained.mean())


def test_what_is_judged_alone_is_what_such_a_run_judges() -> None:
    """Where training has no part, a run that is not transductive finds the same by itself."""
    both = [finish(procedure(outer_lr=0, transductive=value))[1].seeds for value in (True, False)]
    for usual, alone in zip(*both, strict=True):
        assert usual["alone_3way_1shot"] == alone["alone_3way_1shot"]
        assert alone["alone_3way_1shot"] == alone["accuracy_3way_1shot"]
        assert usual["untrained_3way_1shot"] == usual["accuracy_3way_1shot"]


def test_the_kept_params_are_the_best_in_validation() -> None:
    """By name, of one meta-seed."""
    work = procedure(validation_episodes=30)
    _, outcome = finish(work)
    assert {name: tuple(part.shape) for name, part in outcome.weights.items()} == dict(
        Conv4(3, 3).shapes
    )
    best = max((0, 1), key=lambda index: outcome.seeds[index]["validation"])
    kept = torch.cat([part.flatten() for part in outcome.weights.values()])
    assert torch.equal(kept, work._training.learned[best])


def test_training_validation_and_test_share_no_alphabet() -> None:
    """And training draws from the first alone."""
    protocol = procedure()._protocol
    parts = [sampler.characters for sampler in (protocol.train, protocol.validation, protocol.test)]
    names = [set(part.alphabets) for part in parts]
    assert all(names)
    assert len(set.union(*names)) == sum(map(len, names))


def test_episodes_become_tasks_in_which_classes_take_turns() -> None:
    """Pictures and labels stay together, and none is lost."""
    support = torch.arange(2 * 3 * 2.0).view(2, 3, 2, 1, 1, 1).expand(-1, -1, -1, 1, 28, 28)
    found = tasks(Episodes(support, support + 100, torch.zeros(2, 3, dtype=torch.int64)))
    assert found.support.y[1].tolist() == [0, 1, 2, 0, 1, 2]
    assert found.support.x[1, :, 0, 0, 0].tolist() == [6, 8, 10, 7, 9, 11]
    assert found.query.x[0, :, 0, 5, 5].tolist() == [100, 102, 104, 101, 103, 105]


@pytest.mark.parametrize(
    ("jitter", "train", "test"),
    [("all", True, True), ("training", True, False), ("none", False, False)],
)
def test_jitter_moves_the_pictures_that_it_should(jitter: str, train: bool, test: bool) -> None:
    """A picture left alone has grey levels of 8-bit files only."""
    protocol = procedure(jitter=jitter)._protocol
    for sampler, moved in ((protocol.train, train), (protocol.test, test)):
        pictures = sampler.draw(torch.Generator().manual_seed(0), 2).support * 255
        assert torch.allclose(pictures, pictures.round(), atol=1e-4) != moved


def test_claims_follow_their_figures() -> None:
    """Each is broken by its own figure; too few meta-seeds decide nothing."""
    for claim in EXPERIMENT.claims:
        assert claim.judge([GOOD] * 3, SETTINGS).verdict is Verdict.HOLDS
        assert claim.judge([GOOD], SETTINGS).verdict is Verdict.INCONCLUSIVE
    for broken, figures in (
        ({RIGHT}, {"accuracy_5way_1shot": 0.83}),
        ({LEARNED}, {"error_ratio_5way_1shot": 0.6}),
        ({CHANCE}, {"accuracy_0step": 0.24}),
        ({CHANCE}, {"accuracy_0step": 0.16}),
        ({RIGHT}, {"accuracy_5way_1shot": math.nan}),
        ({LEARNED}, {"error_ratio_5way_1shot": math.nan}),
    ):
        for claim in EXPERIMENT.claims:
            verdict = claim.judge([{**GOOD, **figures}] * 3, SETTINGS).verdict
            assert verdict is (Verdict.FAILS if claim in broken else Verdict.HOLDS)


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        (RIGHT, "accuracy_5way_1shot_half_width"),
        (CHANCE, "accuracy_0step_half_width"),
        (LEARNED, "error_ratio_5way_1shot_half_width"),
    ],
)
def test_what_test_classes_leave_open_is_inconclusive(claim: Any, name: str) -> None:
    """However alike the meta-seeds are: the bound lies within each figure's standard error."""
    wide = {**GOOD, name: 1.96 * 1.01 * (claim.bound - claim.measure(GOOD))}
    for one in EXPERIMENT.claims:
        judged = one.judge([wide] * 3, SETTINGS)
        open_ = one is claim
        assert judged.verdict is (Verdict.INCONCLUSIVE if open_ else Verdict.HOLDS)
        assert ("nearer than the standard error" in judged.detail) == open_


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", "anil"),
        ("n_way", 20),
        ("k_shot", 5),
        ("test_episodes", 99),
        ("outer_steps", 50),
    ],
)
def test_a_run_with_other_settings_settles_nothing(name: str, value: Any) -> None:
    """Whatever was measured."""
    for claim in EXPERIMENT.claims:
        judgement = claim.judge([GOOD] * 3, {**SETTINGS, name: value})
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert name in judgement.detail


def test_the_papers_figure_stands_beside_ours() -> None:
    """Where the paper has one; the interval and the answers without other queries are told."""
    assert EXPERIMENT.remarks({}) == ()
    found = {"": 0.912, "_half_width": 0.013}
    for shape, paper in (("5way_1shot", "98.7"), ("20way_1shot", "95.8"), ("7way_1shot", "")):
        figures = {f"accuracy_{shape}{end}": value for end, value in found.items()}
        said = [str(one) for one in EXPERIMENT.remarks({**figures, f"alone_{shape}": 0.88})]
        assert said[0].startswith(f"{shape}: 91.2 % right")
        assert "± 1.3" in said[0]
        assert "88.0 %" in said[0]
        assert len(said) == (2 if paper else 1)
        assert paper in said[-1]


def test_episodes_too_large_for_the_data_are_refused() -> None:
    """A class of the glyphs has eight fonts at least."""
    with pytest.raises(RequestError, match="k_shot = 5 and n_query = 9"):
        procedure(k_shot=5, n_query=9)


@pytest.mark.slow
def test_a_short_training_names_characters_never_seen() -> None:
    """Fifty outer steps leave chance and random params far behind."""
    changes = {"outer_steps": 50, "meta_seeds": 1, "test_episodes": 60, "validation_episodes": 1}
    _, outcome = finish(EXPERIMENT.procedure(EXPERIMENT.configure("quick", changes), 0))
    (found,) = outcome.seeds
    assert abs(found["accuracy_0step"] - 0.2) < 0.05
    assert found["accuracy_5way_1shot"] > max(0.65, found["untrained_5way_1shot"] + 0.15)
