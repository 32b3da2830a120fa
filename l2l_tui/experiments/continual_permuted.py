"""Permuted pictures, one order of pixels after another: who forgets, and what keeps most.

Plain fine-tuning, joint training, EWC (Kirkpatrick et al., arXiv:1612.00796), experience replay
(arXiv:1902.10486) and A-GEM (arXiv:1812.00420) learn the same streams. Every experience has all
classes and shares the outputs: domain-incremental learning (arXiv:1904.07734). Figures are of
pictures that neither training nor the choice of EWC's strength saw. The quick preset has three
orders, as Figure 2A of the EWC paper, the other ten, as Figure 2B.

Which strength EWC has is chosen on a validation stream, other orders of other parts of the
training pictures. The memory is a budget: 100 pictures in all on digits, 2,000 on MNIST (as
arXiv:1904.07734 gives iCaRL). Digits are enlarged to the size of MNIST's before their pixels
are permuted: of 64 pixels every order uses all, so that what one experience makes of an input
the next one must change, and EWC keeps less (`side`).

Where this differs from the papers: the networks are smaller, Adam makes fewer steps, and EWC's
Fisher information takes the expectation over labels, which the paper does not specify.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.experiments.base import Chart, Experiment, Preset, Procedure
from l2l_tui.experiments.forgetting import (
    DIFFERS,
    GLOSSARY,
    ContinualSettings,
    forgets,
    keeps,
    no_test,
    study,
)
from l2l_tui.experiments.settings import Value, setting

if TYPE_CHECKING:
    import torch

    from l2l_tui.lab.continual.streams import Stream
    from l2l_tui.lab.data.pictures import Pictures


@dataclass(frozen=True)
class ContinualPermutedSettings(ContinualSettings):
    """What decides a run."""

    experiences: int = setting(3, "experiences of a stream", low=2, high=100)
    iterations: int = setting(250, "minibatches of each experience", low=1, high=10**6)
    strength_high: float = setting(10_000.0, "largest strength of EWC's grid", low=1e-9, high=1e12)
    strength_count: int = setting(
        4, "strengths in the grid, evenly in their logarithm", low=2, high=99
    )
    side: int = setting(
        28, "pixels along a side to which digits are enlarged first (8: not at all)", low=8, high=64
    )


def _procedure(settings: ContinualPermutedSettings, seed: int) -> Procedure:
    from l2l_tui.lab.continual.streams import enlarged, permuted

    def make(train: Pictures, test: Pictures, draws: torch.Generator) -> Stream:
        fit, judge = enlarged(train, settings.side), enlarged(test, settings.side)
        return permuted(fit, judge, settings.experiences, draws)

    return study(settings, seed, {"": make})


_TABLE = (
    "arXiv:1809.10635 Table 4, ten permutations of MNIST, domain-incremental: fine-tuning 78.5 %, "
    "EWC 94.3 %, joint training 97.6 %"
)

_PAPER_SCALE: Mapping[str, Value] = {
    "data": "mnist",
    "experiences": 10,
    "iterations": 300,
    "batch": 128,
    "memory": 2000,
    "fisher_examples": 1000,
    "every": 10,
}

EXPERIMENT = Experiment(
    name="continual-permuted",
    title="Permuted pictures one after the other: fine-tuning forgets, EWC keeps most",
    paper="arXiv:1612.00796 section 2.1, Figure 2",
    milestone="this-year",
    settings=ContinualPermutedSettings,
    presets=(
        Preset("quick", {}, cost="53 s on 2 cores (November 2026)"),
        Preset("paper", _PAPER_SCALE, cost="8 min on 2 busy cores (November 2026)"),
    ),
    claims=(
        forgets(
            "Fine-tuning on one permutation after the other forgets the earlier ones.",
            "arXiv:1612.00796 Figure 2A: SGD's accuracy on the first falls as others are "
            "learned; " + _TABLE + "; " + DIFFERS,
            "",
            -0.1,
            no_test(),
        ),
        keeps(
            "ewc-keeps-most",
            "EWC keeps most of what fine-tuning loses, without a memory of examples.",
            f"{_TABLE}, so that EWC leaves 17 % of the gap; {DIFFERS}",
            "ewc",
            "",
            no_test(),
        ),
        keeps(
            "replay-keeps-most",
            "So does replay of a small memory.",
            f"{_TABLE}; generative replay 95.1 %, which leaves 13 % of the gap; here examples "
            f"are replayed themselves; {DIFFERS}",
            "replay",
            "",
            no_test(),
        ),
    ),
    charts=(
        Chart("accuracy", "Average accuracy on what was met so far", "experience", "share"),
        Chart("first", "Accuracy on the first experience", "experience", "share"),
        Chart("loss", "Training loss of the newest experience", "minibatch", "loss", log=True),
    ),
    procedure=_procedure,
    glossary=GLOSSARY,
)
