"""Classes that come two by two: three scenarios of incremental learning, and who copes.

The digits are split into five pairs, which are learned one after the other. What a network is
asked afterwards makes the scenario (van de Ven and Tolias, arXiv:1904.07734): which of the two
it is, the pair being told (task-incremental); whether it is the first or the second of its pair,
which is not told (domain-incremental); or which of all ten (class-incremental). Plain
fine-tuning, joint training, EWC (arXiv:1612.00796), experience replay (arXiv:1902.10486) and
A-GEM (arXiv:1812.00420) learn the same streams. Figures are of pictures that neither training
nor the choice of EWC's strength saw.

Which strength EWC has is chosen in each scenario by itself, on validation streams: other pairs,
of other parts of the training pictures. The memory is a budget: 100 pictures in all on digits,
2,000 on MNIST (as arXiv:1904.07734 gives iCaRL).

Where this differs from the paper: the networks are smaller, Adam makes fewer steps, which digits
make a pair is drawn, and examples are replayed themselves where the paper generates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Experiment, Preset, Procedure
from l2l_tui.experiments.comparing import with_families
from l2l_tui.experiments.forgetting import (
    DIFFERS,
    GLOSSARY,
    ContinualSettings,
    closes_nothing,
    forgets,
    keeps,
    no_test,
    study,
)
from l2l_tui.experiments.settings import Value, setting
from l2l_tui.language import tr

if TYPE_CHECKING:
    import torch

    from l2l_tui.experiments.forgetting import Make
    from l2l_tui.lab.continual.streams import Stream
    from l2l_tui.lab.data.pictures import Pictures

_CLASSES = 10
_SCENARIOS = ("task", "domain", "class")


@dataclass(frozen=True)
class ContinualSplitSettings(ContinualSettings):
    """What decides a run."""

    scenario: str = setting(
        "all",
        "what is asked: the class within its pair, its place in an untold pair, or of all classes",
        choices=("all", *_SCENARIOS),
    )
    units: int = setting(64, "units of each hidden layer", low=1, high=10_000)
    iterations: int = setting(150, "minibatches of each experience", low=1, high=10**6)
    validation_streams: int = setting(
        3, "streams on which EWC's strength is chosen", low=1, high=100
    )
    fisher_examples: int = setting(
        200, "pictures of an experience for its Fisher information", low=1, high=10**6
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if _CLASSES % self.experiences:
            said = tr(
                "experiences = {count} does not divide the {classes} classes",
                count=self.experiences,
                classes=_CLASSES,
            )
            raise RequestError(said)

    def scenarios(self) -> tuple[str, ...]:
        """Return those that the run goes through."""
        return _SCENARIOS if self.scenario == "all" else (self.scenario,)


def _procedure(settings: ContinualSplitSettings, seed: int) -> Procedure:
    kinds = {name: _maker(settings.experiences, name) for name in settings.scenarios()}
    return study(settings, seed, kinds)


def _maker(experiences: int, scenario: str) -> Make:
    from l2l_tui.lab.continual.streams import split

    def make(train: Pictures, test: Pictures, draws: torch.Generator) -> Stream:
        return split(train, test, experiences, scenario, draws)

    return make


_TABLE = "arXiv:1904.07734 Table 4, split MNIST"
_CLASS = f"{_TABLE}, class-incremental: fine-tuning 19.9 %, EWC 20.0 %, joint training 97.9 %"
_DOMAIN = f"{_TABLE}, domain-incremental: fine-tuning 59.2 %, joint training 98.4 %"
_TASK = f"{_TABLE}, task-incremental: fine-tuning 87.2 %, EWC 98.6 %, joint training 99.7 %"

_PAPER_SCALE: Mapping[str, Value] = {
    "data": "mnist",
    "units": 256,
    "iterations": 300,
    "batch": 128,
    "memory": 2000,
    "validation_streams": 1,
    "fisher_examples": 1000,
    "every": 10,
}

EXPERIMENT = Experiment(
    name="continual-split",
    title="Digits two by two: EWC copes where the pair is told, replay where it is not",
    paper="arXiv:1904.07734 Table 4",
    milestone="this-year",
    settings=ContinualSplitSettings,
    presets=(
        Preset("quick", {}, cost="21 s on 2 cores (November 2026)"),
        Preset("paper", _PAPER_SCALE, cost="37 min on 2 busy cores (November 2026)"),
    ),
    claims=(
        forgets(
            "In class-incremental learning fine-tuning forgets all but the newest classes.",
            f"{_CLASS}; one pair of five is a fifth, so a backward transfer near -1; {DIFFERS}",
            "class",
            -0.5,
            no_test("class"),
        ),
        closes_nothing(
            "ewc-fails-class-incremental",
            "EWC does not help against that.",
            f"{_CLASS}, so that EWC closes 0.1 % of the gap; {DIFFERS}",
            "ewc",
            "class",
            no_test("class"),
        ),
        keeps(
            "replay-keeps-classes",
            "Replay does.",
            f"{_CLASS}; generative replay 90.8 %, and iCaRL with 2,000 examples 94.6 %, which "
            f"leave 9 % and 4 % of the gap; {DIFFERS}",
            "replay",
            "class",
            no_test("class"),
        ),
        keeps(
            "replay-keeps-domains",
            "So does it where pairs share their outputs and are not told.",
            f"{_DOMAIN}; generative replay 95.7 %, which leaves 7 % of the gap; {DIFFERS}",
            "replay",
            "domain",
            no_test("domain"),
        ),
        keeps(
            "ewc-keeps-tasks",
            "Where the pair is told, EWC keeps most of what fine-tuning loses.",
            f"{_TASK}, so that EWC leaves 8 % of the gap; {DIFFERS}",
            "ewc",
            "task",
            no_test("task"),
        ),
    ),
    charts=(
        *(
            Chart(name, f"Average accuracy so far, {name}-incremental", "experience", "share")
            for name in reversed(_SCENARIOS)
        ),
        *(
            Chart(
                f"{name}-first",
                f"Accuracy on the first experience, {name}-incremental",
                "experience",
                "share",
            )
            for name in reversed(_SCENARIOS)
        ),
        *(
            Chart(
                f"{name}-loss",
                f"Training loss, {name}-incremental",
                "minibatch",
                "loss",
                log=True,
            )
            for name in reversed(_SCENARIOS)
        ),
    ),
    procedure=_procedure,
    glossary=with_families(GLOSSARY, *_SCENARIOS),
)
