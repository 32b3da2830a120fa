"""The procedure of the sinusoids: MAML, pre-training on all tasks, and an oracle.

Outer steps come first. In each, all three learn from the same batch of functions: MAML's
initial params, the weights of a network that regresses all functions at once (pre-training),
and those of one that is told amplitude and phase beside x (the oracle). Those of all
meta-seeds are trained side by side. Then the pre-trained network's inner rate is tuned on
functions of their own, for one inner step and for ten, and last all are judged on functions
that neither training nor tuning saw, the same ones for every meta-seed.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.few_shot.intervals import normal_half_width
from l2l_tui.lab.maml.inner_loop import InnerLoop, squared_error
from l2l_tui.lab.maml.meta_gradients import MetaLearner, spread
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.sinusoids import Sampler, Sinusoids
from l2l_tui.lab.maml.tasks import Examples, Tasks
from l2l_tui.lab.maml.training import Gradient, Schedule, Training
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks

STEPS = 10
"""Inner steps in judging."""
TUNED_FOR = (1, STEPS)
"""After so many inner steps the pre-trained network's rate is tuned for the lowest error."""
EVERY = 100
"""Outer steps between measurements of the training error."""
JUDGED_BY = 100
"""Points by which a held-out function is judged."""
LEARNERS = ("maml", "pretrained", "oracle")
_TOLD = 2  # inputs that the oracle has beside x


@dataclass(frozen=True)
class Protocol:
    """What is learned by whom."""

    learner: MetaLearner
    """What learns the initial params; its network's inputs are x alone."""
    schedule: Schedule
    """How all three are trained."""
    sampler: Sampler
    """Draws training functions."""
    tasks: int
    """Functions at an outer step, of each meta-seed."""
    meta_seeds: int
    """How many are trained side by side."""
    rates: Tensor
    """The grid of the pre-trained network's inner rates: (rates,)."""
    tuning: int
    """Functions to tune it by, of each meta-seed."""
    held_out: int
    """Functions of the report."""


class SinusoidStudy:
    """One run, from its present state on.

    Args:
        protocol: What is learned by whom.
        seed: Decides every generator.
        ranks: Who shares each batch of functions to train on; each tunes and judges by all.

    Attributes:
        steps: How many steps the whole run has.
    """

    def __init__(self, protocol: Protocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._seed, self._ranks = protocol, seed, ranks
        self._judging = replace(protocol.sampler, n_query=JUDGED_BY)
        network = protocol.learner.inner.network
        assert isinstance(network, Perceptron)
        inputs, *rest = network.layers
        told = Perceptron((inputs + _TOLD, *rest))
        self._networks = {"maml": network, "pretrained": network, "oracle": told}
        self._trainings = {name: self._training(name) for name in LEARNERS}
        self._train_error = torch.zeros(len(LEARNERS), dtype=torch.float64)
        self._tuning = self._judging.draw(
            [generator(seed, "tuning", index) for index in range(protocol.meta_seeds)],
            protocol.tuning,
        ).tasks
        self._tried: list[Tensor] = []  # of each rate so far, errors (steps + 1, seeds)
        self._curves: dict[str, Tensor] = {}
        self._step = 0
        self.steps = protocol.schedule.outer_steps + len(protocol.rates) + 1

    def _training(self, name: str) -> Training:
        """Return a learner at its beginning; all see the same functions in the same order."""
        seeds = range(self._protocol.meta_seeds)
        network = self._networks[name]
        initial = torch.stack([network.draw(generator(self._seed, name, i)) for i in seeds])
        sources = [generator(self._seed, "train", index) for index in seeds]

        def batch() -> Sinusoids:
            tasks = self._protocol.tasks
            return self._protocol.sampler.draw(sources, tasks, self._ranks.share(tasks))

        gradients: dict[str, Gradient] = {
            "maml": lambda initial: self._protocol.learner.meta_gradient(initial, batch().tasks),
            "pretrained": lambda weights: regression(network, weights, batch().tasks.union()),
            "oracle": lambda weights: regression(network, weights, batch().told()),
        }
        schedule = self._protocol.schedule
        return Training(initial, schedule, gradients[name], sources, self._ranks)

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The figures of each meta-seed (see `figures`), and the initial params of the one with
            the lowest error after one inner step on the functions to tune by.
        """
        while self._step < self.steps:
            measurements, note = self._advance()
            self._step += 1
            yield Progress(self._step, tuple(measurements), note)
        return Outcome(self.figures(), self.weights())

    def _advance(self) -> tuple[list[Measurement], str]:
        """Do one step's work."""
        if self._step < self._protocol.schedule.outer_steps:
            return self._train()
        return self._tune() if len(self._tried) < len(self._protocol.rates) else self._judge()

    def _train(self) -> tuple[list[Measurement], str]:
        """Make an outer step of each learner; now and then measure the mean since the last."""
        losses = [training.step().double().mean() for training in self._trainings.values()]
        self._train_error = self._train_error + torch.stack(losses)
        done, outer_steps = self._step + 1, self._protocol.schedule.outer_steps
        since = (done - 1) % EVERY + 1
        if since < EVERY and done < outer_steps:
            return [], ""
        means = (self._train_error / since).tolist()
        self._train_error = torch.zeros_like(self._train_error)
        pairs = list(zip(LEARNERS, means, strict=True))
        found = [Measurement(f"meta/{name}", done, mean) for name, mean in pairs]
        if done % (10 * EVERY) and done < outer_steps:
            return found, ""
        return found, f"outer step {done}, error {', '.join(f'{n} {m:.3g}' for n, m in pairs)}"

    def _tune(self) -> tuple[list[Measurement], str]:
        """Try one of the pre-trained network's inner rates on functions to tune by."""
        inner = self._fine_tuning(float(self._protocol.rates[len(self._tried)]))
        weights = self._trainings["pretrained"].learned
        errors = self._errors(inner, weights, self._tuning).mean(-1)
        self._tried.append(errors.nan_to_num(nan=math.inf))
        if len(self._tried) < len(self._protocol.rates):
            return [], ""
        rates = sorted(set(self._rates().flatten().tolist()))
        return [], f"pre-trained: inner rates {', '.join(f'{rate:.3g}' for rate in rates)}"

    def _rates(self) -> Tensor:
        """Return each meta-seed's best inner rates of the pre-trained network: (goals, seeds)."""
        return self._protocol.rates[torch.stack(self._tried)[:, TUNED_FOR].argmin(0)]

    def _fine_tuning(self, rate: float) -> InnerLoop:
        """Return how the pre-trained network adapts: as a whole, at a rate of its own."""
        return replace(self._protocol.learner.inner, inner_lr=rate, head_only=False)

    def _errors(self, inner: InnerLoop, initial: Tensor, tasks: Tasks) -> Tensor:
        """Return errors on queries after each inner step: (steps + 1, seeds, tasks)."""
        params = spread(initial, len(tasks)).requires_grad_()
        errors = []
        for adapted in inner.path(params, tasks.support, STEPS):
            outputs = inner.outputs(adapted.detach(), tasks.support, tasks.query.x)
            errors.append(inner.loss(outputs, tasks.query.y).view(len(initial), -1))
        return torch.stack(errors)

    def _judge(self) -> tuple[list[Measurement], str]:
        """Judge all on held-out functions."""
        protocol = self._protocol
        source = generator(self._seed, "held-out")
        held_out = self._judging.draw([source], protocol.held_out)
        everyone = repeated(held_out.tasks, protocol.meta_seeds)
        learned = self._trainings["maml"].learned
        self._curves["maml"] = self._errors(protocol.learner.inner, learned, everyone)
        weights = self._trainings["pretrained"].learned
        for steps, rates in zip(TUNED_FOR, self._rates().tolist(), strict=True):
            tuned = [
                self._errors(self._fine_tuning(rate), weights[index, None], held_out.tasks)
                for index, rate in enumerate(rates)
            ]
            self._curves[_pretrained(steps)] = torch.cat(tuned, 1)
        self._curves["oracle"] = self._oracle_errors(held_out).expand(STEPS + 1, -1, -1)
        drawn = {
            "maml": self._curves["maml"],
            "pretrained": self._curves[_pretrained(STEPS)],
            "oracle": self._curves["oracle"],
        }
        means = {name: curve.double().mean((1, 2)).tolist() for name, curve in drawn.items()}
        measured = [
            Measurement(f"mse/{name}", step, error)
            for name, curve in means.items()
            for step, error in enumerate(curve)
        ]
        said = ", ".join(f"{name} {curve[1]:.3g}" for name, curve in means.items())
        return measured, f"error on held-out functions after one inner step: {said}"

    def _oracle_errors(self, held_out: Sinusoids) -> Tensor:
        """Return the oracle's errors on the query points: (seeds, tasks)."""
        told = held_out.told().at(slice(self._judging.k_shot, None))
        weights = self._trainings["oracle"].learned
        everyone = Examples(*(v.repeat(len(weights), 1, 1) for v in (told.x, told.y)))
        outputs = self._networks["oracle"].outputs(spread(weights, len(everyone)), everyone.x)
        return squared_error(outputs, everyone.y).view(len(weights), -1)

    def figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures; all are of held-out functions.

        ``mse_Nstep``: mean squared error after so many inner steps, 0, 1, 5 and 10, and
        ``mse_Nstep_half_width``, half of its 95 % interval over functions (after 1 and 10).
        ``pretrained_mse_Nstep`` of the pre-trained network, with the inner rate that is best
        after so many steps (``pretrained_inner_lr_Nstep``; that of ten steps for 0 and 5), and
        ``pretrained_at_edge``, 1 where such a rate is the grid's first or last. ``oracle_mse``.
        """
        return tuple(self._figures(index) for index in range(self._protocol.meta_seeds))

    def _figures(self, index: int) -> dict[str, float]:
        rates = self._rates()[:, index]
        maml, last = self._curves["maml"][:, index], self._curves[_pretrained(STEPS)][:, index]
        found: dict[str, float] = {}
        for step in (0, 1, 5, STEPS):
            found[f"mse_{step}step"] = float(maml[step].double().mean())
            found[f"pretrained_mse_{step}step"] = float(last[step].double().mean())
        edges = {float(self._protocol.rates[0]), float(self._protocol.rates[-1])}
        for place, step in enumerate(TUNED_FOR):
            tuned = self._curves[_pretrained(step)][step, index]
            found[f"pretrained_mse_{step}step"] = float(tuned.double().mean())
            found[f"pretrained_inner_lr_{step}step"] = float(rates[place])
            found[f"mse_{step}step_half_width"] = normal_half_width(maml[step])
        found["pretrained_at_edge"] = float(not edges.isdisjoint(rates.tolist()))
        found["oracle_mse"] = float(self._curves["oracle"][0, index].double().mean())
        return found

    def weights(self) -> dict[str, Tensor]:
        """Return the parts of the initial params that are best on the functions to tune by."""
        inner, learned = self._protocol.learner.inner, self._trainings["maml"].learned
        errors = self._errors(inner, learned, self._tuning)[1].mean(-1)
        best = learned[int(errors.nan_to_num(nan=math.inf).argmin())]
        return {name: part.clone() for name, part in inner.network.unpack(best).items()}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the run depends on, as copies."""
        return {
            "step": self._step,
            "trainings": {name: one.state() for name, one in self._trainings.items()},
            "train_error": self._train_error.clone(),
            "tried": [errors.clone() for errors in self._tried],
            "curves": {name: curve.clone() for name, curve in self._curves.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._step = state["step"]
        for name, training in self._trainings.items():
            training.restore(state["trainings"][name])
        self._train_error = state["train_error"].clone()
        self._tried = [errors.clone() for errors in state["tried"]]
        self._curves = {name: curve.clone() for name, curve in state["curves"].items()}


def regression(network: Perceptron, weights: Tensor, examples: Examples) -> tuple[Tensor, Tensor]:
    """Return losses (seeds, 1) and gradients (seeds, size) of fitting all examples at once.

    Args:
        network: What is fitted.
        weights: (seeds, size).
        examples: Of tasks, as many of each meta-seed: x (tasks, points, inputs).
    """
    learned = weights.detach().requires_grad_()
    x, y = (
        values.reshape(len(weights), -1, values.shape[-1]) for values in (examples.x, examples.y)
    )
    losses = squared_error(network.outputs(learned, x), y)
    (grads,) = torch.autograd.grad(losses.sum(), learned)
    return losses.detach().unsqueeze(1), grads


def repeated(tasks: Tasks, times: int) -> Tasks:
    """Return the same tasks several times over, as many meta-seeds are judged by."""
    return Tasks(
        *(
            Examples(*(values.repeat(times, *(1,) * (values.dim() - 1)) for values in (e.x, e.y)))
            for e in (tasks.support, tasks.query)
        )
    )


def _pretrained(steps: int) -> str:
    return f"pretrained/{steps}"
