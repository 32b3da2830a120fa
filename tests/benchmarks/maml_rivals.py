"""MAML as others write it: one task after the other, with modules of `torch.nn`.

Each gives the mean over tasks of the query loss and its gradient in a module's parameters, in
their own order, which is that of our networks' parts.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import torch
from torch import Tensor, nn

from l2l_tui.lab.maml.conv4 import MODULES, Conv4
from l2l_tui.lab.maml.inner_loop import InnerLoop
from l2l_tui.lab.maml.networks import Network
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.maml.tasks import Tasks

Gradient = Callable[[nn.Module, InnerLoop, Tasks], tuple[Tensor, list[Tensor]]]
"""The mean query loss after one inner step, and its gradients."""


def module_of(network: Network, params: Tensor) -> nn.Module:
    """Return a module that computes what our network does with params (size,)."""
    made = _perceptron(network) if isinstance(network, Perceptron) else _conv4(network)
    with torch.no_grad():
        for parameter, part in zip(made.parameters(), network.unpack(params).values(), strict=True):
            parameter.copy_(_turned(part).view(parameter.shape))
    return made


def flat(network: Network, gradients: list[Tensor]) -> Tensor:
    """Return a module's gradients laid out as our params (size,)."""
    shapes = network.shapes.values()
    turned = (_turned(one).reshape(shape) for one, shape in zip(gradients, shapes, strict=True))
    return torch.cat([one.flatten() for one in turned])


def _turned(part: Tensor) -> Tensor:
    """Return matrices transposed: a `Linear` has (outputs, inputs), biases are (1, outputs)."""
    return part.t() if part.dim() == 2 and 1 not in part.shape[:1] else part


def _perceptron(network: Perceptron) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in zip(network.layers, network.layers[1:], strict=False):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _conv4(network: Network) -> nn.Module:
    assert isinstance(network, Conv4)
    layers: list[nn.Module] = []
    inputs = network.channels
    for _ in range(MODULES):
        stride = 1 if network.pooling else 2
        layers += [
            nn.Conv2d(inputs, network.filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(network.filters, track_running_stats=False),
            *([nn.MaxPool2d(2)] if network.pooling else []),
            nn.ReLU(),
        ]
        inputs = network.filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(network.units, network.n_way))


def _loss(inner: InnerLoop, outputs: Tensor, y: Tensor) -> Tensor:
    return inner.loss(outputs[None], y[None])[0]


def _each(tasks: Tasks) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
    support, query = tasks.support, tasks.query
    return list(zip(support.x, support.y, query.x, query.y, strict=True))


def loop(module: nn.Module, inner: InnerLoop, tasks: Tasks) -> tuple[Tensor, list[Tensor]]:
    """`torch.func.functional_call` and `autograd.grad`, task by task."""
    params: dict[str, Tensor] = dict(module.named_parameters())
    total = torch.zeros(())
    for x, y, query_x, query_y in _each(tasks):
        loss = _loss(inner, torch.func.functional_call(module, params, (x,)), y)
        grads = torch.autograd.grad(loss, list(params.values()), create_graph=True)
        adapted = {
            name: value - inner.inner_lr * grad
            for (name, value), grad in zip(params.items(), grads, strict=True)
        }
        queried = torch.func.functional_call(module, adapted, (query_x,))
        total = total + _loss(inner, queried, query_y)
    mean = total / len(tasks)
    return mean.detach(), list(torch.autograd.grad(mean, list(params.values())))


def with_higher(module: nn.Module, inner: InnerLoop, tasks: Tasks) -> tuple[Tensor, list[Tensor]]:
    """`higher.innerloop_ctx`, as its examples do: backward task by task."""
    import higher

    module.zero_grad()
    sgd = torch.optim.SGD(module.parameters(), lr=inner.inner_lr)
    total = torch.zeros(())
    for x, y, query_x, query_y in _each(tasks):
        with higher.innerloop_ctx(module, sgd, copy_initial_weights=False) as (adapted, step):
            step.step(_loss(inner, adapted(x), y))
            loss = _loss(inner, adapted(query_x), query_y) / len(tasks)
            loss.backward()
            total = total + loss.detach()
    return total, [parameter.grad for parameter in module.parameters()]


def with_torchopt(module: nn.Module, inner: InnerLoop, tasks: Tasks) -> tuple[Tensor, list[Tensor]]:
    """`torchopt.MetaSGD`, as its examples do: the module is changed and put back."""
    import torchopt

    module.zero_grad()
    learned = list(module.parameters())
    sgd = torchopt.MetaSGD(module, lr=inner.inner_lr)
    begin, memory = (torchopt.extract_state_dict(one, by="reference") for one in (module, sgd))
    losses = []
    for x, y, query_x, query_y in _each(tasks):
        sgd.step(_loss(inner, module(x), y))
        losses.append(_loss(inner, module(query_x), query_y))
        torchopt.recover_state_dict(module, begin)
        torchopt.recover_state_dict(sgd, memory)
    mean = torch.stack(losses).mean()
    return mean.detach(), list(torch.autograd.grad(mean, learned))


def rivals() -> dict[str, Gradient | None]:
    """Return all by name; None stands for what is not installed."""
    return {
        "loop": loop,
        "higher": with_higher if find_spec("higher") else None,
        "torchopt": with_torchopt if find_spec("torchopt") else None,
    }
