"""Section 3.4 of "Learning to learn by gradient descent by gradient descent": neural art.

A coordinatewise LSTM is trained to give pictures the style of one other, and compared with
tuned baselines on pictures that it never saw: in that style, in a new one, and in a new one
at twice the resolution (Figures 8 and 9). The losses are those of Gatys, Ecker and Bethge
(arXiv:1508.06576; `lab.style` has the formulas).

Where this differs from the paper: it takes 64 x 64 pictures of ImageNet, features from VGG
and 128 steps. Here pictures are smaller and made by us unless CIFAR-10 is asked for, a run
trains its own feature network first, and the LSTM sees what `preprocessing` says. Such small
problems are soon solved: from about 64 steps on the best baselines are within 3 % of the lowest
loss there is at 16 x 16, so that final losses tell optimizers hardly apart. The quick preset
therefore ends at 32 steps; the paper's 128 stand in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Precondition
from l2l_tui.experiments.comparing import (
    DIFFERS,
    GLOSSARY,
    META_CHART,
    LSTMSettings,
    beats_baselines,
    learner,
    lstm,
    median_remarks,
    no_test,
    protocol,
    with_families,
)
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from torch import Tensor

    from l2l_tui.lab.comparison import Protocol
    from l2l_tui.lab.feature_network import Features
    from l2l_tui.lab.sources import Sources
    from l2l_tui.lab.style import StyleSampler

NEW_STYLE, DOUBLED = "new-style", "double-resolution"
"""The families beside the one that was trained on."""

_CHANNELS = (12, 16, 16)
"""Features of the network's convolutions."""
_CONTENT_LAYER = 0
"""Whose features make up content."""
_JUDGED = 360
"""Held-out pictures that the network is judged by on the way."""
_LOOK_S = 0.5
"""Seconds that a stretch of an evaluation may take."""
_BASELINE_S, _LEARNED_S = 0.7e-6, 5e-6
"""Seconds that a pixel takes a baseline and a learned optimizer in a step, at most."""


@dataclass(frozen=True)
class L2LArtSettings(LSTMSettings):
    """What decides a run; lengths are in inner steps unless they say otherwise."""

    resolution: int = setting(
        16, "pixels along a side of a picture trained on; a multiple of 4 is wise", low=8, high=256
    )
    content_weight: float = setting(1.0, "what the content term weighs (alpha)", low=0, high=1e6)
    style_weight: float = setting(50.0, "what the style term weighs (beta)", low=0, high=1e6)
    smooth_weight: float = setting(3.0, "what the smoothness term weighs (gamma)", low=0, high=1e6)
    initial_scale: float = setting(
        1.0,
        "standard deviation of the initial theta; 1 is a quarter of black to white",
        low=0,
        high=10,
    )
    data: str = setting("made", "pictures for features and contents", choices=("made", "cifar10"))
    download: bool = setting(False, "fetch the pictures if they are nowhere")
    content: str = setting("", "picture file that is painted at the end; empty for one of the data")
    style: str = setting("", "picture file whose style is trained on; empty for one made by us")
    feature_steps: int = setting(
        400, "minibatches that the feature network learns from", low=1, high=10**6
    )
    feature_lr: float = setting(
        0.005, "Adam's rate on the feature network at first; falls as a cosine", low=0, high=1
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, path in self.given().items():
            from l2l_tui.lab.data import picture_file

            # A trainer works in a folder of its own, where another file might be called so.
            object.__setattr__(self, name, picture_file.absolute(path))
            picture_file.check(path)

    def given(self) -> dict[str, str]:
        """Return the picture files that a person gave, by setting."""
        named = {"content": self.content, "style": self.style}
        return {name: path for name, path in named.items() if path}


_TRAINED, _NEW = "rings", "stripes"
"""The kinds of texture that are the style trained on and the new one."""


def _compare(settings: L2LArtSettings, sources: Sources, features: Features) -> Protocol:
    """Return what is compared once there are features."""
    from l2l_tui.lab.first_order import engine_for
    from l2l_tui.lab.rivals import Family
    from l2l_tui.lab.style import StyleSampler, TermWeights

    weights = TermWeights(settings.content_weight, settings.style_weight, settings.smooth_weight)

    def sampler(style: Tensor, problems: int, *, held_out: bool = False) -> StyleSampler:
        return StyleSampler(
            features,
            sources.contents(held_out=held_out),
            style,
            problems,
            weights,
            _CONTENT_LAYER,
            settings.initial_scale,
        )

    def family(name: str, style: Tensor) -> Family:
        tuning = sampler(style, settings.tuning_problems)
        return Family(name, tuning, sampler(style, settings.held_out_problems, held_out=True))

    rule, size = lstm(settings), settings.resolution
    trained = sources.style(_TRAINED, size, given=True)
    learned = learner(
        settings,
        rule,
        sampler(trained, settings.problems),
        sampler(trained, settings.validation_problems),
        engine=engine_for(rule, second_order=settings.second_order),
        step_weights=settings.step_weights,
    )
    families = [
        family("", trained),
        family(NEW_STYLE, sources.style(_NEW, size)),
        family(DOUBLED, sources.style(_NEW, 2 * size)),
    ]
    return protocol(settings, [learned], families, _stretch(settings))


def _stretch(settings: L2LArtSettings) -> int:
    """Return how many steps of the largest evaluation take no longer than `_LOOK_S`."""
    pixels = (2 * settings.resolution) ** 2
    baselines = settings.inner_lr_count * settings.tuning_problems * _BASELINE_S
    learned = max(settings.held_out_problems, settings.validation_problems) * _LEARNED_S
    return max(1, int(_LOOK_S / (pixels * max(baselines, learned))))


def _procedure(settings: L2LArtSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.art import Art, ArtProtocol
    from l2l_tui.lab.feature_network import (
        Examples,
        FeatureNetwork,
        FeatureSchedule,
        FeatureTraining,
    )
    from l2l_tui.lab.sources import Sources

    sources = Sources(
        settings.resolution, settings.data, settings.given(), seed, download=settings.download
    )
    training = FeatureTraining(
        FeatureNetwork(_CHANNELS, sources.classes),
        FeatureSchedule(settings.feature_steps, lr=settings.feature_lr),
        sources.train,
        Examples(sources.test.x[:_JUDGED], sources.test.y[:_JUDGED]),
        seed,
    )
    return Art(
        ArtProtocol(
            features=training,
            calibration=sources.test.x[:_JUDGED],
            compare=lambda features: _compare(settings, sources, features),
            given=sources.digest,
        ),
        seed,
        ranks,
    )


def _no_test(family: str = "") -> Precondition:
    """Return what says why a run is no test of a claim on a family."""
    return no_test(
        papers={"step_weights": "all"},
        least={
            "horizon": 32,
            "resolution": 16,
            "held_out_problems": 8,
            "tuning_problems": 2,
            "inner_lr_count": 13,
        },
        family=family,
    )


def _remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Say where the pictures did not take on their style, beside what the median hides."""
    from math import nan

    said = []
    for place, prefix in (("", ""), (NEW_STYLE, f"{NEW_STYLE}_"), (DOUBLED, f"{DOUBLED}_")):
        before = figures.get(f"{prefix}pictured_style_before", nan)
        after = figures.get(f"{prefix}pictured_style", nan)
        if after > before / 2:
            said.append(
                Sentence(
                    "The picture that is kept {where} took on little of its style: the style "
                    "term is {after}, that of the content picture {before}.",
                    where=f"({place})" if place else "",
                    after=f"{after:.3g}",
                    before=f"{before:.3g}",
                )
            )
    return (*median_remarks(figures), *said)


_ARTS = {
    "feature_accuracy": "Share of held-out pictures whose class the feature network tells.",
    "pictured_content": "Content term of the loss of the picture that the learned optimizer "
    "painted and the run kept.",
    "pictured_style_before": "Style term of the content picture itself, before it is painted.",
    "pictured_style": "Style term of the loss of the picture that is kept.",
    "pictured_smooth": "Smoothness term of the loss of the picture that is kept.",
}

_PAPERS = (
    "there with pictures of ImageNet at 64 x 64, features from VGG and 128 steps; here at "
    "`resolution`, features from a network that the run trains, and `horizon` steps; "
)

_QUICK: Mapping[str, Value] = {
    "outer_steps": 340,
    "outer_lr": 0.02,
    "problems": 1,
    "horizon": 32,
    "unroll_length": 16,
    "validate_every": 170,
    "validation_problems": 4,
    "tuning_problems": 2,
    "held_out_problems": 8,
    "inner_lr_low": 1e-3,
    "inner_lr_high": 3.0,
    "inner_lr_count": 13,
}

_PAPER_SCALE: Mapping[str, Value] = {
    **_QUICK,
    "resolution": 32,
    "horizon": 128,
    "unroll_length": 32,
    "outer_steps": 1000,
    "outer_lr": 0.03,
    "validate_every": 100,
    "held_out_problems": 16,
    "validation_problems": 8,
    "tuning_problems": 4,
    "inner_lr_count": 17,
}

EXPERIMENT = Experiment(
    name="l2l-art",
    title="An LSTM learns to paint pictures in the style of another",
    paper="arXiv:1606.04474 section 3.4, Figures 8 and 9",
    milestone="l2l",
    settings=L2LArtSettings,
    presets=(
        Preset("quick", _QUICK, cost="56 s on 2 cores (November 2026)"),
        Preset("paper", _PAPER_SCALE, cost="14 min on 2 cores (November 2026)"),
    ),
    claims=(
        beats_baselines(
            "On new content pictures, in the style that it was trained on, it reaches a "
            "lower loss than every tuned hand-designed optimizer, at the horizon's end and "
            "summed over it.",
            "arXiv:1606.04474 Figure 8, left: LSTM below the others; " + _PAPERS + DIFFERS,
            _no_test(),
        ),
        beats_baselines(
            "So it does in a style that it never saw.",
            "arXiv:1606.04474 section 3.4: the style is new in Figure 8, right, and "
            "Figure 9, right, both at twice the resolution; " + _PAPERS + DIFFERS,
            _no_test(NEW_STYLE),
            id="new-style",
            family=NEW_STYLE,
        ),
        beats_baselines(
            "So it does in that new style at twice the resolution it was trained at.",
            "arXiv:1606.04474 Figure 8, right: LSTM below the others with the test "
            "style at twice the training resolution; " + _PAPERS + DIFFERS,
            _no_test(DOUBLED),
            id="double-resolution",
            family=DOUBLED,
        ),
    ),
    charts=(
        Chart("loss", "Mean loss in the style trained on", "inner step", "loss", log=True),
        Chart(NEW_STYLE, "Mean loss in a new style", "inner step", "loss", log=True),
        Chart(DOUBLED, "Mean loss at twice the resolution", "inner step", "loss", log=True),
        META_CHART,
        Chart("features", "Loss of the feature network", "minibatch", "loss", log=True),
        Chart("accuracy", "Pictures that the feature network tells apart", "minibatch", "share"),
    ),
    procedure=_procedure,
    shared="problems",
    glossary=with_families({**GLOSSARY, **_ARTS}, NEW_STYLE, DOUBLED),
    remarks=_remarks,
)
