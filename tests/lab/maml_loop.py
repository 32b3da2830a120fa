"""MAML one task after the other, as a textbook has it: the oracle of the batched one.

Networks here are of PyTorch's own functions on one task's params, so that nothing is shared
with what is tested but the order of the params.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.maml.conv4 import Conv4
from l2l_tui.lab.maml.inner_loop import InnerLoop
from l2l_tui.lab.maml.networks import Network
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.tasks import Tasks


def outputs(network: Network, params: Tensor, x: Tensor, context: Tensor | None) -> Tensor:
    """Return one task's outputs (examples, outputs)."""
    if isinstance(network, Perceptron):
        return perceptron(network, params, x)
    assert isinstance(network, Conv4)
    return conv4(network, params, x, context)


def perceptron(network: Perceptron, params: Tensor, x: Tensor) -> Tensor:
    """Return the outputs of one perceptron with `functional.linear`."""
    parts = list(network.unpack(params).values())
    for weight, bias in zip(parts[:-2:2], parts[1:-2:2], strict=True):
        x = functional.linear(x, weight.t(), bias[0]).relu()
    return functional.linear(x, parts[-2].t(), parts[-1][0])


def conv4(network: Conv4, params: Tensor, x: Tensor, context: Tensor | None) -> Tensor:
    """Return the logits of one Conv-4; statistics written out, not `batch_norm`."""
    parts = network.unpack(params)
    seen = x if context is None else context
    both = torch.cat((seen, x))
    for module in range(1, 5):
        kernel, scale, shift = (parts[f"{name}{module}"] for name in ("kernel", "scale", "shift"))
        stride = 1 if network.pooling else 2
        both = functional.conv2d(both, kernel, stride=stride, padding=1)
        known = both[: len(seen)]
        mean = known.mean((0, 2, 3), keepdim=True)
        variance = (known - mean).square().mean((0, 2, 3), keepdim=True)
        both = (both - mean) / (variance + 1e-5).sqrt()
        both = (both * scale[:, None, None] + shift[:, None, None]).relu()
        if network.pooling:
            both = functional.max_pool2d(both, 2)
    features = both[len(seen) :].flatten(1)
    return features @ parts["weight"] + parts["bias"][0]


def adapt(
    inner: InnerLoop, params: Tensor, tasks: Tasks, task: int, steps: int, *, second_order: bool
) -> Tensor:
    """Return one task's params (size,) after the inner steps."""
    x, y = tasks.support.x[task], tasks.support.y[task]
    body = inner.network.size - inner.network.head_size
    for _ in range(steps):
        loss = inner.loss(outputs(inner.network, params, x, None)[None], y[None])[0]
        (grads,) = torch.autograd.grad(loss, params, create_graph=second_order)
        if inner.head_only:
            grads = torch.cat((torch.zeros_like(grads[:body]), grads[body:]))
        params = params - inner.inner_lr * grads
    return params


def query_loss(inner: InnerLoop, params: Tensor, tasks: Tasks, task: int) -> Tensor:
    """Return one task's loss on its queries."""
    context = None if inner.transductive else tasks.support.x[task]
    found = outputs(inner.network, params, tasks.query.x[task], context)
    return inner.loss(found[None], tasks.query.y[task][None])[0]


def meta_loss(inner: InnerLoop, initial: Tensor, tasks: Tasks, steps: int) -> Tensor:
    """Return the mean over tasks of the query loss after adapting from (size,)."""
    losses = [
        query_loss(inner, adapt(inner, initial, tasks, task, steps, second_order=True), tasks, task)
        for task in range(len(tasks))
    ]
    return torch.stack(losses).mean()


def first_order(inner: InnerLoop, initial: Tensor, tasks: Tasks, steps: int) -> Tensor:
    """Return the mean over tasks of the query loss's gradient at the adapted params."""
    found = []
    for task in range(len(tasks)):
        adapted = adapt(inner, initial, tasks, task, steps, second_order=False).detach()
        adapted.requires_grad_()
        (grads,) = torch.autograd.grad(query_loss(inner, adapted, tasks, task), adapted)
        found.append(grads)
    return torch.stack(found).mean(0)
