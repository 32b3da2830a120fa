"""Section 5.2 of "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks".

Conv-4 learns initial params from which a few steps of gradient descent on one picture of each
of five characters are enough to name other pictures of them. With ``algorithm`` also first-order
MAML (the same section), ANIL (arXiv:1909.09157) and Reptile (arXiv:1803.02999) learn them. All
figures are of characters of alphabets that neither training nor validation saw.

The network's normalisation takes the statistics of the pictures to be named, all of an episode
at once, as the paper's code does: that is transductive, the name of one query depends on the
others. With ``transductive = false`` they are the support set's, in training too, and every
query is named alone. What params trained in either way reach when queries are named alone is
``alone`` in the figures.

Where this differs from the paper: ``quick`` is on characters of fonts, with half of the paper's
filters; ``paper`` is on Omniglot as it is there, in full or as its two minimal sets, which have
a tenth of the characters, and has half of the filters and fewer outer steps. Test characters
are of alphabets that are not trained on; the paper splits characters, so that an alphabet is on
both sides. Adam's rate falls as a cosine, kernels begin as PyTorch's do, the last layer at 0,
features are not averaged over their places, and each class has three queries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.comparing import no_test
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, setting
from l2l_tui.lab.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from l2l_tui.lab.maml.episode_study import Protocol


@dataclass(frozen=True)
class MAMLEpisodesSettings(Settings):
    """What decides a run; accuracies are shares of all queries."""

    algorithm: str = setting(
        "maml",
        "what learns the initial params: maml keeps second derivatives, fomaml drops them, in "
        "anil the last layer alone adapts, reptile goes to where inner steps lead",
        choices=("maml", "fomaml", "anil", "reptile"),
    )
    data: str = setting(
        "glyphs",
        "characters: glyphs are embedded, Omniglot is looked for",
        choices=("glyphs", "omniglot"),
    )
    download: bool = setting(False, "fetch the pictures if they are nowhere")
    n_way: int = setting(5, "classes of an episode", low=2, high=100)
    k_shot: int = setting(1, "labelled pictures of each class", low=1, high=19)
    n_query: int = setting(3, "pictures of each class to be named", low=1, high=19)
    jitter: str = setting(
        "all",
        "which pictures are turned, slanted and moved a little: those of training, all or none",
        choices=("all", "training", "none"),
    )
    transductive: bool = setting(
        True, "queries are normalised by their own batch; else by the support set, each alone"
    )
    filters: int = setting(32, "outputs of each convolution (the paper: 64)", low=1, high=1024)
    pooling: bool = setting(False, "halve pictures by max pooling; else by the stride, as there")
    inner_lr: float = setting(0.4, "step size of the inner steps", low=0, high=10)
    inner_steps: int = setting(
        1, "inner steps in training (reptile needs several)", low=1, high=100
    )
    test_inner_steps: int = setting(3, "inner steps in judging", low=1, high=100)
    outer_steps: int = setting(300, "steps of Adam, of each meta-seed", low=1, high=10**6)
    outer_lr: float = setting(0.01, "Adam's rate at first; falls as a cosine", low=0, high=1)
    episodes: int = setting(8, "episodes in a batch", low=1, high=1000)
    meta_seeds: int = setting(3, "how many are trained side by side", low=1, high=100)
    validation_episodes: int = setting(
        60, "episodes of validation classes, which choose whose weights are kept", low=1, high=10**5
    )
    test_episodes: int = setting(400, "episodes of the report", low=2, high=10**5)


def _procedure(settings: MAMLEpisodesSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.maml.episode_study import EpisodeStudy

    return EpisodeStudy(_protocol(settings), seed, ranks)


def _protocol(settings: MAMLEpisodesSettings) -> Protocol:
    """Return what the settings describe.

    Raises:
        DataError: The pictures are nowhere, or their files are not what they should be.
        RequestError: An episode is larger than the data set's classes allow.
    """
    from l2l_tui.lab.data import characters
    from l2l_tui.lab.few_shot.episodes import Jitter, Sampler, Shape
    from l2l_tui.lab.maml import meta_gradients
    from l2l_tui.lab.maml.conv4 import Conv4
    from l2l_tui.lab.maml.episode_study import Protocol
    from l2l_tui.lab.maml.inner_loop import InnerLoop, cross_entropy
    from l2l_tui.lab.maml.training import Schedule

    data = characters.load(settings.data, download=settings.download)
    shape = Shape(settings.n_way, settings.k_shot, settings.n_query)
    trained_on = None if settings.jitter == "none" else Jitter()
    judged_by = Jitter() if settings.jitter == "all" else None
    network = Conv4(settings.filters, settings.n_way, settings.pooling)
    inner = InnerLoop(network, cross_entropy, settings.inner_lr, transductive=settings.transductive)
    return Protocol(
        learner=meta_gradients.named(settings.algorithm, inner, settings.inner_steps),
        schedule=Schedule(settings.outer_steps, settings.outer_lr),
        train=Sampler(data.train, shape, trained_on),
        validation=Sampler(data.validation, shape, judged_by),
        test=Sampler(data.test, shape, judged_by),
        episodes=settings.episodes,
        meta_seeds=settings.meta_seeds,
        inner_steps=settings.test_inner_steps,
        validation_episodes=settings.validation_episodes,
        test_episodes=settings.test_episodes,
    )


_PAPER = {"5way_1shot": 98.7, "5way_5shot": 99.9, "20way_1shot": 95.8, "20way_5shot": 98.9}
"""MAML's accuracies on Omniglot in per cent, arXiv:1703.03400 Table 1."""

_NO_TEST = no_test(
    {"algorithm": "maml", "n_way": 5, "k_shot": 1},
    {"test_episodes": 100, "outer_steps": 200},
    rivals=False,
)


def _error(figures: Figures) -> float:
    return 1 - figures.get("accuracy_5way_1shot", math.nan)


def _of(name: str) -> Callable[[Figures], float]:
    """Return what gives a figure; NaN where the run did not measure it."""
    return lambda figures: figures.get(name, math.nan)


def _remarks(figures: Mapping[str, float]) -> tuple[Sentence, ...]:
    """Say how far the run got beside the paper, and what of it is the other queries' doing."""
    shapes = [re.fullmatch(r"accuracy_(\d+way_\d+shot)", name) for name in figures]
    shape = next((found[1] for found in shapes if found), "")
    if not shape:
        return ()
    mean, half = (
        f"{100 * figures[f'accuracy_{shape}{suffix}']:.1f}" for suffix in ("", "_half_width")
    )
    alone = f"{100 * figures[f'alone_{shape}']:.1f}"
    said = Sentence(
        "{shape}: {mean} % right, the 95 % interval over classes and episodes is that ± {half}; "
        "with every query normalised by the support set alone {alone} %.",
        shape=shape,
        mean=mean,
        half=half,
        alone=alone,
    )
    if shape not in _PAPER:
        return (said,)
    beside = Sentence(
        "MAML's figure in the paper, on all of Omniglot, is {paper} %.", paper=_PAPER[shape]
    )
    return said, beside


EXPERIMENT = Experiment(
    name="maml-episodes",
    title="MAML names characters of new alphabets after a few steps on one picture of each",
    paper="arXiv:1703.03400 section 5.2, Table 1",
    milestone="maml",
    settings=MAMLEpisodesSettings,
    presets=(
        Preset("quick", {}, cost="43 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {
                "data": "omniglot",
                "jitter": "training",
                "outer_steps": 1000,
                "episodes": 16,
                "test_episodes": 1000,
            },
            cost="5 min on 2 cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="five-way-one-shot",
            statement="After a few inner steps on one picture of each of five characters of "
            "alphabets never seen, it is wrong on at most 16 % of other pictures of them.",
            reference="arXiv:1703.03400 Table 1: 98.7 +- 0.4 % right, 1.3 % wrong, on all of "
            "Omniglot, where this run may have been on the glyphs or on a part of it: see its "
            "`data` and `train_classes`; the bound is ours",
            measure=_error,
            uncertainty=_of("accuracy_5way_1shot_half_width"),
            bound=0.16,
            reads="mean over meta-seeds of 1 - accuracy_5way_1shot",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="chance-before",
            statement="Before the first inner step it knows nothing of an episode: its accuracy "
            "is that of chance.",
            reference="arXiv:1703.03400 section 5.2: classes are numbered anew in every episode; "
            "the bound is ours",
            measure=lambda figures: abs(figures["accuracy_0step"] - figures["chance"]),
            uncertainty=_of("accuracy_0step_half_width"),
            bound=0.03,
            reads="mean over meta-seeds of the distance of accuracy_0step from chance",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="learned-to-adapt",
            statement="It is the initial params that were learned: from random ones the same "
            "inner steps leave at least twice the error.",
            reference="arXiv:1703.03400 section 2.2: initial params from which few steps lead "
            "far; the factor is ours",
            measure=_of("error_ratio_5way_1shot"),
            uncertainty=_of("error_ratio_5way_1shot_half_width"),
            bound=0.5,
            reads="mean over meta-seeds of error_ratio_5way_1shot",
            min_seeds=3,
            unless=_NO_TEST,
        ),
    ),
    charts=(
        Chart("accuracy", "Accuracy on test classes", "inner step", "accuracy"),
        Chart("meta", "Mean loss on queries in training", "outer step", "loss", log=True),
    ),
    procedure=_procedure,
    shared="episodes",
    threads=2,
    glossary={
        "accuracy_0step_half_width": "Half the width of the 95 % interval of accuracy_0step over "
        "classes and episodes.",
        "accuracy_STEPSstep": "Share of queries of test classes named rightly after so many "
        "inner steps.",
        "accuracy_NAME_episodes_half_width": "Half the width of its 95 % interval over episodes "
        "of these very test classes.",
        "accuracy_NAME_half_width": "Half the width of its 95 % interval over classes and "
        "episodes: what other test classes might have given.",
        "accuracy_NAME": "Share of queries of test classes named rightly after the last inner "
        "step, in episodes of so many classes and labelled pictures of each.",
        "alone_NAME": "The same where every query is normalised by the support set's statistics, "
        "so that no other query has a part in its name.",
        "untrained_NAME": "The same after as many inner steps from random initial params.",
        "error_ratio_NAME_half_width": "Half the width of its 95 % interval over classes and "
        "episodes, which are the same for both.",
        "error_ratio_NAME": "Share of queries named wrongly over that from random initial params, "
        "after as many inner steps.",
        "chance": "The accuracy of guessing: 1 / n_way.",
        "train_classes": "Classes of the training alphabets, rotations counted; a count.",
        "test_classes": "Classes of the test alphabets, which the figures are of; a count.",
        "validation": "The accuracy on validation classes; the highest of the meta-seeds decides "
        "whose initial params are kept.",
    },
    remarks=_remarks,
)
