"""Two LSTM layers, as every rule of arXiv:1606.04474 has them (section 3).

What rules share that differ in what a column is: a coordinate, or a whole problem. The parts
of phi are those of `coordinatewise`: ``cell1`` and ``cell2``, whose first columns are biases
and whose rows are blocks in the order of `GATES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from l2l_tui.lab.coordinatewise import GATES, lstm_cell
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.preprocessing import Preprocessing
from l2l_tui.lab.rules import UpdateRule

NAMES = ("hidden1", "cell1", "hidden2", "cell2")
"""The layers' states, each (hidden, columns)."""
Outgoing = Callable[[Tensor], Tensor]
"""What becomes of a layer's activations (hidden, columns) before anything reads them."""
_SEEN = "seen."


def shapes(inputs: int, hidden: int) -> dict[str, tuple[int, int]]:
    """Return the shapes of both layers' weights."""
    rows = GATES * hidden
    return {"cell1": (rows, 1 + inputs + hidden), "cell2": (rows, 1 + 2 * hidden)}


def draw(rule: UpdateRule, hidden: int, generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Draw a rule's phi as `CoordinatewiseLSTM.draw` does: uniform, forget gates raised by 1."""
    bound = hidden**-0.5
    phi = torch.rand(rule.size, generator=generator, dtype=dtype).mul_(2).sub_(1).mul_(bound)
    parts = rule.unpack(phi)
    for name in ("cell1", "cell2"):
        parts[name][hidden : 2 * hidden, 0] += 1
    return phi


def init(seen: Preprocessing, hidden: int, columns: int, params: Tensor) -> dict[str, Tensor]:
    """Return zero states of so many columns, and the preprocessing's under ``seen.NAME``."""
    states = dict.fromkeys(NAMES, params.new_zeros((hidden, columns)))
    return {**states, **_prefixed(seen.init(params.reshape(-1)))}


def see(
    seen: Preprocessing, grads: Tensor, state: OptimizerState
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return features (features, problems, coordinates) of gradients (problems, coordinates).

    Returns:
        With them the preprocessing's memory after it, as `init` names it.
    """
    before = {
        name.removeprefix(_SEEN): value for name, value in state.items() if name.startswith(_SEEN)
    }
    features, after = seen(grads.reshape(-1), before)
    return features.view(-1, *grads.shape), _prefixed(after)


def step(
    parts: Mapping[str, Tensor],
    inputs: Tensor,
    state: OptimizerState,
    outgoing: Outgoing = lambda hidden: hidden,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the second layer's activations (hidden, columns), and the states after the step.

    Args:
        parts: ``cell1`` and ``cell2``.
        inputs: (inputs, columns).
        state: The states before.
        outgoing: See `Outgoing`.
    """
    hidden1, cell1 = lstm_cell(parts["cell1"], inputs, state["hidden1"], state["cell1"])
    hidden1 = outgoing(hidden1)
    hidden2, cell2 = lstm_cell(parts["cell2"], hidden1, state["hidden2"], state["cell2"])
    hidden2 = outgoing(hidden2)
    return hidden2, dict(zip(NAMES, (hidden1, cell1, hidden2, cell2), strict=True))


def linear(weight: Tensor, inputs: Tensor) -> Tensor:
    """Return weight times (1, inputs): (outputs, columns); the first column is the bias."""
    return torch.addmm(weight[:, :1], weight[:, 1:], inputs)


def _prefixed(memory: OptimizerState) -> dict[str, Tensor]:
    return {_SEEN + name: value for name, value in memory.items()}
