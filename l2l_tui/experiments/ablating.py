"""What the ablations of arXiv:1606.04474 share: learners side by side on quadratics.

Each ablation trains several learned optimizers that differ in one thing. They have the same
number of outer steps, and meta-seed i of each has the same training problems. All are judged
on the same held-out ten-dimensional quadratics (section 3.1), beside the tuned baselines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Figures
from l2l_tui.experiments.comparing import (
    GLOSSARY,
    META_CHART,
    ComparisonSettings,
    learner,
    no_test,
    protocol,
    worst_ratio,
)
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import setting

if TYPE_CHECKING:
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.engines import Engine
    from l2l_tui.lab.preprocessing import Preprocessing
    from l2l_tui.lab.ranks import Ranks
    from l2l_tui.lab.rules import UpdateRule

DIMENSION = 10
"""Coordinates of a problem, and rows of W: the paper's."""


@dataclass(frozen=True)
class AblationSettings(ComparisonSettings):
    """How learners are trained and judged, and the size of their LSTMs."""

    hidden: int = setting(20, "units in each of an LSTM's two layers", low=1, high=1000)
    output_scale: float = setting(0.1, "what an LSTM's output is multiplied with", low=0, high=10)


@dataclass(frozen=True)
class SeeingSettings(AblationSettings):
    """The same where all learners see the same of a gradient."""

    preprocessing: str = setting(
        "raw",
        "what every LSTM sees of a gradient (the paper's quadratics: raw)",
        choices=("raw", "log-sign", "rnnprop", "combined"),
    )

    def seen(self) -> Preprocessing:
        """Return the preprocessing of this name."""
        from l2l_tui.lab import preprocessing

        return preprocessing.named(self.preprocessing)


@dataclass(frozen=True)
class Variant:
    """One of the learned optimizers that an ablation compares."""

    name: str
    """What it is called in figures and charts."""
    rule: UpdateRule
    """Everything about it but phi."""
    engine: Engine | None = None
    """Computes its meta-gradients; None takes the fastest for the rule."""
    step_weights: str = "all"
    """Which losses count in its training."""


def on_quadratics(
    settings: AblationSettings, variants: Sequence[Variant], seed: int, ranks: Ranks
) -> Comparison:
    """Return the comparison of variants with each other and with tuned baselines."""
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.optimizees import QuadraticSampler
    from l2l_tui.lab.rivals import Family

    def sampler(problems: int) -> QuadraticSampler:
        return QuadraticSampler(problems, DIMENSION)

    learners = [
        learner(
            settings,
            variant.rule,
            sampler(settings.problems),
            sampler(settings.validation_problems),
            name=variant.name,
            engine=variant.engine,
            step_weights=variant.step_weights,
        )
        for variant in variants
    ]
    family = Family("", sampler(settings.tuning_problems), sampler(settings.held_out_problems))
    return Comparison(protocol(settings, learners, [family]), seed, ranks)


def over(measure: str, ours: str, other: str) -> Callable[[Figures], float]:
    """Return what reads one learner's figure over another's.

    A figure that is not finite is divergence. Where the other alone diverged the ratio is 0,
    which it is in the limit; where ours did it is infinite or, beside another that diverged
    too, NaN: both fail every claim.

    Args:
        measure: ``final`` or ``sum``.
        ours: The learner above the line.
        other: The learner below it.
    """

    def ratio(figures: Figures) -> float:
        above, below = figures[f"{measure}_{ours}"], figures[f"{measure}_{other}"]
        return above / below if below else math.nan

    return ratio


def worse(ours: str, other: str) -> Callable[[Figures], float]:
    """Return what reads the worse of one learner's final loss and sum over another's."""
    final, summed = over("final", ours, other), over("sum", ours, other)

    def ratio(figures: Figures) -> float:
        return worst_ratio({"final_ratio": final(figures), "sum_ratio": summed(figures)})

    return ratio


def remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Say how the learners stand against the best baseline, and where the median disagrees."""
    mark = "final_ratio_"
    ratios = {name.removeprefix(mark): figures[name] for name in figures if name.startswith(mark)}
    if not ratios:
        return ()
    listed = ", ".join(f"{name} {ratio:.2g}" for name, ratio in _ordered(ratios))
    said = [Sentence("Final loss over that of the best tuned baseline: {ratios}.", ratios=listed)]
    medians = {name: figures.get(f"median_final_{name}", math.nan) for name in ratios}
    by_mean, by_median = ([name for name, _ in _ordered(found)] for found in (ratios, medians))
    if by_mean != by_median and not any(map(math.isnan, medians.values())):
        listed = ", ".join(f"{name} {median:.2g}" for name, median in _ordered(medians))
        said.append(
            Sentence("By the median problem their order is another one: {medians}.", medians=listed)
        )
    return tuple(said)


def _ordered(found: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return names and values, lowest first, NaN last."""
    return sorted(found.items(), key=lambda item: (math.isnan(item[1]), item[1]))


NO_TEST = no_test(papers={"horizon": 100}, least={"held_out_problems": 256}, rivals=False)
"""When a run is no test of a claim about learners alone."""

SEVERAL = {
    "final_ratio_NAME": "final of a learned optimizer over the lowest final of the baselines; no "
    "unit, below 1 it is ahead.",
    "sum_ratio_NAME": "sum of a learned optimizer over the lowest sum of the baselines; no unit.",
    "ratio_at_STEPS_NAME": "A learned optimizer's mean loss after so many steps, twice the "
    "horizon, over the best baseline's; no unit.",
    "restarts_NAME": "Truncations passed over in a learned optimizer's training because their "
    "meta-gradient was not finite; a count.",
} | GLOSSARY
"""What the figures of several learners on one family are."""

CHARTS = (
    Chart("loss", "Mean loss on held-out quadratics", "inner step", "loss", log=True),
    META_CHART,
)
"""What every ablation measures."""
