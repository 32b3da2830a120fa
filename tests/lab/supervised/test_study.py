"""Trainees and studies, at a size that takes no time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import torch

from l2l_tui.lab.data.pictures import DataSet, Pictures
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.models.residual import ResidualNetwork, cifar
from l2l_tui.lab.models.vit import VisionTransformer, ViTSettings
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.supervised.pictures import Classification, prepared
from l2l_tui.lab.supervised.recipe import Recipe
from l2l_tui.lab.supervised.study import Ending, Study, StudyProtocol, Trained
from l2l_tui.lab.supervised.trainee import Entrant, Trainee
from tests.experiments.conftest import finish, stored


def problem() -> Classification:
    """Return noise in which the first pixel tells the class."""
    draws = torch.Generator().manual_seed(1)
    x, y = torch.rand((48, 1, 8, 8), generator=draws), torch.arange(48) % 2
    x[:, 0, :4, :4] += y.view(-1, 1, 1)
    parts = Pictures(x[:32], y[:32]), Pictures(x[32:], y[32:])
    return Classification(prepared(DataSet("noise", 2, *parts), 8), 8, shift=1, piece=10)


SGD, ADAM = Recipe(7, 0.05, weight_decay=1e-3), Recipe(7, 0.01, "adam", warm_up=3, clip=1.0)


def entrants(recipe: Recipe = SGD) -> list[Entrant]:
    """Return a ResNet and a Vision Transformer."""
    resnet = cifar(8, classes=2, channels=1, widths=(3, 4, 5))
    vision = ViTSettings(8, 4, 2, channels=1, width=8, layers=1, heads=2, inner=8)
    return [
        Entrant("resnet", partial(ResidualNetwork, resnet), problem(), recipe),
        Entrant("vit", partial(VisionTransformer, vision), problem(), ADAM),
    ]


def ending(trained: Sequence[Trained]) -> Ending:
    """Count meta-seeds."""
    count = float(len(trained))
    return Ending(
        [{"meta_seeds": count} for _ in trained],
        (Measurement("count/seeds", 0, count),),
        {"black": torch.zeros(3, 2, 2)},
    )


def study(seed: int = 0) -> Study:
    """Return two meta-seeds of both."""
    return Study(StudyProtocol([entrants()] * 2, 3, ending), seed)


@pytest.fixture(scope="module")
def undisturbed() -> tuple[list[Progress], Outcome]:
    """A study left alone."""
    return finish(study())


def test_every_step_is_announced_and_ends_with_the_last(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """Three rounds of four, eight pieces for each of four, and the ending."""
    seen, _ = undisturbed
    assert [progress.step for progress in seen] == list(range(1, study().steps + 1))
    assert study().steps == 3 * 4 + 4 * (4 + 2) + 1


def test_each_models_training_and_judging_are_parts_of_the_work(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """So that a trainer can add up their CPU time; the ending is nobody's."""
    parts = [progress.part for progress in undisturbed[0]]
    assert parts[:4] == ["training resnet", "training vit"] * 2
    assert parts[12:] == [*(["judging resnet"] * 6 + ["judging vit"] * 6) * 2, ""]


def test_a_round_measures_means_over_meta_seeds(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """Of both models after 3, 6 and all 7 minibatches; then what the ending measures."""
    seen, _ = undisturbed
    measured = [one for progress in seen for one in progress.measurements]
    assert [(one.name, one.step) for one in measured] == [
        *(
            (f"{family}/{name}", step)
            for step in (3, 6, 7)
            for name in ("resnet", "vit")
            for family in ("loss", "error")
        ),
        ("count/seeds", 0),
    ]
    alone = [Trainee(entrants()[0], generator(0, "weights", index)) for index in range(2)]
    losses = [
        float(trainee.step(generator(0, "batch", index, step)).loss)
        for index, trainee in enumerate(alone)
        for step in range(3)
    ]
    assert measured[0].value == pytest.approx(sum(losses) / 6)


def test_figures_are_each_meta_seeds_own(undisturbed: tuple[list[Progress], Outcome]) -> None:
    """With the model's name behind them; weights are the first's, pictures the ending's."""
    _, outcome = undisturbed
    wanted = {
        f"{figure}_{name}"
        for figure in ("train_loss", "train_error", "test_loss", "test_error", "parameters")
        for name in ("resnet", "vit")
    }
    assert [set(figures) for figures in outcome.seeds] == [wanted | {"meta_seeds"}] * 2
    assert outcome.seeds[0]["test_loss_vit"] != outcome.seeds[1]["test_loss_vit"]
    assert {name.split(".")[0] for name in outcome.weights} == {"resnet", "vit"}
    assert set(outcome.pictures) == {"black"}
    model = Trainee(entrants()[0], generator(0, "anything"))
    model.model.load_state_dict(
        {
            name.removeprefix("resnet."): value
            for name, value in outcome.weights.items()
            if name.startswith("resnet.")
        }
    )
    sums: dict[str, float] = {}
    for piece in range(problem().pieces):
        for name, value in model.tally(piece).items():
            sums[name] = sums.get(name, 0) + value
    figures = problem().figures(sums)
    assert figures["test_loss"] == outcome.seeds[0]["test_loss_resnet"]


@pytest.mark.parametrize("stops", [(0, 1, 5), (9, 11, 12), (13, 20, 36), (37,)])
def test_a_study_left_anywhere_ends_with_the_same_bits(
    undisturbed: tuple[list[Progress], Outcome], stops: tuple[int, ...]
) -> None:
    """In training, between training and judging, in judging and at the end."""
    expected, outcome = undisturbed
    seen: list[Progress] = []
    procedure = study()
    for stop in stops:
        work = procedure.run()
        while len(seen) < stop:
            seen.append(next(work))
        state = stored(procedure.state())
        for _ in range(2):  # what is done after the state was taken must not matter
            next(work, None)
        procedure = study()
        procedure.restore(state)
    rest, resumed = finish(procedure)
    assert seen + rest == expected
    assert resumed.seeds == outcome.seeds
    assert all(torch.equal(resumed.weights[key], value) for key, value in outcome.weights.items())


@pytest.mark.parametrize("recipe", [SGD, ADAM])
def test_a_trainee_goes_on_to_the_bit(recipe: Recipe) -> None:
    """Weights, running statistics and the optimizer's memory, though a file orders them anew."""
    trainee = Trainee(entrants(recipe)[0], generator(0, "weights"))
    for step in range(3):
        trainee.step(generator(0, step))
    state = contiguous(trainee.state())
    again = Trainee(entrants(recipe)[0], generator(1, "weights"))
    again.restore(state)
    for step in range(3, 6):
        ours, theirs = (each.step(generator(0, step)) for each in (trainee, again))
        assert torch.equal(ours.loss, theirs.loss)
    one, other = trainee.model.state_dict(), again.model.state_dict()
    assert all(torch.equal(value, other[key]) for key, value in one.items())


def contiguous(state: Any) -> Any:
    """Return a state whose tensors lie in memory as a file's do."""
    if isinstance(state, dict):
        return {key: contiguous(value) for key, value in state.items()}
    return state.contiguous().clone() if isinstance(state, torch.Tensor) else state


def test_a_trainee_steps_as_torch_does() -> None:
    """A loop in the usual way over the same minibatches ends at the same weights."""
    entrant = entrants(replace(SGD, clip=0.5))[0]
    trainee = Trainee(entrant, generator(0, "weights"))
    other = Trainee(entrant, generator(0, "weights")).model.train()
    decayed = [one for one in other.parameters() if one.dim() > 1]
    rest = [one for one in other.parameters() if one.dim() == 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 1e-3}, {"params": rest}],
        lr=0.05,
        momentum=0.9,
        nesterov=True,
    )
    for step in range(4):
        trainee.step(generator(0, step))
        optimizer.zero_grad()
        problem().batch(other, generator(0, step)).loss.backward()
        torch.nn.utils.clip_grad_norm_(other.parameters(), 0.5)
        optimizer.param_groups[0]["lr"] = optimizer.param_groups[1]["lr"] = SGD.rate(step)
        optimizer.step()
    for ours, theirs in zip(trainee.model.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_training_lowers_the_loss() -> None:
    """Sixty steps tell two classes apart that differ in their brightness."""
    trainee = Trainee(entrants(Recipe(60, 0.05))[0], generator(0, "weights"))
    losses = [float(trainee.step(generator(0, step)).loss) for step in range(60)]
    assert sum(losses[-10:]) < 0.5 * sum(losses[:10])
