"""A network and the streams that it learns, one stream a member, members side by side."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from l2l_tui.lab.continual.streams import Examples, Stream, stacked
from l2l_tui.lab.maml.perceptron import Perceptron


class Problem:
    """What every strategy faces.

    Args:
        network: Its inputs and outputs are the streams'.
        streams: One a member, all with as many experiences.
    """

    def __init__(self, network: Perceptron, streams: Sequence[Stream]) -> None:
        self.network, self.streams = network, tuple(streams)
        self.experiences = streams[0].experiences
        self._visible = torch.stack([stream.visible for stream in streams])

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self.streams)

    def draw(self, oldest: int, newest: int, chances: Tensor) -> Examples:
        """Return training examples of experiences `oldest` to `newest`, each as likely.

        Args:
            oldest: The first experience that is drawn from.
            newest: The last.
            chances: (members, 2, batch), float64 from 0 to below 1.
        """
        experience = oldest + (chances[:, 0] * (newest - oldest + 1)).long()
        return stacked(
            [
                stream.draw(one, chance)
                for stream, one, chance in zip(self.streams, experience, chances[:, 1], strict=True)
            ]
        )

    def visible(self, examples: Examples, newest: int) -> Tensor:
        """Return which outputs compete for each example: (members, batch, outputs)."""
        members = torch.arange(len(self)).unsqueeze(1)
        return self._visible[members, newest, examples.experience]

    def losses_and_grads(
        self, params: Tensor, examples: Examples, newest: int
    ) -> tuple[Tensor, Tensor]:
        """Return each member's mean loss (members,) and its gradient (members, size)."""
        leaf = params.detach().requires_grad_()
        logits = self.network.outputs(leaf, examples.x)
        found = losses(logits, examples, self.visible(examples, newest))
        (grads,) = torch.autograd.grad(found.sum(), leaf)
        return found.detach(), grads

    @torch.no_grad()
    def accuracies(self, params: Tensor, experience: int, newest: int) -> Tensor:
        """Return the share of an experience's held-back examples named rightly: (members,).

        Args:
            params: (members, size).
            experience: Which.
            newest: The newest experience, which decides what outputs compete.
        """
        found = []
        for stream, own in zip(self.streams, params, strict=True):
            examples = stacked([stream.judged_by(experience)])
            logits = self.network.outputs(own.unsqueeze(0), examples.x)
            said = competing(logits, stream.visible[newest, experience]).argmax(-1)
            found.append(said.eq(examples.y).double().mean())
        return torch.stack(found)


def competing(logits: Tensor, visible: Tensor) -> Tensor:
    """Return log-probabilities among the outputs that compete; of the others, minus infinity."""
    return logits.masked_fill(~visible, -torch.inf).log_softmax(-1)


def losses(logits: Tensor, examples: Examples, visible: Tensor) -> Tensor:
    """Return each member's mean of -log p(y | x): (members,).

    Args:
        logits: (members, batch, outputs).
        examples: (members, batch, ...).
        visible: (members, batch, outputs), which outputs compete.
    """
    said = competing(logits, visible).gather(-1, examples.y.unsqueeze(-1))
    return -said.squeeze(-1).mean(-1)
