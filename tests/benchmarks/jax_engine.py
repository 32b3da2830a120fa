"""The same truncation in JAX: ``jit`` around a ``lax.scan`` over the inner steps.

Only the benchmark needs it, where JAX is installed. It is written as its users write it:
the whole truncation, losses, gradient and clipping are one compiled function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from jax import lax
from torch import Tensor

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.multilayer import MLP
from l2l_tui.lab.optimizees import Optimizee, Quadratics
from l2l_tui.lab.preprocessing import RNNprop

Array = Any
Loss = Callable[[Array, Array], Array]
"""Each problem's loss (problems,) of params (problems, coordinates) after so many updates."""


class JaxEngine:
    """One truncation, compiled.

    Args:
        rule: The learned optimizer's; its preprocessing is `RNNprop`.
        optimizee: `Quadratics`, or an `MLP` of one hidden layer of sigmoids.
        params: Where it starts.
        steps: Inner steps.
        clip: The meta-gradient's largest norm.
    """

    def __init__(
        self,
        rule: CoordinatewiseLSTM,
        optimizee: Optimizee,
        params: Tensor,
        steps: int,
        clip: float,
    ) -> None:
        self.rule = rule
        loss, start = _loss(optimizee), _array(params)
        gradient = jax.grad(lambda theta, step: loss(theta, step).sum())

        def meta_loss(phi: Mapping[str, Array]) -> tuple[Array, Array]:
            def inner_step(carry: Any, step: Array) -> tuple[Any, Array]:
                theta, states, seen = carry
                grads = lax.stop_gradient(gradient(lax.stop_gradient(theta), step))
                features, seen = _rnnprop(grads.reshape(-1), seen)
                states, output = _lstm(phi, features, states)
                theta = theta + (rule.output_scale * output).reshape(theta.shape)
                return (theta, states, seen), loss(theta, step + 1).mean()

            zeros = jnp.zeros((rule.hidden, start.size))
            flat = jnp.zeros(start.size)
            carry = (start, ((zeros, zeros), (zeros, zeros)), (flat, flat, jnp.zeros(())))
            _, losses = lax.scan(inner_step, carry, jnp.arange(steps))
            return losses.sum(), losses

        @jax.jit
        def truncation(phi: Mapping[str, Array]) -> tuple[Array, Array, Mapping[str, Array]]:
            (_, losses), grads = jax.value_and_grad(meta_loss, has_aux=True)(phi)
            norm = jnp.sqrt(sum(jnp.square(part).sum() for part in grads.values()))
            scale = jnp.minimum(1.0, clip / norm)
            return losses, norm, {name: part * scale for name, part in grads.items()}

        self._truncation = truncation

    def run(self, phi: Tensor) -> tuple[Tensor, float, Tensor]:
        """Return the losses, the gradient's norm before clipping, and the gradient after it."""
        parts = {name: _array(part) for name, part in self.rule.unpack(phi).items()}
        losses, norm, grads = jax.block_until_ready(self._truncation(parts))
        clipped = {name: torch.tensor(np.asarray(part)) for name, part in grads.items()}
        return torch.tensor(np.asarray(losses)), float(norm), self.rule.pack(clipped)


def _array(tensor: Tensor) -> Array:
    return jnp.asarray(tensor.numpy())


def _lstm(phi: Mapping[str, Array], features: Array, states: Any) -> tuple[Any, Array]:
    """Return the states after a step, and the output (coordinates,)."""
    first = _cell(phi["cell1"], features, *states[0])
    second = _cell(phi["cell2"], first[0], *states[1])
    head = phi["head"]
    return (first, second), head[0, 0] + head[0, 1:] @ second[0]


def _cell(weight: Array, inputs: Array, hidden: Array, cell: Array) -> tuple[Array, Array]:
    """Do what `coordinatewise.lstm_cell` does."""
    gates = weight[:, :1] + weight[:, 1:] @ jnp.concatenate((inputs, hidden))
    inward, forget, outward, candidate = jnp.split(gates, 4)
    after = jax.nn.sigmoid(forget) * cell + jax.nn.sigmoid(inward) * jnp.tanh(candidate)
    return jax.nn.sigmoid(outward) * jnp.tanh(after), after


def _rnnprop(grads: Array, seen: tuple[Array, Array, Array]) -> tuple[Array, Any]:
    """Do what `preprocessing.RNNprop` does."""
    rule, (first, second, correction) = RNNprop(), seen
    first = first + (1 - rule.decay) * (grads - first)
    second = second + (1 - rule.decay) * (grads * grads - second)
    correction = rule.decay * correction + (1 - rule.decay)
    scale = lax.rsqrt(second / correction + rule.eps**2)
    return jnp.stack((first / correction * scale, grads * scale)), (first, second, correction)


def _loss(optimizee: Optimizee) -> Loss:
    """Return the loss of an optimizee of ours."""
    if isinstance(optimizee, Quadratics):
        w, y = _array(optimizee.w), _array(optimizee.y)
        return lambda theta, _: jnp.square(jnp.einsum("prc,pc->pr", w, theta) - y).sum(-1)
    assert isinstance(optimizee, MLP)
    inputs, hidden, classes = optimizee.layers
    batches = optimizee.minibatches
    examples, targets, picks = (_array(one) for one in (batches.x, batches.y, batches.picks))
    ends = [inputs * hidden, inputs * hidden + hidden, (inputs + 1) * hidden + hidden * classes]

    def loss(theta: Array, step: Array) -> Array:
        x, y = examples[picks[step]], targets[picks[step]]
        weight1, bias1, weight2, bias2 = jnp.split(theta, ends, axis=-1)
        weight1 = weight1.reshape(-1, inputs, hidden)
        weight2 = weight2.reshape(-1, hidden, classes)
        units = jax.nn.sigmoid(x @ weight1 + bias1[:, None])
        scores = jax.nn.log_softmax(units @ weight2 + bias2[:, None])
        return -jnp.take_along_axis(scores, y[..., None], -1)[..., 0].mean(-1)

    return loss
