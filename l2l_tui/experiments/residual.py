"""Section 4.2 of "Deep Residual Learning for Image Recognition": degradation, and what ends it.

A deeper plain network could copy a shallower one and do nothing in the layers that are left, so
its training error need not be higher. Trained, it is: that is the degradation problem. With
shortcuts doing nothing is what a block begins near, and depth does no harm.

Four networks of the paper's CIFAR family (`lab.models.residual`), a shallow and a deep one, plain
and residual, are trained on the same minibatches, plain and residual ones of a depth from the
same first weights, all by the same recipe as the paper's are. Errors are those
of the whole training set after training, as in evaluation, and of pictures held back.

Where this differs from the paper: it trains on 50,000 pictures of 32 x 32 pixels with widths 16,
32 and 64 for 64,000 minibatches. Here there are fewer and smaller pictures, half the channels
and far fewer minibatches, the rate falls as a cosine and momentum is Nesterov's. Pictures are
taken as they are: the claims are about fitting the training set. Moved and mirrored as in the
paper (``shift = 2``, ``flips = true``), 25 passes over them are too few for 56 layers to come
level with 20. The rate, one for all, was chosen by hand on other seeds, looking at training
errors and at errors on the same held-back pictures; whether pictures are moved, on another seed
and a sixth of the training pictures, after a run with moved ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import setting
from l2l_tui.experiments.supervising import (
    GLOSSARY,
    TRAINING_CHARTS,
    PictureSettings,
    no_test,
    ratio,
)
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.lab.supervised.problem import Problem
    from l2l_tui.lab.supervised.study import Ending, Trained
    from l2l_tui.lab.supervised.trainee import Entrant

_KINDS = ("plain", "residual")
_STAGES = 3


@dataclass(frozen=True)
class ResidualSettings(PictureSettings):
    """What decides a run."""

    shallow: int = setting(20, "layers of the shallower networks, 6n + 2", low=8, high=1202)
    deep: int = setting(56, "layers of the deeper networks, 6n + 2", low=8, high=1202)
    width: int = setting(
        8, "channels of the first stage; the others have 2 and 4 times as many", low=1, high=1024
    )
    lr: float = setting(0.05, "the highest rate; it falls as a cosine", low=0, high=100)
    shift: int = setting(
        0, "pixels by which training pictures are moved at most, each way", low=0, high=100
    )
    flips: bool = setting(False, "mirror half of the training pictures")
    weight_decay: float = setting(1e-4, "weight decay (the paper: 1e-4)", low=0, high=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("shallow", "deep"):
            depth = getattr(self, name)
            if (depth - 2) % (2 * _STAGES):
                said = tr("{name} = {depth} is not 6n + 2 (8, 14, 20, ...)", name=name, depth=depth)
                raise RequestError(said)
        if self.shallow >= self.deep:
            said = tr(
                "shallow = {shallow} is not below deep = {deep}",
                shallow=self.shallow,
                deep=self.deep,
            )
            raise RequestError(said)


def _procedure(settings: ResidualSettings, seed: int) -> Procedure:
    from l2l_tui.lab.supervised.pictures import Classification
    from l2l_tui.lab.supervised.study import Study, StudyProtocol

    problem = Classification(settings.pictures(), settings.batch, settings.shift, settings.flips)
    entrants = [
        _entrant(settings, problem, kind, which) for kind in _KINDS for which in ("shallow", "deep")
    ]
    protocol = StudyProtocol([entrants] * settings.meta_seeds, settings.stride, _ending)
    return Study(protocol, seed)


def _entrant(settings: ResidualSettings, problem: Problem, kind: str, which: str) -> Entrant:
    from functools import partial

    from l2l_tui.lab.data import pictures
    from l2l_tui.lab.models import residual
    from l2l_tui.lab.supervised.recipe import Recipe
    from l2l_tui.lab.supervised.trainee import Entrant

    sizes = residual.cifar(
        settings.shallow if which == "shallow" else settings.deep,
        residual=kind == "residual",
        channels=pictures.shape(settings.data)[0],
        widths=(settings.width, 2 * settings.width, 4 * settings.width),
    )
    recipe = Recipe(
        settings.steps,
        settings.lr,
        warm_up=settings.warm_up,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
    )
    make = partial(residual.ResidualNetwork, sizes)
    return Entrant(f"{kind}-{which}", make, problem, recipe)


def _ending(trained: Sequence[Trained]) -> Ending:
    """Add how much higher the deeper network's training error is, of each kind."""
    from l2l_tui.lab.supervised.study import Ending

    return Ending(
        [{f"degradation_{kind}": _more(one.figures, kind) for kind in _KINDS} for one in trained]
    )


def _more(figures: Figures, kind: str) -> float:
    return figures[f"train_error_{kind}-deep"] - figures[f"train_error_{kind}-shallow"]


_LEAST = {"steps": 100, "deep": 56}
_MOST = {"shallow": 20}
_PLAIN = no_test(_LEAST, most=_MOST, learned="train_error_plain-shallow")
_RESIDUAL = no_test(_LEAST, most=_MOST, learned="train_error_residual-shallow")
_PAPERS_PICTURES = no_test(
    _LEAST,
    {"data": "cifar10", "judged_by": "test"},
    most=_MOST,
    learned="train_error_residual-shallow",
)

_DIFFERS = (
    "; there on CIFAR-10's 50,000 pictures of 32 x 32 pixels with 16, 32 and 64 channels for "
    "64,000 minibatches, here on `data` of `side` pixels with channels from `width` on for `steps`"
)


def _ratio(upper: str, lower: str) -> Callable[[Figures], float]:
    """Return what divides two networks' training errors."""
    return lambda figures: ratio(figures[f"train_error_{upper}"], figures[f"train_error_{lower}"])


def _remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Say where networks have so little error left that their order means little."""
    shallow = figures.get("train_error_residual-shallow", math.nan)
    deep = figures.get("train_error_residual-deep", math.nan)
    if not max(shallow, deep) < _ALL_LEARNED:
        return ()
    return (
        Sentence(
            "Both residual networks have learned their training pictures all but by heart (errors "
            "{shallow} and {deep}): which is lower says nothing of depth.",
            shallow=f"{shallow:.2g}",
            deep=f"{deep:.2g}",
        ),
    )


_ALL_LEARNED = 0.02
_POINT = 0.01

EXPERIMENT = Experiment(
    name="residual",
    title="Deeper plain networks train worse, deeper residual ones do not",
    paper="arXiv:1512.03385 section 4.2, Figure 6 and Table 6",
    milestone="residual-networks",
    settings=ResidualSettings,
    presets=(
        Preset("quick", {"steps": 160}, cost="53 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {
                "data": "cifar10",
                "side": 16,
                "steps": 1000,
                "batch": 128,
                "warm_up": 50,
                "stride": 5,
            },
            cost="23 min on 2 busy cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="plain-degrades",
            statement="Without shortcuts the deeper network has a higher training error than the "
            "shallower one.",
            reference="arXiv:1512.03385 Figure 6, left: training error rises from plain-20 to "
            "plain-56; Figure 1: a 56-layer plain network has the higher training and test error"
            + _DIFFERS,
            measure=_ratio("plain-shallow", "plain-deep"),
            bound=1.0,
            reads="mean over meta-seeds of the shallower plain network's training error over the "
            "deeper one's",
            min_seeds=3,
            unless=_PLAIN,
        ),
        Claim(
            id="residual-does-not-degrade",
            statement="With shortcuts the deeper network's training error is not higher.",
            reference="arXiv:1512.03385 Figure 6, middle: training error falls with depth from "
            'ResNet-20 to ResNet-110; that "not higher" leaves room for one point is ours, '
            "for errors may both be near 0" + _DIFFERS,
            measure=lambda figures: figures["degradation_residual"],
            bound=_POINT,
            reads="mean over meta-seeds of degradation_residual",
            min_seeds=3,
            unless=_RESIDUAL,
        ),
        Claim(
            id="shortcuts-train-depth",
            statement="Of the deeper networks the residual one has the lower training error.",
            reference="arXiv:1512.03385 Figure 6: ResNet-56 far below plain-56" + _DIFFERS,
            measure=_ratio("residual-deep", "plain-deep"),
            bound=1.0,
            reads="mean over meta-seeds of the deeper residual network's training error over the "
            "deeper plain one's",
            min_seeds=3,
            unless=_PLAIN,
        ),
        Claim(
            id="depth-helps",
            statement="The deeper residual network names more of the held-back pictures rightly "
            "than the shallower one.",
            reference="arXiv:1512.03385 Table 6: test error 8.75 % with 20 layers, 6.97 % with 56"
            + _DIFFERS,
            measure=lambda figures: (
                figures["test_error_residual-deep"] - figures["test_error_residual-shallow"]
            ),
            bound=0.0,
            reads="mean over meta-seeds of the deeper residual network's test error minus the "
            "shallower one's",
            min_seeds=3,
            unless=_PAPERS_PICTURES,
        ),
    ),
    charts=TRAINING_CHARTS,
    procedure=_procedure,
    glossary={
        **GLOSSARY,
        "degradation_NAME": "Training error of the deeper network of that kind minus the "
        "shallower one's, a difference of shares; above 0 depth does harm.",
    },
    remarks=_remarks,
)
