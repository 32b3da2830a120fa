"""Section 3.1 of "Learning to learn by gradient descent by gradient descent".

A coordinatewise LSTM is trained to optimize random quadratics and compared on held-out
ones with SGD, momentum, NAG, RMSprop and Adam, each with its learning rate tuned.

Where this differs from the paper: its LSTM sees the gradient alone, scaled or as logarithm
and sign (``preprocessing = "raw"`` or ``"log-sign"``). Both presets here say ``combined``:
beside the gradient times 0.1 it sees Adam's and RMSprop's directions, in the style of RNNprop
(arXiv:1703.03633), so what those two know is given and not learned. Adam's rate on phi falls
as a cosine and meta-gradients are clipped, of which section 3.1 says nothing; and momentum is
one rival more than the paper's four.
"""

from __future__ import annotations

from dataclasses import dataclass

from l2l_tui.experiments.base import Chart, Experiment, Preset, Procedure
from l2l_tui.experiments.comparing import (
    DIFFERS,
    GLOSSARY,
    META_CHART,
    LSTMSettings,
    beats_baselines,
    learner,
    lstm,
    median_remarks,
    no_test,
    protocol,
    still_ahead,
)
from l2l_tui.experiments.settings import setting
from l2l_tui.lab.ranks import ALONE, Ranks


@dataclass(frozen=True)
class L2LQuadraticSettings(LSTMSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    dimension: int = setting(10, "coordinates of a problem, and rows of W", low=1, high=1000)
    initial_scale: float = setting(
        0.01, "standard deviation of the initial theta (the authors' code: 0.01)", low=0, high=10
    )


def _procedure(settings: L2LQuadraticSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.first_order import engine_for
    from l2l_tui.lab.optimizees import QuadraticSampler
    from l2l_tui.lab.rivals import Family

    def sampler(problems: int) -> QuadraticSampler:
        return QuadraticSampler(problems, settings.dimension, settings.initial_scale)

    rule = lstm(settings)
    learned = learner(
        settings,
        rule,
        sampler(settings.problems),
        sampler(settings.validation_problems),
        engine=engine_for(rule, second_order=settings.second_order),
        step_weights=settings.step_weights,
    )
    family = Family("", sampler(settings.tuning_problems), sampler(settings.held_out_problems))
    return Comparison(protocol(settings, [learned], [family]), seed, ranks)


_NO_TEST = no_test(
    papers={"dimension": 10, "horizon": 100},
    least={"held_out_problems": 256, "tuning_problems": 256, "inner_lr_count": 15},
)

EXPERIMENT = Experiment(
    name="l2l-quadratic",
    title="An LSTM learns to optimize ten-dimensional quadratics",
    paper="arXiv:1606.04474 section 3.1, Figure 4",
    milestone="l2l",
    settings=L2LQuadraticSettings,
    presets=(
        Preset("quick", {"outer_steps": 1100}, cost="37 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {"outer_steps": 9000},
            cost="2 min on 2 cores (November 2026)",
        ),
    ),
    claims=(
        beats_baselines(
            "The learned optimizer reaches a lower loss than every tuned hand-designed "
            "optimizer, at the horizon's end and summed over it.",
            "arXiv:1606.04474 section 3.1, Figure 4: LSTM below all four baselines; " + DIFFERS,
            _NO_TEST,
        ),
        still_ahead(
            "arXiv:1606.04474 Figure 4, right: from step 100 to 200 the LSTM trained "
            "for 100 stays below the others, shown on MNIST; the quadratics end at step 100; "
            + DIFFERS,
            _NO_TEST,
        ),
    ),
    charts=(
        Chart("loss", "Mean loss on held-out quadratics", "inner step", "loss", log=True),
        META_CHART,
    ),
    procedure=_procedure,
    shared="problems",
    glossary=GLOSSARY,
    remarks=median_remarks,
)
