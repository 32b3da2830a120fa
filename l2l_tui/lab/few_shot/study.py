"""A few-shot experiment's procedure: learners are trained, then judged on the same episodes.

One contestant after the other, and of each one meta-seed after the other: training steps, now
and then measured on validation alphabets, then all test episodes. In a meta-seed all learners
train on the same episodes; in judging all learners and meta-seeds have the same. Nothing is
chosen by a test class: what is judged is the learner as its last training step leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.few_shot.episodes import Episodes, Sampler, Shape
from l2l_tui.lab.few_shot.intervals import class_resampled
from l2l_tui.lab.few_shot.learners import EpisodeSource, Learner
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks

_PICTURES = 800
"""Pictures that are judged between two safe points, at most: well below a second of work."""
_KEPT = 20_000
"""So many test pictures are drawn but once, for all learners: 63 MB of them."""


@dataclass(frozen=True)
class Contestant:
    """One learner of a study."""

    name: str
    """What it is called in charts."""
    figure: str
    """What its figures begin with."""
    steps: int
    """How many training steps it makes; 0 if it learns nothing."""
    make: Callable[[torch.Generator, EpisodeSource], Learner]
    """Makes it, untrained, from a generator of its own and what gives training episodes."""


@dataclass(frozen=True)
class Comparison:
    """Two contestants of which one may be ahead, on the same episodes of one shape."""

    figure: str
    """What the figures of the one begin with."""
    rival: str
    """And those of the other."""
    shape: str
    """The shape's name."""

    @property
    def name(self) -> str:
        """What the figure of how far it is ahead is called: ``NAME_above_RIVAL_5way_1shot``."""
        return f"{self.figure}_above_{self.rival}_{self.shape}"


@dataclass(frozen=True)
class Protocol:
    """Who learns from what, and how all are judged."""

    contestants: tuple[Contestant, ...]
    """In the order in which they come."""
    comparisons: tuple[Comparison, ...]
    """Of contestants that there are."""
    train: Sampler
    """Gives training episodes."""
    batch: int
    """Of them in a training step."""
    validation: Sampler
    """Gives the episodes that training is watched with."""
    test: tuple[Sampler, ...]
    """Give the episodes of the figures, one sampler a shape."""
    meta_seeds: int
    """How many times each contestant is trained."""
    test_episodes: int
    """Of each shape; at least two."""
    validation_episodes: int
    """Each time."""
    every: int
    """Training steps between safe points at most; at each the loss is measured."""
    validate_every: int
    """Training steps between validations."""


class TrainingEpisodes:
    """Gives every learner of a meta-seed the same training episodes.

    Args:
        sampler: Draws them.
        batch: How many a step has.
        seed: The run's.
        meta_seed: The learner's.
        ranks: Who shares them.
    """

    def __init__(
        self,
        sampler: Sampler,
        batch: int,
        seed: int,
        meta_seed: int,
        ranks: Ranks = ALONE,
    ) -> None:
        self._sampler, self._batch, self.ranks = sampler, batch, ranks
        self._seed, self._meta_seed = seed, meta_seed
        self.classes = len(sampler.characters)

    def __call__(self, step: int) -> Episodes:
        """Return a rank's own of a step's episodes."""
        source = generator(self._seed, "train", self._meta_seed, step)
        return self._sampler.draw(source, self._batch, self.ranks.share(self._batch))


class Study:
    """One run, from its present state on.

    Args:
        protocol: Who learns from what.
        seed: Decides every generator.
        ranks: Who shares each batch of episodes, in training and in judging.

    Attributes:
        steps: How many steps the whole run has: training steps, and batches of test episodes.
    """

    def __init__(self, protocol: Protocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._seed, self._ranks = protocol, seed, ranks
        self._trials = [
            (contestant, meta_seed)
            for contestant in protocol.contestants
            for meta_seed in range(protocol.meta_seeds)
        ]
        self._batches = [
            batch
            for sampler in protocol.test
            for batch in _batches(sampler, protocol.test_episodes)
        ]
        pictures = sum(batch.episodes * _pictures(batch.sampler.shape) for batch in self._batches)
        self._drawn: dict[int, Episodes] | None = {} if pictures <= _KEPT else None
        lengths = [contestant.steps + len(self._batches) for contestant, _ in self._trials]
        self._before = [sum(lengths[:trial]) for trial in range(len(lengths) + 1)]
        self.steps = self._before[-1]
        self._figures = [self._classes_known() for _ in range(protocol.meta_seeds)]
        # Of each meta-seed, what each contestant had right, by the name of its figures.
        self._earlier: list[dict[str, Tensor]] = [{} for _ in range(protocol.meta_seeds)]
        self._best, self._winner, self._weights = -1.0, "", dict[str, Tensor]()
        self._trial = 0
        self._begin()

    def _begin(self) -> None:
        """Set up the trial whose turn it is."""
        self._trained, self._judged = 0, 0
        self._accuracies: dict[str, list[Tensor]] = {}
        self._classes: dict[str, list[Tensor]] = {}
        if self._trial < len(self._trials):
            contestant, meta_seed = self._trials[self._trial]
            source = generator(self._seed, "network", meta_seed)
            episodes = TrainingEpisodes(
                self._protocol.train, self._protocol.batch, self._seed, meta_seed, self._ranks
            )
            self._learner = contestant.make(source, episodes)

    def _classes_known(self) -> dict[str, float]:
        """Return how many classes there are: two editions of a data set differ in them."""
        protocol = self._protocol
        return {
            "train_classes": float(len(protocol.train.characters)),
            "test_classes": float(len(protocol.test[0].characters)),
        }

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed: see `_figures_of` and `_compared`, and how many classes
            there are in ``train_classes`` and ``test_classes``. The weights of the network that
            was best in its last validation, and which learner's it is.
        """
        while self._trial < len(self._trials):
            yield self._advance()
        return Outcome(tuple(self._figures), self._weights, {"learner": self._winner})

    def _advance(self) -> Progress:
        """Train for a while, or judge a batch of test episodes."""
        contestant, _ = self._trials[self._trial]
        if self._trained < contestant.steps:
            return self._train(contestant)
        self._judge()
        if self._judged < len(self._batches):
            return Progress(self._position(), part=f"judging {contestant.name}")
        return self._end()

    def _train(self, contestant: Contestant) -> Progress:
        """Make training steps to the next safe point."""
        protocol = self._protocol
        stop = min(
            contestant.steps,
            _next(self._trained, protocol.every),
            _next(self._trained, protocol.validate_every),
        )
        losses = [self._learner.step(index) for index in range(self._trained, stop)]
        self._trained = stop
        name = self._named(contestant.name)
        found = [Measurement(f"loss/{name}", stop, sum(losses) / len(losses))]
        if stop % protocol.validate_every and stop < contestant.steps:
            return Progress(self._position(), tuple(found), part=f"training {contestant.name}")
        accuracy = self._validation()
        if stop == contestant.steps and accuracy > self._best:
            self._best, self._winner = accuracy, contestant.name
            self._weights = self._learner.weights()
        found.append(Measurement(f"validation/{name}", stop, accuracy))
        return Progress(
            self._position(),
            tuple(found),
            f"{name}: step {stop}, validation accuracy {accuracy:.3f}",
            part=f"training {contestant.name}",
        )

    def _named(self, name: str) -> str:
        """Return a contestant's name as charts have it: with the meta-seed, if not the first."""
        meta_seed = self._trials[self._trial][1]
        return f"{name}-{meta_seed + 1}" if meta_seed else name

    def _validation(self) -> float:
        """Return the accuracy on validation episodes, the same ones each time."""
        sampler, wanted = self._protocol.validation, self._protocol.validation_episodes
        found = [
            self._ranks.whole(
                _accuracies(self._learner, self._episodes("validation", batch)), batch.episodes, 0
            )
            for batch in _batches(sampler, wanted)
        ]
        return float(torch.cat(found).mean())

    def _episodes(self, purpose: str, batch: _Batch) -> Episodes:
        source = generator(self._seed, purpose, batch.sampler.shape.name, batch.begin)
        return batch.sampler.draw(source, batch.episodes, self._ranks.share(batch.episodes))

    def _test_episodes(self) -> Episodes:
        """Return the next batch of test episodes, the same ones for every learner."""
        kept = None if self._drawn is None else self._drawn.get(self._judged)
        episodes = kept or self._episodes("test", self._batches[self._judged])
        if self._drawn is not None:
            self._drawn[self._judged] = episodes
        return episodes

    def _judge(self) -> None:
        """Judge the learner on the next batch of test episodes."""
        batch = self._batches[self._judged]
        episodes = self._test_episodes()
        name = batch.sampler.shape.name
        for found, mine in (
            (self._accuracies, _accuracies(self._learner, episodes)),
            (self._classes, episodes.classes),
        ):
            found.setdefault(name, []).append(self._ranks.whole(mine, batch.episodes, 0))
        self._judged += 1

    def _end(self) -> Progress:
        """Note a trial's figures; go on to the next one."""
        (contestant, meta_seed), found = self._trials[self._trial], self._figures_of()
        self._figures[meta_seed] |= found | self._compared()
        measurements = []
        for sampler in self._protocol.test:
            shape = sampler.shape
            accuracy = found[f"{contestant.figure}_{shape.name}"]
            name = f"{shape.k_shot}shot/{self._named(contestant.name)}"
            measurements.append(Measurement(name, shape.n_way, accuracy))
        said = ", ".join(
            f"{shape.name} {found[f'{contestant.figure}_{shape.name}']:.3f}"
            for shape in (sampler.shape for sampler in self._protocol.test)
        )
        note = f"{contestant.name}, meta-seed {meta_seed + 1}, on alphabets never seen: {said}"
        self._trial += 1
        self._begin()
        part = f"judging {contestant.name}"
        return Progress(self._position(), tuple(measurements), note, part)

    def _figures_of(self) -> dict[str, float]:
        """Return the figures of the trial that has just been judged.

        ``NAME_5way_1shot`` is the accuracy on test episodes of that shape, between 0 and 1;
        ``NAME_5way_1shot_half_width`` half the width of its 95 % interval over classes and episodes
        (`intervals`); ``NAME_memory_mb`` the megabytes that a training step keeps, if there is
        one.
        """
        name, found = self._trials[self._trial][0].figure, {}
        for shape, accuracies in self._accuracies.items():
            interval = class_resampled(torch.cat(accuracies), torch.cat(self._classes[shape]))
            found[f"{name}_{shape}"] = interval.mean
            found[f"{name}_{shape}_half_width"] = interval.half_width
        memory_mb = self._learner.memory_mb()
        return found | ({f"{name}_memory_mb": memory_mb} if memory_mb else {})

    def _compared(self) -> dict[str, float]:
        """Return the figures of the comparisons that are settled now that this trial is judged.

        ``NAME_above_RIVAL_5way_1shot`` is how much higher the one's accuracy is than the other's,
        with ``_half_width`` as above. Both named the very same queries, so the interval is that of
        their difference, episode by episode: what makes episodes easy for both is not in it.
        """
        (contestant, meta_seed), known = self._trials[self._trial], {}
        for shape, accuracies in self._accuracies.items():
            known[f"{contestant.figure}_{shape}"] = torch.cat(accuracies)
        earlier = self._earlier[meta_seed]
        earlier |= known
        found: dict[str, float] = {}
        for one in self._protocol.comparisons:
            pair = f"{one.figure}_{one.shape}", f"{one.rival}_{one.shape}"
            if known.keys() & pair and earlier.keys() >= {*pair}:
                ahead = earlier[pair[0]] - earlier[pair[1]]
                interval = class_resampled(ahead, torch.cat(self._classes[one.shape]))
                found[one.name] = interval.mean
                found[f"{one.name}_half_width"] = interval.half_width
        return found

    def _position(self) -> int:
        return self._before[self._trial] + self._trained + self._judged

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the run depends on, as copies."""
        return {
            "trial": self._trial,
            "trained": self._trained,
            "judged": self._judged,
            "figures": [dict(figures) for figures in self._figures],
            "learner": self._learner.state(),
            "best": self._best,
            "winner": self._winner,
            "weights": _copied(self._weights),
            "accuracies": {name: torch.cat(found) for name, found in self._accuracies.items()},
            "classes": {name: torch.cat(found) for name, found in self._classes.items()},
            "earlier": [_copied(found) for found in self._earlier],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._trial = state["trial"]
        self._figures = [dict(figures) for figures in state["figures"]]
        self._begin()
        self._trained, self._judged = state["trained"], state["judged"]
        if self._trial < len(self._trials):
            self._learner.restore(state["learner"])
        self._best, self._winner = state["best"], state["winner"]
        self._weights = _copied(state["weights"])
        self._accuracies = {name: [found.clone()] for name, found in state["accuracies"].items()}
        self._classes = {name: [found.clone()] for name, found in state["classes"].items()}
        self._earlier = [_copied(found) for found in state["earlier"]]


@dataclass(frozen=True)
class _Batch:
    """Episodes that are judged at once."""

    sampler: Sampler
    begin: int
    episodes: int


def _batches(sampler: Sampler, episodes: int) -> list[_Batch]:
    """Divide episodes into batches of so many pictures that each is quickly done."""
    at_once = max(1, _PICTURES // _pictures(sampler.shape))
    return [
        _Batch(sampler, begin, min(at_once, episodes - begin))
        for begin in range(0, episodes, at_once)
    ]


def _pictures(shape: Shape) -> int:
    """Return how many pictures an episode has."""
    return shape.n_way * (shape.k_shot + shape.n_query)


def _copied(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in tensors.items()}


def _next(step: int, every: int) -> int:
    """Return the first multiple of `every` after a step."""
    return (step // every + 1) * every


def _accuracies(learner: Learner, episodes: Episodes) -> Tensor:
    """Return each episode's share of queries named rightly: (episodes,)."""
    named = learner.logits(episodes).argmax(-1)
    return named.eq(episodes.labels()).double().mean((1, 2))
