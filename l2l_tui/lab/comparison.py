"""A learned optimizer against tuned baselines: tune, train, compare on held-out problems.

The whole comparison is a row of small steps, each of which ends at a safe point:

1. each baseline's learning rate is tuned on tuning problems;
2. each baseline runs on the held-out problems;
3. outer steps: every meta-seed trains its phi, and now and then is validated;
4. each meta-seed's best phi runs on the held-out problems.

Training, validation, tuning and held-out problems come from generators of their own.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.engines import Engine
from l2l_tui.lab.evaluation import final_loss, losses, median_final_loss, summed_loss
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.meta_training import MetaTraining, Schedule
from l2l_tui.lab.optimizees import Sampler
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.rules import Trained, UpdateRule
from l2l_tui.lab.tuning import BASELINES, Tuned, tune


@dataclass(frozen=True)
class Protocol:
    """What is compared, and on what."""

    rule: UpdateRule
    """The learned optimizer's."""
    engine: Engine
    """Computes its meta-gradients."""
    schedule: Schedule
    """How it is trained."""
    step_weights: Tensor
    """w_t over the horizon: (horizon,)."""
    training: Sampler
    """Draws a batch of training problems."""
    validation: Sampler
    """Draws the problems on which the checkpoint is chosen."""
    tuning: Sampler
    """Draws the problems on which the baselines' rates are chosen."""
    held_out: Sampler
    """Draws the problems of the report."""
    rates: Tensor
    """The grid of learning rates, the same for every baseline: (rates,)."""
    meta_seeds: int
    """How many phi are trained, each from its own generators."""
    validate_every: int
    """Outer steps between validations."""


class Comparison:
    """One comparison, from its present state on.

    Args:
        protocol: What is compared.
        seed: Decides every generator.
    """

    def __init__(self, protocol: Protocol, seed: int) -> None:
        self._protocol, self._seed = protocol, seed
        self._horizon = protocol.schedule.horizon
        self._later = f"at_{2 * self._horizon}"
        self._baselines = tuple(BASELINES)
        self._trainings = [self._training(index) for index in range(protocol.meta_seeds)]
        self._best = [_Best(math.inf, training.phi) for training in self._trainings]
        self._tuned: dict[str, Tuned] = {}
        self._measures: dict[str, dict[str, float]] = {}
        self._learned: list[dict[str, float]] = []
        self._curve = torch.zeros(2 * self._horizon + 1, dtype=torch.float64)
        self._step = 0
        self._tuning = protocol.tuning(generator(seed, "tuning"))
        self._validation = protocol.validation(generator(seed, "validation"))
        self._held_out = protocol.held_out(generator(seed, "held-out"))
        self.steps = 2 * len(BASELINES) + protocol.schedule.outer_steps + protocol.meta_seeds

    def _training(self, index: int) -> MetaTraining:
        protocol = self._protocol
        return MetaTraining(
            protocol.engine,
            protocol.rule,
            protocol.training,
            protocol.schedule,
            protocol.step_weights,
            (generator(self._seed, "phi", index), generator(self._seed, "train", index)),
        )

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed (see `figures`), and the best phi (see `weights`).
        """
        while self._step < self.steps:
            measurements, note = self._advance()
            self._step += 1
            yield Progress(self._step, tuple(measurements), note)
        return Outcome(self.figures(), self.weights())

    def _advance(self) -> tuple[list[Measurement], str]:
        """Do one step's work."""
        position, baselines = self._step, self._baselines
        if position < len(baselines):
            return self._tune(baselines[position])
        position -= len(baselines)
        if position < len(baselines):
            return self._run_baseline(baselines[position])
        position -= len(baselines)
        if position < self._protocol.schedule.outer_steps:
            return self._train(position + 1)
        return self._run_learned(position - self._protocol.schedule.outer_steps)

    def _tune(self, name: str) -> tuple[list[Measurement], str]:
        rates = self._protocol.rates
        tuned = tune(BASELINES[name], rates, *self._tuning, self._horizon)
        self._tuned[name] = tuned
        edge = ", at the edge of the grid" if tuned.at_edge else ""
        rates_found = (
            f"{tuned.final:.3g} (sum: {tuned.summed:.3g}, twice as long: {tuned.doubled:.3g})"
        )
        return [], f"{name}: learning rate {rates_found}{edge}"

    def _run_baseline(self, name: str) -> tuple[list[Measurement], str]:
        """Run it once per measure, each with the rate tuned for that measure."""
        tuned, make = self._tuned[name], BASELINES[name]
        traces = {
            rate: losses(make(rate), *self._held_out, 2 * self._horizon)
            for rate in (tuned.final, tuned.summed, tuned.doubled)
        }
        for_final = traces[tuned.final]
        measures = self._measure(for_final)
        measures["sum"] = float(summed_loss(traces[tuned.summed], self._horizon))
        measures[self._later] = float(final_loss(traces[tuned.doubled], 2 * self._horizon))
        self._measures[name] = measures
        curve = for_final.double().mean(-1)
        return _curve(name, curve), f"{name}: {_describe(measures)} on held-out problems"

    def _measure(self, trace: Tensor) -> dict[str, float]:
        horizon = self._horizon
        return {
            "final": float(final_loss(trace, horizon)),
            "sum": float(summed_loss(trace, horizon)),
            "median_final": median_final_loss(trace, horizon),
            self._later: float(final_loss(trace, 2 * horizon)),
        }

    def _train(self, outer_step: int) -> tuple[list[Measurement], str]:
        """Make one outer step of every meta-seed, and validate where it is time to.

        ``meta/train`` is measured once in as many outer steps as a horizon has truncations:
        the mean over meta-seeds of the last horizon that each brought to its end. Where
        nothing restarts that is the horizon just ended; a restart puts one meta-seed out of
        step with the others, and until each has ended a horizon the value is NaN.
        """
        schedule, found = self._protocol.schedule, []
        for training in self._trainings:
            training.step()
        if outer_step % schedule.num_unrolls == 0:
            ended = [training.horizon_loss for training in self._trainings]
            found.append(Measurement("meta/train", outer_step, sum(ended) / len(ended)))
        if outer_step % self._protocol.validate_every and outer_step != schedule.outer_steps:
            return found, ""
        validated, note = self._validate(outer_step)
        return found + validated, note

    def _validate(self, outer_step: int) -> tuple[list[Measurement], str]:
        """Run every phi on the validation problems and keep it where it is the best so far.

        The best has the lowest geometric mean of final loss and mean loss over the horizon.
        """
        finals, means, better = [], [], 0
        for index, training in enumerate(self._trainings):
            trace = self._trace(training.phi, self._validation, self._horizon)
            finals.append(float(final_loss(trace, self._horizon)))
            means.append(float(summed_loss(trace, self._horizon)) / self._horizon)
            score = math.sqrt(finals[-1] * means[-1])
            if score < self._best[index].score:
                self._best[index] = _Best(score, training.phi)
                better += 1
        final, mean = sum(finals) / len(finals), sum(means) / len(means)
        best = " (best)" if better == len(finals) else f" (best for {better})" if better else ""
        restarts = sum(training.restarts for training in self._trainings)
        told = f"; {restarts} truncations passed over so far" if restarts else ""
        note = f"outer step {outer_step}, validation {mean:.3g}, final {final:.3g}{best}{told}"
        return [
            Measurement("meta/validation", outer_step, mean),
            Measurement("meta/validation-final", outer_step, final),
        ], note

    def _run_learned(self, index: int) -> tuple[list[Measurement], str]:
        trace = self._trace(self._best[index].phi, self._held_out, 2 * self._horizon)
        self._learned.append(self._measure(trace))
        self._curve = self._curve + trace.double().mean(-1) / len(self._trainings)
        note = (
            f"learned, meta-seed {index + 1}: {_describe(self._learned[-1])} on held-out problems"
        )
        last = index + 1 == len(self._trainings)
        return _curve("learned", self._curve) if last else [], note

    def _trace(self, phi: Tensor, problems: tuple[Any, Tensor], steps: int) -> Tensor:
        return losses(Trained(self._protocol.rule, phi), *problems, steps)

    def figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures.

        ``final_NAME`` is the mean loss after the horizon's last update, ``sum_NAME`` the mean
        of the losses after updates 1 to horizon, summed (the loss at the start is left out),
        ``at_200_NAME`` the mean loss after twice the horizon. A baseline uses for each the
        rate tuned for it: ``inner_lr_NAME``, ``inner_lr_sum_NAME``, ``inner_lr_at_200_NAME``.
        ``median_final_NAME`` is the median beside ``final_NAME``. The 200 stands for a horizon
        of 100; with another the names have that one's double.

        ``final_ratio``, ``sum_ratio`` and ``ratio_at_200`` are the learned optimizer's mean
        over the best baseline's, the best being chosen anew for each; NaN, which fails every
        claim, where all baselines diverge at every rate. ``inner_lr_at_edge_NAME`` is 1
        where any of the three rates is the grid's first or last, else 0.

        ``restarts`` counts the truncations of the meta-seed's training that were passed over
        because their meta-gradient was not finite.
        """
        return tuple(
            {**self._figures(measures), "restarts": float(training.restarts)}
            for measures, training in zip(self._learned, self._trainings, strict=True)
        )

    def _figures(self, learned: Mapping[str, float]) -> dict[str, float]:
        rivals = self._measures
        figures = {
            ratio: ratio_to_best(learned[measure], [other[measure] for other in rivals.values()])
            for ratio, measure in (
                ("final_ratio", "final"),
                ("sum_ratio", "sum"),
                (f"ratio_{self._later}", self._later),
            )
        }
        for name, measures in {"learned": learned, **rivals}.items():
            figures |= {f"{measure}_{name}": value for measure, value in measures.items()}
        for name, tuned in self._tuned.items():
            figures |= {
                f"inner_lr_{name}": tuned.final,
                f"inner_lr_sum_{name}": tuned.summed,
                f"inner_lr_{self._later}_{name}": tuned.doubled,
                f"inner_lr_at_edge_{name}": float(tuned.at_edge),
            }
        return figures

    def weights(self) -> dict[str, Tensor]:
        """Return the parts of phi (`UpdateRule.shapes`) of the meta-seed best in validation."""
        best = min(self._best, key=lambda best: best.score)
        parts = self._protocol.rule.unpack(best.phi)
        return {name: part.clone() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the comparison depends on, as copies."""
        return {
            "step": self._step,
            "trainings": {str(i): training.state() for i, training in enumerate(self._trainings)},
            "best": {str(i): best.phi.clone() for i, best in enumerate(self._best)},
            "scores": torch.tensor([best.score for best in self._best], dtype=torch.float64),
            "tuned": {name: list(astuple(tuned)) for name, tuned in self._tuned.items()},
            "measures": _hex(self._measures),
            "learned": _hex(dict(enumerate(self._learned))),
            "curve": self._curve.clone(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        for index, training in enumerate(self._trainings):
            training.restore(state["trainings"][str(index)])
        scores = state["scores"].tolist()
        self._best = [
            _Best(score, state["best"][str(index)].clone()) for index, score in enumerate(scores)
        ]
        self._tuned = {name: Tuned(*values) for name, values in state["tuned"].items()}
        self._measures = _unhex(state["measures"])
        self._learned = list(_unhex(state["learned"]).values())
        self._curve = state["curve"].clone()
        self._step = state["step"]


@dataclass(frozen=True)
class _Best:
    """The best phi of a meta-seed so far."""

    score: float
    phi: Tensor


def ratio_to_best(loss: float, rivals: Sequence[float]) -> float:
    """Return a loss over the lowest of others; NaN if none is finite, for 0 would be praise."""
    best = min(rivals)
    return loss / best if math.isfinite(best) else math.nan


def _curve(name: str, curve: Tensor) -> list[Measurement]:
    return [Measurement(f"loss/{name}", step, loss) for step, loss in enumerate(curve.tolist())]


def _describe(measures: Mapping[str, float]) -> str:
    return f"final loss {measures['final']:.3g}, sum {measures['sum']:.4g}"


def _hex(table: Mapping[Any, Mapping[str, float]]) -> dict[str, dict[str, str]]:
    """Return floats as exact text, for JSON knows no infinity."""
    return {str(row): {k: v.hex() for k, v in values.items()} for row, values in table.items()}


def _unhex(table: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, float]]:
    return {row: {k: float.fromhex(v) for k, v in values.items()} for row, values in table.items()}
