"""How large learned optimizers are, against the number of coordinates.

Sizes are those of `UpdateRule.shapes` and of the state that a rule really makes; no phi is
drawn, so a rule may be measured that would not fit in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from l2l_tui.lab.comparison import Comparison
from l2l_tui.lab.measurement import Figures, Measurement, Outcome, Progress
from l2l_tui.lab.rules import UpdateRule


@dataclass(frozen=True)
class Sized:
    """A kind of rule, made for any number of coordinates."""

    name: str
    """What it is called in figures and charts."""
    rule: Callable[[int], UpdateRule]
    """Makes one for so many coordinates."""


def state_size(rule: UpdateRule, coordinates: int) -> int:
    """Return how many numbers a rule remembers of one problem from step to step."""
    return sum(value.numel() for value in rule.init(torch.zeros(1, coordinates)).values())


def sizes(kinds: Sequence[Sized], coordinates: Sequence[int]) -> tuple[Measurement, ...]:
    """Return ``phi/NAME`` and ``state/NAME`` of every kind at every number of coordinates."""
    found = []
    for kind in kinds:
        for number in coordinates:
            rule = kind.rule(number)
            found.append(Measurement(f"phi/{kind.name}", number, float(rule.size)))
            remembered = float(state_size(rule, number))
            found.append(Measurement(f"state/{kind.name}", number, remembered))
    return tuple(found)


class SizedComparison:
    """A comparison, and after it the sizes of kinds of rules.

    Args:
        comparison: What is done first.
        kinds: What is measured.
        coordinates: At which numbers of coordinates.
    """

    def __init__(
        self, comparison: Comparison, kinds: Sequence[Sized], coordinates: Sequence[int]
    ) -> None:
        self._comparison, self._told = comparison, False
        self._sizes = sizes(kinds, coordinates)
        self.steps = comparison.steps + 1

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The comparison's outcome with every meta-seed's figures joined by ``phi_NAME_at_N``
            and ``state_NAME_at_N``, which are the same for all.
        """
        outcome = yield from self._comparison.run()
        if not self._told:
            self._told = True
            yield Progress(self.steps, self._sizes)
        figures = self.figures()
        return replace(outcome, seeds=tuple({**seed, **figures} for seed in outcome.seeds))

    def figures(self) -> Figures:
        """Return the sizes by name."""
        return {
            f"{measured.name.replace('/', '_')}_at_{measured.step}": measured.value
            for measured in self._sizes
        }

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        return {"told": self._told, "comparison": self._comparison.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._told = state["told"]
        self._comparison.restore(state["comparison"])
