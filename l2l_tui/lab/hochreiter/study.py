"""The experiment's procedure: rivals are tuned and run, learners are trained and frozen.

A row of small steps, each of which ends at a safe point:

1. each rival's learning rate is tuned, for each meta-seed and family, on tuning sequences,
   and it learns the held-out sequences, function by function (`contest`);
2. outer steps: the learners of all meta-seeds are trained side by side;
3. the frozen learners read the held-out sequences.

A meta-seed holds out four of the 16 Boolean functions: its learner is trained, and its rivals
are tuned, on the twelve others. Quadratics are drawn anew each time.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.hochreiter.contest import Contest, Terms
from l2l_tui.lab.hochreiter.figures import Curve, of_family
from l2l_tui.lab.hochreiter.functions import (
    Booleans,
    Examples,
    Family,
    Quadratics,
    held_out_booleans,
    seen_booleans,
    told_errors,
)
from l2l_tui.lab.hochreiter.meta_training import MetaTraining, Schedule
from l2l_tui.lab.hochreiter.network import Network
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks

EVERY = 50
"""Outer steps between measurements of the training error."""


@dataclass(frozen=True)
class Protocol:
    """What is learned by whom."""

    families: tuple[str, ...]
    """``boolean``, ``quadratic`` or both: one learner reads them all."""
    network: Network
    """The learner's architecture."""
    schedule: Schedule
    """How it is trained."""
    batch: int
    """Training sequences of each family at an outer step."""
    meta_seeds: int
    """How many learners are trained."""
    held_out: int
    """Held-out sequences of each meta-seed and family, twice `Terms.length` long."""
    tuning: int
    """Tuning sequences of each meta-seed and family, as long."""
    terms: Terms
    """What the rivals are given; its `length` is a training sequence's too."""


class Study:
    """One run, from its present state on.

    Args:
        protocol: What is learned by whom.
        seed: Decides every generator.
        ranks: Who shares each batch of training sequences; each does the rivals' part in full.

    Attributes:
        steps: How many steps the whole run has.
        held_out_functions: The Boolean functions that each meta-seed never sees in training.
    """

    def __init__(self, protocol: Protocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._seed, self._ranks = protocol, seed, ranks
        self._seeds = range(protocol.meta_seeds)
        order = torch.randperm(8, generator=generator(seed, "folds")).tolist()
        self.held_out_functions = [held_out_booleans(index, order) for index in self._seeds]
        self._held_out = self._sequences("held-out", protocol.held_out, seen=False)
        self._tuning = self._sequences("tuning", protocol.tuning, seen=True)
        self._contest = Contest(protocol.terms, self._tuning, self._held_out, seed)
        phi = [protocol.network.draw(generator(seed, "phi", index)) for index in self._seeds]
        sources = [generator(seed, "train", index) for index in self._seeds]
        self._training = MetaTraining(
            protocol.network, torch.stack(phi), protocol.schedule, self._batch, sources, ranks
        )
        self._train_error = torch.zeros(len(protocol.families), dtype=torch.float64)
        self._judged: dict[str, Tensor] = {}
        self._step = 0
        self.steps = self._contest.steps + protocol.schedule.outer_steps + 1

    def _family(self, name: str, index: int, *, seen: bool) -> Family:
        """Return a family as a meta-seed has it: in training, or held out."""
        if name == "quadratic":
            return Quadratics()
        held_out = self.held_out_functions[index]
        return Booleans(seen_booleans(held_out) if seen else held_out)

    def _sequences(self, purpose: str, count: int, *, seen: bool) -> Examples:
        """Draw sequences for every meta-seed and family: (seeds, families, count, examples)."""
        examples = 2 * self._protocol.terms.length
        found = [
            self._family(name, index, seen=seen).draw(
                generator(self._seed, purpose, name, index), count, examples
            )
            for index in self._seeds
            for name in self._protocol.families
        ]
        shape = (len(self._seeds), len(self._protocol.families), count, examples)
        return _joined(found, shape)

    def _batch(self, sources: list[torch.Generator]) -> Examples:
        """Draw an outer step's sequences, the rank's own: (seeds, families x batch, examples)."""
        batch, examples = self._protocol.batch, self._protocol.terms.length
        mine = self._ranks.share(batch)
        found = [
            self._family(name, index, seen=True).draw(source, batch, examples).of(mine)
            for index, source in enumerate(sources)
            for name in self._protocol.families
        ]
        return _joined(found, (len(sources), -1, examples))

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed (see `figures`), and the weights of the learner with
            the lowest error on tuning sequences.
        """
        while self._step < self.steps:
            measurements, note = self._advance()
            self._step += 1
            yield Progress(self._step, tuple(measurements), note)
        return Outcome(self.figures(), self.weights())

    def _advance(self) -> tuple[list[Measurement], str]:
        """Do one step's work."""
        if not self._contest.is_over:
            return self._contend()
        if self._training.outer_step < self._protocol.schedule.outer_steps:
            return self._train()
        return self._judge()

    def _contend(self) -> tuple[list[Measurement], str]:
        """Go on with the rivals."""
        contest = self._contest
        name = contest.advance()
        if not name:
            return [], ""
        if name in contest.curves:
            curves = contest.curves[name][0]
            return self._drawn(name, curves), self._described(name, curves)
        rates = sorted(set(contest.rates[name].flatten().tolist()))
        return [], f"{name}: learning rates {', '.join(f'{rate:.3g}' for rate in rates)}"

    def _described(self, name: str, curves: Tensor) -> str:
        means = curves[..., : self._protocol.terms.length].mean((0, 2)).tolist()
        pairs = zip(self._protocol.families, means, strict=True)
        said = ", ".join(f"{family} {mean:.3g}" for family, mean in pairs)
        return f"{name}: mean error on held-out functions, {said}"

    def _drawn(self, name: str, curves: Tensor) -> list[Measurement]:
        """Return each family's mean over meta-seeds of curves (seeds, families, examples)."""
        return [
            Measurement(f"{family}/{name}", seen, error)
            for family, curve in zip(self._protocol.families, curves.mean(0), strict=True)
            for seen, error in enumerate(curve.tolist())
        ]

    def _train(self) -> tuple[list[Measurement], str]:
        """Make an outer step of every learner; now and then measure the mean since the last."""
        families = self._protocol.families
        errors = self._training.step().double().view(len(self._seeds), len(families), -1)
        self._train_error = self._train_error + errors.mean((0, 2))
        done, outer_steps = self._training.outer_step, self._protocol.schedule.outer_steps
        since = (done - 1) % EVERY + 1
        if since < EVERY and done < outer_steps:
            return [], ""
        means = (self._train_error / since).tolist()
        self._train_error = torch.zeros_like(self._train_error)
        pairs = list(zip(families, means, strict=True))
        found = [Measurement(f"meta/{family}", done, mean) for family, mean in pairs]
        if done % (10 * EVERY) and done < outer_steps:
            return found, ""
        said = ", ".join(f"{family} {mean:.3g}" for family, mean in pairs)
        return found, f"outer step {done}, training error {said}"

    def _judge(self) -> tuple[list[Measurement], str]:
        """Let the frozen learners read held-out sequences, and for validation the tuning ones."""
        network, phi = self._protocol.network, self._training.phi
        with torch.no_grad():
            self._judged = {
                "learner": self._means(network.squared_errors(phi, _flat(self._held_out))),
                "blind": self._means(network.blind_errors(phi, _flat(self._held_out))),
                "told": self._told(),
                "validation": self._means(network.squared_errors(phi, _flat(self._tuning))),
            }
        learner = self._judged["learner"]
        drawn = [
            measurement
            for name in ("learner", "blind", "told")
            for measurement in self._drawn(name, self._judged[name])
        ]
        return drawn, self._described("learner", learner)

    def _means(self, errors: Tensor) -> Tensor:
        """Return means over sequences: (seeds, families, examples)."""
        seeds, _, examples = errors.shape
        families = len(self._protocol.families)
        return errors.double().view(seeds, families, -1, examples).mean(2)

    def _told(self) -> Tensor:
        """Return the errors of who is told the family: (seeds, families, examples)."""
        found = [
            told_errors(self._family(name, index, seen=False), self._of(index, position)).mean(0)
            for index in self._seeds
            for position, name in enumerate(self._protocol.families)
        ]
        return torch.stack(found).view(len(self._seeds), len(self._protocol.families), -1)

    def _of(self, index: int, family: int) -> Examples:
        """Return a meta-seed's held-out sequences of one family."""
        return Examples(self._held_out.x[index, family], self._held_out.y[index, family])

    def figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures.

        Those of `figures.of_family` and `Contest.figures` with the family's name before them,
        and ``validation``, the learner's mean error on tuning sequences.
        """
        validation = self._scores().tolist()
        return tuple(
            {"validation": validation[index]}
            | {
                f"{family}_{name}": value
                for position, family in enumerate(self._protocol.families)
                for name, value in self._figures(index, position).items()
            }
            for index in self._seeds
        )

    def _figures(self, index: int, family: int) -> dict[str, float]:
        terms, contest = self._protocol.terms, self._contest
        at = (index, family)
        curves = {name: Curve(*both[:, index, family]) for name, both in contest.curves.items()}
        for name in ("learner", "blind", "told"):
            curves[name] = Curve(self._judged[name][at], self._judged[name][at])
        figures = of_family(curves, self._of(*at), terms.length, terms.goal)
        return figures | contest.figures(*at)

    def _scores(self) -> Tensor:
        """Return each learner's mean error on tuning sequences: (seeds,)."""
        return self._judged["validation"][..., : self._protocol.terms.length].mean((1, 2))

    def weights(self) -> dict[str, Tensor]:
        """Return the parts of phi (`Network.shapes`) of the learner best in validation."""
        best = int(self._scores().nan_to_num(nan=math.inf).argmin())
        parts = self._protocol.network.unpack(self._training.phi[best])
        return {name: part.clone() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the run depends on, as copies."""
        return {
            "step": self._step,
            "contest": self._contest.state(),
            "training": self._training.state(),
            "train_error": self._train_error.clone(),
            "judged": {name: curves.clone() for name, curves in self._judged.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._step = state["step"]
        self._contest.restore(state["contest"])
        self._training.restore(state["training"])
        self._train_error = state["train_error"].clone()
        self._judged = {name: curves.clone() for name, curves in state["judged"].items()}


def _joined(found: list[Examples], shape: tuple[int, ...]) -> Examples:
    """Return draws (sequences, examples) one after the other, in a shape."""
    x = torch.cat([examples.x for examples in found])
    y = torch.cat([examples.y for examples in found])
    return Examples(x.view(*shape, 2), y.view(shape))


def _flat(examples: Examples) -> Examples:
    """Return (seeds, families x sequences, examples)."""
    return Examples(examples.x.flatten(1, 2), examples.y.flatten(1, 2))
