"""Where a Transformer's decoder looks while it writes, as figures and as pictures."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from l2l_tui.lab.heat_maps import coloured, side_by_side
from l2l_tui.lab.models.transformer import Transformer
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.supervised.sequences import TASKS, Sequences, draw


@dataclass(frozen=True, eq=False)
class Looks:
    """Attention of a trained model's last decoder layer on examples drawn for that alone."""

    model: nn.Module
    """A `Transformer`, as in evaluation."""
    length: int
    """Symbols in a source."""
    symbols: int
    """How many different ones there are."""
    examples: int
    """Of each task."""
    seed: int
    """Decides them."""

    def _drawn(self, task: str) -> tuple[Sequences, Tensor]:
        """Return examples, and how much is looked where: (examples, heads, targets, sources)."""
        draws = generator(self.seed, "looks", task)
        sequences = draw(task, self.examples, self.length, self.symbols, draws)
        assert isinstance(self.model, Transformer)
        return sequences, self.model.looks(sequences.source, sequences.given)

    def aligned(self) -> dict[str, float]:
        """Return how much attention is on symbols equal to the one that is about to be written.

        ``aligned_TASK``: the best head's mean weight; ``by_chance_TASK``: what even attention
        to the source would have.
        """
        found: dict[str, float] = {}
        for task in TASKS:
            sequences, weights = self._drawn(task)
            symbols = 2 if task == "recall" else self.length  # the end mark is in no source
            target = sequences.target[:, :symbols]
            equal = target.unsqueeze(2).eq(sequences.source.unsqueeze(1))  # (., targets, sources)
            on = (weights[:, :, :symbols] * equal.unsqueeze(1)).sum(-1).mean((0, 2))  # (heads,)
            found[f"aligned_{task}"] = float(on.max())
            found[f"by_chance_{task}"] = float(equal.float().mean(2).mean())
        return found

    def pictures(self) -> dict[str, Tensor]:
        """Return each task's first example: a row of heads, targets down, sources across."""
        found = {}
        for task in TASKS:
            _, weights = self._drawn(task)
            found[f"attention-{task}"] = side_by_side(
                [coloured(head) for head in weights[0]], len(weights[0])
            )
        return found
