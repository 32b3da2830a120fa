"""A noisy descent in three dimensions: every kind of state, in no time."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Chart, Experiment, Outcome, Preset, State
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.settings import Settings, setting
from l2l_tui.lab.measurement import Measurement, Progress

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class WalkSettings(Settings):
    """How far to walk, how fast, and where to stumble."""

    steps: int = setting(40, "steps of the walk", low=1, high=1_000_000)
    wait_s: float = setting(0.0, "seconds that each step takes", low=0, high=60)
    fails_at: int = setting(0, "step that raises; 0 for none", low=0)
    width: int = setting(3, "coordinates", low=1)


class Walk:
    """The procedure."""

    def __init__(self, settings: WalkSettings, seed: int) -> None:
        import torch

        self.settings, self.steps = settings, settings.steps
        self.generator = torch.Generator().manual_seed(seed)
        draw = torch.randn(settings.width, generator=self.generator)
        self.params = draw.clone().requires_grad_()
        self.optimizer = torch.optim.Adam([self.params], lr=0.05)
        self.step = 0
        self.best = math.inf

    def run(self) -> Generator[Progress, None, Outcome]:
        """Walk on."""
        while self.step < self.steps:
            if self.step + 1 == self.settings.fails_at:
                raise RequestError("stumbled over [/]")
            time.sleep(self.settings.wait_s)
            loss = self._descend()
            self.step += 1
            self.best = min(self.best, loss)
            yield Progress(self.step, self._measure(loss), self._note())
        weights: dict[str, Tensor] = {"params": self.params.detach()}
        first = {"best": self.best, "last": float(self.params.detach().sum())}
        seen = {"walk": self.params.detach().view(1, 1, -1).expand(3, 2, -1)}
        return Outcome((first, {**first, "best": self.best / 2}), weights, pictures=seen)

    def state(self) -> State:
        """Return everything that the next step depends on."""
        return {
            "params": self.params.detach(),
            "generator": self.generator.get_state(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "best": self.best,
        }

    def restore(self, state: State) -> None:
        """Take it back."""
        import torch

        with torch.no_grad():
            self.params.copy_(state["params"])
        self.generator.set_state(state["generator"])
        self.optimizer.load_state_dict(dict[str, Any](state["optimizer"]))
        self.step, self.best = state["step"], state["best"]

    def _descend(self) -> float:
        import torch

        noise = torch.randn(self.params.shape, generator=self.generator)
        self.optimizer.zero_grad()
        loss = ((self.params - 0.1 * noise) ** 2).sum()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def _measure(self, loss: float) -> tuple[Measurement, ...]:
        every_third = math.nan if self.step % 3 == 0 else self.best
        return (
            Measurement("loss/walk", self.step, loss),
            Measurement("loss/best", self.step, every_third),
        )

    def _note(self) -> str:
        return f"step {self.step}" if self.step % 10 == 0 else ""


EXPERIMENT = Experiment(
    name="tiny-walk",
    title="A tiny walk",
    paper="none",
    milestone="walk",
    settings=WalkSettings,
    presets=(Preset("quick", {}, "no time"), Preset("paper", {"steps": 400}, "little time")),
    claims=(Claim("goes-down", "It goes down.", "none", lambda f: f["best"], 1e9, "best loss"),),
    charts=(Chart("loss", "Loss", "step", "loss", log=True),),
    procedure=Walk,
)
