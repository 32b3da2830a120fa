"""Section 5.1 of "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks".

A task is a sinusoid of unknown amplitude and phase, of which K points are seen. MAML learns
initial params from which one step of gradient descent on those points comes near the function.
It is compared with a network that was trained to regress all functions at once (pre-training)
and then takes the same steps, its inner rate tuned on functions of their own, and with an
oracle that is told amplitude and phase. All figures are of functions drawn anew, on points
that no inner step saw.

Where this differs from the paper: weights begin as PyTorch's layers do; ``quick`` takes fewer
and larger outer steps, whose rate falls as a cosine, and judges by more query points in
training. The pre-trained network's rate is tuned for the error after one step and after ten,
each for itself, so that it is as good as it can be at both. The oracle is trained as long as
the others, and takes no inner steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.comparing import no_test, refuse_empty_grid
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks

_ALGORITHMS = ("maml", "fomaml", "anil", "reptile")


@dataclass(frozen=True)
class MAMLSinusoidSettings(Settings):
    """What decides a run; errors are mean squares."""

    algorithm: str = setting(
        "maml",
        "what learns the initial params: maml keeps second derivatives, fomaml drops them, in "
        "anil the last layer alone adapts, reptile goes to where inner steps lead",
        choices=_ALGORITHMS,
    )
    k_shot: int = setting(
        10, "points of a function to adapt to (the paper: 5, 10)", low=1, high=999
    )
    n_query: int = setting(10, "other points of it, in training", low=1, high=999)
    inner_lr: float = setting(0.01, "step size of the inner steps", low=0, high=10)
    inner_steps: int = setting(
        1, "inner steps in training (reptile needs several); ten in judging", low=1, high=100
    )
    outer_steps: int = setting(8000, "steps of Adam, of each meta-seed", low=1, high=10**6)
    outer_lr: float = setting(0.003, "Adam's rate at first", low=0, high=1)
    outer_lr_falls: bool = setting(True, "Adam's rate falls to 0 as a cosine; else it stays")
    tasks: int = setting(25, "functions in a batch", low=1, high=10**4)
    meta_seeds: int = setting(3, "how many are trained side by side", low=1, high=100)
    units: int = setting(40, "units in each of the two hidden layers", low=1, high=10**4)
    held_out_tasks: int = setting(600, "functions of the report", low=2, high=10**5)
    tuning_tasks: int = setting(
        200, "functions that tune the pre-trained network's inner rate", low=1, high=10**5
    )
    inner_lr_low: float = setting(
        1e-3, "smallest inner rate of the pre-trained network's grid", low=1e-9, high=10
    )
    inner_lr_high: float = setting(
        0.1, "largest inner rate of the pre-trained network's grid", low=1e-9, high=10
    )
    inner_lr_count: int = setting(
        9, "inner rates in the grid, evenly in their logarithm", low=2, high=99
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_empty_grid(self.inner_lr_low, self.inner_lr_high)


def _procedure(settings: MAMLSinusoidSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.maml import meta_gradients
    from l2l_tui.lab.maml.inner_loop import InnerLoop, squared_error
    from l2l_tui.lab.maml.perceptron import Perceptron
    from l2l_tui.lab.maml.sinusoid_study import Protocol, SinusoidStudy
    from l2l_tui.lab.maml.sinusoids import Sampler
    from l2l_tui.lab.maml.training import Schedule
    from l2l_tui.lab.tuning import grid

    network = Perceptron((1, settings.units, settings.units, 1))
    inner = InnerLoop(network, squared_error, settings.inner_lr)
    protocol = Protocol(
        learner=meta_gradients.named(settings.algorithm, inner, settings.inner_steps),
        schedule=Schedule(settings.outer_steps, settings.outer_lr, settings.outer_lr_falls),
        sampler=Sampler(settings.k_shot, settings.n_query),
        tasks=settings.tasks,
        meta_seeds=settings.meta_seeds,
        rates=grid(settings.inner_lr_low, settings.inner_lr_high, settings.inner_lr_count),
        tuning=settings.tuning_tasks,
        held_out=settings.held_out_tasks,
    )
    return SinusoidStudy(protocol, seed, ranks)


def _share_of_pretrained(figures: Mapping[str, float]) -> float:
    """Return MAML's error over the pre-trained network's, the larger of one step's and ten's."""
    ratios = [figures[f"mse_{n}step"] / figures[f"pretrained_mse_{n}step"] for n in (1, 10)]
    return math.nan if any(map(math.isnan, ratios)) else max(ratios)


_AFTER_TEN = 0.2
"""The largest mean squared error after ten steps that counts as good."""


def _above_after_ten(figures: Mapping[str, float]) -> float:
    """Return how far the error after ten steps is above that after one or above 0.2, at most."""
    ten = figures["mse_10step"]
    return max(ten - figures["mse_1step"], ten - _AFTER_TEN)


_PAPERS: dict[str, Value] = {"algorithm": "maml", "inner_lr": 0.01, "inner_steps": 1, "units": 40}
"""Settings that every claim is about."""
_ENOUGH = {"held_out_tasks": 100, "outer_steps": 5000}
_LEARNED = no_test({**_PAPERS, "k_shot": 10}, _ENOUGH, rivals=False)


def _no_contest(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
    """Say why a run is no test against pre-training: another task, or a grid that ends too soon."""
    if any(figures["pretrained_at_edge"] for figures in seeds):
        return Sentence("at the edge of its grid stood the rate of {names}", names="pretrained")
    enough = {**_ENOUGH, "tuning_tasks": 50, "inner_lr_count": 5}
    return no_test(_PAPERS, enough, rivals=False)(settings, seeds)


_FIGURE = (
    "arXiv:1703.03400 section 5.1, Figure 3 (K = 10): curves without numbers, MAML's the lowest "
    "after every step; the bound is ours"
)

EXPERIMENT = Experiment(
    name="maml-sinusoid",
    title="MAML fits a sinusoid after one step on ten points",
    paper="arXiv:1703.03400 section 5.1, Figures 2 and 3",
    milestone="maml",
    settings=MAMLSinusoidSettings,
    presets=(
        Preset("quick", {}, cost="54 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {"outer_steps": 70_000, "outer_lr": 0.001, "outer_lr_falls": False},
            cost="42 min on 2 busy cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="one-step",
            statement="After one step of gradient descent on ten points, MAML's mean squared "
            "error on functions never seen is at most 0.6.",
            reference=_FIGURE,
            measure=lambda figures: figures["mse_1step"],
            bound=0.6,
            reads="mean over meta-seeds of mse_1step",
            min_seeds=3,
            unless=_LEARNED,
        ),
        Claim(
            id="more-steps",
            statement="More steps than it was trained for make it better still: after ten the "
            "error is below that after one, and at most 0.2.",
            reference="arXiv:1703.03400 section 5.1: MAML continues to improve with additional "
            "gradient steps, despite being trained for one; the bound is ours",
            measure=_above_after_ten,
            bound=0.0,
            reads="mean over meta-seeds of the larger of mse_10step - mse_1step and "
            "mse_10step - 0.2",
            min_seeds=3,
            unless=_LEARNED,
        ),
        Claim(
            id="beats-pretraining",
            statement="A network that was pre-trained on all functions and takes the same steps, "
            "its inner rate tuned, has at least four times MAML's error, after one step and "
            "after ten.",
            reference="arXiv:1703.03400 section 5.1, Figures 2 and 3: the pre-trained network "
            "does not adapt to a few points without overfitting; the factor is ours",
            measure=_share_of_pretrained,
            bound=0.25,
            reads="mean over meta-seeds of the larger of mse_1step over pretrained_mse_1step and "
            "mse_10step over pretrained_mse_10step",
            min_seeds=3,
            unless=_no_contest,
        ),
    ),
    charts=(
        Chart("mse", "Mean squared error on functions never seen", "inner step", "error", log=True),
        Chart("meta", "Mean squared error in training", "outer step", "error", log=True),
    ),
    procedure=_procedure,
    shared="tasks",
    glossary={
        "mse_STEPSstep": "MAML's mean squared error on held-out functions after so many inner "
        "steps.",
        "mse_STEPSstep_half_width": "Half the width of its 95 % interval over functions.",
        "pretrained_mse_STEPSstep": "The pre-trained network's mean squared error on the same "
        "functions after as many steps; at 1 and 10 with the rate that is best there, elsewhere "
        "with that for 10.",
        "pretrained_inner_lr_STEPSstep": "The pre-trained network's inner rate, tuned for the "
        "error after so many steps.",
        "pretrained_at_edge": "1 where one of these rates is the grid's first or last, else 0.",
        "oracle_mse": "Mean squared error of the network that is told amplitude and phase.",
    },
)
