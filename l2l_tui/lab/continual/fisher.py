"""The diagonal of the Fisher information, from per-example gradients.

    F_ii = E_x sum_y p(y | x) (d log p(y | x) / d params_i)^2

Labels are the model's own: the Fisher information is defined by them, and it is the curvature
that EWC's Laplace approximation wants. Those of the data give the "empirical" Fisher, which at
an optimum is small where the model is sure and right whatever the curvature is (Kunstner, Balles
and Hennig, arXiv:1905.12558). With so few outputs the sum over y is made, not sampled, which in
continual learning also works best (van de Ven, arXiv:2502.11756).

The square of a sum over a batch is not the sum of squares, so gradients are needed example by
example. In a perceptron they need not be stored: with respect to a weight they are a layer's
input times the derivative at its output, so that squares of both can be multiplied as matrices.
"""

from __future__ import annotations

import torch
from torch import Tensor

from l2l_tui.lab.continual.problem import competing
from l2l_tui.lab.maml.perceptron import Perceptron


def diagonal(network: Perceptron, params: Tensor, x: Tensor, visible: Tensor) -> Tensor:
    """Return the diagonal of the Fisher information: (members, size), in the order of params.

    Args:
        network: Any.
        params: (members, size).
        x: (members, batch, inputs); the mean is over them.
        visible: (members, batch, outputs), which outputs compete for each.
    """
    inputs, outputs = _traced(network, params.detach().requires_grad_(), x)
    log_p = competing(outputs[-1], visible)
    sums = [torch.zeros_like(output) for output in outputs]
    for label in range(log_p.shape[-1]):
        # An output that does not compete has probability 0 and so no part in the sum.
        shown = visible[..., label]
        chosen = log_p[..., label].masked_fill(~shown, 0.0).sum()
        slopes = torch.autograd.grad(chosen, outputs, retain_graph=True)
        weight = log_p[..., label].detach().exp().unsqueeze(-1)
        sums = [total + weight * slope.square() for total, slope in zip(sums, slopes, strict=True)]
    layers = [_of_layer(seen.detach(), squares) for seen, squares in zip(inputs, sums, strict=True)]
    return torch.cat(layers, 1)


def _traced(network: Perceptron, params: Tensor, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Return each layer's inputs and what it makes of them, (members, batch, units) each.

    The last of what is made are the logits; the others are rectified before they go on.
    """
    inputs, outputs = [x], list[Tensor]()
    parts = iter(network.unpack(params).values())
    for weight, bias in zip(parts, parts, strict=True):
        outputs.append(torch.baddbmm(bias, inputs[-1], weight))
        inputs.append(outputs[-1].relu())
    return inputs[:-1], outputs


def _of_layer(inputs: Tensor, squares: Tensor) -> Tensor:
    """Return a layer's diagonal (members, (inputs + 1) units), its bias last.

    Args:
        inputs: (members, batch, inputs).
        squares: (members, batch, units), expected squared derivatives at the layer's output.
    """
    weight = inputs.square().transpose(1, 2) @ squares
    bias = squares.sum(1, keepdim=True)
    return torch.cat((weight, bias), 1).flatten(1) / inputs.shape[1]
