"""Telling pictures' classes, in minibatches."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from l2l_tui.lab.data.pictures import DataSet, Pictures
from l2l_tui.lab.supervised.problem import Batch, Tally


def prepared(data: DataSet, side: int) -> DataSet:
    """Return pictures shrunk and standardised.

    Each is brought to `side` pixels a side by averaging, then each channel to mean 0 and
    variance 1 over the pictures to fit; what is held back has no say in that.

    Args:
        data: Pictures (pictures, channels, height, width).
        side: Divides the pictures' height and width.
    """
    factor = data.train.x.shape[-1] // side
    train, test = (
        functional.avg_pool2d(part.x, factor) if factor > 1 else part.x
        for part in (data.train, data.test)
    )
    mean, spread = (
        stat.view(1, -1, 1, 1) for stat in (train.mean((0, 2, 3)), train.std((0, 2, 3)))
    )

    def standardised(x: Tensor, y: Tensor) -> Pictures:
        # Convolutions of few channels are more than twice as fast with channels innermost.
        return Pictures(((x - mean) / spread).contiguous(memory_format=torch.channels_last), y)

    return DataSet(
        data.name,
        data.classes,
        standardised(train, data.train.y),
        standardised(test, data.test.y),
    )


def some(data: DataSet, count: int, draws: torch.Generator) -> DataSet:
    """Return a data set with some of the pictures to fit, as many of each class as can be.

    Args:
        data: What is drawn from; what is held back stays whole.
        count: How many pictures to fit; those there are if they are fewer.
        draws: Decides which.
    """
    order = torch.randperm(len(data.train.y), generator=draws)
    classes = data.train.y[order]
    # A picture's rank within its class; all firsts come before all seconds.
    same = functional.one_hot(classes, data.classes).cumsum(0)
    rank = same.gather(1, classes.unsqueeze(1)).squeeze(1)
    picked = order[rank.argsort(stable=True)[:count]]
    train = Pictures(data.train.x[picked], data.train.y[picked])
    return DataSet(data.name, data.classes, train, data.test)


@dataclass(frozen=True, eq=False)
class Classification:
    """Cross-entropy on minibatches drawn with replacement.

    A model maps pictures (pictures, channels, side, side) to logits (pictures, classes). It is
    judged on all pictures to fit and on all held back, as in evaluation.
    """

    data: DataSet
    """As `prepared` gives it."""
    batch_size: int
    """Pictures in a minibatch."""
    shift: int = 0
    """By how many pixels at most a training picture is moved, each way."""
    flips: bool = False
    """Whether half of the training pictures are mirrored."""
    piece: int = 512
    """Pictures judged at once."""

    @property
    def pieces(self) -> int:
        """How many pieces judging has: those of the pictures to fit come first."""
        return sum(len(self._starts(part)) for part in ("train", "test"))

    def batch(self, model: nn.Module, draws: torch.Generator) -> Batch:
        """Draw a minibatch and return the model's loss and error on it."""
        train = self.data.train
        picks = torch.randint(len(train.y), (self.batch_size,), generator=draws)
        x, y = self._varied(train.x[picks], draws), train.y[picks]
        logits = model(x)
        loss = functional.cross_entropy(logits, y)
        return Batch(loss, logits.detach().argmax(1).ne(y).float().mean())

    def _varied(self, x: Tensor, draws: torch.Generator) -> Tensor:
        """Return pictures moved and mirrored at random, each its own way."""
        if self.flips:
            mirrored = torch.rand(len(x), generator=draws) < 0.5
            x = torch.where(mirrored.view(-1, 1, 1, 1), x.flip(-1), x)
        if not self.shift:
            return x
        height, width = x.shape[2:]
        wide = functional.pad(x, [self.shift] * 4)
        down, right = torch.randint(2 * self.shift + 1, (2, len(x), 1), generator=draws)
        rows = (down + torch.arange(height)).view(-1, height, 1)
        columns = (right + torch.arange(width)).view(-1, 1, width)
        which = torch.arange(len(x)).view(-1, 1, 1)
        moved = wide.permute(0, 2, 3, 1)[which, rows, columns]  # (pictures, height, width, .)
        return moved.permute(0, 3, 1, 2)

    def _starts(self, part: str) -> range:
        pictures: Pictures = getattr(self.data, part)
        return range(0, len(pictures.y), self.piece)

    @torch.no_grad()
    def tally(self, model: nn.Module, piece: int) -> Tally:
        """Return the loss, the mistakes and the number of pictures of one piece, summed."""
        trained = len(self._starts("train"))
        part = "train" if piece < trained else "test"
        start = self._starts(part)[piece if part == "train" else piece - trained]
        pictures: Pictures = getattr(self.data, part)
        x, y = (every[start : start + self.piece] for every in (pictures.x, pictures.y))
        logits = model(x)
        return {
            f"{part}_loss": float(functional.cross_entropy(logits, y, reduction="sum")),
            f"{part}_error": float(logits.argmax(1).ne(y).sum()),
            f"{part}_pictures": float(len(y)),
        }

    def figures(self, tally: Tally) -> dict[str, float]:
        """Return ``train_loss``, ``train_error``, ``test_loss`` and ``test_error``, means."""
        return {
            f"{part}_{what}": tally[f"{part}_{what}"] / tally[f"{part}_pictures"]
            for part in ("train", "test")
            for what in ("loss", "error")
        }
