"""A representation that is meta-learned for learning online without forgetting (OML).

Javed and White, "Meta-Learning Representations for Continual Learning" (arXiv:1905.12588):
classes come one after the other, one example at a time, each once, and a head of two layers
learns them by plain gradient descent on top of a representation that stays. The representation
and what the head starts from were trained through such learning (`lab.continual.representation`).
They are compared with ones pre-trained on the same classes and with ones that stay random, on
classes of alphabets never seen: accuracy on all of them at the end, against the number of
classes, and what is left of the accuracy that the same examples give in a random order.

New classes have fresh outputs, for all alike: drawn as weights are at first, biases 0. So has
the authors' code (github.com/khurramjaved96/mrcl), before every evaluation and in training. The
rate of online learning is chosen for each of the three by itself, on validation alphabets, and
again for examples in a random order. Both trained representations see as many pictures. Adam's
rate is the same for both: it was set to where pre-training, to which it matters more, did well on
validation alphabets (of 0.001, 0.003, 0.006, 0.01 and 0.02).

Where this differs from the paper: online learning is plain gradient descent in the end too (the
authors' code: Adam); trajectories of training are of more classes, the gradient goes through all
of them, and what they end with is judged by their own classes (the paper adds pictures of others,
whose outputs stay); three convolutions stand for six and fewer units for 1,024; glyphs for
Omniglot in the quick preset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.language import tr

_LEAST_CLASSES = 50


@dataclass(frozen=True)
class OMLSettings(Settings):
    """What decides a run."""

    data: str = setting(
        "glyphs",
        "characters: glyphs are embedded, Omniglot is looked for",
        choices=("glyphs", "omniglot"),
    )
    download: bool = setting(False, "fetch the characters if they are nowhere")
    meta_seeds: int = setting(3, "how often each representation is trained", low=1, high=100)
    filters: int = setting(16, "of each of the three convolutions", low=1, high=1000)
    units: int = setting(
        512, "of the hidden layer that learns online from a trained start", low=1, high=10_000
    )
    steps: int = setting(100, "outer steps of OML", low=1, high=10**6)
    train_trajectories: int = setting(2, "trajectories of an outer step", low=1, high=1000)
    outer_lr: float = setting(0.006, "Adam's rate in OML and in pre-training", low=1e-9, high=1)
    inner_lr: float = setting(0.02, "rate of online learning while OML trains", low=1e-9, high=1e3)
    train_classes: int = setting(20, "classes of a training trajectory", low=2, high=1000)
    shots: int = setting(5, "examples of each class, each seen once", low=1, high=100)
    queries: int = setting(3, "pictures of each class that are to be named", low=1, high=100)
    pretraining_steps: int = setting(250, "minibatches of pre-training", low=1, high=10**6)
    batch: int = setting(128, "pictures in such a minibatch", low=1, high=10_000)
    classes: int = setting(50, "classes that are learned online in the end", low=2, high=1000)
    trajectories: int = setting(5, "orders of classes to judge by", low=1, high=1000)
    rate_low: float = setting(1e-3, "smallest rate of online learning tried", low=1e-9, high=1e3)
    rate_high: float = setting(0.1, "largest rate of online learning tried", low=1e-9, high=1e3)
    rate_count: int = setting(7, "rates tried, evenly in their logarithm", low=2, high=99)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rate_low >= self.rate_high:
            said = tr(
                "rate_low = {low:g} is not below rate_high = {high:g}",
                low=self.rate_low,
                high=self.rate_high,
            )
            raise RequestError(said)

    def rates(self) -> tuple[float, ...]:
        """Return the rates of online learning that are tried."""
        from l2l_tui.lab.tuning import grid

        found = grid(self.rate_low, self.rate_high, self.rate_count).tolist()
        return tuple(float(f"{rate:.3g}") for rate in found)


_STRETCH = 5
"""Training steps between safe points: less than a second."""
_CHARTED = 5
"""Classes between two points of a curve."""


def _procedure(settings: OMLSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.continual.encoder import Encoder
    from l2l_tui.lab.continual.oml_study import Judging, OMLStudy, Protocol, Training
    from l2l_tui.lab.continual.online_network import OnlineNetwork
    from l2l_tui.lab.continual.representation import OML, Pretraining
    from l2l_tui.lab.data import characters
    from l2l_tui.lab.data.characters import Characters
    from l2l_tui.lab.few_shot.episodes import Jitter, Sampler, Shape

    known = characters.load(settings.data, download=settings.download)
    # People draw a character differently enough; fonts put every line where the last one did.
    jitter = Jitter() if settings.data == "glyphs" else None

    def sampler(part: Characters, classes: int) -> Sampler:
        return Sampler(part, Shape(classes, settings.shots, settings.queries), jitter)

    network, rate = OnlineNetwork(Encoder(settings.filters), settings.units), settings.outer_lr
    oml = OML(
        network,
        sampler(known.train, settings.train_classes),
        settings.train_trajectories,
        settings.inner_lr,
        ranks,
    )
    pretraining = Pretraining(network, known.train, settings.batch, jitter)
    judging = Judging(
        # Where there are fewer classes to validate on, the rate is chosen on all of those.
        validation=sampler(known.validation, min(settings.classes, len(known.validation))),
        test=sampler(known.test, settings.classes),
        trajectories=settings.trajectories,
        rates=settings.rates(),
        charted=_CHARTED,
    )
    trained = {
        "oml": Training(oml, settings.steps, rate),
        "pretrained": Training(pretraining, settings.pretraining_steps, rate),
    }
    return OMLStudy(Protocol(network, trained, judging, settings.meta_seeds, _STRETCH), seed)


def _no_test(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
    """Say that so few classes leave nothing to be forgotten, or that a rival's rate is bad."""
    used = settings["classes"]
    assert isinstance(used, int)
    if used < _LEAST_CLASSES:
        return Sentence(
            "the claim needs classes of at least {least}, this run had {used}",
            least=_LEAST_CLASSES,
            used=used,
        )
    at_edge = [
        name
        for name in ("pretrained", "random")
        if any(figures[f"rate_at_edge_{name}"] for figures in seeds)
    ]
    if at_edge:
        return Sentence(
            "at the edge of its grid stood the rate of {names}", names=", ".join(at_edge)
        )
    return None


_TABLE = (
    "arXiv:1905.12588 Table 2, Omniglot, 50 classes, one example at a time: OML 64.7 %, "
    "pre-training 21.2 %, a whole network that learns online 4.6 %"
)
_DIFFERS = "here with three convolutions, gradient descent in place of Adam and fewer pictures"

_PAPER_SCALE: Mapping[str, Value] = {
    "data": "omniglot",
    "filters": 32,
    "steps": 600,
    "train_classes": 16,
    "train_trajectories": 1,
    "pretraining_steps": 1500,
    "shots": 15,
    "queries": 5,
    "trajectories": 10,
    "rate_low": 1e-4,
    "rate_count": 10,
}

EXPERIMENT = Experiment(
    name="oml",
    title="A representation learns to be learned on, online and without forgetting",
    paper="arXiv:1905.12588, Table 2, Figure 4",
    milestone="this-year",
    settings=OMLSettings,
    presets=(
        Preset("quick", {}, cost="56 s on 2 cores (November 2026)"),
        Preset("paper", _PAPER_SCALE, cost="7 min on 2 busy cores (November 2026)"),
    ),
    claims=(
        Claim(
            id="beats-pretraining",
            statement="Learning classes one after the other, one example at a time, ends with a "
            "higher accuracy on a representation meta-learned for it than on a pre-trained one.",
            reference=f"{_TABLE}, so that the quotient of the first two is 0.33; {_DIFFERS}",
            measure=lambda figures: figures["accuracy_pretrained"] / figures["accuracy_oml"],
            bound=1.0,
            reads="mean over meta-seeds of accuracy_pretrained over accuracy_oml",
            min_seeds=3,
            unless=_no_test,
        ),
        Claim(
            id="beats-random",
            statement="So it does against a random representation that stays as it was drawn.",
            reference=f"not in the paper, whose whole network learns online: {_TABLE}, so that the "
            f"quotient is 0.07; {_DIFFERS}",
            measure=lambda figures: figures["accuracy_random"] / figures["accuracy_oml"],
            bound=1.0,
            reads="mean over meta-seeds of accuracy_random over accuracy_oml",
            min_seeds=3,
            unless=_no_test,
        ),
        Claim(
            id="keeps-what-it-learns",
            statement="It loses less by the order of the classes than a pre-trained one: what is "
            "left of the accuracy on shuffled examples is more.",
            reference="arXiv:1905.12588 Table 2, online over approximately i.i.d.: OML 64.7 % of "
            f"75.1 %, pre-training 21.2 % of 54.3 %, so that the quotient is 0.45; {_DIFFERS}",
            measure=lambda figures: figures["kept_pretrained"] / figures["kept_oml"],
            bound=1.0,
            reads="mean over meta-seeds of kept_pretrained over kept_oml",
            min_seeds=3,
            unless=_no_test,
        ),
    ),
    charts=(
        Chart("accuracy", "Accuracy on the classes learned so far, test", "class", "share"),
        Chart("training", "Loss while representations are trained", "step", "loss", log=True),
    ),
    procedure=_procedure,
    shared="train_trajectories",
    glossary={
        "accuracy_NAME": "Share of held-back pictures of all test classes that are named rightly "
        "after the last class was learned online.",
        "shuffled_NAME": "The same where the same examples come in a random order.",
        "kept_NAME": "accuracy over shuffled; no unit, 1 where the order costs nothing.",
        "rate_at_edge_NAME": "1 where a chosen rate is the first or last of those tried, else 0.",
        "rate_shuffled_NAME": "The rate where examples come in a random order, chosen likewise.",
        "rate_NAME": "The rate of online learning, chosen on validation alphabets.",
        "active_NAME": "Share of the features of test pictures that are above 0.",
    },
)
