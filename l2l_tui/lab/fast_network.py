"""The LSTM of a learned optimizer over one truncation, in Numba: the fast `Network`.

It turns tensors into what `fast_kernels` works in and back. float32 on one core. The
values of all steps take 4 (8 hidden + features) bytes a coordinate and step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import pad

from l2l_tui.lab import fast_support
from l2l_tui.lab.coordinatewise import GATES, CoordinatewiseLSTM
from l2l_tui.lab.fused_network import FusedNetwork
from l2l_tui.lab.optimizers import OptimizerState

if TYPE_CHECKING:
    from l2l_tui.lab.fast_buffers import Tape, Way


class FastNetwork:
    """Two cells and a head, with every step's values kept for the backward pass.

    Args:
        rule: The learned optimizer's.
        steps: Inner steps of a truncation.
        coordinates: Of all problems together.
        dtype: Of phi and features: float32, there are no others.

    Raises:
        ValueError: There is nothing to compute, or another dtype is wanted.
        RuntimeError: The kernels do not work here.
    """

    def __init__(
        self, rule: CoordinatewiseLSTM, steps: int, coordinates: int, dtype: torch.dtype
    ) -> None:
        if dtype != torch.float32 or min(steps, coordinates) < 1:
            raise ValueError(f"no fast network for {steps} x {coordinates} values of {dtype}")
        support = fast_support.look()
        if support.kernels is None:
            raise RuntimeError(support.fault)
        from l2l_tui.lab import fast_buffers

        self._rule, self._kernels = rule, support.kernels
        self._coordinates, self._features = coordinates, rule.preprocessing.features
        self._buffers = fast_buffers.make(self._features, rule.hidden, steps, coordinates)
        buffers = self._buffers
        self._tiles = len(buffers.current)
        self._seen = torch.from_numpy(buffers.features).flatten(2)[..., :coordinates]
        self._updates = torch.from_numpy(buffers.updates).view(-1)[:coordinates]
        self._update_grads = torch.from_numpy(buffers.update_grads).flatten(1)[:, :coordinates]
        self._head = torch.from_numpy(buffers.head.weights)
        current = torch.from_numpy(buffers.current)
        self._hidden = current[:, self._features :].chunk(2, dim=1)
        pairs = zip(buffers.tapes, buffers.ways, self._hidden, strict=True)
        self._cells = [_Cell(*pair) for pair in pairs]

    def load(self, phi: Tensor, state: OptimizerState) -> None:
        """Take phi, and the hidden and cell states to start from."""
        self._expect("phi", phi, (self._rule.size,))
        parts = self._rule.unpack(phi)
        torch.mul(parts["head"][0], self._rule.output_scale, out=self._head)
        for number, cell in enumerate(self._cells, start=1):
            hidden, memory = (self._tiled(f"{name}{number}", state) for name in ("hidden", "cell"))
            cell.load(parts[f"cell{number}"], hidden, memory)

    def forward(self, step: int, features: Tensor) -> Tensor:
        """Return the updates (coordinates,) from features (features, coordinates)."""
        self._expect("features", features, self._seen.shape[1:])
        if not 0 <= step < len(self._seen):
            raise IndexError(f"step {step} of {len(self._seen)}")
        self._seen[step].copy_(features)
        self._kernels.go_forward(self._buffers, step)
        return self._updates.clone()

    def backward(self, update_grads: Tensor) -> Tensor:
        """Return the gradient in phi (size,) from that in every update (steps, coordinates)."""
        self._expect("gradients of updates", update_grads, self._update_grads.shape)
        self._update_grads.copy_(update_grads)
        for cell in self._cells:
            cell.sums.zero_()
        self._buffers.head.sums[:] = 0
        self._kernels.go_backward(self._buffers)
        head = torch.from_numpy(self._buffers.head.sums).sum(-1) * self._rule.output_scale
        first, second = self._cells
        return self._rule.pack(
            {"cell1": first.weight_grads(), "cell2": second.weight_grads(), "head": head}
        )

    def states(self) -> dict[str, Tensor]:
        """Return copies of both cells' states after the last step."""
        states = {}
        for number, cell in enumerate(self._cells, start=1):
            states[f"hidden{number}"] = self._flat(cell.hidden)
            states[f"cell{number}"] = self._flat(cell.cells)
        return states

    def _tiled(self, name: str, state: OptimizerState) -> Tensor:
        """Return a state (hidden, coordinates) as (tiles, hidden, LANES), zeros at the end."""
        value = state[name]
        self._expect(name, value, (self._rule.hidden, self._coordinates))
        lanes = self._buffers.current.shape[-1]
        value = pad(value, (0, self._tiles * lanes - self._coordinates))
        return value.reshape(-1, self._tiles, lanes).transpose(0, 1)

    def _flat(self, tiled: Tensor) -> Tensor:
        """Return a copy of a state (tiles, hidden, LANES) as (hidden, coordinates)."""
        flat = tiled.transpose(0, 1).flatten(1)
        return flat[:, : self._coordinates].clone()

    def _expect(self, name: str, value: Tensor, shape: tuple[int, ...]) -> None:
        """Kernels check nothing, and a copy would take much for what is wanted.

        Raises:
            ValueError: It is another shape or dtype, or lies elsewhere.
        """
        found = (tuple(value.shape), value.dtype, value.device.type)
        if found != (tuple(shape), torch.float32, "cpu"):
            raise ValueError(f"{name}: {found} where float32 {tuple(shape)} on the CPU is due")


class _Cell:
    """One cell's arrays as tensors."""

    def __init__(self, tape: Tape, way: Way, hidden: Tensor) -> None:
        """Take views of them; `hidden` is h as it is now: (tiles, hidden, LANES)."""
        self.hidden, self.cells = hidden, torch.from_numpy(tape.cells)
        self.sums = torch.from_numpy(way.sums)
        self._columns, self._rows = torch.from_numpy(tape.columns), torch.from_numpy(way.rows)
        self._start = torch.from_numpy(way.start)

    def load(self, weight: Tensor, hidden: Tensor, cell: Tensor) -> None:
        """Take weights as `lstm_cell` does, and the states before, in tiles."""
        self._rows.copy_(weight)
        self._columns.copy_(weight.t())
        for now, start, value in zip(
            (self.hidden, self.cells), self._start.unbind(1), (hidden, cell), strict=True
        ):
            now.copy_(value)
            start.copy_(value)

    def weight_grads(self) -> Tensor:
        """Return the gradient in the weights that `load` took."""
        blocks = self.sums.sum(-1).view(len(self.sums), -1, GATES)
        return blocks.transpose(1, 2).flatten(0, 1)


def fastest_network(
    rule: CoordinatewiseLSTM, steps: int, coordinates: int, dtype: torch.dtype
) -> FastNetwork | FusedNetwork:
    """Return the fast network where it works, else PyTorch's."""
    if dtype == torch.float32 and fast_support.look().kernels is not None:
        return FastNetwork(rule, steps, coordinates, dtype)
    return FusedNetwork(rule, steps, coordinates, dtype)
