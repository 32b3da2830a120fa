"""Hochreiter, Younger, Conwell, "Learning to learn using gradient descent" (ICANN 2001).

A recurrent network reads an input x(j) and the target before it, y(j-1), and predicts y(j).
Its weights are trained by backpropagation through time over sequences of random functions,
and then frozen: what it still learns of a new function is in its activations, so the network
itself is the learning algorithm. It is compared with networks trained from scratch on the same
examples by gradient descent and by Adam.

Where this differs from the paper: the LSTM is today's, with forget gates and a linear output,
trained with Adam and clipped gradients; training sequences have 30 examples. Quadratics have
coefficients and inputs uniform in [-1, 1]; targets are scaled to a variance of 1 and Booleans
are -1 and 1, so that an error is a share of the best memoryless mapping's. The paper's
non-stationary series are left out. One network learns both families, and each meta-seed holds
out four of the 16 Boolean functions, which makes them functions never seen. Trained on the
twelve others alone (``functions = "boolean"``) a network learns to expect those twelve; beside
quadratics, which may take any values at the corners, it learns the four that it never saw. The
rivals, their tuning and the error to be reached are ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.comparing import refuse_empty_grid
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, Value, setting
from l2l_tui.lab.ranks import ALONE, Ranks


@dataclass(frozen=True)
class HochreiterSettings(Settings):
    """What decides a run; errors are mean squares, 1 for the best memoryless mapping."""

    functions: str = setting(
        "both",
        "families of functions that the network learns from and is judged on",
        choices=("both", "boolean", "quadratic"),
    )
    outer_steps: int = setting(4000, "steps of Adam on the network's weights", low=1, high=10**6)
    outer_lr: float = setting(0.01, "Adam's rate at first; falls as a cosine", low=0, high=1)
    clip: float = setting(1.0, "largest norm of a meta-gradient", low=1e-6, high=1e6)
    meta_seeds: int = setting(3, "how many networks are trained side by side", low=1, high=100)
    hidden: int = setting(32, "cells of the LSTM", low=1, high=1000)
    sequence_length: int = setting(
        30, "examples in a training sequence; held-out ones have twice as many", low=4, high=1000
    )
    batch: int = setting(32, "training sequences of each family in a batch", low=1, high=10**4)
    held_out_sequences: int = setting(
        128, "sequences of the report, of each meta-seed and family", low=1, high=10**4
    )
    tuning_sequences: int = setting(
        16, "sequences that tune the rivals, of each meta-seed and family", low=1, high=10**4
    )
    goal: float = setting(0.2, "the error to be reached", low=1e-6, high=1)
    rival_hidden: int = setting(20, "hidden units of a rival", low=1, high=1000)
    replay_steps: int = setting(
        10, "a replaying rival's steps on all examples seen, after each one", low=1, high=10**4
    )
    inner_lr_low: float = setting(
        1e-3, "smallest learning rate of the rivals' grid", low=1e-9, high=1e3
    )
    inner_lr_high: float = setting(
        1.0, "largest learning rate of the rivals' grid", low=1e-9, high=1e3
    )
    inner_lr_count: int = setting(
        7, "learning rates in the grid, evenly in their logarithm", low=2, high=999
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_empty_grid(self.inner_lr_low, self.inner_lr_high)

    @property
    def families(self) -> tuple[str, ...]:
        """The families by name."""
        return _FAMILIES if self.functions == "both" else (self.functions,)


_FAMILIES = ("boolean", "quadratic")


def _procedure(settings: HochreiterSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.hochreiter.contest import Terms
    from l2l_tui.lab.hochreiter.meta_training import Schedule
    from l2l_tui.lab.hochreiter.network import Network
    from l2l_tui.lab.hochreiter.rivals import Scratch
    from l2l_tui.lab.hochreiter.study import Protocol, Study
    from l2l_tui.lab.tuning import grid

    protocol = Protocol(
        families=settings.families,
        network=Network(settings.hidden),
        schedule=Schedule(settings.outer_steps, settings.outer_lr, settings.clip),
        batch=settings.batch,
        meta_seeds=settings.meta_seeds,
        held_out=settings.held_out_sequences,
        tuning=settings.tuning_sequences,
        terms=Terms(
            scratch=Scratch(settings.rival_hidden),
            replay_steps=settings.replay_steps,
            rates=grid(settings.inner_lr_low, settings.inner_lr_high, settings.inner_lr_count),
            length=settings.sequence_length,
            goal=settings.goal,
        ),
    )
    return Study(protocol, seed, ranks)


def _worst(figures: Mapping[str, float], name: str) -> float:
    """Return the largest of a ratio over the families of the run."""
    ratios = [value for key, value in figures.items() if key in {f"{f}_{name}" for f in _FAMILIES}]
    return math.nan if not ratios or any(map(math.isnan, ratios)) else max(ratios)


_LEAST = {"held_out_sequences": 64, "sequence_length": 20}
_LEAST_OF_RIVALS = {"tuning_sequences": 16, "inner_lr_count": 7, "replay_steps": 10}
_GOAL = 0.2


def _too_little(settings: Mapping[str, Value], needed: Mapping[str, int]) -> Sentence | None:
    for name, least in needed.items():
        if settings[name] < least:  # type: ignore[operator]
            return Sentence(
                "the claim needs {name} of at least {least}, this run had {used}",
                name=name,
                least=least,
                used=settings[name],
            )
    return None


def _no_test(settings: Mapping[str, Value], _seeds: Sequence[Figures]) -> Sentence | None:
    """Say why a run is too small to tell whether the error falls."""
    return _too_little(settings, _LEAST)


def _no_contest(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
    """Say why a comparison is none: another goal, too small a run, or rivals tuned badly."""
    if settings["goal"] != _GOAL:
        return Sentence(
            "the claim is about {name} = {papers}, this run had {used}",
            name="goal",
            papers=_GOAL,
            used=settings["goal"],
        )
    small = _too_little(settings, {**_LEAST, **_LEAST_OF_RIVALS})
    if small is not None:
        return small
    mark = "_inner_lr_at_edge_"
    edges = {key for figures in seeds for key, value in figures.items() if mark in key and value}
    if not edges:
        return None
    found = ", ".join(sorted(key.replace(mark, " ") for key in edges))
    return Sentence("at the edge of its grid stood the rate of {names}", names=found)


def _remarks(figures: Figures) -> tuple[Sentence, ...]:
    """Say how far the learner is from the best possible, and where a rival is ahead."""
    found = []
    for family in _FAMILIES:
        learner = figures.get(f"{family}_examples_learner", math.nan)
        told = figures.get(f"{family}_examples_told", math.nan)
        if told < learner < math.inf:
            found.append(
                Sentence(
                    "Who is told the family ({family}) needs {told} examples where the learner "
                    "needs {learner}.",
                    family=family,
                    told=f"{told:.3g}",
                    learner=f"{learner:.3g}",
                )
            )
        ratio = figures.get(f"{family}_replay_mean_ratio", math.nan)
        if round(ratio, 2) > 1:  # as it is said
            found.append(
                Sentence(
                    "Over the whole sequence ({family}) a rival that keeps every example has the "
                    "lower mean error: the learner's is {ratio} times it.",
                    family=family,
                    ratio=f"{ratio:.3g}",
                )
            )
    return tuple(found)


_GLOSSARY = {
    "validation": "The learner's mean error over all tuning sequences; the lowest of the "
    "meta-seeds decides whose weights are kept.",
    "NAME_first": "The learner's error on a sequence's first example, of which it knows nothing; "
    "a share of the best memoryless mapping's over the family, as all errors are.",
    "NAME_late": "The learner's error on the last quarter of a sequence as long as in training.",
    "NAME_beyond": "The same at the end of sequences twice as long as in training.",
    "NAME_memoryless": "The error of the best mapping of the input alone, chosen in hindsight on "
    "the held-out sequences.",
    "NAME_constant": "The error of each sequence's best constant, chosen in hindsight.",
    "NAME_within_ratio": "late over the lowest of first, memoryless and constant; no unit.",
    "NAME_replay_mean_ratio": "The learner's mean error over the lowest of the rivals that keep "
    "every example; no unit.",
    "NAME_replay_examples_ratio": "The learner's examples over those of the soonest rival that "
    "keeps every example; no unit.",
    "NAME_mean_ratio": "The learner's mean error over the lowest of the rivals that see every "
    "example once; no unit, below 1 the learner is ahead.",
    "NAME_examples_ratio": "The learner's examples over those of the soonest rival that sees "
    "every example once; no unit. A rival that never reaches the goal counts as reaching it "
    "after the last example.",
    "NAME_inner_lr_at_edge_NAME": "1 where one of the rival's tuned learning rates is the grid's "
    "first or last, else 0.",
    "NAME_inner_lr_goal_NAME": "The learning rate tuned for reaching the goal soonest.",
    "NAME_inner_lr_NAME": "The learning rate tuned for the mean error.",
    "NAME_mean_NAME": "Mean error over the examples of a sequence as long as in training, each "
    "predicted before it is learned.",
    "NAME_examples_NAME": "How many examples were seen until the mean error on the next five was "
    "at most the goal; infinite where it never was.",
}

_DIFFERS = (
    "the LSTM, the scale of targets and the sequences' length are ours, and that each meta-seed "
    "holds out four of the Boolean functions"
)
_COMPANION = (
    'a companion paper\'s abstract ("Meta-learning with backpropagation", IJCNN 2001) has any '
    "two-dimensional quadratic of a set learned after only 30 training examples"
)

_KINDS = {"quadratic": "quadratics", "boolean": "Boolean functions"}


def _replay_claim(family: str) -> Claim:
    """Return the claim that the learner needs fewer examples than rivals that keep them all."""

    def unless(settings: Mapping[str, Value], seeds: Sequence[Figures]) -> Sentence | None:
        if settings["functions"] in (family, "both"):
            return _no_contest(settings, seeds)
        return Sentence(
            "the claim is about {name} = {papers}, this run had {used}",
            name="functions",
            papers=Sentence("{family} or both", family=family),
            used=settings["functions"],
        )

    return Claim(
        id=f"fewer-examples-than-replay-{family}",
        statement=f"On {_KINDS[family]} it needs fewer examples even than a network trained from "
        "scratch that keeps every example and after each makes several steps on all of them.",
        reference="A harder rival than the paper's, so that the comparison is not won by "
        f"starving it; {_DIFFERS}",
        measure=lambda figures: figures.get(f"{family}_replay_examples_ratio", math.nan),
        bound=1.0,
        reads=f"mean over meta-seeds of {family}_replay_examples_ratio",
        min_seeds=3,
        unless=unless,
    )


EXPERIMENT = Experiment(
    name="hochreiter",
    title="A recurrent network with frozen weights learns functions that it never saw",
    paper="Hochreiter, Younger, Conwell, Learning to learn using gradient descent, ICANN 2001",
    milestone="l2l",
    settings=HochreiterSettings,
    presets=(
        Preset("quick", {}, cost="56 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {
                "outer_steps": 30_000,
                "batch": 64,
                "meta_seeds": 4,
                "held_out_sequences": 256,
                "replay_steps": 100,
            },
            cost="11 min on 2 cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="learns-within-a-sequence",
            statement="With its weights frozen, a trained network's error falls within a "
            "sequence, on functions that it never saw, to less than half of what it was at first "
            "and of what any memoryless mapping and any constant has.",
            reference="Hochreiter, Younger, Conwell 2001: networks with fixed weights learn new "
            f"functions from the examples that they read; {_COMPANION}. The bound of a half is "
            f"ours; {_DIFFERS}",
            measure=lambda figures: _worst(figures, "within_ratio"),
            bound=0.5,
            reads="mean over meta-seeds of the worst family's within_ratio",
            min_seeds=3,
            unless=_no_test,
        ),
        Claim(
            id="fewer-examples",
            statement="It needs fewer examples to reach a given error than a network trained "
            "from scratch on the same function by gradient descent that, like itself, sees every "
            "example once.",
            reference="Hochreiter, Younger, Conwell 2001: gradient descent finds weights that are "
            f"a well performing learning algorithm; {_COMPANION}. The rivals (gradient descent "
            f"and Adam, tuned) and the error to be reached (0.2) are ours; {_DIFFERS}",
            measure=lambda figures: _worst(figures, "examples_ratio"),
            bound=1.0,
            reads="mean over meta-seeds of the worst family's examples_ratio",
            min_seeds=3,
            unless=_no_contest,
        ),
        _replay_claim("quadratic"),
        _replay_claim("boolean"),
    ),
    charts=(
        Chart(
            "quadratic",
            "Mean squared error on quadratics never seen",
            "examples seen",
            "error",
            log=True,
        ),
        Chart(
            "boolean",
            "Mean squared error on Boolean functions never seen",
            "examples seen",
            "error",
        ),
        Chart("meta", "Mean squared error while the network is trained", "outer step", "error"),
    ),
    procedure=_procedure,
    shared="batch",
    glossary=_GLOSSARY,
    remarks=_remarks,
)
