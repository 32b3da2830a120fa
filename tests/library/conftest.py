"""Rules, networks and runs that these tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.grouped import Group, Grouped
from l2l_tui.lab.preprocessing import named
from l2l_tui.lab.rules import Trained
from l2l_tui.runs import files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunResult, State
from l2l_tui.runs.state import now
from l2l_tui.trainer import checkpoint

MakeRun = Callable[..., RunDirectory]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep torch to one thread, as runs do."""
    torch.set_num_threads(1)


@pytest.fixture
def generator() -> torch.Generator:
    """Return a generator that always starts at the same place."""
    return torch.Generator().manual_seed(7)


@pytest.fixture
def trained(generator: torch.Generator) -> Trained:
    """Return a small rule with numbers that nobody trained."""
    rule = CoordinatewiseLSTM(named("combined"), hidden=6)
    return Trained(rule, rule.draw(generator))


@pytest.fixture
def grouped(generator: torch.Generator) -> Trained:
    """Return one rule for convolutions and another for the rest."""
    groups = [
        Group("conv", CoordinatewiseLSTM(named("rnnprop"), hidden=4), 9),
        Group("fc", CoordinatewiseLSTM(named("log-sign"), hidden=5), 3),
    ]
    rule = Grouped(tuple(groups))
    return Trained(rule, rule.draw(generator))


def network(dtype: torch.dtype = torch.float32) -> nn.Module:
    """Return a network with convolutions, a norm, and parameters of 0 to 4 axes, one empty."""
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Conv2d(1, 3, 3),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(108, 4),
    )
    made.register_parameter("scale", nn.Parameter(torch.tensor(1.5)))
    made.register_parameter("empty", nn.Parameter(torch.empty(3, 0)))
    return made.to(dtype)


def loss_of(made: nn.Module, step: int) -> Tensor:
    """Return a loss that changes with the step and reaches all parameters."""
    draw = torch.Generator().manual_seed(step)
    dtype = made.scale.dtype
    x = torch.randn(5, 1, 8, 8, generator=draw).to(dtype)
    return (made(x) * made.scale).square().mean() + made.empty.sum()


def trained_for(optimizer: torch.optim.Optimizer, made: nn.Module, steps: range) -> None:
    """Make steps of a training loop."""
    for step in steps:
        optimizer.zero_grad()
        loss_of(made, step).backward()
        optimizer.step()


def saved(path: Path, trained: Trained, **changes: Any) -> Path:
    """Write a rule's weights as a trainer does, with changes to what the file says."""
    parts = {name: part.clone() for name, part in trained.rule.unpack(trained.phi).items()}
    about = {"rule": json.dumps(trained.rule.described())}
    checkpoint.save_weights(path, changes.get("parts", parts), changes.get("about", about))
    return path


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Return what makes a run's directory in a workspace at `tmp_path`."""

    def make(
        name: str, state: State | None = State.FINISHED, weights: Trained | None = None
    ) -> RunDirectory:
        directory = RunDirectory(tmp_path / "runs" / name)
        directory.path.mkdir(parents=True)
        created = now() - timedelta(hours=1)
        request = Request(name, "l2l-quadratic", "quick", 0, {"outer_steps": 100}, created)
        files.write_request(directory, request)
        if state is not None:
            files.write_result(directory, RunResult(state, created, now(), 2.5))
        if weights is not None:
            saved(directory.weights, weights)
        return directory

    return make
