"""Sections 4.3 and 4.5 of "An Image is Worth 16x16 Words": how much data it takes, and positions.

A Vision Transformer knows nothing of pictures but that they are cut into patches; a ResNet's
convolutions look at neighbours everywhere alike. With few pictures that knowledge is worth
much, with many it can be learned. Both, with as many parameters, are trained on ever larger
parts of the training pictures, on as many minibatches each, and judged on the same held-back
pictures.

One more Vision Transformer sees the largest part moved by some pixels at random; its learned
positions are compared with the grid that patches lie on. In pictures that are never moved each
patch has a content of its own, and nothing asks positions to know which others are near.

Where this differs from the paper: it pre-trains on 1.3 to 300 million pictures and fine-tunes;
here models are trained on hundreds to thousands from scratch and judged at once. Its models have
86 million parameters and more, and those that it compares cost about as much to compute; ours
have as many parameters. Rates and sizes of the presets were chosen by hand on other seeds,
looking at errors on the same held-back pictures; `judged_by` = ``validation`` gives others to
choose by, of training pictures alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
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
    from l2l_tui.lab.models.residual import ResidualNetwork
    from l2l_tui.lab.models.vit import VisionTransformer
    from l2l_tui.lab.supervised.study import Ending, Trained
    from l2l_tui.lab.supervised.trainee import Entrant

_VIT, _RIVAL, _MOVED = "vit", "resnet", "vit-moved"


@dataclass(frozen=True)
class ViTSettings(PictureSettings):
    """What decides a run."""

    clip: float = setting(1.0, "largest norm of a gradient (the paper: 1)", low=1e-6, high=1e6)
    fewest: int = setting(100, "pictures in the smallest training set", low=10, high=10**6)
    most: int = setting(1000, "pictures in the largest training set", low=11, high=10**6)
    points: int = setting(3, "sizes of training sets, evenly in their logarithm", low=2, high=20)
    patch: int = setting(2, "P, height and width of a patch", low=1, high=64)
    width: int = setting(32, "D, of the Vision Transformer", low=2, high=4096)
    layers: int = setting(3, "L, of the Vision Transformer", low=1, high=100)
    heads: int = setting(4, "k; divides the width", low=1, high=64)
    depth: int = setting(8, "layers of the ResNet, 6n + 2; its width follows", low=8, high=1202)
    lr: float = setting(2e-3, "the Vision Transformer's highest rate (Adam)", low=0, high=1)
    resnet_lr: float = setting(0.05, "the ResNet's highest rate (SGD)", low=0, high=100)
    decay: float = setting(0.05, "the Vision Transformer's weight decay", low=0, high=10)
    resnet_decay: float = setting(1e-4, "the ResNet's weight decay", low=0, high=10)
    shift: int = setting(
        1, "pixels by which pictures are moved at most to learn positions", low=0, high=100
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for upper, lower in (("side", "patch"), ("width", "heads")):
            above, below = getattr(self, upper), getattr(self, lower)
            if above % below:
                said = tr(
                    "{lower} = {below} does not divide {upper} = {above}",
                    lower=lower,
                    below=below,
                    upper=upper,
                    above=above,
                )
                raise RequestError(said)
        if self.fewest >= self.most:
            said = tr(
                "fewest = {fewest} is not below most = {most}", fewest=self.fewest, most=self.most
            )
            raise RequestError(said)

    @property
    def counts(self) -> list[int]:
        """How many pictures each training set has."""
        growth = (self.most / self.fewest) ** (1 / (self.points - 1))
        counts = [round(self.fewest * growth**point) for point in range(self.points)]
        return list(dict.fromkeys(counts))  # near each other some are equal


class _Models:
    """Makes both models, of as many parameters.

    Args:
        settings: The run's.
        channels: Of the pictures.
        classes: Of the pictures.
    """

    def __init__(self, settings: ViTSettings, channels: int, classes: int) -> None:
        self._settings, self._channels, self._classes = settings, channels, classes

    def vit(self) -> VisionTransformer:
        """Lay out the Vision Transformer."""
        from l2l_tui.lab.models import vit

        settings = self._settings
        sizes = vit.ViTSettings(
            settings.side,
            settings.patch,
            self._classes,
            self._channels,
            settings.width,
            settings.layers,
            settings.heads,
            inner=4 * settings.width,
        )
        return vit.VisionTransformer(sizes)

    def resnet(self) -> ResidualNetwork:
        """Lay out the ResNet whose number of parameters is nearest."""
        return self._resnet(self._last)

    def _resnet(self, last: int) -> ResidualNetwork:
        """Lay out one with `last` channels in the last stage, a half and a quarter before."""
        from l2l_tui.lab.models import residual

        sizes = residual.cifar(
            self._settings.depth,
            classes=self._classes,
            channels=self._channels,
            widths=(max(1, round(last / 4)), max(1, round(last / 2)), last),
        )
        return residual.ResidualNetwork(sizes)

    @cached_property
    def _last(self) -> int:
        from l2l_tui.lab.models.building import laid_out, parameters, width_for

        wanted = parameters(laid_out(self.vit))
        return width_for(lambda last: parameters(laid_out(lambda: self._resnet(last))), wanted)


def _procedure(settings: ViTSettings, seed: int) -> Procedure:
    from functools import partial

    from l2l_tui.lab.supervised.study import Study, StudyProtocol

    data = settings.pictures()
    entrants = [_entrants(settings, data, seed, index) for index in range(settings.meta_seeds)]
    protocol = StudyProtocol(entrants, settings.stride, partial(_ending, settings))
    return Study(protocol, seed)


def _entrants(settings: ViTSettings, data: DataSet, seed: int, index: int) -> list[Entrant]:
    """Return both models on each size of training set; larger ones hold the smaller."""
    from l2l_tui.lab.randomness import generator
    from l2l_tui.lab.supervised.pictures import Classification, some
    from l2l_tui.lab.supervised.recipe import Recipe
    from l2l_tui.lab.supervised.trainee import Entrant

    if settings.most > len(data.train.y):
        said = tr(
            "most = {most} is more than the {there} training pictures of {data}",
            most=settings.most,
            there=len(data.train.y),
            data=settings.data,
        )
        raise RequestError(said)
    models = _Models(settings, data.train.x.shape[1], data.classes)
    steps, warm_up, clip = settings.steps, settings.warm_up, settings.clip
    adam = Recipe(
        steps,
        settings.lr,
        "adam",
        warm_up=warm_up,
        weight_decay=settings.decay,
        clip=clip,
    )
    sgd = Recipe(
        steps, settings.resnet_lr, warm_up=warm_up, weight_decay=settings.resnet_decay, clip=clip
    )
    found = []
    for count in settings.counts:
        subset = some(data, count, generator(seed, "subset", index))
        problem = Classification(subset, settings.batch)
        found += [
            Entrant(f"{_VIT}-{count}", models.vit, problem, adam),
            Entrant(f"{_RIVAL}-{count}", models.resnet, problem, sgd),
        ]
    moved = Classification(subset, settings.batch, settings.shift)
    return [*found, Entrant(_MOVED, models.vit, moved, adam)]


def _ending(settings: ViTSettings, trained: Sequence[Trained]) -> Ending:
    """Compare errors over sizes, and positions with the grid."""
    from statistics import fmean

    from l2l_tui.lab.measurement import Measurement
    from l2l_tui.lab.models.vit import VisionTransformer
    from l2l_tui.lab.supervised import positions
    from l2l_tui.lab.supervised.study import Ending

    figures, learned = [], []
    for one in trained:
        model = one.models[_MOVED]
        assert isinstance(model, VisionTransformer)
        learned.append(model.positions.detach()[0, 1:])  # the class token has no place
        figures.append(
            {
                "gap_fewest": _gap(one.figures, settings.counts[0]),
                "gap_most": _gap(one.figures, settings.counts[-1]),
                "distance_correlation": positions.distance_correlation(learned[-1]),
                "neighbours_found": positions.neighbours_found(learned[-1]),
                "neighbours_by_chance": positions.neighbours_by_chance(
                    settings.side // settings.patch
                ),
            }
        )
    curves = tuple(
        Measurement(
            f"test_error/{name}",
            count,
            fmean(one.figures[f"test_error_{name}-{count}"] for one in trained),
        )
        for count in settings.counts
        for name in (_VIT, _RIVAL)
    )
    return Ending(figures, curves, {"positions": positions.pictured(learned[0])})


def _gap(figures: Figures, count: int) -> float:
    """Return how much higher the Vision Transformer's test error is."""
    return figures[f"test_error_{_VIT}-{count}"] - figures[f"test_error_{_RIVAL}-{count}"]


_NO_TEST = no_test(
    {"steps": 150, "points": 3, "most": 1000},
    {"judged_by": "test"},
    most={"fewest": 250},
    learned="train_error_",
    matched=True,
)
_UNMOVED = no_test({"steps": 150, "shift": 1}, learned=f"train_error_{_MOVED}")

_DIFFERS = (
    "; there with 86 million parameters and more, pre-trained on up to 300 million pictures, here "
    "with tens of thousands, trained from scratch on `fewest` to `most` pictures of `data`"
)


def _chance_ratio(figures: Figures) -> float:
    """Return how often chance finds neighbours over how often positions do."""
    return ratio(figures["neighbours_by_chance"], figures["neighbours_found"])


EXPERIMENT = Experiment(
    name="vit",
    title="A Vision Transformer needs more pictures than a ResNet, and finds the grid of patches",
    paper="arXiv:2010.11929 sections 4.3 and 4.5, Figures 3, 4 and 7",
    milestone="vision-transformer",
    settings=ViTSettings,
    presets=(
        Preset("quick", {"steps": 185}, cost="50 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {
                "data": "cifar10",
                "side": 16,
                "fewest": 250,
                "most": 5000,
                "points": 4,
                "width": 48,
                "steps": 500,
                "warm_up": 50,
                "lr": 1e-3,
                "shift": 2,
                "stride": 5,
            },
            cost="46 min on 2 busy cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="behind-with-little-data",
            statement="Trained on few pictures a Vision Transformer names fewer of the held-back "
            "ones rightly than a ResNet of as many parameters.",
            reference="arXiv:2010.11929 Figure 4: with 9 million pictures of JFT ViT-B/32 is "
            "far below ResNet-50; section 4.3 puts it down to what a convolution takes for granted "
            "of pictures" + _DIFFERS,
            measure=lambda figures: -figures["gap_fewest"],
            bound=0.0,
            reads="mean over meta-seeds of minus gap_fewest",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="gap-closes",
            statement="With more pictures the gap becomes smaller.",
            reference="arXiv:2010.11929 Figure 4: ViT-B/32 overtakes ResNet-50 from 90 million "
            "pictures on" + _DIFFERS,
            measure=lambda figures: figures["gap_most"] - figures["gap_fewest"],
            bound=0.0,
            reads="mean over meta-seeds of gap_most minus gap_fewest",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="positions-find-the-grid",
            statement="Learned positions find the grid where pictures are moved: the most similar "
            "other position is that of a touching patch more often than by chance.",
            reference="arXiv:2010.11929 section 4.5, Figure 7, centre: closer patches have more "
            "similar position embeddings; the measure is ours" + _DIFFERS,
            measure=_chance_ratio,
            bound=1.0,
            reads="mean over meta-seeds of neighbours_by_chance over neighbours_found",
            min_seeds=3,
            unless=_UNMOVED,
        ),
    ),
    charts=(
        Chart("test_error", "Error on held-back pictures", "training pictures", "share"),
        *TRAINING_CHARTS,
    ),
    procedure=_procedure,
    glossary={
        **GLOSSARY,
        "gap_fewest": "Test error of the Vision Transformer minus the ResNet's, both trained on "
        "the fewest pictures; a difference of shares.",
        "gap_most": "The same where both are trained on the most pictures.",
        "distance_correlation": "Correlation of the similarity (cosine) of two learned positions "
        "and the distance of their patches, over all pairs; -1 to 1, about 0 for random ones.",
        "neighbours_found": "Share of patches whose most similar other position is that of a "
        "patch that touches theirs, a corner counts.",
        "neighbours_by_chance": "What neighbours_found would be if any other patch were as likely.",
    },
)
