"""What the experiments on continual learning share: settings, claims, what figures mean.

Procedures are built here, so the lab is imported inside the functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Figures
from l2l_tui.experiments.claims import Claim, Precondition
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.language import tr

if TYPE_CHECKING:
    import torch

    from l2l_tui.experiments.base import Procedure
    from l2l_tui.lab.continual.streams import Stream
    from l2l_tui.lab.continual.study import Family
    from l2l_tui.lab.data.pictures import Pictures

    Make = Callable[[Pictures, Pictures, torch.Generator], Stream]
    """Makes a stream of pictures to fit and pictures to judge by."""

_NO_GAP = 0.05
"""Fine-tuning that is on average so near to joint training forgot nothing that could be kept."""


@dataclass(frozen=True)
class ContinualSettings(Settings):
    """What decides a run."""

    data: str = setting(
        "digits",
        "pictures: digits are embedded (8x8), MNIST is looked for (28x28)",
        choices=("digits", "mnist"),
    )
    download: bool = setting(False, "fetch the pictures if they are nowhere")
    meta_seeds: int = setting(3, "streams, each with a network of its own", low=1, high=100)
    experiences: int = setting(5, "experiences of a stream", low=2, high=100)
    units: int = setting(256, "units of each hidden layer", low=1, high=10_000)
    hidden_layers: int = setting(2, "hidden layers of the network", low=1, high=10)
    iterations: int = setting(100, "minibatches of each experience", low=1, high=10**6)
    batch: int = setting(32, "pictures in a minibatch", low=1, high=10_000)
    lr: float = setting(0.001, "Adam's rate, the same for all strategies", low=1e-9, high=1)
    memory: int = setting(
        100, "pictures that replay and A-GEM may keep, of all experiences", low=1, high=10**6
    )
    strength_low: float = setting(10.0, "smallest strength of EWC's grid", low=1e-9, high=1e12)
    strength_high: float = setting(100_000.0, "largest strength of EWC's grid", low=1e-9, high=1e12)
    strength_count: int = setting(
        5, "strengths in the grid, evenly in their logarithm", low=2, high=99
    )
    validation_streams: int = setting(
        1, "streams on which EWC's strength is chosen", low=1, high=100
    )
    fisher_examples: int = setting(
        500, "pictures of an experience for its Fisher information", low=1, high=10**6
    )
    every: int = setting(25, "minibatches between measurements of the loss", low=1, high=10**6)

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = self.strength_low, self.strength_high
        if low >= high:
            said = tr(
                "strength_low = {low:g} is not below strength_high = {high:g}", low=low, high=high
            )
            raise RequestError(said)

    def strengths(self) -> tuple[float, ...]:
        """Return EWC's grid."""
        from l2l_tui.lab.tuning import grid

        found = grid(self.strength_low, self.strength_high, self.strength_count).tolist()
        return tuple(float(f"{strength:.3g}") for strength in found)


def study(settings: ContinualSettings, seed: int, kinds: Mapping[str, Make]) -> Procedure:
    """Return the comparison of strategies on kinds of streams.

    Args:
        settings: The run's.
        seed: Decides every draw.
        kinds: What makes the streams of a family, by its name.
    """
    from l2l_tui.lab.continual.course import Schedule
    from l2l_tui.lab.continual.study import Protocol, Study

    schedule = Schedule(settings.iterations, settings.batch, settings.lr, settings.every)
    families = tuple(_family(settings, seed, name, make) for name, make in kinds.items())
    protocol = Protocol(
        families=families,
        hidden=(settings.units,) * settings.hidden_layers,
        schedule=schedule,
        strengths=settings.strengths(),
        fisher_examples=settings.fisher_examples,
        memory=settings.memory,
    )
    return Study(protocol, seed)


def _family(settings: ContinualSettings, seed: int, name: str, make: Make) -> Family:
    """Return streams of the report, and others whose pictures are all of the training part."""
    from l2l_tui.lab.continual.study import Family
    from l2l_tui.lab.data import pictures
    from l2l_tui.lab.randomness import generator

    data = pictures.load(settings.data, download=settings.download)
    chosen_by = pictures.without_test(data)
    return Family(
        name,
        tuple(
            make(data.train, data.test, generator(seed, "stream", index))
            for index in range(settings.meta_seeds)
        ),
        tuple(
            make(chosen_by.train, chosen_by.test, generator(seed, "validation", index))
            for index in range(settings.validation_streams)
        ),
    )


def forgets(
    statement: str, reference: str, family: str, bound: float, unless: Precondition
) -> Claim:
    """Return the claim that fine-tuning's backward transfer is below a (negative) bound."""
    figure = f"{_prefix(family)}backward_transfer_finetuning"
    return Claim(
        id="finetuning-forgets",
        statement=statement,
        reference=reference,
        measure=_figure(figure),
        bound=bound,
        reads=f"mean over meta-seeds of {figure}",
        min_seeds=3,
        unless=unless,
    )


def keeps(
    id: str,  # noqa: A002 (what a claim calls it)
    statement: str,
    reference: str,
    name: str,
    family: str,
    unless: Precondition,
) -> Claim:
    """Return the claim that a strategy leaves less than half of the gap that forgetting opens."""
    figure = f"{_prefix(family)}gap_left_{name}"
    return Claim(
        id=id,
        statement=statement,
        reference=reference,
        measure=_figure(figure),
        bound=0.5,
        reads=f"mean over meta-seeds of {figure}",
        min_seeds=3,
        unless=unless,
    )


def closes_nothing(
    id: str,  # noqa: A002 (what a claim calls it)
    statement: str,
    reference: str,
    name: str,
    family: str,
    unless: Precondition,
) -> Claim:
    """Return the claim that a strategy closes less than a fifth of that gap."""
    figure = f"{_prefix(family)}gap_left_{name}"
    measured = _figure(figure)
    return Claim(
        id=id,
        statement=statement,
        reference=reference,
        measure=lambda figures: 1 - measured(figures),
        bound=0.2,
        reads=f"mean over meta-seeds of 1 - {figure}",
        min_seeds=3,
        unless=unless,
    )


def no_test(family: str = "") -> Precondition:
    """Return what says why a run is no test of claims on a family.

    It did not learn such streams, it hardly trained, or there was nothing to keep: fine-tuning
    was as good as joint training.
    """

    def reason(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
        prefix = _prefix(family)
        if any(f"{prefix}accuracy_joint" not in figures for figures in seeds):
            return Sentence(
                "the claim is about scenario = {family}, this run had {used}",
                family=family,
                used=settings["scenario"],
            )
        gap = fmean(
            figures[f"{prefix}accuracy_joint"] - figures[f"{prefix}accuracy_finetuning"]
            for figures in seeds
        )
        if gap < _NO_GAP:
            return Sentence(
                "fine-tuning was within {gap} of joint training, so that there was nothing to keep",
                gap=f"{gap:.2g}",
            )
        return None

    return reason


def _prefix(family: str) -> str:
    return f"{family}_" if family else ""


def _figure(name: str) -> Callable[[Figures], float]:
    """Return what reads a figure; NaN where the run did not measure it."""
    return lambda figures: figures.get(name, math.nan)


GLOSSARY = {
    "ewc_strength": "EWC's strength (the paper's lambda), chosen on validation streams.",
    "ewc_strength_at_edge": "1 where that is the grid's first or last, else 0.",
    "accuracy_NAME": "Average accuracy on all experiences after the last was learned, on pictures "
    "that were held back (a share).",
    "learned_NAME": "Mean accuracy on each experience right after it was learned (a share).",
    "backward_transfer_NAME": "Mean change of the accuracy on an experience from when it was "
    "learned to the end; negative where it was forgotten.",
    "forgetting_NAME": "Mean difference of the best accuracy on an experience before the last was "
    "learned and that at the end.",
    "gap_left_NAME": "Share of the gap between joint training and fine-tuning, in average "
    "accuracy, that a strategy leaves: 0 as good as joint, 1 as bad as fine-tuning.",
}
"""What the figures of one family are."""

DIFFERS = (
    "here with smaller networks, fewer steps and other draws; EWC's strength is chosen on "
    "validation streams, and its Fisher information sums over all labels by the model's own "
    "probability"
)
"""What every reference to papers' figures must add."""
