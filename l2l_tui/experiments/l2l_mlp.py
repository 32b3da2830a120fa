"""Section 3.2 of "Learning to learn by gradient descent by gradient descent".

A coordinatewise LSTM is trained to train a perceptron of 20 sigmoid units on minibatches
of 128 pictures for 100 steps, and compared on pictures held back with SGD, momentum, NAG,
RMSprop and Adam, each with its learning rate tuned; then everybody goes on to 200 steps.

In the quick preset the LSTM sees, as in the paper, the logarithm and sign of the gradient
(appendix A; p = 10), and second derivatives are dropped. In ``paper`` they are kept, it sees
the gradient times 100 and Adam's and RMSprop's directions, and after 600 outer steps with
truncations of 20 come 500 with truncations of 50, which look further ahead: MNIST needs all of
it. Where this differs from the paper otherwise: Adam's rate on phi falls as a cosine and
meta-gradients are clipped, of which the paper says nothing; training is far shorter; the report
is on pictures that no training saw, and every problem has as many as that; momentum is one
rival more than the paper's four. The embedded digits are 8x8 pictures, so that the network has
1,510 coordinates; MNIST's has 15,910, as in the paper.

With ``varied`` and ``random_scaling`` it is trained to be used on any network: on perceptrons
of many kinds whose coordinates are scaled at random. The optimizer that the library takes
unless told otherwise was trained so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Experiment, Preset, Procedure
from l2l_tui.experiments.comparing import (
    GLOSSARY,
    META_CHART,
    beats_baselines,
    learner,
    lstm,
    median_remarks,
    no_test,
    protocol,
    still_ahead,
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
    from l2l_tui.lab.optimizees import Sampler


@dataclass(frozen=True)
class L2LMLPSettings(PerceptronSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    varied: bool = setting(
        False, "train on many kinds of networks, of which the one judged on is a rare one"
    )
    random_scaling: float = setting(
        0.0,
        "largest logarithm of the factors that scale the coordinates of training problems "
        "(arXiv:1703.03633, section 4.2)",
        low=0,
        high=10,
    )


def _procedure(settings: L2LMLPSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.first_order import engine_for

    perceptrons, rule = Perceptrons(settings), lstm(settings)
    training, validation = _problems(settings, perceptrons)
    learned = learner(
        settings,
        rule,
        training,
        validation,
        engine=engine_for(rule, second_order=settings.second_order),
        step_weights=settings.step_weights,
    )
    compared = protocol(settings, [learned], [perceptrons.family("")], STRETCH)
    return Comparison(compared, seed, ranks)


def _problems(settings: L2LMLPSettings, perceptrons: Perceptrons) -> tuple[Sampler, Sampler]:
    """Return what draws training problems, and those that choose the checkpoint."""
    from l2l_tui.lab.random_scaling import RandomScaling
    from l2l_tui.lab.varied_perceptrons import Several

    def scaled(sampler: Sampler) -> Sampler:
        return (
            RandomScaling(sampler, settings.random_scaling) if settings.random_scaling else sampler
        )

    if settings.varied:  # in validation many kinds side by side, for one kind tells little
        kinds = Several(scaled(perceptrons.varied(1)), settings.validation_problems)
        return scaled(perceptrons.varied(settings.problems)), kinds
    return (
        scaled(perceptrons.training(settings.problems)),
        scaled(perceptrons.training(settings.validation_problems)),
    )


_NO_TEST = no_test(
    papers={
        "horizon": 100,
        "units": 20,
        "activation": "sigmoid",
        "batch": 128,
        "varied": False,
        "random_scaling": 0.0,
    },
    least={"held_out_problems": 8, "tuning_problems": 2, "inner_lr_count": 15},
)

EXPERIMENT = Experiment(
    name="l2l-mlp",
    title="An LSTM learns to train a perceptron on handwritten digits",
    paper="arXiv:1606.04474 section 3.2, Figure 4",
    milestone="l2l",
    settings=L2LMLPSettings,
    presets=(
        Preset(
            "quick",
            {"outer_steps": 250, "validate_every": 125, "tuning_problems": 4},
            cost="47 s on 2 cores (November 2026)",
        ),
        Preset(
            "paper",
            {
                **SECOND_ORDER,
                "outer_steps": 600,
                "finish_steps": 500,
                "validate_every": 100,
                "held_out_problems": 64,
                "data": "mnist",
            },
            cost="77 min on 2 cores (November 2026)",
        ),
    ),
    claims=(
        beats_baselines(
            "The learned optimizer reaches a lower loss than every tuned hand-designed "
            "optimizer, at 100 steps and summed over them.",
            "arXiv:1606.04474 section 3.2, Figure 4: LSTM below all four baselines on "
            "MNIST; " + DIFFERS,
            _NO_TEST,
        ),
        still_ahead(
            "arXiv:1606.04474 Figure 4, right: from step 100 to 200 the LSTM trained "
            "for 100 stays below the others on MNIST; " + DIFFERS,
            _NO_TEST,
        ),
    ),
    charts=(
        Chart("loss", "Mean loss on pictures held back", "inner step", "loss", log=True),
        META_CHART,
    ),
    procedure=_procedure,
    shared="problems",
    glossary=GLOSSARY,
    remarks=median_remarks,
)
