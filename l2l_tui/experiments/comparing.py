"""What experiments share that compare learned optimizers with tuned baselines.

Settings of training and of judging, how they become a `Protocol`, what the figures mean,
and when such a run is no test of its claims. Procedures are built here, so the lab is
imported inside the functions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Figures
from l2l_tui.experiments.claims import Claim, Precondition
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.lab.candidates import Learner
    from l2l_tui.lab.comparison import Protocol
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
    from l2l_tui.lab.engines import Engine
    from l2l_tui.lab.optimizees import Sampler
    from l2l_tui.lab.rivals import Family
    from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class ComparisonSettings(Settings):
    """How phi is trained and how all are judged; lengths are in inner steps unless said."""

    outer_steps: int = setting(2000, "steps of Adam on phi, of each meta-seed", low=1, high=10**6)
    outer_lr: float = setting(0.01, "Adam's rate on phi at first; falls as a cosine", low=0, high=1)
    clip: float = setting(1.0, "largest norm of a meta-gradient", low=1e-6, high=1e6)
    meta_seeds: int = setting(3, "how many phi are trained side by side", low=1, high=100)
    problems: int = setting(32, "training problems in a batch", low=1, high=10**5)
    horizon: int = setting(100, "inner steps before problems are drawn anew", low=1, high=10**4)
    unroll_length: int = setting(20, "inner steps of a truncation", low=1, high=10**4)
    finish_steps: int = setting(
        0, "steps of Adam, begun anew, in a second stage of training", low=0, high=10**6
    )
    finish_unroll_length: int = setting(
        50, "inner steps of a truncation of the second stage", low=1, high=10**4
    )
    finish_outer_lr: float = setting(
        0.002, "Adam's rate at first in the second stage; falls as a cosine", low=0, high=1
    )
    validate_every: int = setting(100, "outer steps between validations", low=1, high=10**6)
    validation_problems: int = setting(
        256, "problems that choose the checkpoint", low=1, high=10**5
    )
    tuning_problems: int = setting(512, "problems that tune the baselines", low=1, high=10**5)
    held_out_problems: int = setting(512, "problems of the report", low=1, high=10**5)
    inner_lr_low: float = setting(
        1e-4, "smallest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    inner_lr_high: float = setting(
        1.0, "largest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    inner_lr_count: int = setting(
        33, "learning rates in the grid, evenly in their logarithm", low=2, high=999
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_empty_grid(self.inner_lr_low, self.inner_lr_high)


def refuse_empty_grid(low: float, high: float) -> None:
    """Refuse a grid of learning rates whose smallest is not below its largest.

    Raises:
        RequestError: It is not.
    """
    if low >= high:
        said = tr(
            "inner_lr_low = {low:g} is not below inner_lr_high = {high:g}", low=low, high=high
        )
        raise RequestError(said)


@dataclass(frozen=True)
class LSTMSettings(ComparisonSettings):
    """The same with everything about one coordinatewise LSTM."""

    step_weights: str = setting("all", "which losses count, w_t", choices=("all", "last"))
    second_order: bool = setting(False, "keep gradients through gradients (slow)")
    preprocessing: str = setting(
        "combined",
        "what the LSTM sees of a gradient",
        choices=("raw", "log-sign", "rnnprop", "combined", "combined-100"),
    )
    hidden: int = setting(20, "units in each of the LSTM's two layers", low=1, high=1000)
    output_scale: float = setting(0.1, "what the LSTM's output is multiplied with", low=0, high=10)


def lstm(settings: LSTMSettings) -> CoordinatewiseLSTM:
    """Return the rule that the settings describe."""
    from l2l_tui.lab import preprocessing
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM

    seen = preprocessing.named(settings.preprocessing)
    return CoordinatewiseLSTM(seen, settings.hidden, settings.output_scale)


def learner(
    settings: ComparisonSettings,
    rule: UpdateRule,
    training: Sampler,
    validation: Sampler,
    *,
    name: str = "learned",
    engine: Engine | None = None,
    step_weights: str = "all",
) -> Learner:
    """Return a learner trained as the settings say.

    Args:
        settings: The schedule.
        rule: Everything about it but phi.
        training: Draws training problems.
        validation: Draws the problems that choose its checkpoint.
        name: What it is called in figures and charts.
        engine: Computes meta-gradients; None takes the fastest for the rule.
        step_weights: Which losses count, ``all`` or ``last``.
    """
    from l2l_tui.lab.candidates import Learner
    from l2l_tui.lab.first_order import engine_for
    from l2l_tui.lab.meta_training import Schedule, Stage
    from l2l_tui.lab.meta_training import step_weights as weights

    stages = [Stage(settings.outer_steps, settings.unroll_length, settings.outer_lr)]
    if settings.finish_steps:
        stages.append(
            Stage(settings.finish_steps, settings.finish_unroll_length, settings.finish_outer_lr)
        )
    schedule = Schedule(tuple(stages), settings.horizon, settings.clip)
    counted = weights(step_weights, settings.horizon)
    engine = engine_for(rule) if engine is None else engine
    return Learner(name, rule, engine, schedule, counted, training, validation)


def protocol(
    settings: ComparisonSettings,
    learners: Sequence[Learner],
    families: Sequence[Family],
    stretch: int = 1000,
) -> Protocol:
    """Return what is compared: learners, and baselines on the settings' grid, on families."""
    from l2l_tui.lab.comparison import Protocol
    from l2l_tui.lab.tuning import grid

    return Protocol(
        learners=tuple(learners),
        families=tuple(families),
        rates=grid(settings.inner_lr_low, settings.inner_lr_high, settings.inner_lr_count),
        meta_seeds=settings.meta_seeds,
        validate_every=settings.validate_every,
        stretch=stretch,
    )


def of_family(figures: Figures, family: str) -> Figures:
    """Return a named family's own figures under the names that a single family's have."""
    mark = f"{family}_"
    return {
        name.removeprefix(mark): value for name, value in figures.items() if name.startswith(mark)
    }


def worst_ratio(figures: Mapping[str, float]) -> float:
    """Return the worse of final_ratio and sum_ratio; NaN where either is."""
    ratios = figures["final_ratio"], figures["sum_ratio"]
    return math.nan if any(map(math.isnan, ratios)) else max(ratios)


def later_ratio(figures: Mapping[str, float]) -> float:
    """Return ratio_at_200; NaN where the horizon was another."""
    return figures.get("ratio_at_200", math.nan)


def no_test(
    papers: Mapping[str, Value],
    least: Mapping[str, float],
    *,
    rivals: bool = True,
    family: str = "",
) -> Precondition:
    """Return what says why claims are not about a run.

    Args:
        papers: Settings that must be the paper's.
        least: Settings that must be at least so large, lest rivals are tuned badly.
        rivals: Whether the claims are about the baselines too.
        family: The family that they are about, if it has a name: its rivals' rates count.

    Returns:
        A precondition that also refuses rivals whose best rate stands at their grid's edge.
    """

    def reason(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
        other = other_settings(settings, papers, least)
        if other or not rivals:
            return other
        return _at_edge(of_family(seeds[0], family) if family else seeds[0])

    return reason


def beats_baselines(
    statement: str,
    reference: str,
    unless: Precondition,
    *,
    id: str = "beats-tuned-baselines",  # noqa: A002 (what a claim calls it)
    family: str = "",
) -> Claim:
    """Return the claim that the learned optimizer is ahead, at the end and summed."""
    prefix = f"{family}_" if family else ""

    def measure(figures: Figures) -> float:
        return worst_ratio(of_family(figures, family) if family else figures)

    return Claim(
        id=id,
        statement=statement,
        reference=reference,
        measure=measure,
        bound=1.0,
        reads=f"mean over meta-seeds of the worse of {prefix}final_ratio and {prefix}sum_ratio",
        min_seeds=3,
        unless=unless,
    )


def still_ahead(reference: str, unless: Precondition) -> Claim:
    """Return the claim that it is ahead after twice the horizon that it was trained for."""
    return Claim(
        id="still-ahead-at-200",
        statement="Trained for 100 steps, it is still ahead after 200.",
        reference=reference,
        measure=later_ratio,
        bound=1.0,
        reads="mean over meta-seeds of ratio_at_200",
        min_seeds=3,
        unless=unless,
    )


def other_settings(
    settings: Mapping[str, Value], papers: Mapping[str, Value], least: Mapping[str, float]
) -> Sentence | None:
    """Say which settings of a run are not what a claim is about, if any.

    Args:
        settings: The run's.
        papers: What settings must be.
        least: What settings must be at least.
    """
    for name, wanted in papers.items():
        if settings[name] != wanted:
            return Sentence(
                "the claim is about {name} = {papers}, this run had {used}",
                name=name,
                papers=wanted,
                used=settings[name],
            )
    for name, enough in least.items():
        if settings[name] < enough:  # type: ignore[operator]
            return Sentence(
                "the claim needs {name} of at least {least}, this run had {used}",
                name=name,
                least=enough,
                used=settings[name],
            )
    return None


def _at_edge(figures: Figures) -> Sentence | None:
    mark = "inner_lr_at_edge_"
    edges = [name.removeprefix(mark) for name in figures if name.startswith(mark)]
    found = ", ".join(name for name in edges if figures[mark + name])
    if not found:
        return None
    return Sentence("at the edge of its grid stood the rate of {names}", names=found)


def median_remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Name the rivals that the median puts ahead, which a mean over problems hides."""
    mark = "median_final_"
    learned = figures.get(f"{mark}learned", math.nan)
    rivals = sorted(
        (value, name.removeprefix(mark))
        for name, value in figures.items()
        if name.startswith(mark) and value < learned
    )
    if not rivals:
        return ()
    ahead = ", ".join(f"{name} ({value:.2g})" for value, name in rivals)
    ours = f"{learned:.2g}"
    said = (
        Sentence(
            "On the median problem {ahead} is ahead of the learned optimizer ({ours})",
            ahead=ahead,
            ours=ours,
        )
        if len(rivals) == 1
        else Sentence(
            "On the median problem {ahead} are ahead of the learned optimizer ({ours})",
            ahead=ahead,
            ours=ours,
        )
    )
    if figures.get("final_ratio", math.nan) < 1:
        return (Sentence("{said}: the mean is ruled by badly conditioned problems.", said=said),)
    return (Sentence("{said}.", said=said),)


GLOSSARY = {
    "final_ratio": "final_learned over the lowest final of the baselines; no unit, below 1 the "
    "learned optimizer is ahead.",
    "sum_ratio": "sum_learned over the lowest sum of the baselines; no unit.",
    "ratio_at_STEPS": "The learned optimizer's mean loss after so many steps, twice the horizon, "
    "over the best baseline's; no unit.",
    "median_final_NAME": "Median over the held-out problems of the loss after the horizon's last "
    "step.",
    "final_NAME": "Mean over the held-out problems of the loss after the horizon's last step.",
    "sum_NAME": "Mean loss after each step from 1 to the horizon, summed.",
    "at_STEPS_NAME": "Mean loss after so many steps, twice the horizon.",
    "inner_lr_at_edge_NAME": "1 where one of the optimizer's tuned learning rates is the grid's "
    "first or last, else 0.",
    "inner_lr_at_STEPS_NAME": "The learning rate tuned for the mean loss after so many steps.",
    "inner_lr_sum_NAME": "The learning rate tuned for sum.",
    "inner_lr_NAME": "The learning rate tuned for final.",
    "restarts": "Truncations passed over in training because their meta-gradient was not finite; "
    "a count.",
}

"""What the figures of one learner on one family are."""


def with_families(glossary: Mapping[str, str], *families: str) -> dict[str, str]:
    """Return a glossary that also knows the figures of families with names."""
    named = {f"{family}_{figure}": said for family in families for figure, said in glossary.items()}
    return {**glossary, **named}


META_CHART = Chart(
    "meta",
    "Mean loss over the horizon while phi is trained",
    "outer step",
    "loss",
    log=True,
)
"""The training of phi."""

DIFFERS = (
    "the paper's LSTM sees gradients alone; here, unless `preprocessing` says otherwise, also "
    "Adam's and RMSprop's directions (arXiv:1703.03633), trained with a cosine rate and clipping"
)
"""What every reference to the paper's figures must add."""
