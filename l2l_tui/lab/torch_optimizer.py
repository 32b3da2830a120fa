"""A trained update rule as a `torch.optim.Optimizer`, for any training loop.

The rule is coordinatewise, so parameters may have any shape: all that have a gradient go
through the LSTM together, a stretch of coordinates at a time. Each keeps its own part of
the state, under the names of `CoordinatewiseLSTM.init` with the coordinates last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, NamedTuple, overload

import torch
from torch import Tensor
from torch.optim.optimizer import ParamsT, StateDict

from l2l_tui.errors import RequestError
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.fused_network import FusedNetwork
from l2l_tui.lab.grouped import Grouped
from l2l_tui.lab.optimizers import OptimizerState
from l2l_tui.lab.rules import Trained
from l2l_tui.lab.stretches import gathered, scatter, stretches
from l2l_tui.language import tr

STRETCH = 4096
"""Coordinates that go through the LSTM at once: its values then stay in a core's cache."""
STRETCH_ELSEWHERE = 2**20
"""The same on devices that want much to do at once; it bounds the memory that a step takes."""

CONVOLUTIONAL, CONNECTED = "conv", "fc"
"""The groups of a `Grouped` rule that can be told apart by a parameter's shape."""
CONVOLUTIONAL_AXES = 3
"""A convolution's weights have so many axes at least (outputs, inputs, length, ...)."""

_KEPT = 4
"""Sizes for which the CPU's buffers are kept: of whole stretches, and a few that end a row."""


class RuleOptimizer(torch.optim.Optimizer):
    """Adds a trained rule's updates, times ``lr``, to parameters.

    ``lr`` is 1 for the updates that were trained; schedulers of `torch.optim` may change it.
    Parameters without a gradient are left alone, their state too. The rule computes in
    float32, for float64 parameters in float64, and its state is of that dtype.

    A coordinate whose gradient is not finite becomes NaN, as with Adam: it shows at once,
    touches no other coordinate, and must be kept from happening by who makes gradients.

    Args:
        params: Parameters, named parameters, or groups of them as dicts.
        trained: The rule and its phi.
        lr: What updates are multiplied with.
        maximize: Whether to climb.

    Raises:
        RequestError: A group's options make no sense, a parameter is complex, or the rule's
            groups cannot be told apart.
    """

    def __init__(
        self, params: ParamsT, trained: Trained, lr: float = 1.0, *, maximize: bool = False
    ) -> None:
        self.trained = trained
        self._parts = parts(trained)
        self._ready: dict[_Place, Trained | _Quick] = {}
        super().__init__(params, {"lr": lr, "maximize": maximize})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters; see `torch.optim.Optimizer.add_param_group`.

        Raises:
            RequestError: The group's ``lr`` is no number that is 0 or more, or a parameter
                is complex.
        """
        lr = param_group.get("lr", self.defaults["lr"])
        if not 0 <= lr < float("inf"):
            raise RequestError(tr("lr = {lr} is not a number of at least 0", lr=lr))
        super().add_param_group(param_group)
        if any(param.is_complex() for param in self.param_groups[-1]["params"]):
            self.param_groups.pop()
            raise RequestError(tr("a learned optimizer cannot train complex parameters"))

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Update all parameters that have a gradient.

        Args:
            closure: Computes the loss and the gradients anew, and returns the loss.

        Returns:
            What the closure returned.

        Raises:
            RequestError: A gradient is sparse; nothing was updated.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        moving = [(group, _moving(group["params"])) for group in self.param_groups]
        for group, params in moving:
            for place, alike in self._alike(params).items():
                self._move(self._trained(place), alike, group)
        return loss

    def _alike(self, params: Iterable[Tensor]) -> dict[_Place, list[Tensor]]:
        """Return the parameters that can be updated together."""
        found: dict[_Place, list[Tensor]] = {}
        for param in params:
            dtype = torch.promote_types(param.dtype, torch.float32)
            found.setdefault(_Place(self._part(param), param.device, dtype), []).append(param)
        return found

    def _part(self, param: Tensor) -> str:
        if "" in self._parts:
            return ""
        return CONVOLUTIONAL if param.dim() >= CONVOLUTIONAL_AXES else CONNECTED

    def _trained(self, place: _Place) -> Trained | _Quick:
        if place not in self._ready:
            rule, phi = self._parts[place.part]
            quick = place.device.type == "cpu"
            moved = phi.to(place.device, place.dtype)
            self._ready[place] = _Quick(rule, moved) if quick else Trained(rule, moved)
        return self._ready[place]

    def _move(
        self, trained: Trained | _Quick, params: list[Tensor], group: Mapping[str, Any]
    ) -> None:
        """Update parameters that are alike."""
        like = trained.phi
        grads = torch.cat([_flat(param.grad, like) for param in params])  # type: ignore[arg-type]
        if group["maximize"]:
            grads.neg_()
        states = [self._state(trained, param) for param in params]
        sizes = [param.numel() for param in params]
        updates = torch.empty_like(grads)
        for stretch in stretches(sizes, _longest(like.device)):
            seen, memory = grads[stretch.whole], gathered(states, stretch)
            updates[stretch.whole], after = trained.update(seen, memory, seen)
            scatter(after, states, stretch)
        updates.masked_fill_(grads.isfinite().logical_not_(), float("nan")).mul_(group["lr"])
        for param, update in zip(params, torch.split(updates, sizes), strict=True):
            param.add_(update.view(param.shape))

    def _state(self, trained: Trained | _Quick, param: Tensor) -> dict[str, Tensor]:
        """Return a parameter's memory, which is changed in place."""
        state: dict[str, Tensor] = self.state[param]
        if not state:
            state.update(_fresh(trained, param))
        return state

    def state_dict(self) -> StateDict:
        """Return the state as `torch.optim` does, with a mark of the weights it belongs to."""
        return {**super().state_dict(), "trained": self.mark}

    @property
    def mark(self) -> str:
        """What tells these weights from others."""
        described = json.dumps(self.trained.rule.described(), sort_keys=True).encode()
        phi = self.trained.phi.detach().to("cpu", torch.float32).contiguous()
        return hashlib.sha256(described + phi.numpy().tobytes()).hexdigest()[:16]

    def load_state_dict(self, state_dict: StateDict) -> None:
        """Take back what `state_dict` gave, as copies; training goes on to the same bits.

        Raises:
            RequestError: The state belongs to other weights or parameters.
            ValueError: It has other groups.
        """
        given: list[StateDict] = []
        last = self.register_load_state_dict_pre_hook(lambda _, found: given.append(found))
        before = self.__getstate__()
        try:
            super().load_state_dict(state_dict)
            self._take(given[0])
        except BaseException:
            self.__setstate__(before)
            raise
        finally:
            last.remove()

    def _take(self, given: StateDict) -> None:
        """Check a state and copy it: torch itself would round it to its parameter's dtype."""
        if given.get("trained", self.mark) != self.mark:
            said = tr("this state was made with other weights than this optimizer's")
            raise RequestError(said)
        saved = chain.from_iterable(group["params"] for group in given["param_groups"])
        ours = chain.from_iterable(group["params"] for group in self.param_groups)
        for key, param in zip(saved, ours, strict=True):
            if not given["state"].get(key):
                continue
            (place,) = self._alike([param])
            wanted = _fresh(self._trained(place), param)
            self.state[param] = {
                name: _like(given["state"][key].get(name), value, tuple(param.shape))
                for name, value in wanted.items()
            }

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "trained": self.trained}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._ready = {}
        super().__setstate__(state)
        self._parts = parts(self.trained)


class _Part(NamedTuple):
    """A rule for single coordinates, with its phi."""

    rule: CoordinatewiseLSTM
    """How they are updated."""
    phi: Tensor
    """(size,)."""


class _Place(NamedTuple):
    """What parameters must have in common to go through the LSTM together."""

    part: str
    """Which of the rules."""
    device: torch.device
    """Where they are."""
    dtype: torch.dtype
    """What is computed in."""


class _Quick:
    """A trained rule on the CPU, by the network that training uses: the same to rounding.

    It has about twice the speed of `CoordinatewiseLSTM.update`, and its buffers are kept.
    """

    def __init__(self, rule: CoordinatewiseLSTM, phi: Tensor) -> None:
        self.rule, self.phi = rule, phi
        self._networks: dict[int, FusedNetwork] = {}

    def init(self, params: Tensor) -> OptimizerState:
        """Return the memory before the first step."""
        return self.rule.init(params)

    def update(
        self, grads: Tensor, state: OptimizerState, params: Tensor
    ) -> tuple[Tensor, OptimizerState]:
        """Return the updates, and the memory after them."""
        features, seen = self.rule.see(grads, state)
        network = self._network(grads.numel())
        network.load(self.phi, state)
        updates = network.forward(0, features)
        return updates.view(params.shape), {**network.states(), **seen}

    def _network(self, coordinates: int) -> FusedNetwork:
        """Return one for so many coordinates: all stretches but the last have the same."""
        if coordinates not in self._networks:
            if len(self._networks) == _KEPT:
                self._networks.clear()
            dtype = self.phi.dtype
            self._networks[coordinates] = FusedNetwork(self.rule, 1, coordinates, dtype)
        return self._networks[coordinates]


def parts(trained: Trained) -> dict[str, _Part]:
    """Return the rules for single coordinates that a trained rule is made of.

    Returns:
        One with an empty name, or those of the groups that parameters are told apart by.

    Raises:
        RequestError: It has other groups, or is of another kind.
    """
    rule = trained.rule
    if isinstance(rule, CoordinatewiseLSTM):
        return {"": _Part(rule, trained.phi)}
    names = {group.name for group in rule.groups} if isinstance(rule, Grouped) else set()
    if not isinstance(rule, Grouped) or names != {CONVOLUTIONAL, CONNECTED}:
        said = tr(
            "this rule cannot tell from a parameter's shape how to update it: only a rule for "
            "all, or one for each of {groups}, can",
            groups=f"{CONVOLUTIONAL}, {CONNECTED}",
        )
        raise RequestError(said)
    phis = rule.split_phi(trained.phi)
    return {
        group.name: _Part(group.rule, phi) for group, phi in zip(rule.groups, phis, strict=True)
    }


def _longest(device: torch.device) -> int:
    return STRETCH if device.type == "cpu" else STRETCH_ELSEWHERE


def _moving(params: Iterable[Tensor]) -> list[Tensor]:
    """Return the parameters that a step moves: those with coordinates and a gradient."""
    found = [param for param in params if param.grad is not None and param.numel()]
    if any(param.grad.layout != torch.strided for param in found):  # type: ignore[union-attr]
        said = tr("a learned optimizer cannot use sparse gradients; make the layer dense")
        raise RequestError(said)
    return found


def _flat(tensor: Tensor, like: Tensor) -> Tensor:
    return tensor.reshape(-1).to(like.dtype)


def _fresh(trained: Trained | _Quick, param: Tensor) -> dict[str, Tensor]:
    """Return the memory before the first step, every entry (..., coordinates)."""
    flat = trained.phi.new_empty(param.numel())
    # What a rule keeps once for all coordinates is kept for each, for they come in stretches.
    return {
        name: (value if value.dim() else value.expand(flat.shape)).clone()
        for name, value in trained.init(flat).items()
    }


def _like(value: object, wanted: Tensor, shape: tuple[int, ...]) -> Tensor:
    if not isinstance(value, Tensor) or value.shape != wanted.shape:
        said = tr("this state does not fit a parameter of shape {shape}", shape=shape)
        raise RequestError(said)
    return wanted.copy_(value)
