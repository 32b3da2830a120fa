"""Section 3.3 of "Learning to learn by gradient descent by gradient descent".

Two LSTMs side by side, one for convolutional and one for fully connected layers, learn to
train a small convolutional network with batch normalisation on minibatches of 128 pictures
for 100 steps. They are judged on networks that begin anew and train on pictures held back,
beside SGD, momentum, NAG, RMSprop and Adam, each with its learning rate tuned.

With ``subsets`` there are two optimizers, as in Figure 7: ``learned`` is trained on pictures
of all ten labels, ``sub`` (the paper's LSTM-sub) on those of the first five labels alone. Both
are judged on subsets of the labels too, which the paper calls CIFAR-5 and CIFAR-2: here the
last five labels and the last two, of which ``sub`` has not seen a picture. Networks have
ten outputs throughout: the paper changes the data set and says nothing of the model.

Where this differs from the paper: it has an LSTM-sub for each subset, trained on all labels
outside it; one on five labels serves both here. Which labels they are it does not say. Its
LSTMs see the logarithm and sign of the gradient (``preprocessing = "log-sign"``) and it drops
second derivatives; here they see the gradient and Adam's and RMSprop's directions, and second
derivatives are kept, with which training needs far fewer outer steps. The authors' code has 16
channels in each convolutional layer and keeps the pictures' size in convolutions; ``paper``
has 8 and no zeros around, a fifth of the coordinates, so that it ends on one thread. Adam's
rate on phi falls as a cosine and meta-gradients are clipped; momentum is one rival more than
the paper's four. Every problem, to train or to tune on, has as many pictures as are held back,
drawn for it from those to fit: on fewer pictures a loss falls faster, and what was trained on
many is at a loss on few.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.ablating import SEVERAL
from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.comparing import (
    DIFFERS,
    META_CHART,
    LSTMSettings,
    learner,
    lstm,
    no_test,
    protocol,
    with_families,
)
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.lab.convolutional import Architecture, ConvnetSampler
    from l2l_tui.lab.data.pictures import DataSet, Pictures
    from l2l_tui.lab.grouped import Grouped
    from l2l_tui.lab.rivals import Family

FIVE, TWO = "five-labels", "two-labels"
"""The families that have but some of the labels: CIFAR-5 and CIFAR-2."""

_SUBSETS = {FIVE: 5, TWO: 2}
"""How many labels each has, the last ones."""
_SEEN = 5
"""How many labels `sub` is trained on, the first ones."""
_LAYERS = 3
_STRETCH = 8
"""Inner steps of an evaluation between safe points: about a second on CIFAR-10."""
_TRAINED: Mapping[str, Value] = {"second_order": True, "output_scale": 0.01}
"""Of all presets. Updates are ten times smaller, as in the authors' code: behind a normalisation
weights begin 0.01 wide. With second derivatives a sixth of the outer steps is enough."""


@dataclass(frozen=True)
class L2LCifarSettings(LSTMSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    problems: int = setting(1, "training problems in a batch", low=1, high=1000)
    validation_problems: int = setting(4, "problems that choose the checkpoint", low=1, high=1000)
    tuning_problems: int = setting(2, "problems that tune the baselines", low=1, high=1000)
    held_out_problems: int = setting(8, "problems of the report", low=1, high=1000)
    inner_lr_low: float = setting(
        1e-3, "smallest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    inner_lr_high: float = setting(
        10.0, "largest learning rate of the baselines' grid", low=1e-9, high=1e3
    )
    inner_lr_count: int = setting(
        9, "learning rates in the grid, evenly in their logarithm", low=2, high=999
    )
    data: str = setting(
        "digits",
        "pictures: digits are embedded (8x8), CIFAR-10 is looked for (32x32)",
        choices=("digits", "cifar10"),
    )
    download: bool = setting(False, "fetch the pictures if they are nowhere")
    subsets: bool = setting(
        False, "train a second optimizer on five labels, and judge both on the others too"
    )
    channels: int = setting(4, "outputs of each convolutional layer", low=1, high=1000)
    kernel: int = setting(3, "height and width of a convolution's kernel", low=1, high=99)
    padding: int = setting(1, "pixels of zeros around what a convolution sees", low=0, high=99)
    units: int = setting(8, "units of the hidden fully connected layer", low=1, high=1000)
    batch: int = setting(128, "pictures in a minibatch", low=2, high=10_000)
    initial_scale: float = setting(
        0.01, "standard deviation of the initial weights (the authors' code: 0.01)", low=0, high=10
    )


class _Networks:
    """Makes networks on the pictures that the settings name.

    Args:
        settings: The run's.

    Raises:
        RequestError: The pictures are nowhere, or too small for the convolutions.
    """

    def __init__(self, settings: L2LCifarSettings) -> None:
        from l2l_tui.lab.convolutional import Architecture
        from l2l_tui.lab.data import pictures

        self._settings = settings
        self._data: DataSet = pictures.load(settings.data, download=settings.download)
        self.labels = range(self._data.classes)
        self._architecture: Architecture = Architecture(
            picture=pictures.shape(settings.data),
            channels=(settings.channels,) * _LAYERS,
            units=settings.units,
            classes=self._data.classes,
            kernel=settings.kernel,
            padding=settings.padding,
        )
        if not self._architecture.flat:
            said = tr(
                "nothing is left of the pictures of {data} after {layers} convolutions with "
                "kernel = {kernel} and padding = {padding}",
                data=settings.data,
                layers=_LAYERS,
                kernel=settings.kernel,
                padding=settings.padding,
            )
            raise RequestError(said)

    def rule(self) -> Grouped:
        """Return one LSTM for each kind of layer."""
        from l2l_tui.lab.grouped import Group, Grouped

        cell, sizes = lstm(self._settings), self._architecture
        return Grouped(
            (
                Group("conv", cell, sizes.convolutional),
                Group("fc", cell, sizes.fully_connected),
            )
        )

    def training(self, labels: Sequence[int], problems: int) -> ConvnetSampler:
        """Return a sampler of networks on training pictures of some labels."""
        return self._sampler(self._data.train, labels, problems)

    def family(self, name: str, labels: Sequence[int]) -> Family:
        """Return networks on some labels: tuned on training pictures, judged on others."""
        from l2l_tui.lab.rivals import Family

        tuning, held_out = self._settings.tuning_problems, self._settings.held_out_problems
        judged = self._sampler(self._data.test, labels, held_out)
        return Family(name, self.training(labels, tuning), judged)

    def _sampler(self, seen: Pictures, labels: Sequence[int], problems: int) -> ConvnetSampler:
        import torch

        from l2l_tui.lab.convolutional import ConvnetSampler

        which, judged = (
            torch.isin(pictures.y, torch.tensor(labels)) for pictures in (seen, self._data.test)
        )
        return ConvnetSampler(
            x=seen.x[which].permute(0, 2, 3, 1).contiguous(),
            y=seen.y[which],
            architecture=self._architecture,
            problems=problems,
            inner_steps=2 * self._settings.horizon,
            batch=self._settings.batch,
            known=int(judged.sum()),
            initial_scale=self._settings.initial_scale,
        )


def _procedure(settings: L2LCifarSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.comparison import Comparison
    from l2l_tui.lab.first_order import engine_for

    networks = _Networks(settings)
    rule, labels = networks.rule(), networks.labels
    trained_on = {"learned": labels, "sub": labels[:_SEEN]}
    learners = [
        learner(
            settings,
            rule,
            networks.training(seen, settings.problems),
            networks.training(seen, settings.validation_problems),
            name=name,
            engine=engine_for(rule, second_order=settings.second_order),
            step_weights=settings.step_weights,
        )
        for name, seen in trained_on.items()
        if settings.subsets or name == "learned"
    ]
    families = [networks.family("", labels)]
    if settings.subsets:
        families += [networks.family(name, labels[-count:]) for name, count in _SUBSETS.items()]
    return Comparison(protocol(settings, learners, families, _STRETCH), seed, ranks)


def _final_ratio(figures: Figures) -> float:
    """Return that of the optimizer trained on all labels; it has a name beside another only."""
    return figures.get("final_ratio_learned", figures.get("final_ratio", math.nan))


def _worse(ratio: Callable[[Figures, str], float]) -> Callable[[Figures], float]:
    """Return what gives the larger of a ratio on both subsets; NaN where either is."""

    def worse(figures: Figures) -> float:
        ratios = [ratio(figures, subset) for subset in _SUBSETS]
        return math.nan if any(map(math.isnan, ratios)) else max(ratios)

    return worse


def _against_rivals(figures: Figures, subset: str) -> float:
    return figures.get(f"{subset}_final_ratio_sub", math.nan)


def _against_learned(figures: Figures, subset: str) -> float:
    """Return sub's sum over that of the optimizer that knows the labels."""
    mine, other = (figures.get(f"{subset}_sum_{name}", math.nan) for name in ("sub", "learned"))
    return mine / other if math.isfinite(other) else math.nan


_TEST = {"horizon": 100, "batch": 128}
_ENOUGH = {"held_out_problems": 4, "tuning_problems": 2, "inner_lr_count": 9}
_NO_TEST = no_test(_TEST, _ENOUGH)
_ON_SUBSETS = no_test({"subsets": True, **_TEST}, _ENOUGH)


def _no_test(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
    """Return why a run is no test of a claim about rivals on subsets, whose rates count too."""
    marks = tuple(f"{subset}_" for subset in _SUBSETS)
    own = {
        name.removeprefix(mark) + f" ({mark[:-1]})": value
        for name, value in seeds[0].items()
        for mark in marks
        if name.startswith(f"{mark}inner_lr_at_edge_")
    }
    return _ON_SUBSETS(settings, [own])


def _remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Say how the optimizers stand against the best baseline on each family."""
    ratios = [
        f"{name} {value:.2g}"
        for name, value in figures.items()
        if re.fullmatch(r"([\w-]+_)?final_ratio(_\w+)?", name)
    ]
    if not ratios:
        return ()
    listed = ", ".join(ratios)
    return (Sentence("Final loss over that of the best tuned baseline: {ratios}.", ratios=listed),)


_PICTURES = "; on CIFAR-10, where this run may have been on the digits: see its `data`; " + DIFFERS

EXPERIMENT = Experiment(
    name="l2l-cifar",
    title="Two LSTMs learn to train a convolutional network, also on labels never seen",
    paper="arXiv:1606.04474 section 3.3, Figure 7",
    milestone="l2l",
    settings=L2LCifarSettings,
    presets=(
        Preset(
            "quick",
            {**_TRAINED, "outer_steps": 80, "unroll_length": 10},
            cost="54 s on 2 cores (November 2026)",
        ),
        Preset(
            "paper",
            {
                **_TRAINED,
                "outer_lr": 0.005,
                "outer_steps": 300,
                "unroll_length": 10,
                "validate_every": 50,
                "data": "cifar10",
                "subsets": True,
                "channels": 8,
                "kernel": 5,
                "padding": 0,
                "units": 32,
            },
            cost="about 40 min on 2 cores, estimated",
        ),
    ),
    claims=(
        Claim(
            id="beats-tuned-baselines",
            statement="On a convolutional network and pictures never seen, the learned optimizer "
            "is below every tuned hand-designed optimizer after 100 steps.",
            reference="arXiv:1606.04474 Figure 7, left: LSTM below all baselines" + _PICTURES,
            measure=_final_ratio,
            bound=1.0,
            reads="mean over meta-seeds of the final_ratio of the optimizer trained on all labels",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="on-labels-never-seen",
            statement="So is an optimizer that was trained on half of the labels, on five and on "
            "two of the others.",
            reference="arXiv:1606.04474 Figure 7, middle and right: LSTM-sub below all baselines "
            "on CIFAR-5 and CIFAR-2" + _PICTURES,
            measure=_worse(_against_rivals),
            bound=1.0,
            reads="mean over meta-seeds of the worse of five-labels_final_ratio_sub and "
            "two-labels_final_ratio_sub",
            min_seeds=3,
            unless=_no_test,
        ),
        Claim(
            id="hardly-affected",
            statement="On those labels it does about as well as one trained on all labels: its "
            "summed loss is at most a tenth higher.",
            reference="arXiv:1606.04474 section 3.3: an optimizer trained on a disjoint subset is "
            "hardly affected; the paper gives no figure, the tenth is ours" + _PICTURES,
            measure=_worse(_against_learned),
            bound=1.1,
            reads="mean over meta-seeds of the worse of sum_sub over sum_learned on five and on "
            "two labels",
            min_seeds=3,
            unless=no_test({"subsets": True, **_TEST}, _ENOUGH, rivals=False),
        ),
    ),
    charts=(
        Chart("loss", "Mean loss on pictures held back", "inner step", "loss", log=True),
        Chart(FIVE, "Mean loss on five labels held out", "inner step", "loss", log=True),
        Chart(TWO, "Mean loss on two labels held out", "inner step", "loss", log=True),
        META_CHART,
    ),
    procedure=_procedure,
    shared="problems",
    glossary=with_families(SEVERAL, *_SUBSETS),
    remarks=_remarks,
)
