"""A survey of few-shot learners: one embedding, the same episodes, the same budget.

Matching Networks (arXiv:1606.04080), Prototypical Networks (arXiv:1703.05175), MAML
(arXiv:1703.03400) and the plain baseline that pre-trains a classifier and fits a new last layer
in each episode (arXiv:1904.04232), all on Conv-4, which each begins with the same weights. In a
meta-seed all of them see the same pictures in the same order, for the same number of steps; all
are judged on the same episodes of alphabets never seen, beside cosines of raw pixels. Accuracies
come with intervals over classes and episodes, and with the megabytes that a training step keeps;
the trainer adds the CPU-seconds that each learner took (`cpu_s` of a result).

Where this differs from the papers: each trains at its own ways and shots and for as long as it
gains; here all train on episodes of ``train_ways`` classes and ``train_shots`` labelled
pictures for ``steps`` steps of Adam, so that no learner has more pictures or steps than
another; and Conv-4 has half of the papers' filters in ``paper``, a quarter in ``quick``. The
pre-trained classifier is at a disadvantage by that: it has a row of weights for each of the
training classes to learn, and in ``quick`` it sees each class but a few times; where it is not
above raw pixels, nothing is settled against it. Its new layer reads features brought to length
1. A matching network has a scale, see `matching-networks`.

MAML's head begins at 0 in every episode, with an output for each of its classes, where the paper
learns a head for one number of classes: initial params trained on 20 classes are judged on 5 too
(`lab.maml.adapting`). Its queries are normalised by the support set, where the paper's are by
each other (`maml-episodes` has both), and it takes fewer inner steps. It is at a disadvantage as
well: the paper trains it for 60,000 steps of 16 tasks (its appendix A.1); here it has the steps of
the others, though each of them costs it more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from l2l_tui.experiments import few_shot
from l2l_tui.experiments.base import Experiment, Figures, Preset, Procedure, Table
from l2l_tui.experiments.claims import Claim, Precondition
from l2l_tui.experiments.comparing import no_test
from l2l_tui.experiments.few_shot import SHOTS, WAYS, FewShotSettings, Lead, figure
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks

LEARNERS = {
    "matching": "the matching network",
    "prototypical": "the prototypical network",
    "maml": "the network adapted by MAML's inner steps",
    "fine-tuned": "the pre-trained classifier with a new last layer",
}
"""Who is compared; in figures a hyphen stands as it is."""

_PIXELS = Lead(
    tuple(
        (name, "raw", ways, shots)
        for name in ("matching", "prototypical")
        for shots in SHOTS
        for ways in WAYS
    )
)
_PROTOTYPES = Lead((("prototypical", "matching", 20, 5),))
_MAML = Lead((("maml", "matching", 20, 1),))
_EPISODES = Lead((("matching", "fine-tuned", 20, 1),))
"""Who ought to be ahead of whom, for one claim each."""

_DECAY = 1e-3
"""Weight decay of a new last layer, as in arXiv:1904.04232."""


@dataclass(frozen=True)
class SurveySettings(FewShotSettings):
    """What decides a run."""

    inner_steps: int = setting(
        100, "steps of gradient descent that fit a new last layer", low=1, high=10**5
    )
    inner_lr: float = setting(10.0, "their rate", low=0, high=1e4)
    maml_inner_steps: int = setting(
        2, "MAML's inner steps; with one its embedding stays", low=1, high=100
    )
    maml_inner_lr: float = setting(
        0.03, "MAML's inner rate, for each class of an episode", low=0, high=10
    )
    maml_lr: float = setting(0.01, "Adam's rate for MAML at first", low=0, high=1)


def _procedure(settings: SurveySettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.few_shot.pretraining import FineTuning
    from l2l_tui.lab.maml.adapting import Adaptation

    tuning = FineTuning(settings.inner_steps, settings.inner_lr, _DECAY)
    adaptation = Adaptation(settings.maml_inner_steps, settings.maml_inner_lr)
    contestants = [
        few_shot.raw_pixels(settings),
        few_shot.matching(settings, "matching"),
        few_shot.prototypical(settings, "prototypical"),
        few_shot.maml(settings, adaptation, settings.maml_lr, "maml"),
        few_shot.fine_tuned(settings, tuning, "fine-tuned"),
    ]
    leads = (_PIXELS, _PROTOTYPES, _MAML, _EPISODES)
    return few_shot.study(settings, seed, contestants, leads, ranks)


def _remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Put the learners in order, with their intervals."""
    ways, shots = WAYS[-1], SHOTS[0]
    known = [
        (figures[key], figures.get(f"{key}_half_width", 0.0), name)
        for name in LEARNERS
        if (key := f"{name}_{ways}way_{shots}shot") in figures
    ]
    if not known:
        return ()
    ranked = ", ".join(
        f"{name} {mean:.3f} ± {within:.3f}" for mean, within, name in sorted(known, reverse=True)
    )
    return (Sentence("At 20 ways and 1 shot, with 95 % intervals: {ranked}.", ranked=ranked),)


_NO_TEST = no_test({}, {"test_episodes": 30, "steps": 60}, rivals=False)


def _no_rival(name: str, unlike: Sentence) -> Precondition:
    """Return what says why a run is no test of a learner: it has hardly begun to learn.

    Some need more steps than the others (see above); below raw pixels they show nothing of what
    they can do, in the papers they are far above them.

    Args:
        name: What its figures begin with.
        unlike: What is said then.
    """

    def reason(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
        behind = (figure(one, name, 20) <= figure(one, "raw", 20) for one in seeds)
        return unlike if any(behind) else _NO_TEST(settings, seeds)

    return reason


_TABLE = Table(
    title="Few-shot learners on alphabets never seen",
    rows={
        "raw": "raw pixels",
        "matching": "Matching Networks",
        "prototypical": "Prototypical Networks",
        "maml": "MAML",
        "fine-tuned": "fine-tuned classifier",
    },
    columns={
        f"{ways}way_{shots}shot": f"{ways}-way {shots}-shot" for shots in SHOTS for ways in WAYS
    },
    y="share of queries named rightly",
    interval="95 % intervals over test classes and episodes",
    costs={"memory_mb": "memory, MB"},
    parts={"CPU-seconds": ("training", "judging")},
)

_OURS = "on Omniglot or miniImageNet with each learner's own budget; here all have the same"

EXPERIMENT = Experiment(
    name="survey",
    title="Few-shot learners on the same embedding, episodes and budget",
    paper="arXiv:1606.04080, arXiv:1703.05175, arXiv:1703.03400, arXiv:1904.04232",
    milestone="survey",
    settings=SurveySettings,
    presets=(
        Preset(
            "quick",
            {
                "filters": 16,
                "steps": 60,
                "train_queries": 2,
                "test_episodes": 30,
                "validation_episodes": 10,
            },
            cost="54 s on 2 cores (November 2026)",
        ),
        Preset(
            "paper",
            {"data": "omniglot", "filters": 32, "steps": 400, "test_episodes": 150},
            cost="15 min on 2 busy cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="episodes-beat-pixels",
            statement="Learners that compare embeddings, trained by episodes, are above cosines of "
            "raw pixels, at 5 and 20 ways with 1 and 5 shots.",
            reference="arXiv:1606.04080 Table 1, Omniglot: pixels 41.7, 63.2, 26.7 and 42.6 %, "
            "Matching Networks 98.1, 98.9, 93.8 and 98.5 %; " + _OURS,
            measure=_PIXELS.short,
            uncertainty=_PIXELS.half_width,
            bound=0.0,
            reads="mean over meta-seeds of the most that raw_NAME is above matching_NAME or "
            "prototypical_NAME",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="prototypes-above-matching",
            statement="With five labelled pictures of each of 20 classes, prototypes are above "
            "attention over all pictures.",
            reference="arXiv:1703.05175 Table 1, Omniglot, 20-way 5-shot: 98.9 % against 98.5 %; "
            + _OURS,
            measure=_PROTOTYPES.short,
            uncertainty=_PROTOTYPES.half_width,
            bound=0.0,
            reads="mean over meta-seeds of matching_20way_5shot - prototypical_20way_5shot",
            min_seeds=3,
            unless=_NO_TEST,
        ),
        Claim(
            id="maml-above-matching",
            statement="With one labelled picture of each of 20 classes, inner steps from MAML's "
            "initial params are above attention over labelled pictures.",
            reference="arXiv:1703.03400 Table 1, Omniglot, 20-way 1-shot: 95.8 % against 93.8 %, "
            "MAML trained for 60,000 steps; " + _OURS,
            measure=_MAML.short,
            uncertainty=_MAML.half_width,
            bound=0.0,
            reads="mean over meta-seeds of matching_20way_1shot - maml_20way_1shot",
            min_seeds=3,
            unless=_no_rival(
                "maml", Sentence("MAML is not even above raw pixels, it needs more steps")
            ),
        ),
        Claim(
            id="episodes-above-fine-tuning",
            statement="With one labelled picture of each of 20 classes, training by episodes is "
            "above pre-training and fine-tuning.",
            reference="arXiv:1606.04080 Table 1, Omniglot, 20-way 1-shot: 93.8 % against 69.5 to "
            "72.9 %; " + _OURS,
            measure=_EPISODES.short,
            uncertainty=_EPISODES.half_width,
            bound=0.0,
            reads="mean over meta-seeds of fine-tuned_20way_1shot - matching_20way_1shot",
            min_seeds=3,
            unless=_no_rival(
                "fine-tuned",
                Sentence(
                    "the pre-trained classifier is not even above raw pixels, it needs more steps"
                ),
            ),
        ),
    ),
    charts=few_shot.CHARTS,
    procedure=_procedure,
    shared="batch",
    glossary=few_shot.glossary({**LEARNERS, "raw": "attention over raw pixels"}),
    remarks=_remarks,
    table=_TABLE,
)
