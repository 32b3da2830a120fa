"""What few-shot experiments share: episodes of characters, learners, how all are judged.

Procedures are built here, so the lab is imported inside the functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Figures
from l2l_tui.experiments.settings import Settings, setting
from l2l_tui.lab.ranks import ALONE, Ranks

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from l2l_tui.experiments.base import Procedure
    from l2l_tui.lab.few_shot.embedding import Conv4
    from l2l_tui.lab.few_shot.episodes import Episodes
    from l2l_tui.lab.few_shot.learners import EpisodeSource, Learner
    from l2l_tui.lab.few_shot.pretraining import FineTuning
    from l2l_tui.lab.few_shot.study import Contestant, Protocol
    from l2l_tui.lab.maml.adapting import Adaptation

WAYS, SHOTS = (5, 20), (1, 5)
"""Episodes of the figures are of every pair: the paper's four settings on Omniglot."""

_STRETCH = 5
"""Training steps between safe points: a second at most, even where others use the cores too."""
_UNTRAINED_BATCHES = 20
"""Batches that fit an untrained network's normalisation."""


@dataclass(frozen=True)
class FewShotSettings(Settings):
    """What decides a run."""

    data: str = setting(
        "glyphs",
        "characters: glyphs are embedded, Omniglot is looked for",
        choices=("glyphs", "omniglot"),
    )
    download: bool = setting(False, "fetch the characters if they are nowhere")
    filters: int = setting(32, "outputs of each module of Conv-4 (papers: 64)", low=1, high=1000)
    steps: int = setting(160, "training steps of each learner", low=1, high=10**6)
    lr: float = setting(0.005, "Adam's rate at first; falls as a cosine", low=0, high=1)
    batch: int = setting(2, "episodes in a training step", low=1, high=1000)
    train_ways: int = setting(20, "classes in a training episode", low=2, high=1000)
    train_shots: int = setting(1, "labelled pictures of each of them", low=1, high=100)
    train_queries: int = setting(3, "pictures of each that are to be named", low=1, high=100)
    scale: float = setting(20.0, "what attention multiplies cosines with", low=1e-3, high=1e3)
    meta_seeds: int = setting(3, "how many times each learner is trained", low=1, high=100)
    validate_every: int = setting(40, "training steps between validations", low=1, high=10**6)
    validation_episodes: int = setting(20, "episodes of each validation", low=1, high=10**5)
    test_episodes: int = setting(60, "episodes of each figure", low=2, high=10**6)
    test_queries: int = setting(3, "pictures of each class to be named in them", low=1, high=100)


@dataclass(frozen=True)
class Lead:
    """How far learners are ahead of others: pairs that are judged together, by the worst.

    A pair was judged by the same episodes, so that the interval is that of the difference.
    """

    pairs: tuple[tuple[str, str, int, int], ...]
    """What the learner's figures begin with, what its rival's do, ways and shots."""
    margin: float = 0.0
    """How far ahead it is to be."""

    def short(self, figures: Figures) -> float:
        """Return how far it is short of rival and margin, in the worst pair."""
        return self.margin - self._worst(figures)[0]

    def half_width(self, figures: Figures) -> float:
        """Return half the width of that figure's 95 % interval."""
        return self._worst(figures)[1]

    def _worst(self, figures: Figures) -> tuple[float, float]:
        """Return how far ahead the learner of the worst pair is, and half the interval's width.

        Of pairs that are equally bad the least sure one; NaN where the run did not measure it.
        """
        names = [f"{ours}_above_{rival}_{w}way_{s}shot" for ours, rival, w, s in self.pairs]
        found = [
            (figures.get(name, math.nan), figures.get(f"{name}_half_width", math.nan))
            for name in names
        ]
        missing = [one for one in found if math.isnan(one[0])]
        return missing[0] if missing else min(found, key=lambda one: (one[0], -one[1]))


def study(
    settings: FewShotSettings,
    seed: int,
    contestants: Sequence[Contestant],
    leads: Sequence[Lead],
    ranks: Ranks = ALONE,
) -> Procedure:
    """Return the procedure that trains and judges contestants as the settings say.

    Args:
        settings: What decides a run.
        seed: Decides every generator.
        contestants: Who learns.
        leads: What is compared; a pair of which one is no contestant is left out.
        ranks: Who shares each batch of episodes.

    Raises:
        RequestError: The characters are nowhere, or cannot fill the episodes.
    """
    from l2l_tui.lab.few_shot.study import Study

    return Study(protocol(settings, contestants, leads), seed, ranks)


def protocol(
    settings: FewShotSettings, contestants: Sequence[Contestant], leads: Sequence[Lead]
) -> Protocol:
    """Return who learns from what: training episodes of one shape, test episodes of four.

    Raises:
        RequestError: The characters are nowhere, or cannot fill the episodes.
    """
    from l2l_tui.lab.data import characters
    from l2l_tui.lab.few_shot.episodes import Jitter, Sampler, Shape
    from l2l_tui.lab.few_shot.study import Comparison, Protocol

    known = characters.load(settings.data, download=settings.download)
    # People draw a character differently enough; fonts put every line where the last one did.
    jitter = Jitter() if settings.data == "glyphs" else None
    training = Shape(settings.train_ways, settings.train_shots, settings.train_queries)
    shapes = [Shape(ways, shots, settings.test_queries) for shots in SHOTS for ways in WAYS]
    there = {contestant.figure for contestant in contestants}
    pairs = dict.fromkeys(
        pair for lead in leads for pair in lead.pairs if there.issuperset(pair[:2])
    )
    return Protocol(
        contestants=tuple(contestants),
        comparisons=tuple(
            Comparison(ours, rival, Shape(ways, shots, settings.test_queries).name)
            for ours, rival, ways, shots in pairs
        ),
        train=Sampler(known.train, training, jitter),
        batch=settings.batch,
        validation=Sampler(known.validation, shapes[0], jitter),
        test=tuple(Sampler(known.test, shape, jitter) for shape in shapes),
        meta_seeds=settings.meta_seeds,
        test_episodes=settings.test_episodes,
        validation_episodes=settings.validation_episodes,
        every=_STRETCH,
        validate_every=settings.validate_every,
    )


def raw_pixels(settings: FewShotSettings) -> Contestant:
    """Return the learner that compares the pixels themselves."""
    from l2l_tui.lab.few_shot.learners import RawPixels
    from l2l_tui.lab.few_shot.study import Contestant

    def make(source: torch.Generator, draw: EpisodeSource) -> Learner:
        del source, draw
        return RawPixels(settings.scale)

    return Contestant("raw", "raw", 0, make)


def untrained(settings: FewShotSettings) -> Contestant:
    """Return a matching network that has learned nothing but its normalisation."""
    from l2l_tui.lab.few_shot.embedding import Conv4
    from l2l_tui.lab.few_shot.learners import Untrained
    from l2l_tui.lab.few_shot.matching import MatchingNetwork
    from l2l_tui.lab.few_shot.study import Contestant

    def make(source: torch.Generator, draw: EpisodeSource) -> Learner:
        network = MatchingNetwork(Conv4(settings.filters, source, draw.ranks), settings.scale)
        return Untrained(network, draw, _UNTRAINED_BATCHES)

    return Contestant("untrained", "untrained", 0, make)


def matching(settings: FewShotSettings, figure: str) -> Contestant:
    """Return a matching network without context; its figures begin with the word given."""
    from l2l_tui.lab.few_shot.matching import MatchingNetwork

    def network(embedding: Conv4, *_: object) -> nn.Module:
        return MatchingNetwork(embedding, settings.scale)

    return _trained(settings, "matching", figure, network)


def matching_in_context(
    settings: FewShotSettings, processing_steps: int, figure: str
) -> Contestant:
    """Return a matching network with full context embeddings."""
    from l2l_tui.lab.few_shot.matching import FullContext, MatchingNetwork

    def network(embedding: Conv4, source: torch.Generator, _: int) -> nn.Module:
        context = FullContext(settings.filters, processing_steps, source)
        return MatchingNetwork(embedding, settings.scale, context)

    return _trained(settings, "context", figure, network)


def prototypical(settings: FewShotSettings, figure: str) -> Contestant:
    """Return a prototypical network."""
    from l2l_tui.lab.few_shot.prototypical import PrototypicalNetwork

    def network(embedding: Conv4, *_: object) -> nn.Module:
        return PrototypicalNetwork(embedding)

    return _trained(settings, "prototypical", figure, network)


def fine_tuned(settings: FewShotSettings, tuning: FineTuning, figure: str) -> Contestant:
    """Return a classifier of all training classes that gets a new last layer an episode."""
    from l2l_tui.lab.few_shot.pretraining import PretrainedClassifier, named_among_all

    def network(embedding: Conv4, source: torch.Generator, classes: int) -> nn.Module:
        return PretrainedClassifier(embedding, classes, tuning, source)

    return _trained(settings, "fine-tuned", figure, network, named_among_all)


def maml(settings: FewShotSettings, adaptation: Adaptation, lr: float, figure: str) -> Contestant:
    """Return MAML's initial params: an embedding that takes inner steps on each support set."""
    from l2l_tui.lab.maml.adapting import AdaptingNetwork

    def network(embedding: Conv4, *_: object) -> nn.Module:
        return AdaptingNetwork(embedding, adaptation)

    return _trained(settings, "maml", figure, network, lr=lr)


def _trained(
    settings: FewShotSettings,
    name: str,
    figure: str,
    network: Callable[[Conv4, torch.Generator, int], nn.Module],
    loss: Callable[[nn.Module, Episodes], Tensor] | None = None,
    lr: float | None = None,
) -> Contestant:
    """Return a learner that Adam trains.

    Args:
        settings: The embedding's size, how long and how boldly it is trained.
        name: What it is called in charts.
        figure: What its figures begin with.
        network: Makes it from the embedding, a generator and the number of training classes.
        loss: What training lowers; the queries' by default.
        lr: Adam's rate at first; that of the settings by default.
    """
    from l2l_tui.lab.few_shot.embedding import Conv4
    from l2l_tui.lab.few_shot.learners import Trained
    from l2l_tui.lab.few_shot.study import Contestant

    rate = settings.lr if lr is None else lr

    def make(source: torch.Generator, draw: EpisodeSource) -> Learner:
        embedding = Conv4(settings.filters, source, draw.ranks)
        made = network(embedding, source, draw.classes)
        return Trained(made, draw, settings.steps, rate, loss)

    return Contestant(name, figure, settings.steps, make)


def figure(figures: Figures, name: str, ways: int, shots: int = 1) -> float:
    """Return a learner's accuracy; NaN where the run did not measure it."""
    return figures.get(f"{name}_{ways}way_{shots}shot", math.nan)


def half_width(figures: Figures, name: str, ways: int, shots: int = 1) -> float:
    """Return half the width of that accuracy's 95 % interval; NaN where it was not measured."""
    return figures.get(f"{name}_{ways}way_{shots}shot_half_width", math.nan)


CHARTS = (
    Chart("1shot", "Accuracy on alphabets never seen, 1 shot", "ways", "share"),
    Chart("5shot", "Accuracy on alphabets never seen, 5 shots", "ways", "share"),
    Chart("validation", "Accuracy on validation alphabets, 5 ways, 1 shot", "step", "share"),
    Chart("loss", "Mean loss on training episodes", "step", "loss", log=True),
)
"""The families that every few-shot study measures."""


def glossary(learners: dict[str, str]) -> dict[str, str]:
    """Return what the figures of a study are, given what each learner is."""
    said = {
        "train_classes": "Classes of the training alphabets, rotations counted; a count.",
        "test_classes": "Classes of the test alphabets, which the figures are of; a count.",
        "NAME_above_NAME_half_width": "Half the width of the 95 % interval of that difference, "
        "over test classes and episodes drawn anew; both learners are judged by the same ones.",
        "NAME_above_NAME": "How much larger a share the learner named first names rightly than "
        "the one named second, in the same episodes.",
    }
    for name, learner in learners.items():
        said |= {
            f"{name}_STEPSway_STEPSshot": f"Share of queries that {learner} names rightly, in "
            "episodes of so many classes with so many labelled pictures each, of alphabets "
            "never seen.",
            f"{name}_STEPSway_STEPSshot_half_width": f"Half the width of the 95 % interval of the "
            f"share that {learner} names rightly, over test classes and episodes drawn anew.",
            f"{name}_memory_mb": f"Megabytes that a training step of {learner} keeps: what the "
            "way back needs, weights, gradients and Adam's means.",
        }
    return said
