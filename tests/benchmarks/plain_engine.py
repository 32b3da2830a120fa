"""What anybody would write: two `LSTMCell`s and a `Linear`, and autograd through the unroll.

Gradients that the optimizer sees are detached (second derivatives dropped), and
``loss.backward()`` is called once a truncation. That is the benchmark's unit.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.optimizees import Optimizee


class PlainOptimizer(nn.Module):
    """The LSTM optimizer as a module.

    Args:
        rule: Its sizes, preprocessing and output scale.
    """

    def __init__(self, rule: CoordinatewiseLSTM) -> None:
        super().__init__()
        self.rule = rule
        self.first = nn.LSTMCell(rule.preprocessing.features, rule.hidden)
        self.second = nn.LSTMCell(rule.hidden, rule.hidden)
        self.head = nn.Linear(rule.hidden, 1)
        for cell in (self.first, self.second):  # one bias is enough: ours has one
            cell.bias_hh.requires_grad_(False).zero_()

    @torch.no_grad()
    def load(self, phi: Tensor) -> None:
        """Take our phi; torch has the candidate before the output gate."""
        parts = self.rule.unpack(phi)
        for cell, weight in ((self.first, parts["cell1"]), (self.second, parts["cell2"])):
            bias, inputs, hidden = _in_order(weight).split(
                [1, cell.input_size, cell.hidden_size], 1
            )
            cell.bias_ih.copy_(bias[:, 0])
            cell.weight_ih.copy_(inputs)
            cell.weight_hh.copy_(hidden)
        self.head.bias.copy_(parts["head"][0, :1])
        self.head.weight.copy_(parts["head"][:, 1:])

    def phi_grads(self) -> Tensor:
        """Return the gradients that autograd left, laid out as phi."""
        cells = {
            name: _in_order(
                torch.cat((cell.bias_ih.grad[:, None], cell.weight_ih.grad, cell.weight_hh.grad), 1)
            )
            for name, cell in (("cell1", self.first), ("cell2", self.second))
        }
        head = torch.cat((self.head.bias.grad, self.head.weight.grad[0]))
        return self.rule.pack({**cells, "head": head})

    def truncation(
        self, optimizee: Optimizee, params: Tensor, steps: int, clip: float
    ) -> tuple[Tensor, float]:
        """Unroll from zero states, go back, clip; return the losses and the norm before."""
        zeros = params.new_zeros(params.numel(), self.rule.hidden)
        state1, state2 = (zeros, zeros), (zeros, zeros)
        seen = self.rule.preprocessing.init(params.reshape(-1))
        start = params.clone().requires_grad_()
        (grads,) = torch.autograd.grad(optimizee.loss(start, 0).sum(), start)
        losses = []
        for step in range(steps):
            features, seen = self.rule.preprocessing(grads.reshape(-1), seen)
            state1 = self.first(features.t(), state1)
            state2 = self.second(state1[0], state2)
            updates = self.rule.output_scale * self.head(state2[0])
            params = params + updates.view(params.shape)
            loss = optimizee.loss(params, step + 1)
            losses.append(loss.mean())
            if step + 1 < steps:
                (grads,) = torch.autograd.grad(loss.sum(), params, retain_graph=True)
        self.zero_grad()
        trace = torch.stack(losses)
        trace.sum().backward()
        norm = nn.utils.clip_grad_norm_(self.parameters(), clip)
        return trace.detach(), float(norm)


def _in_order(weight: Tensor) -> Tensor:
    """Swap the last two blocks of gates, which turns our order into torch's and back."""
    inward, forget, third, fourth = weight.chunk(4)
    return torch.cat((inward, forget, fourth, third))
