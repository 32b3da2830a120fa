"""The hand-designed optimizers on one family of problems: tuned there, measured there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.evaluation import Measures, Rollout, ratio_to_best
from l2l_tui.lab.optimizees import Sampler
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.lab.tuning import BASELINES, Tuned, choose, trial


@dataclass(frozen=True)
class Family:
    """Problems of one kind, on which optimizers are compared."""

    name: str
    """Its name, or nothing where it is the only one or the one that was trained on."""
    tuning: Sampler
    """Draws the problems on which the baselines' rates are chosen."""
    held_out: Sampler
    """Draws the problems of the report."""
    point: tuple[str, int] | None = None
    """Chart and position of its final losses, where families make up a curve together; else
    the family has a chart of its own, over inner steps."""


class Rivals:
    """What the baselines reach on a family.

    Args:
        family: The problems.
        rates: The grid of learning rates, the same for every baseline: (rates,).
        horizon: The updates that count.
        seed: Decides the problems.
        ranks: Who shares them.
    """

    def __init__(
        self, family: Family, rates: Tensor, horizon: int, seed: int, ranks: Ranks = ALONE
    ) -> None:
        self.family, self._ranks = family, ranks
        self._rates, self._horizon = rates, horizon
        purpose = (family.name,) if family.name else ()
        self._tuning = family.tuning(generator(seed, "tuning", *purpose))
        self.held_out = family.held_out(generator(seed, "held-out", *purpose))
        self._tuned: dict[str, Tuned] = {}
        self._measures: dict[str, Measures] = {}

    def tune(self, name: str) -> Rollout:
        """Begin to try all rates of a baseline."""
        return trial(BASELINES[name], self._rates, *self._tuning, self._horizon, self._ranks)

    def tuned(self, name: str, rollout: Rollout) -> str:
        """Choose a baseline's rates; return what to say of them."""
        tuned = choose(self._rates, rollout.trace(), self._horizon)
        self._tuned[name] = tuned
        edge = ", at the edge of the grid" if tuned.at_edge else ""
        return (
            f"{self.label(name)}: learning rate {tuned.final:.3g} "
            f"(sum: {tuned.summed:.3g}, twice as long: {tuned.doubled:.3g}){edge}"
        )

    def run(self, name: str) -> Rollout:
        """Begin to run a baseline on the held-out problems, at each measure's own rate."""
        rates = torch.tensor(astuple(self._tuned[name])[:3])
        return trial(BASELINES[name], rates, *self.held_out, self._horizon, self._ranks)

    def ran(self, name: str, rollout: Rollout) -> tuple[Tensor, str]:
        """Measure a baseline; return its mean loss (2 horizon + 1,) and what to say of it."""
        traces = rollout.trace()
        final, summed, doubled = (Measures.of(trace, self._horizon) for trace in traces.unbind(1))
        measures = Measures(final.final, summed.summed, final.median_final, doubled.doubled)
        self._measures[name] = measures
        curve = traces[:, 0].double().mean(-1)
        return curve, f"{self.label(name)}: {described(measures)} on held-out problems"

    def label(self, name: str) -> str:
        """Return an optimizer's name, with the family's where it has one."""
        return f"{name} ({self.family.name})" if self.family.name else name

    def ratios(self, measures: Measures) -> dict[str, float]:
        """Return an optimizer's final loss, sum and later loss over the best baseline's."""
        rivals = self._measures.values()
        return {
            "final_ratio": ratio_to_best(measures.final, [rival.final for rival in rivals]),
            "sum_ratio": ratio_to_best(measures.summed, [rival.summed for rival in rivals]),
            f"ratio_{self._later}": ratio_to_best(
                measures.doubled, [rival.doubled for rival in rivals]
            ),
        }

    def figures(self) -> dict[str, float]:
        """Return the baselines' losses and rates by name."""
        found: dict[str, float] = {}
        for name, measures in self._measures.items():
            found |= self.named(name, measures)
        for name, tuned in self._tuned.items():
            found |= {
                f"inner_lr_{name}": tuned.final,
                f"inner_lr_sum_{name}": tuned.summed,
                f"inner_lr_{self._later}_{name}": tuned.doubled,
                f"inner_lr_at_edge_{name}": float(tuned.at_edge),
            }
        return found

    def named(self, name: str, measures: Measures) -> dict[str, float]:
        """Return an optimizer's losses as figures."""
        return {
            f"final_{name}": measures.final,
            f"sum_{name}": measures.summed,
            f"median_final_{name}": measures.median_final,
            f"{self._later}_{name}": measures.doubled,
        }

    @property
    def _later(self) -> str:
        return f"at_{2 * self._horizon}"

    def state(self) -> dict[str, Any]:
        """Return what was found so far."""
        return {
            "tuned": {name: list(astuple(tuned)) for name, tuned in self._tuned.items()},
            "measures": {name: exact(asdict(found)) for name, found in self._measures.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._tuned = {name: Tuned(*values) for name, values in state["tuned"].items()}
        self._measures = {
            name: Measures(**inexact(found)) for name, found in state["measures"].items()
        }


def described(measures: Measures) -> str:
    """Return what the log says of an optimizer."""
    return f"final loss {measures.final:.3g}, sum {measures.summed:.4g}"


def exact(figures: Mapping[str, float]) -> dict[str, str]:
    """Return floats as exact text, for JSON knows no infinity."""
    return {name: value.hex() for name, value in figures.items()}


def inexact(texts: Mapping[str, str]) -> dict[str, float]:
    """Return the floats that `exact` wrote."""
    return {name: float.fromhex(text) for name, text in texts.items()}
