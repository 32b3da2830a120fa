"""Random functions of two variables, and sequences of examples of them.

Two families (Hochreiter, Younger, Conwell 2001). Each has targets of mean 0 and variance 1
over its functions and inputs, so that the best mapping without memory, which is 0 everywhere,
has a mean squared error of 1, and every error is a share of that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

_JITTER = 1e-9  # of the variance of a target; keeps a covariance of low rank invertible


@dataclass(frozen=True)
class Examples:
    """Sequences of examples, each sequence of a function of its own."""

    x: Tensor
    """Inputs: (..., sequences, examples, 2)."""
    y: Tensor
    """Targets: (..., sequences, examples)."""

    def of(self, which: slice) -> Examples:
        """Return some of the sequences (sequences, examples), by their places."""
        return Examples(self.x[which], self.y[which])


class Family(Protocol):
    """A distribution of functions of two variables."""

    def draw(self, generator: torch.Generator, sequences: int, examples: int) -> Examples:
        """Draw functions and inputs: x (sequences, examples, 2), y (sequences, examples)."""
        ...

    def covariance(self, x: Tensor) -> Tensor:
        """Return the covariance of the targets over the family's functions.

        Args:
            x: (..., examples, 2).

        Returns:
            (..., examples, examples).
        """
        ...


@dataclass(frozen=True)
class Quadratics:
    """a x1^2 + b x2^2 + c x1 x2 + d x1 + e x2 + f, scaled to a variance of 1.

    Coefficients and inputs are uniform in [-1, 1].
    """

    def draw(self, generator: torch.Generator, sequences: int, examples: int) -> Examples:
        """Draw functions and inputs: x (sequences, examples, 2), y (sequences, examples)."""
        coefficients = torch.rand(sequences, 6, 1, generator=generator) * 2 - 1
        x = torch.rand(sequences, examples, 2, generator=generator) * 2 - 1
        return Examples(x, (terms(x) @ coefficients).squeeze(-1) / _DEVIATION)

    def covariance(self, x: Tensor) -> Tensor:
        """Return the covariance of the targets: (..., examples, examples)."""
        found = terms(x)
        return found @ found.transpose(-1, -2) / (3 * _DEVIATION**2)


# A coefficient's variance is 1/3; the terms' mean squares are 1/5, 1/5, 1/9, 1/3, 1/3 and 1.
_DEVIATION = math.sqrt((1 / 5 + 1 / 5 + 1 / 9 + 1 / 3 + 1 / 3 + 1) / 3)


def terms(x: Tensor) -> Tensor:
    """Return x1^2, x2^2, x1 x2, x1, x2 and 1 of inputs (..., 2): (..., 6)."""
    first, second = x.unbind(-1)
    ones = torch.ones_like(first)
    return torch.stack((first**2, second**2, first * second, first, second, ones), -1)


@dataclass(frozen=True)
class Booleans:
    """Some of the 16 Boolean functions of two variables; false is -1 and true is 1.

    A function is numbered by its truth table: bit i of its number is its value where
    i = (x1 true) + 2 (x2 true). So 8 is AND, 14 is OR, 6 is XOR, and 15 - n is "not n".
    """

    numbers: tuple[int, ...]
    """Which of the 16, each as likely as the others."""

    def draw(self, generator: torch.Generator, sequences: int, examples: int) -> Examples:
        """Draw functions and inputs: x (sequences, examples, 2), y (sequences, examples)."""
        chosen = torch.randint(len(self.numbers), (sequences, 1), generator=generator)
        corner = torch.randint(4, (sequences, examples), generator=generator)
        values = torch.tensor(self.numbers)[chosen] >> corner & 1
        x = torch.stack((corner & 1, corner >> 1), -1)
        return Examples(x * 2.0 - 1, values * 2.0 - 1)

    def covariance(self, x: Tensor) -> Tensor:
        """Return that of all 16: 1 where inputs are equal, else 0."""
        return (x.unsqueeze(-2) == x.unsqueeze(-3)).all(-1).to(x.dtype)


def held_out_booleans(fold: int, order: Sequence[int]) -> tuple[int, ...]:
    """Return the four Boolean functions that a meta-seed never sees in training.

    Functions are held out together with their negations, so that neither the seen nor the
    unseen ones have a mean other than 0 at any input.

    Args:
        fold: Which meta-seed's; four after each other hold out all 16 functions, each once.
        order: The numbers 0 to 7 in any order: of function n and its negation 15 - n.
    """
    pairs = [order[(2 * fold + offset) % 8] for offset in range(2)]
    return tuple(sorted(number for pair in pairs for number in (pair, 15 - pair)))


def seen_booleans(held_out: Sequence[int]) -> tuple[int, ...]:
    """Return the twelve others of the 16."""
    return tuple(number for number in range(16) if number not in held_out)


def memoryless_error(examples: Examples) -> float:
    """Return the mean squared error of the best mapping of x alone, chosen in hindsight.

    For both families it is a quadratic of x: the mean of quadratics is one, and at the four
    corners quadratics are all functions. Takes (sequences, examples).
    """
    matrix = terms(examples.x).double().flatten(0, -2)
    targets = examples.y.double().flatten()
    # At the corners the six terms are dependent, so the normal equations have no inverse.
    inverse = torch.linalg.pinv(matrix.t() @ matrix, rtol=1e-9, hermitian=True)
    return float((targets - matrix @ (inverse @ (matrix.t() @ targets))).square().mean())


def constant_error(examples: Examples) -> float:
    """Return the mean squared error of each sequence's best constant, chosen in hindsight."""
    return float(examples.y.double().var(-1, correction=0).mean())


def told_errors(family: Family, examples: Examples) -> Tensor:
    """Return the squared errors of the best linear predictor that is told the family.

    It knows the covariance of targets (exactly, and each is without noise) and predicts every
    example from those before it. With L the Cholesky factor of the covariance its errors are
    diag(L) L^-1 y.

    Returns:
        (sequences, examples).
    """
    x, y = examples.x.double(), examples.y.double()
    covariance = family.covariance(x) + _JITTER * torch.eye(x.shape[-2], dtype=x.dtype)
    factor = torch.linalg.cholesky(covariance)
    scaled = torch.linalg.solve_triangular(factor, y.unsqueeze(-1), upper=False).squeeze(-1)
    errors: Tensor = factor.diagonal(dim1=-2, dim2=-1) * scaled
    return errors.square()
