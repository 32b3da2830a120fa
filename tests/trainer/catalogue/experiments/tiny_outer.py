"""A batch that ranks share, and a rank that stumbles over it."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Experiment, Outcome, Preset, State
from l2l_tui.experiments.settings import Settings, setting
from l2l_tui.lab.measurement import Measurement, Progress
from l2l_tui.lab.ranks import ALONE, Ranks


@dataclass(frozen=True)
class OuterSettings(Settings):
    """How much there is to share, and who fails."""

    tasks: int = setting(4, "numbers whose mean is taken", low=1)
    steps: int = setting(5, "how often", low=1)
    wait_s: float = setting(0.0, "seconds that each step takes", low=0, high=60)
    fails_on: int = setting(-1, "rank that raises at the third step; -1 for none", low=-1)


class Outer:
    """The procedure: the mean of the first numbers, again and again."""

    def __init__(self, settings: OuterSettings, seed: int, ranks: Ranks = ALONE) -> None:
        self.settings, self.ranks, self.steps = settings, ranks, settings.steps
        self.step, self.mean = 0, float(seed)

    def run(self) -> Generator[Progress, None, Outcome]:
        """Take means."""
        import torch

        numbers = torch.arange(self.settings.tasks).float()
        while self.step < self.steps:
            if self.step == 2 and self.ranks.rank == self.settings.fails_on:
                raise RequestError("stumbled")
            time.sleep(self.settings.wait_s)
            mine = numbers[self.ranks.share(self.settings.tasks)].mean()
            self.mean = float(self.ranks.mean(mine)[0])
            self.step += 1
            yield Progress(self.step, (Measurement("mean/all", self.step, self.mean),))
        return Outcome(({"mean": self.mean},))

    def state(self) -> State:
        """Return where it stands."""
        return {"step": self.step, "mean": self.mean}

    def restore(self, state: State) -> None:
        """Take it back."""
        self.step, self.mean = state["step"], state["mean"]


EXPERIMENT = Experiment(
    name="tiny-outer",
    title="A tiny batch",
    paper="none",
    milestone="walk",
    settings=OuterSettings,
    presets=(Preset("quick", {}, "no time"), Preset("paper", {}, "no time")),
    claims=(),
    charts=(Chart("mean", "Mean", "step", "mean"),),
    procedure=Outer,
    shared="tasks",
)
