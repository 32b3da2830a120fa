"""Sequence tasks: copy, reverse, sort and recall, all learned by one model.

A source is a mark that names the task and then symbols; the target is what the task makes of
them and an end mark. Symbols are drawn uniformly anew for every example, so that nothing can be
learned by heart; in recall the keys of an example differ.

    copy     a b c d    -> a b c d
    reverse  a b c d    -> d c b a
    sort     c a d a    -> a a c d
    recall   a x b y a  -> a x     (pairs of key and value, then one key: it, and its value)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.randomness import generator
from l2l_tui.lab.supervised.problem import Batch, Tally

TASKS = ("copy", "reverse", "sort", "recall")
"""What there is to be learned."""

PADDING, BEGIN, END = 0, 1, 2
"""Marks: behind a target's end, before its first symbol, after its last."""
_MARKS = 3
FIRST = _MARKS + len(TASKS)
"""The first symbol's number; before it come the marks, those that name tasks among them."""


def vocabulary(symbols: int) -> int:
    """Return how many numbers a model must tell apart."""
    return FIRST + symbols


@dataclass(frozen=True, eq=False)
class Sequences:
    """Sources and targets of one task."""

    source: Tensor
    """(examples, 1 + length), int64; the task's mark first."""
    target: Tensor
    """(examples, 1 + length), int64; END after the last symbol, then PADDING."""

    @property
    def given(self) -> Tensor:
        """What a model that writes the target has written so far: (examples, 1 + length)."""
        begin = torch.full_like(self.target[:, :1], BEGIN)
        return torch.cat((begin, self.target[:, :-1]), 1)


def draw(task: str, examples: int, length: int, symbols: int, draws: torch.Generator) -> Sequences:
    """Draw examples of a task.

    Args:
        task: One of `TASKS`.
        examples: How many.
        length: Symbols in a source; for recall odd: pairs and a key.
        symbols: How many different ones there are; for recall at least as many as pairs.
        draws: Decides which.
    """
    x = torch.randint(symbols, (examples, length), generator=draws)
    match task:
        case "copy":
            y = x
        case "reverse":
            y = x.flip(1)
        case "sort":
            y = x.sort(1).values
        case _:
            x, y = _recalled(x, symbols, draws)
    mark = torch.full((examples, 1), _MARKS + TASKS.index(task))
    source = torch.cat((mark, x + FIRST), 1)
    target = torch.full((examples, 1 + length), PADDING)
    target[:, : y.shape[1]] = y + FIRST
    target[:, y.shape[1]] = END
    return Sequences(source, target)


def _recalled(x: Tensor, symbols: int, draws: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return pairs with different keys and a key (examples, length), and that pair."""
    examples, pairs = len(x), x.shape[1] // 2
    keys = torch.rand((examples, symbols), generator=draws).argsort(1)[:, :pairs]
    x = x.clone()
    x[:, 0 : 2 * pairs : 2] = keys
    asked = torch.randint(pairs, (examples, 1), generator=draws)
    key = x[:, -1:] = keys.gather(1, asked)
    return x, torch.cat((key, x.gather(1, 2 * asked + 1)), 1)


@dataclass(frozen=True, eq=False)
class SequenceTasks:
    """Cross-entropy of each next symbol of the target, on all tasks at once.

    A model maps sources and what was written so far to logits (examples, targets, vocabulary).
    It is judged on sequences that were drawn from other generators than those to train on: it
    writes each target by itself, always the likeliest symbol next.
    """

    tasks: Sequence[str]
    """Which tasks a minibatch is of, in equal parts."""
    length: int
    """Symbols in a source; odd where there is recall."""
    symbols: int
    """How many different ones there are."""
    batch_size: int
    """Sequences in a minibatch."""
    smoothing: float
    """Label smoothing (arXiv:1706.03762, section 5.4): spread over all of the vocabulary."""
    judged: int
    """Sequences of each task that a model is judged by."""
    seed: int
    """Decides them, apart from all that is trained on."""
    piece: int = 100
    """Sequences judged at once."""

    @property
    def pieces(self) -> int:
        """How many pieces judging has: those of one task after those of the other."""
        return len(self.tasks) * len(self._starts)

    @property
    def _starts(self) -> range:
        return range(0, self.judged, self.piece)

    def batch(self, model: nn.Module, draws: torch.Generator) -> Batch:
        """Draw a minibatch and return the model's loss, and the share of symbols it gets wrong."""
        count = -(-self.batch_size // len(self.tasks))
        drawn = [draw(task, count, self.length, self.symbols, draws) for task in self.tasks]
        source, given, target = (
            torch.cat([getattr(each, part) for each in drawn])
            for part in ("source", "given", "target")
        )
        logits = model(source, given)
        loss = functional.cross_entropy(
            logits.flatten(0, 1),
            target.flatten(),
            ignore_index=PADDING,
            label_smoothing=self.smoothing,
        )
        counted = target.ne(PADDING)
        wrong = (logits.detach().argmax(-1).ne(target) & counted).sum()
        return Batch(loss, wrong / counted.sum())

    @cached_property
    def held_back(self) -> dict[str, Sequences]:
        """What a model is judged by, by task."""
        return {
            task: draw(
                task, self.judged, self.length, self.symbols, generator(self.seed, "judged", task)
            )
            for task in self.tasks
        }

    def tally(self, model: nn.Module, piece: int) -> Tally:
        """Return mistakes, symbols and sequences of a piece of one task, summed."""
        which, start = divmod(piece, len(self._starts))
        task, cut = self.tasks[which], slice(self._starts[start], self._starts[start] + self.piece)
        sequences = self.held_back[task]
        source, target = sequences.source[cut], sequences.target[cut]
        counted = target.ne(PADDING)
        wrong = written(model, source, target.shape[1]).ne(target) & counted
        return {
            f"{task}_error": float(wrong.sum()),
            f"{task}_symbols": float(counted.sum()),
            f"{task}_failed": float(wrong.any(1).sum()),
            f"{task}_sequences": float(len(target)),
        }

    def figures(self, tally: Tally) -> dict[str, float]:
        """Return ``TASK_error``, a share of symbols, and ``TASK_failed``, of sequences."""
        return {
            f"{task}_{what}": tally[f"{task}_{what}"] / tally[f"{task}_{of}"]
            for task in self.tasks
            for what, of in (("error", "symbols"), ("failed", "sequences"))
        }


@torch.no_grad()
def written(model: nn.Module, source: Tensor, length: int) -> Tensor:
    """Return what a model writes by itself, always the likeliest symbol: (examples, length)."""
    so_far = torch.full((len(source), 1), BEGIN)
    for _ in range(length):
        symbol = model(source, so_far)[:, -1:].argmax(-1)
        so_far = torch.cat((so_far, symbol), 1)
    return so_far[:, 1:]
