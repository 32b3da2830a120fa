"""Optimizees: batches of problems that an optimizer trains.

Every problem of a batch has its own parameters; axes are named (problems, coordinates).
A problem may change with the inner step, as minibatches do: f_t is its loss after t updates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from l2l_tui.lab.ranks import Ranks


class Optimizee(Protocol):
    """A batch of problems of one kind."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        ...

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return each problem's loss and the gradient of each in its own parameters.

        Args:
            params: (..., problems, coordinates).
            inner_step: The updates made so far: which minibatch it is.

        Returns:
            Losses (..., problems) and gradients of the shape of `params`.
        """
        ...

    def of(self, which: slice) -> Optimizee:
        """Return some of the problems, by their places."""
        ...


class Differentiated:
    """Base of optimizees whose gradients are left to autograd."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return each problem's loss, differentiably: (..., problems)."""
        raise NotImplementedError

    @torch.enable_grad()
    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return each problem's loss and gradient; see `Optimizee`."""
        params = params.detach().requires_grad_()
        losses = self.loss(params, inner_step)
        (grads,) = torch.autograd.grad(losses.sum(), params)
        return losses.detach(), grads


class Sampler(Protocol):
    """A distribution of optimizees together with where training starts."""

    def __call__(self, generator: torch.Generator) -> tuple[Optimizee, Tensor]:
        """Draw a batch of problems and its initial params (problems, coordinates)."""
        ...


def shared(optimizee: Optimizee, params: Tensor, ranks: Ranks) -> tuple[Optimizee, Tensor]:
    """Return a rank's own problems of a batch, and their params (..., problems, coordinates)."""
    if ranks.size == 1:
        return optimizee, params
    which = ranks.share(params.shape[-2])
    # A copy: what is restored from a file begins at the start of its memory too.
    mine = params[..., which, :].clone(memory_format=torch.contiguous_format)
    return optimizee.of(which), mine


@dataclass(frozen=True)
class Quadratics:
    """Quadratics f(theta) = ||W theta - y||^2 (arXiv:1606.04474, section 3.1)."""

    w: Tensor
    """W: (problems, rows, coordinates)."""
    y: Tensor
    """y: (problems, rows)."""

    def loss(self, params: Tensor, inner_step: int = 0) -> Tensor:
        """Return ||W theta - y||^2 of each problem: (..., problems)."""
        del inner_step
        return self._residuals(params).square().sum(-1)

    def loss_and_grads(self, params: Tensor, inner_step: int = 0) -> tuple[Tensor, Tensor]:
        """Return the losses and 2 W^T (W theta - y), which is differentiable in `params`."""
        del inner_step
        residuals = self._residuals(params)
        if params.dim() == 2:
            grads = torch.bmm(self._doubled, residuals.unsqueeze(-1)).squeeze(-1)
        else:
            grads = torch.einsum("prc,...pr->...pc", self.w, residuals) * 2
        return residuals.square().sum(-1), grads

    @cached_property
    def _doubled(self) -> Tensor:
        """2 W^T, its rows one after another in memory, which the product wants."""
        return (2 * self.w).mT.contiguous()

    def of(self, which: slice) -> Quadratics:
        """Return some of the problems, by their places."""
        return Quadratics(self.w[which], self.y[which])

    def _residuals(self, params: Tensor) -> Tensor:
        if params.dim() == 2:  # the hot path: one product per problem
            return torch.bmm(self.w, params.unsqueeze(-1)).squeeze(-1) - self.y
        return torch.einsum("prc,...pc->...pr", self.w, params) - self.y


@dataclass(frozen=True)
class QuadraticSampler:
    """Draws `Quadratics` with standard Gaussian W and y, and a Gaussian initial theta."""

    problems: int
    """Problems in a batch."""
    dimension: int = 10
    """Coordinates of theta, and rows of W."""
    initial_scale: float = 0.01
    """Standard deviation of the initial theta (the authors' code: 0.01)."""
    dtype: torch.dtype = torch.float32
    """Of everything drawn."""

    def __call__(self, generator: torch.Generator) -> tuple[Quadratics, Tensor]:
        """Draw W, y and theta_0, in this order."""
        shapes = ((self.dimension, self.dimension), (self.dimension,), (self.dimension,))
        w, y, params = (
            torch.randn((self.problems, *shape), generator=generator, dtype=self.dtype)
            for shape in shapes
        )
        return Quadratics(w, y), params * self.initial_scale
