"""Multinomial logistic regression on handwritten digits, against scikit-learn's.

The objective is the same and convex, so our loop must end at the same optimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from l2l_tui.experiments.base import Chart, Experiment, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.settings import Settings, setting


@dataclass(frozen=True)
class LogisticRegressionSettings(Settings):
    """What decides a run."""

    c: float = setting(1.0, "scikit-learn's C, the inverse of the penalty", low=1e-6, high=1e6)
    splits: int = setting(3, "random splits; each counts as a meta-seed", low=1, high=100)
    examples: int = setting(1797, "pictures used in all", low=300, high=1797)
    test_share: float = setting(0.25, "share of pictures to judge by", low=0.01, high=0.5)
    iterations: int = setting(5000, "full-batch steps at most", low=1, high=10**6)
    tolerance: float = setting(1e-9, "largest entry of a gradient that ends a fit", low=0, high=1)
    every: int = setting(10, "steps between measurements", low=1, high=10**4)


def _procedure(settings: LogisticRegressionSettings, seed: int) -> Procedure:
    from l2l_tui.lab.fitting import FitProtocol, Fitting

    return Fitting(FitProtocol(**settings.values()), seed)  # type: ignore[arg-type]


def _distance(figures: Mapping[str, float]) -> float:
    """Return the larger difference; one picture more or less is at least 1/900 of accuracy."""
    return max(figures["max_coef_difference"], figures["accuracy_difference"])


EXPERIMENT = Experiment(
    name="logistic-regression",
    title="Our loop finds scikit-learn's optimum on handwritten digits",
    paper="Bishop, Pattern Recognition and Machine Learning, section 4.3.4",
    milestone="logistic-regression",
    settings=LogisticRegressionSettings,
    presets=(
        Preset("quick", {}, cost="2 s on 2 cores (November 2026)"),
        Preset(
            "paper",
            {"splits": 5, "c": 10.0, "iterations": 20_000, "tolerance": 1e-10},
            cost="12 s on 2 cores (November 2026)",
        ),
    ),
    claims=(
        Claim(
            id="same-optimum",
            statement="Gradient descent on the regularised likelihood ends at the optimum that "
            "scikit-learn's LogisticRegression finds, with the same accuracy.",
            reference="scikit-learn, LogisticRegression; a convex objective has one optimum",
            measure=_distance,
            bound=1e-3,
            reads="mean over meta-seeds (splits) of the larger of the coefficients' and the "
            "accuracies' difference",
        ),
    ),
    charts=(
        Chart("loss", "Mean negative log-likelihood", "step", "loss", log=True),
        Chart("gap", "Largest difference from scikit-learn's", "step", "difference", log=True),
    ),
    procedure=_procedure,
    glossary={
        "max_coef_difference": "Largest absolute difference between our coefficients and "
        "scikit-learn's, intercepts left out; no unit.",
        "accuracy": "Share of the pictures kept for judging that our model names rightly.",
        "sklearn_accuracy": "The same share for scikit-learn's model.",
        "accuracy_difference": "Absolute difference between the two accuracies.",
        "iterations": "Full-batch steps that our fit took; a count.",
    },
)
