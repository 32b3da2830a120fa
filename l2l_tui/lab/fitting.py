"""Logistic regression fitted by our own loop, beside scikit-learn's optimum."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from l2l_tui.lab import logistic_regression as model
from l2l_tui.lab.data import digits
from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.randomness import generator


@dataclass(frozen=True)
class FitProtocol:
    """What is fitted, and how closely."""

    c: float
    """scikit-learn's C, the inverse of the penalty."""
    splits: int
    """How many random splits; each counts as a seed."""
    examples: int
    """Pictures used in all."""
    test_share: float
    """The share of them to judge by."""
    iterations: int
    """Full-batch steps on each split, at most."""
    tolerance: float
    """A gradient whose largest entry is below this ends a fit."""
    every: int
    """Steps between measurements."""


class Fitting:
    """Fits one split after the other; the state is whole after every stretch of steps.

    Args:
        protocol: What is fitted.
        seed: Decides the splits.
    """

    def __init__(self, protocol: FitProtocol, seed: int) -> None:
        self._protocol, self._seed = protocol, seed
        self._stretches = -(-protocol.iterations // protocol.every)
        self.steps = protocol.splits * (1 + self._stretches)
        self._figures: list[dict[str, float]] = []
        self._begin()

    def _begin(self) -> None:
        """Set up the split whose turn it is."""
        protocol = self._protocol
        self._split = digits.split(
            generator(self._seed, "split", len(self._figures)),
            protocol.test_share,
            protocol.examples,
        )
        x, y = self._split.train_x, self._split.train_y
        self._objective = model.Objective.of(x, y, protocol.c)
        self._optimizer = self._objective.nag()
        self._params = x.new_zeros((model.CLASSES, 1 + x.shape[1]))
        self._memory = self._optimizer.init(self._params)
        self._reference: Tensor | None = None
        self._iteration, self._done = 0, False

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            Each split's figures (see `_judge`), and the last split's params under ``params``:
            (classes, 1 + features), the first column the intercepts.
        """
        while not self._done:
            if self._reference is None:
                split, c = self._split, self._protocol.c
                self._reference = model.sklearn_optimum(split.train_x, split.train_y, c)
                yield Progress(self._position(), note=f"{self._name()}: scikit-learn has fitted")
            else:
                yield self._stretch(self._reference)
        return Outcome(tuple(self._figures), {"params": self._params.clone()})

    def _stretch(self, reference: Tensor) -> Progress:
        """Make `every` steps, or fewer at the end; then measure, and judge if it was the end."""
        protocol, converged = self._protocol, False
        for _ in range(min(protocol.every, protocol.iterations - self._iteration)):
            _, grads = self._objective.loss_and_grads(self._params)
            converged = float(grads.abs().max()) < protocol.tolerance
            if converged:
                break
            updates, self._memory = self._optimizer.update(grads, self._memory, self._params)
            self._params = self._params + updates
            self._iteration += 1
        measurements = self._measure(reference)
        if not converged and self._iteration < protocol.iterations:
            return Progress(self._position(), measurements)
        name, iteration = self._name(), self._iteration
        figures = self._judge(reference)
        self._figures.append(figures)
        self._params = self._uncentred()
        self._done = len(self._figures) == protocol.splits
        if not self._done:
            self._begin()
        note = (
            f"{name}: {'converged' if converged else 'ended'} after {iteration} steps, "
            f"coefficients within {figures['max_coef_difference']:.2g} of scikit-learn's"
        )
        return Progress(self._position(), measurements, note)

    def _uncentred(self) -> Tensor:
        return model.uncentred(self._params, self._split.train_x)

    def _gap(self, reference: Tensor) -> float:
        """Return the largest difference of any coefficient; intercepts are not coefficients."""
        return float((self._params - reference)[:, 1:].abs().max())

    def _measure(self, reference: Tensor) -> tuple[Measurement, ...]:
        split, params = self._split, self._uncentred()
        train = model.mean_loss(params, split.train_x, split.train_y)
        test = model.mean_loss(params, split.test_x, split.test_y)
        suffix = f"-{len(self._figures) + 1}" if self._figures else ""
        return (
            Measurement(f"loss/train{suffix}", self._iteration, train),
            Measurement(f"loss/test{suffix}", self._iteration, test),
            Measurement(f"gap/coefficients{suffix}", self._iteration, self._gap(reference)),
        )

    def _judge(self, reference: Tensor) -> dict[str, float]:
        """Return the split's figures; accuracies are on the pictures kept for judging."""
        split = self._split
        ours = model.accuracy(self._uncentred(), split.test_x, split.test_y)
        theirs = model.accuracy(reference, split.test_x, split.test_y)
        return {
            "max_coef_difference": self._gap(reference),
            "accuracy": ours,
            "sklearn_accuracy": theirs,
            "accuracy_difference": abs(ours - theirs),
            "iterations": float(self._iteration),
        }

    def _name(self) -> str:
        return f"split {len(self._figures) + 1} of {self._protocol.splits}"

    def _position(self) -> int:
        """Return the steps done, counting those that an early end saved."""
        if self._done:
            return self.steps
        fitted = 0 if self._reference is None else 1 + self._iteration // self._protocol.every
        return len(self._figures) * (1 + self._stretches) + fitted

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the work depends on, as copies."""
        state: dict[str, Any] = {
            "figures": [dict(figures) for figures in self._figures],
            "iteration": self._iteration,
            "done": self._done,
            "params": self._params.clone(),
            "memory": {name: value.clone() for name, value in self._memory.items()},
        }
        if self._reference is not None:
            state["reference"] = self._reference.clone()
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave; the split is drawn again from its generator."""
        self._figures = [dict(figures) for figures in state["figures"]]
        self._begin()
        self._iteration, self._done = state["iteration"], state["done"]
        self._params = state["params"].clone()
        self._memory = {name: value.clone() for name, value in state["memory"].items()}
        if "reference" in state:
            self._reference = state["reference"].clone()
