"""Representations compared by how well a head learns on them online, classes never seen before.

For each meta-seed a representation and the start of a head are meta-learned (`OML`), others are
pre-trained on the same classes, and a third stays as it was drawn. From each start, with fresh
outputs, classes of other alphabets are learned one after the other, one example at a time, and
all of those met so far are named. The learning rate of online learning is chosen for each of the
three by itself, on the validation alphabets.

Figures are of test alphabets, which nothing else has seen.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.continual import online
from l2l_tui.lab.continual.online import Head
from l2l_tui.lab.continual.online_network import OnlineNetwork
from l2l_tui.lab.continual.representation import Objective, Trajectories
from l2l_tui.lab.few_shot.episodes import Sampler
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.optimizers import Adam
from l2l_tui.lab.randomness import generator

REPRESENTATIONS = ("oml", "pretrained", "random")
"""What is compared, in the order in which they are trained and judged."""


@dataclass(frozen=True)
class Training:
    """How one representation is trained."""

    objective: Objective
    """Along what."""
    steps: int
    """Steps of Adam."""
    lr: float
    """Adam's rate."""


@dataclass(frozen=True)
class Judging:
    """How all are judged."""

    validation: Sampler
    """Draws the classes that choose the rates of online learning."""
    test: Sampler
    """Draws those of the report."""
    trajectories: int
    """Of each of the two."""
    rates: tuple[float, ...]
    """Rates of online learning to choose from, rising."""
    charted: int
    """Classes between two points of a curve."""


@dataclass(frozen=True)
class Protocol:
    """What is compared."""

    network: OnlineNetwork
    """What all representations are, and the heads on them."""
    trained: Mapping[str, Training]
    """How ``oml`` and ``pretrained`` are trained."""
    judging: Judging
    """How all are judged."""
    meta_seeds: int
    """How often everything is done."""
    stretch: int
    """Training steps between two safe points."""


@dataclass(frozen=True, eq=False)
class _Test:
    """Trajectories, and the head that learns them from here."""

    seen: Trajectories
    start: Head
    orders: tuple[Tensor, Tensor]
    """Orders of the examples (examples,): class by class, and a random one."""

    def accuracy(self, order: Tensor, rate: float) -> float:
        """Return the share named rightly, of all classes, after the examples in an order."""
        seen = self.seen
        head = online.learned(self.start, seen.x[:, order], seen.y[:, order], rate)
        return float(online.accuracies(head, seen.test_x, seen.test_y).mean())

    def curve(self, rate: float, every: int) -> dict[int, float]:
        """Return the accuracy on the classes met so far, after every so many and the last."""
        seen, head, found = self.seen, self.start, dict[int, float]()
        queries = seen.test_y.shape[1] // seen.classes
        for begin in range(0, seen.classes, every):
            end = min(begin + every, seen.classes)
            new = slice(begin * seen.shots, end * seen.shots)
            head = online.learned(head, seen.x[:, new], seen.y[:, new], rate)
            met = slice(end * queries)
            shares = online.accuracies(head, seen.test_x[:, met], seen.test_y[:, met])
            found[end] = float(shares.mean())
        return found


class OMLStudy:
    """One run, from its present state on.

    Args:
        protocol: What is compared.
        seed: Decides every draw.
    """

    def __init__(self, protocol: Protocol, seed: int) -> None:
        self._protocol, self._seed = protocol, seed
        self._plan = [
            (index, name) for index in range(protocol.meta_seeds) for name in REPRESENTATIONS
        ]
        self.steps = sum(self._steps(name) for _, name in self._plan)
        self._figures: list[dict[str, float]] = [{} for _ in range(protocol.meta_seeds)]
        self._weights: dict[str, Tensor] = {}
        self._done, self._step = 0, 0
        self._begin()

    def _steps(self, name: str) -> int:
        """Return how many safe points a representation takes: training, each rate, judging."""
        training = self._protocol.trained.get(name)
        trained = -(-training.steps // self._protocol.stretch) if training else 0
        return trained + 2 * len(self._protocol.judging.rates) + 1

    def _begin(self) -> None:
        """Draw the representation whose turn it is, as it is before it is trained."""
        self._trained, self._tried = 0, list[float]()
        self._validation: _Test | None = None
        if self._done == len(self._plan):
            return
        index, name = self._plan[self._done]
        training = self._protocol.trained.get(name)
        drawn = training.objective if training else self._protocol.network
        self._params = drawn.draw(generator(self._seed, "params", index))
        self._memory = dict(Adam(0.0).init(self._params))

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            Of each meta-seed the figures of `_judge`, and the first one's networks as weights.
        """
        while self._done < len(self._plan):
            yield self._advance(*self._plan[self._done])
        return Outcome(tuple(self._figures), dict(self._weights))

    def _advance(self, index: int, name: str) -> Progress:
        """Train for a stretch, or try a rate, or judge."""
        training = self._protocol.trained.get(name)
        self._step += 1
        if training is not None and self._trained < training.steps:
            return Progress(self._step, self._train(index, name, training))
        if len(self._tried) < 2 * len(self._protocol.judging.rates):
            self._try(index)
            return Progress(self._step)
        measured = self._judge(index, name)
        figures = self._figures[index]
        note = (
            f"{name} ({index + 1}): accuracy {figures[f'accuracy_{name}']:.3f} online, "
            f"{figures[f'shuffled_{name}']:.3f} shuffled, rate {figures[f'rate_{name}']:g}"
        )
        if index == 0:
            # Without the outputs that pre-training had on top.
            self._weights[name] = self._params[: self._protocol.network.size].clone()
        self._done += 1
        self._begin()
        return Progress(self._step, measured, note)

    def _train(self, index: int, name: str, training: Training) -> tuple[Measurement, ...]:
        count = min(self._protocol.stretch, training.steps - self._trained)
        total, optimizer = 0.0, Adam(training.lr)
        for _ in range(count):
            draws = generator(self._seed, name, index, self._trained)
            loss, grads = training.objective.loss_and_grads(self._params, draws)
            updates, memory = optimizer.update(grads, self._memory, self._params)
            self._params, self._memory = self._params + updates, dict(memory)
            self._trained += 1
            total += loss
        suffix = f"-{index + 1}" if index else ""
        return (Measurement(f"training/{name}{suffix}", self._trained, total / count),)

    @torch.no_grad()
    def _try(self, index: int) -> None:
        """Try the next rate on validation trajectories: as they are first, then shuffled."""
        if self._validation is None:
            self._validation = self._drawn("validation", index)
        rates = self._protocol.judging.rates
        shuffled, rate = divmod(len(self._tried), len(rates))
        order = self._validation.orders[shuffled]
        self._tried.append(self._validation.accuracy(order, rates[rate]))

    def _chosen(self) -> tuple[float, float]:
        """Return the best rates for examples as they are, and for shuffled ones.

        The best has the highest accuracy on all classes, of equally good ones it is the largest.
        """
        rates = self._protocol.judging.rates
        ordered, shuffled = self._tried[: len(rates)], self._tried[len(rates) :]
        return max(zip(ordered, rates, strict=True))[1], max(zip(shuffled, rates, strict=True))[1]

    def _drawn(self, purpose: str, index: int) -> _Test:
        """Draw trajectories of validation or of test classes, and the head that learns them.

        All representations get the same pictures, orders and fresh outputs.
        """
        judging, network = self._protocol.judging, self._protocol.network
        sampler = judging.test if purpose == "test" else judging.validation
        episodes = sampler.draw(generator(self._seed, purpose, index), judging.trajectories)
        seen = Trajectories(network, self._params, episodes)
        draws = generator(self._seed, purpose, "outputs", index)
        outputs = network.outputs(draws, judging.trajectories, seen.classes)
        count = seen.y.shape[1]
        order = torch.randperm(count, generator=generator(self._seed, purpose, "order", index))
        return _Test(seen, network.head(self._params, outputs), (torch.arange(count), order))

    @torch.no_grad()
    def _judge(self, index: int, name: str) -> tuple[Measurement, ...]:
        """Learn the test trajectories online; name what was met so far, all along.

        Figures: ``accuracy_NAME`` after the last class, ``shuffled_NAME`` the same where the
        examples come in a random order, ``kept_NAME`` their quotient, ``rate_NAME`` and
        ``rate_shuffled_NAME``, ``rate_at_edge_NAME`` for either, and ``active_NAME``, the share
        of features above 0.
        """
        test, rates = self._drawn("test", index), self._protocol.judging.rates
        rate, rate_shuffled = self._chosen()
        curve = test.curve(rate, self._protocol.judging.charted)
        accuracy = curve[test.seen.classes]
        shuffled = test.accuracy(test.orders[1], rate_shuffled)
        self._figures[index] |= {
            f"accuracy_{name}": accuracy,
            f"shuffled_{name}": shuffled,
            f"kept_{name}": accuracy / shuffled if shuffled else 0.0,
            f"rate_{name}": rate,
            f"rate_shuffled_{name}": rate_shuffled,
            f"rate_at_edge_{name}": float(bool({rates[0], rates[-1]} & {rate, rate_shuffled})),
            f"active_{name}": float((test.seen.test_x > 0).double().mean()),
        }
        suffix = f"-{index + 1}" if index else ""
        return tuple(
            Measurement(f"accuracy/{name}{suffix}", classes, value)
            for classes, value in curve.items()
        )

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        return {
            "position": [self._done, self._step, self._trained],
            "tried": list(self._tried),
            "figures": [dict(figures) for figures in self._figures],
            "weights": {name: value.clone() for name, value in self._weights.items()},
            "params": self._params.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._done, self._step, self._trained = state["position"]
        self._tried = list(state["tried"])
        self._validation = None
        self._figures = [dict(figures) for figures in state["figures"]]
        self._weights = {name: value.clone() for name, value in state["weights"].items()}
        self._params = state["params"].clone()
        self._memory = {name: value.clone() for name, value in state["memory"].items()}
