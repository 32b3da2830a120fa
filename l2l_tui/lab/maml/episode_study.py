"""The procedure of the episodes: Conv-4 learns to name characters after a few inner steps.

Outer steps come first; the initial params of all meta-seeds are trained side by side, each on
episodes of its own. Then they adapt to episodes of validation classes, which choose whose are
kept, and to episodes of test classes, which all figures are of; every meta-seed is judged on
the same ones. Nothing is chosen by test classes.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.few_shot.episodes import Episodes, Sampler
from l2l_tui.lab.few_shot.intervals import class_resampled, class_resampled_ratio
from l2l_tui.lab.maml.episode_tasks import tasks
from l2l_tui.lab.maml.inner_loop import InnerLoop
from l2l_tui.lab.maml.meta_gradients import MetaLearner, spread
from l2l_tui.lab.maml.tasks import joined
from l2l_tui.lab.maml.training import Schedule, Training
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks

EVERY = 20
"""Outer steps between measurements of the training loss."""
TOGETHER = 20
"""Episodes judged between safe points."""


@dataclass(frozen=True)
class Protocol:
    """What is learned, and what it is judged by."""

    learner: MetaLearner
    """What learns the initial params."""
    schedule: Schedule
    """How."""
    train: Sampler
    """Draws episodes of training classes."""
    validation: Sampler
    """Of validation classes."""
    test: Sampler
    """Of test classes."""
    episodes: int
    """Episodes at an outer step, of each meta-seed."""
    meta_seeds: int
    """How many are trained side by side."""
    inner_steps: int
    """Inner steps in judging."""
    validation_episodes: int
    """Episodes of validation classes."""
    test_episodes: int
    """Episodes of test classes."""


@dataclass(frozen=True)
class Judged:
    """How many queries some episodes of one meta-seed had right, between 0 and 1."""

    classes: Tensor
    """(episodes, n_way)."""
    learned: Tensor
    """After each inner step from the learned params: (inner steps + 1, episodes)."""
    alone: Tensor
    """After the last one, each query normalised by the support set alone: (episodes,)."""
    untrained: Tensor
    """After the last one from the params that training began with: (episodes,)."""

    def whole(self, ranks: Ranks, episodes: int) -> Judged:
        """Return so many episodes, of which each rank judged its share."""
        return Judged(
            classes=ranks.whole(self.classes, episodes, 0),
            learned=ranks.whole(self.learned, episodes, 1),
            alone=ranks.whole(self.alone, episodes, 0),
            untrained=ranks.whole(self.untrained, episodes, 0),
        )


@dataclass(frozen=True)
class _Item:
    """What is judged between two safe points."""

    part: str
    index: int
    chunk: int
    episodes: int


class EpisodeStudy:
    """One run, from its present state on.

    Args:
        protocol: What is learned.
        seed: Decides every generator.
        ranks: Who shares each batch of episodes, in training and in judging.

    Attributes:
        steps: How many steps the whole run has.
    """

    def __init__(self, protocol: Protocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._seed, self._ranks = protocol, seed, ranks
        seeds = range(protocol.meta_seeds)
        network = protocol.learner.inner.network
        self._initial = torch.stack([network.draw(generator(seed, "phi", i)) for i in seeds])
        self._sources = [generator(seed, "train", index) for index in seeds]
        self._training = Training(
            self._initial, protocol.schedule, self._meta_gradient, self._sources, ranks
        )
        self._train_loss = torch.zeros((), dtype=torch.float64)
        self._items = [
            item
            for part, episodes in (
                ("validation", protocol.validation_episodes),
                ("test", protocol.test_episodes),
            )
            for index in seeds
            for item in _chunks(part, index, episodes)
        ]
        self._judged: list[Judged] = []
        self._step = 0
        self.steps = protocol.schedule.outer_steps + len(self._items)

    def _meta_gradient(self, initial: Tensor) -> tuple[Tensor, Tensor]:
        protocol, mine = self._protocol, self._ranks.share(self._protocol.episodes)
        drawn = [tasks(protocol.train.draw(one, protocol.episodes, mine)) for one in self._sources]
        return protocol.learner.meta_gradient(initial, joined(drawn))

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed (see `figures`), and the initial params of the one with
            the highest accuracy on validation classes, by name.
        """
        while self._step < self.steps:
            trains = self._step < self._protocol.schedule.outer_steps
            measurements, note = self._train() if trains else self._judge()
            self._step += 1
            yield Progress(self._step, tuple(measurements), note)
        return Outcome(self.figures(), self.weights())

    def _train(self) -> tuple[list[Measurement], str]:
        """Make an outer step; now and then measure the mean loss since the last."""
        self._train_loss = self._train_loss + self._training.step().double().mean()
        done, outer_steps = self._training.outer_step, self._protocol.schedule.outer_steps
        since = (done - 1) % EVERY + 1
        if since < EVERY and done < outer_steps:
            return [], ""
        mean = float(self._train_loss) / since
        self._train_loss = torch.zeros_like(self._train_loss)
        note = f"outer step {done}, loss on queries in training {mean:.3g}"
        says = done % (5 * EVERY) == 0 or done == outer_steps
        return [Measurement("meta/train", done, mean)], note if says else ""

    def _judge(self) -> tuple[list[Measurement], str]:
        """Judge some episodes of one meta-seed; at the end measure the means on test classes."""
        item = self._items[len(self._judged)]
        sampler = {"validation": self._protocol.validation, "test": self._protocol.test}[item.part]
        source = generator(self._seed, item.part, item.chunk)
        mine = self._judgement(
            sampler.draw(source, item.episodes, self._ranks.share(item.episodes)), item.index
        )
        self._judged.append(mine.whole(self._ranks, item.episodes))
        if len(self._judged) < len(self._items):
            return [], ""
        found = [self._gathered("test", index) for index in range(self._protocol.meta_seeds)]
        means = torch.stack([one.learned.mean(1) for one in found]).mean(0).tolist()
        curve = [Measurement("accuracy/learned", step, mean) for step, mean in enumerate(means)]
        said = ", ".join(f"{mean:.3f}" for mean in means)
        return curve, f"accuracy on test classes after each inner step: {said}"

    def _judgement(self, episodes: Episodes, index: int) -> Judged:
        """Let one meta-seed's params adapt to episodes."""
        inner, steps = self._protocol.learner.inner, self._protocol.inner_steps
        given = tasks(episodes)
        learned, began = (
            spread(params[index, None], len(episodes)).requires_grad_()
            for params in (self._training.learned, self._initial)
        )
        path = [params.detach() for params in inner.path(learned, given.support, steps)]
        untrained = inner.adapted(began, given.support, steps).detach()
        alone = replace(inner, transductive=False)

        def right(params: Tensor, how: InnerLoop = inner) -> Tensor:
            """Return the share of queries named rightly: (episodes,)."""
            named = how.outputs(params, given.support, given.query.x).argmax(-1)
            return (named == given.query.y).double().mean(1)

        return Judged(
            classes=episodes.classes,
            learned=torch.stack([right(params) for params in path]),
            alone=right(path[-1], alone),
            untrained=right(untrained),
        )

    def _gathered(self, part: str, index: int) -> Judged:
        """Return all judged episodes of one part and meta-seed as one."""
        found = [
            judged
            for item, judged in zip(self._items, self._judged, strict=True)
            if (item.part, item.index) == (part, index)
        ]
        return Judged(
            classes=torch.cat([one.classes for one in found]),
            learned=torch.cat([one.learned for one in found], 1),
            alone=torch.cat([one.alone for one in found]),
            untrained=torch.cat([one.untrained for one in found]),
        )

    def figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures; all but ``validation`` are of test classes.

        SHAPE is ``5way_1shot`` or the like. ``accuracy_SHAPE`` after the last inner step, with
        ``accuracy_SHAPE_half_width``, half of its 95 % interval over classes and episodes, and
        ``accuracy_SHAPE_episodes_half_width``, over episodes alone. ``accuracy_Nstep`` after N
        inner steps, and ``accuracy_0step_half_width``. ``alone_SHAPE``: every query normalised by
        the support set's statistics. ``untrained_SHAPE``: the same inner steps from random params.
        ``error_ratio_SHAPE``: the share of queries named wrongly over that from random params,
        with ``_half_width`` too. ``chance``: 1 / n_way.
        ``train_classes`` and ``test_classes``: how many there are, in which editions of a data
        set differ. ``validation``: the accuracy on validation classes.
        """
        return tuple(self._figures(index) for index in range(self._protocol.meta_seeds))

    def _figures(self, index: int) -> dict[str, float]:
        found, shape = self._gathered("test", index), self._protocol.test.shape.name
        interval = class_resampled(found.learned[-1], found.classes)
        before = class_resampled(found.learned[0], found.classes)
        ratio = class_resampled_ratio(1 - found.learned[-1], 1 - found.untrained, found.classes)
        by_step = enumerate(found.learned.mean(1).tolist())
        return {
            f"accuracy_{shape}": interval.mean,
            f"accuracy_{shape}_half_width": interval.half_width,
            f"accuracy_{shape}_episodes_half_width": interval.episodes_half_width,
            **{f"accuracy_{step}step": mean for step, mean in by_step},
            "accuracy_0step_half_width": before.half_width,
            f"alone_{shape}": float(found.alone.mean()),
            f"untrained_{shape}": float(found.untrained.mean()),
            f"error_ratio_{shape}": ratio.mean,
            f"error_ratio_{shape}_half_width": ratio.half_width,
            "chance": 1 / self._protocol.test.shape.n_way,
            "train_classes": float(len(self._protocol.train.characters)),
            "test_classes": float(len(self._protocol.test.characters)),
            "validation": self._validation(index),
        }

    def _validation(self, index: int) -> float:
        return float(self._gathered("validation", index).learned[-1].mean())

    def weights(self) -> dict[str, Tensor]:
        """Return the parts of the initial params with the highest accuracy in validation."""
        best = max(range(self._protocol.meta_seeds), key=self._validation)
        parts = self._protocol.learner.inner.network.unpack(self._training.learned[best])
        return {name: part.clone() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the run depends on, as copies."""
        return {
            "step": self._step,
            "training": self._training.state(),
            "train_loss": self._train_loss.clone(),
            "judged": [
                {name: values.clone() for name, values in vars(one).items()} for one in self._judged
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._step = state["step"]
        self._training.restore(state["training"])
        self._train_loss = state["train_loss"].clone()
        self._judged = [
            Judged(**{name: values.clone() for name, values in one.items()})
            for one in state["judged"]
        ]


def _chunks(part: str, index: int, episodes: int) -> list[_Item]:
    return [
        _Item(part, index, chunk, min(TOGETHER, episodes - begin))
        for chunk, begin in enumerate(range(0, episodes, TOGETHER))
    ]
