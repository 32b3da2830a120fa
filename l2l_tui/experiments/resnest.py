"""Section 3 of "ResNeSt: Split-Attention Networks": what attention over splits is worth.

Three networks that differ in the middle of their blocks alone: a convolution (radix 0, about
ResNet-D), the same with attention over a single split (radix 1, a gate on each channel much like SE
networks') and with attention over `radix` splits. The latter has its width; the others are made
so much wider that all have as many parameters. They train on the same minibatches and are judged
on pictures held back.

Where this differs from the paper: it trains 50 layers and more on ImageNet, with augmentation and
regularisation that are left out here; its comparisons are of networks of one width, so that
attention comes with more parameters. The rate, one for all, and the presets' sizes were chosen by
hand on other seeds, looking at errors on the same held-back pictures; `judged_by` =
``validation`` gives others to choose by, of training pictures alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
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
    from l2l_tui.lab.data.pictures import DataSet
    from l2l_tui.lab.models.resnest import ResNeStSettings
    from l2l_tui.lab.supervised.trainee import Entrant

_SPLIT, _SINGLE, _NONE = "resnest", "radix-1", "resnet"


@dataclass(frozen=True)
class SplitSettings(PictureSettings):
    """What decides a run."""

    radix: int = setting(2, "R, splits within a cardinal group of the ResNeSt", low=2, high=16)
    cardinality: int = setting(1, "K, cardinal groups of all networks", low=1, high=16)
    width: int = setting(
        8,
        "channels of a cardinal group of the ResNeSt in the first stage; in the others there are "
        "2 and 4 times as many; a multiple of radix",
        low=1,
        high=1024,
    )
    blocks: int = setting(2, "blocks of each of the three stages", low=1, high=100)
    inner: int = setting(8, "least units between an attention's layers", low=1, high=1024)
    lr: float = setting(0.05, "the highest rate; it falls as a cosine", low=0, high=100)
    weight_decay: float = setting(1e-4, "weight decay (the paper: 1e-4)", low=0, high=1)
    shift: int = setting(
        1, "pixels by which training pictures are moved at most, each way", low=0, high=100
    )
    flips: bool = setting(False, "mirror half of the training pictures")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width % self.radix:
            said = tr(
                "radix = {radix} does not divide width = {width}",
                radix=self.radix,
                width=self.width,
            )
            raise RequestError(said)


def _procedure(settings: SplitSettings, seed: int) -> Procedure:
    from l2l_tui.lab.supervised.study import Study, StudyProtocol

    entrants = _entrants(settings, settings.pictures())
    return Study(StudyProtocol([entrants] * settings.meta_seeds, settings.stride), seed)


def _entrants(settings: SplitSettings, data: DataSet) -> list[Entrant]:
    from functools import partial

    from l2l_tui.lab.models.building import laid_out, parameters, width_for
    from l2l_tui.lab.models.resnest import ResNeSt
    from l2l_tui.lab.supervised.pictures import Classification
    from l2l_tui.lab.supervised.recipe import Recipe
    from l2l_tui.lab.supervised.trainee import Entrant

    problem = Classification(data, settings.batch, settings.shift, settings.flips)
    recipe = Recipe(
        settings.steps,
        settings.lr,
        warm_up=settings.warm_up,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
    )

    def sizes(radix: int, last: int) -> Callable[[], ResNeSt]:
        return partial(ResNeSt, _sizes(settings, data, radix, last))

    def count(radix: int, last: int) -> int:
        return parameters(laid_out(sizes(radix, last)))

    own = 4 * settings.width
    wanted = count(settings.radix, own)
    found = [Entrant(_SPLIT, sizes(settings.radix, own), problem, recipe)]
    for name, radix in ((_SINGLE, 1), (_NONE, 0)):
        last = width_for(partial(count, radix), wanted)
        found.append(Entrant(name, sizes(radix, last), problem, recipe))
    return found


def _sizes(settings: SplitSettings, data: DataSet, radix: int, last: int) -> ResNeStSettings:
    """Return sizes with a width of `last` in the last stage, a half and a quarter of it before.

    By steps in the last stage parameters can be matched closely.
    """
    from l2l_tui.lab.models.resnest import ResNeStSettings

    widths = tuple(max(1, round(last / part)) for part in (4, 2, 1))
    return ResNeStSettings(
        blocks=(settings.blocks,) * 3,
        widths=widths,
        classes=data.classes,
        channels=data.train.x.shape[1],
        radix=radix,
        cardinality=settings.cardinality,
        least_inner=settings.inner,
    )


def _ratio(rival: str) -> Callable[[Figures], float]:
    """Return what divides the ResNeSt's test error by a rival's."""
    return lambda figures: ratio(figures[f"test_error_{_SPLIT}"], figures[f"test_error_{rival}"])


_NO_TEST = no_test({"steps": 150}, {"judged_by": "test"}, learned="train_error_", matched=True)

_DIFFERS = (
    "; there with 50 layers on ImageNet and at one width, here with far fewer on `data`, and with "
    "rivals widened to as many parameters"
)

EXPERIMENT = Experiment(
    name="resnest",
    title="Attention over splits against a plain convolution of as many parameters",
    paper="arXiv:2004.08955 section 3",
    milestone="resnest",
    settings=SplitSettings,
    presets=(
        Preset("quick", {"steps": 200}, cost="52 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {
                "data": "cifar10",
                "side": 16,
                "width": 16,
                "steps": 1000,
                "warm_up": 50,
                "shift": 2,
                "flips": True,
                "stride": 4,
            },
            cost="23 min on 2 busy cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="ahead-of-resnet",
            statement="With as many parameters a network with split attention names more of the "
            "held-back pictures rightly than a ResNet.",
            reference="arXiv:2004.08955, abstract: ResNeSt-50 with a top-1 accuracy of 81.13 % on "
            "ImageNet is more than a point ahead of the best ResNet variant before" + _DIFFERS,
            measure=_ratio(_NONE),
            bound=1.0,
            reads="mean over meta-seeds of the ResNeSt's test error over the ResNet's",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="several-splits",
            statement="So it does than one whose attention has a single split.",
            reference="The authors' ablation (github.com/zhanghang1989/ResNeSt, ablation.md): "
            "top-1 accuracy (Gluon) of 80.65 % with radix 2 (27.5 M parameters) against 80.35 % "
            "with radix 1 (26.3 M)" + _DIFFERS,
            measure=_ratio(_SINGLE),
            bound=1.0,
            reads="mean over meta-seeds of the ResNeSt's test error over that with radix 1",
            min_seeds=3,
            unless=_NO_TEST,
        ),
    ),
    charts=TRAINING_CHARTS,
    procedure=_procedure,
    glossary=GLOSSARY,
)
