"""Continual learning, at a size that tests can afford."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.continual.study import STRATEGIES
from l2l_tui.lab.measurement import Progress
from tests.experiments.conftest import finish, left_and_resumed

PERMUTED, SPLIT = experiments.get("continual-permuted"), experiments.get("continual-split")
TINY: dict[str, Any] = {
    "meta_seeds": 2,
    "units": 6,
    "iterations": 5,
    "every": 2,
    "batch": 8,
    "memory": 12,
    "fisher_examples": 10,
    "strength_count": 2,
}
PERMUTED_TINY: dict[str, Any] = {**TINY, "experiences": 2, "side": 8}
SPLIT_TINY: dict[str, Any] = {**TINY, "experiences": 2}


@pytest.fixture(scope="module")
def permuted() -> tuple[list[Progress], Outcome]:
    """A run of permuted pictures, left alone."""
    return finish(PERMUTED.procedure(PERMUTED.configure("quick", PERMUTED_TINY), 4))


@pytest.fixture(scope="module")
def split() -> tuple[list[Progress], Outcome]:
    """A run of all three scenarios, left alone."""
    return finish(SPLIT.procedure(SPLIT.configure("quick", SPLIT_TINY), 4))


@pytest.mark.parametrize("place", range(6))
def test_a_run_left_anywhere_ends_with_the_same_bits(
    permuted: tuple[list[Progress], Outcome], place: int
) -> None:
    """In the choice of EWC's strength and in every strategy: figures, measurements, pictures."""
    expected, outcome = permuted
    course = len(expected) // 6  # every strategy takes as many steps
    stops = (course * place + 2, course * place + 5, course * (place + 1))
    seen, resumed = left_and_resumed(PERMUTED, PERMUTED_TINY, 4, iter(stops))
    assert seen == expected
    assert resumed.seeds == outcome.seeds
    assert {name: one.tolist() for name, one in resumed.pictures.items()} == {
        name: one.tolist() for name, one in outcome.pictures.items()
    }


def test_a_run_of_scenarios_is_left_between_them(split: tuple[list[Progress], Outcome]) -> None:
    """Each family's own strength is kept."""
    expected, outcome = split
    third = len(expected) // 3
    seen, resumed = left_and_resumed(SPLIT, SPLIT_TINY, 4, iter((third, third + 20, 2 * third - 1)))
    assert seen == expected
    assert resumed.seeds == outcome.seeds


@pytest.mark.parametrize("name", ["permuted", "split"])
def test_steps_figures_and_charts_are_as_declared(
    name: str, request: pytest.FixtureRequest
) -> None:
    """One safe point a step; each figure has its meaning, each measured family its chart."""
    experiment = {"permuted": PERMUTED, "split": SPLIT}[name]
    seen, outcome = request.getfixturevalue(name)
    tiny = {"permuted": PERMUTED_TINY, "split": SPLIT_TINY}[name]
    steps = experiment.procedure(experiment.configure("quick", tiny), 4).steps
    assert [progress.step for progress in seen] == list(range(1, steps + 1))
    assert len(outcome.seeds) == 2
    for figures in outcome.seeds:
        assert [one for one in figures if not experiment.meaning(one)] == []
    measured = {one.name.split("/")[0] for progress in seen for one in progress.measurements}
    assert measured == {chart.family for chart in experiment.charts}


def test_the_first_experience_is_learned_alike_by_all(
    permuted: tuple[list[Progress], Outcome],
) -> None:
    """The same params at the start and the same minibatches: strategies differ from the second."""
    seen, _ = permuted
    losses: dict[str, list[float]] = {}
    for progress in seen:
        for one in progress.measurements:
            if one.name.startswith("loss/"):
                losses.setdefault(one.name.removeprefix("loss/"), []).append(one.value)
    assert set(losses) == set(STRATEGIES)
    stretches = len(losses["ewc"]) // 2
    assert len({tuple(series[:stretches]) for series in losses.values()}) == 1
    assert len({tuple(series) for series in losses.values()}) == len(STRATEGIES)


def test_accuracies_charted_at_the_end_are_the_figures(
    permuted: tuple[list[Progress], Outcome],
) -> None:
    """The mean over meta-seeds of each strategy's average accuracy, and the gaps that are left."""
    seen, outcome = permuted
    last = {
        one.name: one.value
        for progress in seen
        for one in progress.measurements
        if one.name.startswith("accuracy/")
    }
    for name in STRATEGIES:
        mean = sum(figures[f"accuracy_{name}"] for figures in outcome.seeds) / 2
        assert last[f"accuracy/{name}"] == pytest.approx(mean)
    for figures in outcome.seeds:
        gap = figures["accuracy_joint"] - figures["accuracy_finetuning"]
        left = figures["accuracy_joint"] - figures["accuracy_replay"]
        expected = left / gap if gap > 0 else math.inf
        assert figures["gap_left_replay"] == pytest.approx(expected)


def test_the_strength_is_the_best_validated(permuted: tuple[list[Progress], Outcome]) -> None:
    """And no figure of the report has a part in its choice, which is made before them."""
    seen, outcome = permuted
    notes = [progress.note for progress in seen if progress.note]
    assert notes[0].startswith("ewc: strength ")
    tried = dict(pair.split(": ") for pair in notes[0].split("validated ")[1][:-1].split(", "))
    best = max(map(float, tried.values()))
    chosen = f"{outcome.seeds[0]['ewc_strength']:g}"
    assert float(tried[chosen]) == best
    assert seen.index(next(p for p in seen if p.note)) == len(seen) // 6 - 1


def test_validation_streams_show_no_picture_of_the_report() -> None:
    """All their pictures are of the training part, and none is both fitted and judged by."""
    from l2l_tui.experiments.forgetting import _family
    from l2l_tui.lab.data import pictures

    settings = experiments.get("continual-permuted").configure("quick")
    data = pictures.load("digits")
    ((fitted, judged), *_) = _family(settings, 0, "", lambda *given: given[:2]).validation
    parts = torch.cat((fitted.x, judged.x)).flatten(1)
    assert sorted(parts.tolist()) == sorted(data.train.x.flatten(1).tolist())
    assert 7 * len(judged.y) > len(data.train.y) > 5 * len(judged.y)


@pytest.fixture(scope="module")
def learned() -> Outcome:
    """Class-incremental digits, trained for long enough to say something; one stream."""
    changes = {
        "scenario": "class",
        "meta_seeds": 1,
        "iterations": 100,
        "units": 48,
        "strength_count": 2,
        "strength_low": 100.0,
    }
    return finish(SPLIT.procedure(SPLIT.configure("quick", changes), 0))[1]


def test_classes_are_forgotten_unless_examples_are_replayed(learned: Outcome) -> None:
    """Fine-tuning and EWC end with the newest pair alone, replay and joint training do not."""
    (figures,) = learned.seeds
    assert figures["class_accuracy_finetuning"] < 0.25
    assert figures["class_accuracy_ewc"] < 0.3
    assert figures["class_accuracy_replay"] > 0.7
    assert figures["class_accuracy_joint"] > 0.85
    assert figures["class_learned_finetuning"] > 0.95
    verdicts = {
        claim.id: claim.judge([figures] * 3, {"scenario": "class"}).verdict
        for claim in SPLIT.claims
    }
    assert verdicts == {
        "finetuning-forgets": Verdict.HOLDS,
        "ewc-fails-class-incremental": Verdict.HOLDS,
        "replay-keeps-classes": Verdict.HOLDS,
        "replay-keeps-domains": Verdict.INCONCLUSIVE,
        "ewc-keeps-tasks": Verdict.INCONCLUSIVE,
    }


def test_a_run_without_a_claims_scenario_says_so(learned: Outcome) -> None:
    """In words; it settles nothing."""
    claim = next(one for one in SPLIT.claims if one.id == "ewc-keeps-tasks")
    judgement = claim.judge(learned.seeds * 3, {"scenario": "class"})
    assert "the claim is about scenario = task, this run had class" in judgement.detail


def test_where_nothing_is_forgotten_nothing_can_be_kept() -> None:
    """A quotient by a gap of nothing is no evidence."""
    figures = {"accuracy_joint": 0.95, "accuracy_finetuning": 0.94, "gap_left_ewc": -3.0}
    claim = next(one for one in PERMUTED.claims if one.id == "ewc-keeps-most")
    judgement = claim.judge([figures] * 3, {})
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "nothing to keep" in judgement.detail


def test_the_matrices_are_kept_as_pictures(learned: Outcome) -> None:
    """Each strategy's, and all side by side."""
    names = {f"class-{name}" for name in (*STRATEGIES, "overview")}
    assert set(learned.pictures) == names
    assert all(one.shape[0] == 3 for one in learned.pictures.values())


def test_mnist_is_learned_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shape decides the network's inputs."""
    from l2l_tui.lab.data import pictures

    draws = torch.Generator().manual_seed(0)
    train, test = (
        pictures.Pictures(torch.rand((40, 1, 28, 28), generator=draws), torch.arange(40) % 10)
        for _ in range(2)
    )
    monkeypatch.setattr(pictures, "load", lambda name, **_: pictures.DataSet(name, 10, train, test))
    for experiment, tiny in ((PERMUTED, PERMUTED_TINY), (SPLIT, SPLIT_TINY)):
        changes = {**tiny, "data": "mnist", "iterations": 2}
        _, outcome = finish(experiment.procedure(experiment.configure("paper", changes), 0))
        assert len(outcome.seeds) == 2


def test_settings_that_make_no_stream_are_refused() -> None:
    """Before anything runs."""
    with pytest.raises(RequestError, match="does not divide"):
        SPLIT.configure("quick", {"experiences": 3})
    with pytest.raises(RequestError, match="not below strength_high"):
        PERMUTED.configure("quick", {"strength_low": 10.0, "strength_high": 10.0})


def test_a_data_set_that_is_nowhere_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence that says how to get it."""
    monkeypatch.setenv("L2L_TUI_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(RequestError, match="mnist is not there"):
        SPLIT.procedure(SPLIT.configure("paper"), 0)
