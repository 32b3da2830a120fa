"""What experiments share that train models side by side on pictures or sequences.

Settings of training, where pictures come from, and what the figures mean. Procedures are built
here, so the lab is imported inside the functions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Figures
from l2l_tui.experiments.claims import Precondition
from l2l_tui.experiments.comparing import other_settings
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.lab.data.pictures import DataSet


@dataclass(frozen=True)
class TrainingSettings(Settings):
    """How every model of a run is trained."""

    steps: int = setting(200, "minibatches that each model is trained on", low=1, high=10**7)
    batch: int = setting(64, "examples in a minibatch", low=2, high=10_000)
    warm_up: int = setting(20, "minibatches in which the rate rises", low=0, high=10**6)
    clip: float = setting(1e6, "largest norm of a gradient", low=1e-6, high=1e6)
    meta_seeds: int = setting(3, "how often all models are trained anew", low=1, high=100)
    stride: int = setting(10, "minibatches of a model between safe points", low=1, high=1000)


@dataclass(frozen=True)
class PictureSettings(TrainingSettings):
    """The same with the pictures that models are trained on."""

    data: str = setting(
        "digits",
        "pictures: digits are embedded (8x8), MNIST and CIFAR-10 are looked for",
        choices=("digits", "mnist", "cifar10"),
    )
    side: int = setting(8, "pixels a side that pictures are shrunk to", low=1, high=1000)
    judged_by: str = setting(
        "test",
        "pictures that the report's held-back ones are: the data set's own for the test, or a "
        "sixth of the training pictures to choose settings by",
        choices=("test", "validation"),
    )
    download: bool = setting(False, "fetch the pictures if they are nowhere")

    def __post_init__(self) -> None:
        super().__post_init__()
        from l2l_tui.lab.data import pictures

        given = pictures.shape(self.data)[-1]
        if given % self.side:
            said = tr(
                "side = {side} does not divide the {given} pixels of the pictures of {data}",
                side=self.side,
                given=given,
                data=self.data,
            )
            raise RequestError(said)

    def pictures(self) -> DataSet:
        """Return the pictures, shrunk and standardised, as `judged_by` splits them.

        Raises:
            DataError: They are nowhere, or their files are not what they should be.
        """
        from l2l_tui.lab.data import pictures
        from l2l_tui.lab.supervised.pictures import prepared

        data = pictures.load(self.data, download=self.download)
        if self.judged_by == "validation":
            data = pictures.without_test(data)
        return prepared(data, self.side)


def ratio(above: float, below: float) -> float:
    """Return a quotient of errors: 1 where both are 0, infinite where only the lower one is."""
    if below:
        return above / below
    return math.inf if above else 1.0


_LEARNED = 0.8
"""An error above it is too near to chance, which is right once in ten times, to compare with."""
_AS_MANY = 1.05
"""How many times as many parameters one of models of "as many" may have."""


def no_test(
    least: Mapping[str, float],
    papers: Mapping[str, Value] | None = None,
    *,
    most: Mapping[str, float] | None = None,
    learned: str = "",
    matched: bool = False,
) -> Precondition:
    """Return what says why claims are not about a run.

    Args:
        least: Settings that must be at least so large.
        papers: Settings that must be just so.
        most: Settings that must be at most so large.
        learned: How errors begin that must be well below chance, those of what a claim compares
            with: a rival that learned nothing, as at a rate of 0, is none.
        matched: Whether all models must have as many parameters.
    """

    def reason(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
        return (
            other_settings(settings, papers or {}, least)
            or _too_large(settings, most or {})
            or (_not_learned(seeds, learned) if learned else None)
            or (_not_matched(seeds) if matched else None)
        )

    return reason


def _too_large(numbers: Mapping[str, Value], most: Mapping[str, float]) -> Sentence | None:
    for name, enough in most.items():
        if numbers[name] > enough:  # type: ignore[operator]
            return Sentence(
                "the claim needs {name} of at most {most}, this run had {used}",
                name=name,
                most=enough,
                used=numbers[name],
            )
    return None


def _not_learned(seeds: Sequence[Figures], beginning: str) -> Sentence | None:
    names = [name for name in seeds[0] if name.startswith(beginning)]
    means = {name: round(fmean(figures[name] for figures in seeds), 3) for name in names}
    return _too_large(means, dict.fromkeys(names, _LEARNED))


def _not_matched(seeds: Sequence[Figures]) -> Sentence | None:
    counts = [value for name, value in seeds[0].items() if name.startswith("parameters_")]
    if not counts or max(counts) <= _AS_MANY * min(counts):
        return None
    return Sentence(
        "the claim is about models of as many parameters, here they had {fewest} to {most}",
        fewest=f"{min(counts):.0f}",
        most=f"{max(counts):.0f}",
    )


TRAINING_CHARTS = (
    Chart("error", "Share of training minibatches that is wrong", "minibatch", "share"),
    Chart("loss", "Mean loss of training minibatches", "minibatch", "loss", log=True),
)
"""What every study measures while it trains."""

GLOSSARY = {
    "train_error_NAME": "Share of all training pictures that the trained model names wrongly.",
    "train_loss_NAME": "Mean cross-entropy of the trained model over all training pictures.",
    "test_error_NAME": "Share of the held-back pictures (`judged_by`) that the trained model names "
    "wrongly; training never saw them.",
    "test_loss_NAME": "Mean cross-entropy of the trained model over the held-back pictures.",
    "parameters_NAME": "How many numbers the model learns; a count.",
}
"""What the figures of models of pictures are."""
