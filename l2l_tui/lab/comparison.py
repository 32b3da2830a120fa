"""Learned optimizers against tuned baselines: tune, train, compare on held-out problems.

The whole comparison is a row of items, one after the other:

1. on each family of problems each baseline's learning rate is tuned on tuning problems;
2. each baseline runs on the held-out problems;
3. outer steps: every meta-seed of every learner trains its phi, and now and then is validated;
4. each meta-seed's best phi runs on the held-out problems of each family.

Training, validation, tuning and held-out problems come from generators of their own. An
item that is long comes in stretches of inner steps, each of which ends at a safe point.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.candidates import Candidates, Learner, Validated
from l2l_tui.lab.evaluation import Measures, Rollout
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.lab.rivals import Family, Rivals, described, exact, inexact
from l2l_tui.lab.tuning import BASELINES


@dataclass(frozen=True)
class Protocol:
    """What is compared, and on what."""

    learners: tuple[Learner, ...]
    """The learned optimizers; where there is one, its figures carry no name."""
    families: tuple[Family, ...]
    """Where all optimizers are compared."""
    rates: Tensor
    """The grid of learning rates, the same for every baseline: (rates,)."""
    meta_seeds: int
    """How many phi of each learner are trained."""
    validate_every: int
    """Outer steps between validations."""
    stretch: int = 1000
    """Inner steps of an evaluation between safe points."""

    @property
    def horizon(self) -> int:
        """Inner steps that count, the same for all."""
        return self.learners[0].schedule.horizon

    @property
    def outer_steps(self) -> int:
        """Outer steps of every learner."""
        return self.learners[0].schedule.outer_steps


@dataclass(frozen=True, slots=True)
class _Tune:
    """A baseline's rates are tried on a family's tuning problems."""

    family: int
    baseline: str


@dataclass(frozen=True, slots=True)
class _RunBaseline:
    """A baseline runs on a family's held-out problems."""

    family: int
    baseline: str


@dataclass(frozen=True, slots=True)
class _Train:
    """Every learner makes one outer step."""

    outer_step: int


@dataclass(frozen=True, slots=True)
class _Validate:
    """One phi runs on the validation problems."""

    outer_step: int
    learner: int
    meta_seed: int


@dataclass(frozen=True, slots=True)
class _RunLearned:
    """One phi, the best of its meta-seed, runs on a family's held-out problems."""

    learner: int
    meta_seed: int
    family: int


_Item = _Tune | _RunBaseline | _Train | _Validate | _RunLearned
_Said = tuple[list[Measurement], str]


class Comparison:
    """One comparison, from its present state on.

    Args:
        protocol: What is compared.
        seed: Decides every generator.
        ranks: Who shares every batch of problems, in training and in evaluation.
    """

    def __init__(self, protocol: Protocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._horizon, self._ranks = protocol, protocol.horizon, ranks
        self._candidates = [
            Candidates(learner, protocol.meta_seeds, seed, ranks) for learner in protocol.learners
        ]
        self._rivals = [
            Rivals(family, protocol.rates, self._horizon, seed, ranks)
            for family in protocol.families
        ]
        self._items = list(self._plan())
        self._position, self._done = 0, 0
        self._rollout: Rollout | None = None
        self._round: list[Validated] = []
        self._learned: dict[str, Measures] = {}
        self._curves: dict[str, Tensor] = {}
        self.steps = sum(map(self._stretches, self._items))

    def _plan(self) -> Iterator[_Item]:
        """Yield all items in their order."""
        protocol, families = self._protocol, range(len(self._protocol.families))
        phis = [
            (learner, meta_seed)
            for learner in range(len(protocol.learners))
            for meta_seed in range(protocol.meta_seeds)
        ]
        for family in families:
            yield from (_Tune(family, name) for name in BASELINES)
        for family in families:
            yield from (_RunBaseline(family, name) for name in BASELINES)
        for outer_step in range(1, protocol.outer_steps + 1):
            yield _Train(outer_step)
            if outer_step % protocol.validate_every == 0 or outer_step == protocol.outer_steps:
                yield from (_Validate(outer_step, *phi) for phi in phis)
        for family in families:
            yield from (_RunLearned(*phi, family) for phi in phis)

    def _stretches(self, item: _Item) -> int:
        match item:
            case _Train():
                return 1
            case _Validate():
                return -(-self._horizon // self._protocol.stretch)
            case _:
                return -(-2 * self._horizon // self._protocol.stretch)

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed (see `figures`), and the best phi (see `weights`).
        """
        while self._position < len(self._items):
            measurements, note = self._advance(self._items[self._position])
            self._done += 1
            yield Progress(self._done, tuple(measurements), note)
        return Outcome(self.figures(), self.weights(), self.about())

    def _advance(self, item: _Item) -> _Said:
        """Do the next stretch of an item; at its end go on to the next."""
        if isinstance(item, _Train):
            self._position += 1
            return self._train(item), ""
        rollout = self._rollout or self._begin(item)
        rollout.advance(self._protocol.stretch)
        if not rollout.done:
            self._rollout = rollout
            return [], ""
        self._rollout = None
        self._position += 1
        return self._end(item, rollout)

    def _begin(self, item: _Item) -> Rollout:
        match item:
            case _Tune(family, name):
                return self._rivals[family].tune(name)
            case _RunBaseline(family, name):
                return self._rivals[family].run(name)
            case _Validate(_, learner, meta_seed):
                return self._candidates[learner].validate(meta_seed)
            case _RunLearned(learner, meta_seed, family):
                trained = self._candidates[learner].best(meta_seed)
                held_out = self._rivals[family].held_out
                return Rollout(trained, *held_out, 2 * self._horizon, self._ranks)
            case _Train():
                raise AssertionError("training is no rollout")

    def _end(self, item: _Item, rollout: Rollout) -> _Said:
        match item:
            case _Tune(family, name):
                return [], self._rivals[family].tuned(name, rollout)
            case _RunBaseline(family, name):
                curve, note = self._rivals[family].ran(name, rollout)
                return self._curve(family, name, curve), note
            case _Validate():
                return self._validated(item, rollout)
            case _RunLearned():
                return self._ran(item, rollout)
            case _Train():
                raise AssertionError("training is no rollout")

    def _train(self, item: _Train) -> list[Measurement]:
        """Make one outer step; measure where a horizon has just ended for who never restarted."""
        found = []
        for candidates in self._candidates:
            candidates.train()
            if candidates.learner.schedule.ends_horizon(item.outer_step - 1):
                name = f"meta/{self._of('train', candidates)}"
                found.append(Measurement(name, item.outer_step, candidates.horizon_loss))
        return found

    def _of(self, word: str, candidates: Candidates) -> str:
        """Return a word with the learner's name where there are several."""
        return word if len(self._candidates) == 1 else f"{word}-{candidates.learner.name}"

    def _validated(self, item: _Validate, rollout: Rollout) -> _Said:
        """Note how a phi did; after a learner's last meta-seed tell the mean."""
        candidates = self._candidates[item.learner]
        self._round.append(candidates.validated(item.meta_seed, rollout))
        if item.meta_seed + 1 < self._protocol.meta_seeds:
            return [], ""
        done, self._round = self._round, []
        final = sum(validated.final for validated in done) / len(done)
        mean = sum(validated.mean for validated in done) / len(done)
        name = self._of("validation", candidates)
        note = f"outer step {item.outer_step}, {name} {mean:.3g}, final {final:.3g}"
        return [
            Measurement(f"meta/{name}", item.outer_step, mean),
            Measurement(f"meta/{name}-final", item.outer_step, final),
        ], note + _praise(done) + _told(candidates)

    def _ran(self, item: _RunLearned, rollout: Rollout) -> _Said:
        """Measure a phi; after a learner's last meta-seed draw the mean."""
        trace, rivals = rollout.trace(), self._rivals[item.family]
        name = self._protocol.learners[item.learner].name
        key = _key(item)
        self._learned[key] = measures = Measures.of(trace, self._horizon)
        curve = trace.double().mean(-1) / self._protocol.meta_seeds
        place = f"{item.learner}/{item.family}"
        self._curves[place] = curve = self._curves.get(place, torch.zeros_like(curve)) + curve
        note = (
            f"{rivals.label(name)}, meta-seed {item.meta_seed + 1}: {described(measures)} "
            "on held-out problems"
        )
        last = item.meta_seed + 1 == self._protocol.meta_seeds
        return self._curve(item.family, name, curve) if last else [], note

    def _curve(self, family: int, name: str, curve: Tensor) -> list[Measurement]:
        """Return a mean loss (2 horizon + 1,) as what is drawn of it."""
        drawn = self._protocol.families[family]
        if drawn.point is not None:
            chart, position = drawn.point
            return [Measurement(f"{chart}/{name}", position, float(curve[self._horizon]))]
        chart = drawn.name or "loss"
        return [
            Measurement(f"{chart}/{name}", step, loss) for step, loss in enumerate(curve.tolist())
        ]

    def figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures.

        ``final_NAME`` is the mean loss after the horizon's last update, ``sum_NAME`` the mean
        of the losses after updates 1 to horizon, summed (the loss at the start is left out),
        ``at_200_NAME`` the mean loss after twice the horizon. A baseline uses for each the
        rate tuned for it: ``inner_lr_NAME``, ``inner_lr_sum_NAME``, ``inner_lr_at_200_NAME``.
        ``median_final_NAME`` is the median beside ``final_NAME``. The 200 stands for a horizon
        of 100; with another the names have that one's double.

        ``final_ratio``, ``sum_ratio`` and ``ratio_at_200`` are a learned optimizer's mean
        over the best baseline's, the best being chosen anew for each; NaN, which fails every
        claim, where all baselines diverge at every rate. With several learners the ratios are
        ``final_ratio_NAME`` and so on. ``inner_lr_at_edge_NAME`` is 1 where any of the three
        rates is the grid's first or last, else 0.

        Figures of a family with a name begin with it: ``FAMILY_final_ratio``.

        ``restarts`` counts the truncations of the meta-seed's training that were passed over
        because their meta-gradient was not finite.
        """
        return tuple(self._figures(meta_seed) for meta_seed in range(self._protocol.meta_seeds))

    def _figures(self, meta_seed: int) -> dict[str, float]:
        found: dict[str, float] = {}
        for family, rivals in enumerate(self._rivals):
            prefix = f"{rivals.family.name}_" if rivals.family.name else ""
            figures = rivals.figures()
            for learner, candidates in enumerate(self._candidates):
                measures = self._learned[_key(_RunLearned(learner, meta_seed, family))]
                figures |= rivals.named(candidates.learner.name, measures)
                for ratio, value in rivals.ratios(measures).items():
                    figures[self._figure(ratio, candidates)] = value
            found |= {prefix + name: value for name, value in figures.items()}
        for candidates in self._candidates:
            restarts = float(candidates.restarts[meta_seed])
            found[self._figure("restarts", candidates)] = restarts
        return found

    def _figure(self, word: str, candidates: Candidates) -> str:
        return word if len(self._candidates) == 1 else f"{word}_{candidates.learner.name}"

    def weights(self) -> dict[str, Tensor]:
        """Return the parts of the phi (`UpdateRule.shapes`) that was best in validation."""
        _, best = min((c.winner() for c in self._candidates), key=lambda winner: winner[0])
        return {name: part.clone() for name, part in best.rule.unpack(best.phi).items()}

    def about(self) -> dict[str, str]:
        """Return what whoever loads the weights must know: the rule that they belong to."""
        _, best = min((c.winner() for c in self._candidates), key=lambda winner: winner[0])
        return {"rule": json.dumps(best.rule.described())}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the comparison depends on, as copies."""
        return {
            "position": self._position,
            "done": self._done,
            "candidates": [candidates.state() for candidates in self._candidates],
            "rivals": [rivals.state() for rivals in self._rivals],
            "rollout": None if self._rollout is None else self._rollout.state(),
            "round": [
                [exact({"final": found.final, "mean": found.mean}), found.better]
                for found in self._round
            ],
            "learned": {key: exact(asdict(found)) for key, found in self._learned.items()},
            "curves": {place: curve.clone() for place, curve in self._curves.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._position, self._done = state["position"], state["done"]
        for candidates, kept in zip(self._candidates, state["candidates"], strict=True):
            candidates.restore(kept)
        for rivals, kept in zip(self._rivals, state["rivals"], strict=True):
            rivals.restore(kept)
        self._round = [
            Validated(**inexact(found), better=better) for found, better in state["round"]
        ]
        self._learned = {key: Measures(**inexact(found)) for key, found in state["learned"].items()}
        self._curves = {place: curve.clone() for place, curve in state["curves"].items()}
        self._rollout = None
        if state["rollout"] is not None:
            self._rollout = self._begin(self._items[self._position])
            self._rollout.restore(state["rollout"])


def _key(item: _RunLearned) -> str:
    return f"{item.learner}/{item.meta_seed}/{item.family}"


def _praise(done: list[Validated]) -> str:
    better = sum(validated.better for validated in done)
    return " (best)" if better == len(done) else f" (best for {better})" if better else ""


def _told(candidates: Candidates) -> str:
    restarts = sum(candidates.restarts)
    return f"; {restarts} truncations passed over so far" if restarts else ""
