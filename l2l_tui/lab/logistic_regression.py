"""Multinomial logistic regression (Bishop, PRML, section 4.3.4), by accelerated gradient.

The objective is scikit-learn's, divided by C n so that it is a mean over examples:

    F(w, b) = 1/n sum_i -log softmax(w x_i + b)[y_i] + 1/(2 C n) ||w||^2

with the intercepts b unpenalised. It is smooth with a constant L and strongly convex in w
with mu = 1/(C n), so Nesterov's method with rate 1/L and a constant momentum reaches the
optimum at a linear rate (Nesterov 2004, section 2.2.1). Examples are centred first: that
moves only b, and without it a shift of b against w has a curvature far below mu.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.lab.optimizers import NAG

CLASSES = 10


@dataclass(frozen=True)
class Objective:
    """F on given examples; params are (classes, 1 + features), the first column b."""

    x: Tensor
    """(examples, 1 + features), the first column ones."""
    y: Tensor
    """(examples,)."""
    penalty: float
    """1 / (C n)."""

    @classmethod
    def of(cls, x: Tensor, y: Tensor, c: float) -> Objective:
        """Return F of examples (examples, features), centred, with scikit-learn's C."""
        return cls(with_ones(x - x.mean(0)), y, 1 / (c * len(x)))

    def loss_and_grads(self, params: Tensor) -> tuple[Tensor, Tensor]:
        """Return F and its gradient, of the shape of `params`."""
        logits = self.x @ params.t()
        loss = functional.cross_entropy(logits, self.y)
        errors = logits.softmax(1) - functional.one_hot(self.y, CLASSES)
        weights = params.clone()
        weights[:, 0] = 0
        grads = errors.t() @ self.x / len(self.y) + self.penalty * weights
        return loss + 0.5 * self.penalty * weights.square().sum(), grads

    def nag(self) -> NAG:
        """Return Nesterov's method with the rate and momentum that F asks for.

        A softmax's curvature is at most 1/2, so L = lambda_max(x^T x / n) / 2 + mu.
        """
        curvature = torch.linalg.eigvalsh(self.x.t() @ self.x / len(self.y))[-1]
        smoothness = 0.5 * float(curvature) + self.penalty
        root = (self.penalty / smoothness) ** 0.5
        return NAG(1 / smoothness, (1 - root) / (1 + root))


def with_ones(x: Tensor) -> Tensor:
    """Return examples (examples, features) with a first column of ones."""
    return torch.cat((x.new_ones(len(x), 1), x), 1)


def uncentred(params: Tensor, x: Tensor) -> Tensor:
    """Return params for examples as they are, from params for `x` centred."""
    shifted = params.clone()
    shifted[:, 0] -= params[:, 1:] @ x.mean(0)
    return shifted


def mean_loss(params: Tensor, x: Tensor, y: Tensor) -> float:
    """Return the mean of -log softmax without penalty."""
    return float(functional.cross_entropy(with_ones(x) @ params.t(), y))


def accuracy(params: Tensor, x: Tensor, y: Tensor) -> float:
    """Return the share of examples (examples, features) that params classify rightly."""
    return float((with_ones(x) @ params.t()).argmax(1).eq(y).double().mean())


def sklearn_optimum(x: Tensor, y: Tensor, c: float) -> Tensor:
    """Return what scikit-learn's LogisticRegression finds: (classes, 1 + features).

    Its default solver (lbfgs) finds the same point sixty times slower at this tolerance.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, solver="newton-cg", tol=1e-10, max_iter=10_000)
    model.fit(x.numpy(), y.numpy())
    return torch.cat(
        (torch.from_numpy(model.intercept_).unsqueeze(1), torch.from_numpy(model.coef_)), 1
    )
