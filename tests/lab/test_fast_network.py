"""The fast network: equal to autograd, careful with what it is given, and not needed."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numba import njit
from torch import Tensor

import l2l_tui
from l2l_tui.lab import fast_kernels, fast_support, preprocessing, simd
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.engines import AutogradEngine, Unrolled
from l2l_tui.lab.fast_network import FastNetwork, fastest_network
from l2l_tui.lab.first_order import FirstOrderEngine, engine_for
from l2l_tui.lab.fused_network import FusedNetwork
from l2l_tui.lab.grouped import Group, Grouped
from l2l_tui.lab.optimizees import Quadratics, QuadraticSampler
from l2l_tui.lab.optimizers import OptimizerState

PROGRAM = """
from l2l_tui.lab import fast_support
support = fast_support.look()
print(support.kernels is not None, support.kept, support.fault, sep="|")
"""


def double(state: OptimizerState) -> OptimizerState:
    """Return a state in float64."""
    return {name: value.double() for name, value in state.items()}


def exactly(
    rule: CoordinatewiseLSTM, phi: Tensor, problems: Quadratics, params: Tensor, *rest: object
) -> Unrolled:
    """Return what autograd gives in float64."""
    state, weights = rest
    exact = Quadratics(problems.w.double(), problems.y.double())
    return AutogradEngine(rule).unroll(
        phi.double(),
        exact,
        params.double(),
        double(state),  # type: ignore[arg-type]
        weights.double(),  # type: ignore[attr-defined]
    )


def assert_near(ours: Unrolled, exact: Unrolled) -> None:
    """Compare to the rounding of float32, relative to the largest value of each kind."""
    pairs = {
        "params": (ours.params, exact.params),
        "losses": (ours.losses, exact.losses),
        "phi_grads": (ours.phi_grads, exact.phi_grads),
        **{name: (ours.state[name], value) for name, value in exact.state.items()},
    }
    for name, (found, due) in pairs.items():
        worst = (found.double() - due).abs().max() / due.abs().max().clamp_min(1e-30)
        assert float(worst) < 2e-5, name


@pytest.mark.parametrize(
    ("name", "hidden", "problems", "dimension", "steps"),
    [
        ("rnnprop", 20, 4, 10, 20),  # what is typical; the last tile half full
        ("raw", 20, 1, 1, 1),  # the least
        ("log-sign", 7, 3, 5, 6),  # 15 coordinates, and no round number of rows
        ("combined", 5, 2, 8, 3),  # exactly one tile
        ("rnnprop", 4, 17, 1, 2),  # one coordinate more
        ("raw", 1, 13, 10, 5),
        ("combined", 23, 2, 3, 4),
    ],
)
def test_it_equals_autograd_over_truncations(
    name: str, hidden: int, problems: int, dimension: int, steps: int, generator: torch.Generator
) -> None:
    """Gradient, params, memory and losses agree, whatever the sizes, from any state."""
    rule = CoordinatewiseLSTM(preprocessing.named(name), hidden=hidden)
    quadratics, params = QuadraticSampler(problems, dimension)(generator)
    phi, weights = rule.draw(generator), torch.rand(steps, generator=generator)
    engine, state = FirstOrderEngine(rule, FastNetwork), rule.init(params)
    for _ in range(2):
        ours = engine.unroll(phi, quadratics, params, state, weights)
        exact = exactly(rule, phi, quadratics, params, state, weights)
        assert float(exact.phi_grads.norm()) > 0
        assert_near(ours, exact)
        params, state = ours.params, ours.state


def test_groups_have_networks_of_their_own(generator: torch.Generator) -> None:
    """Two rules, each over its stretch, agree with autograd."""
    first, second = CoordinatewiseLSTM(hidden=3), CoordinatewiseLSTM(preprocessing.Raw(), hidden=2)
    rule = Grouped((Group("conv", first, 4), Group("fc", second, 6)))
    quadratics, params = QuadraticSampler(3)(generator)
    phi, weights = rule.draw(generator), torch.rand(5, generator=generator)
    arguments = (phi, quadratics, params, rule.init(params), weights)
    ours = FirstOrderEngine(rule, FastNetwork).unroll(*arguments)
    theirs = AutogradEngine(rule).unroll(*arguments)
    torch.testing.assert_close(vars(ours), vars(theirs), rtol=1e-4, atol=1e-6)


def test_saturated_gates_are_those_of_autograd(generator: torch.Generator) -> None:
    """Where everything is far outside what tanh can tell apart, nothing is lost."""
    rule = CoordinatewiseLSTM(preprocessing.Raw(1.0), hidden=6)
    quadratics, params = QuadraticSampler(2)(generator)
    phi, weights = 30 * rule.draw(generator), torch.ones(4)
    arguments = (phi, quadratics, params, rule.init(params), weights)
    ours = FirstOrderEngine(rule, FastNetwork).unroll(*arguments)
    exact = exactly(rule, phi, quadratics, params, rule.init(params), weights)
    torch.testing.assert_close(ours.params.double(), exact.params, rtol=1e-4, atol=1e-5)
    assert bool(ours.phi_grads.isfinite().all())


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_divergence_shows_where_it_happens_and_in_the_gradient(
    bad: float, generator: torch.Generator
) -> None:
    """One bad coordinate spoils the gradient as it does in PyTorch, and no other coordinate."""
    rule = CoordinatewiseLSTM(hidden=5)
    features = torch.randn(2, 18, generator=generator)
    spoilt = features.clone()
    spoilt[1, 16] = bad
    found = {}
    for make in (FastNetwork, FusedNetwork):
        network = make(rule, 1, 18, torch.float32)
        network.load(rule.draw(torch.Generator().manual_seed(1)), rule.init(torch.zeros(18)))
        network.forward(0, features)
        well = network.states()["cell2"]
        network.forward(0, spoilt)
        ill = network.states()["cell2"]
        found[make] = network.backward(torch.ones(1, 18)).isfinite().all()
        others = [index for index in range(18) if index != 16]
        torch.testing.assert_close(well[:, others].isfinite(), ill[:, others].isfinite())
    assert not any(found.values())


def test_one_problem_that_diverges_leaves_the_others_alone(generator: torch.Generator) -> None:
    """Coordinates share registers, never values."""
    rule, steps = CoordinatewiseLSTM(hidden=5), 4
    quadratics, params = QuadraticSampler(4)(generator)
    phi, engine = rule.draw(generator), FirstOrderEngine(rule, FastNetwork)
    well = engine.unroll(phi, quadratics, params, rule.init(params), torch.ones(steps))
    spoilt = params.clone()
    spoilt[1] = math.inf
    ill = engine.unroll(phi, quadratics, spoilt, rule.init(params), torch.ones(steps))
    assert not bool(ill.phi_grads.isfinite().all())
    assert torch.equal(well.params[[0, 2, 3]], ill.params[[0, 2, 3]])


def test_it_does_not_remember_what_it_went_through(generator: torch.Generator) -> None:
    """After divergence and another phi the same truncation gives the same bits."""
    rule = CoordinatewiseLSTM()
    quadratics, params = QuadraticSampler(3)(generator)
    phi, weights = rule.draw(generator), torch.ones(4)
    engine = FirstOrderEngine(rule, FastNetwork)
    arguments = (phi, quadratics, params, rule.init(params), weights)
    first = engine.unroll(*arguments)
    engine.unroll(phi * math.nan, quadratics, params * math.inf, first.state, weights)
    again = engine.unroll(*arguments)
    assert torch.equal(first.phi_grads, again.phi_grads)
    assert torch.equal(first.params, again.params)
    assert all(torch.equal(first.state[name], again.state[name]) for name in first.state)


def test_what_it_hands_out_is_not_changed_afterwards(generator: torch.Generator) -> None:
    """Updates and states are copies."""
    rule = CoordinatewiseLSTM(hidden=3)
    network = FastNetwork(rule, 2, 5, torch.float32)
    network.load(rule.draw(generator), rule.init(torch.zeros(5)))
    updates = network.forward(0, torch.ones(2, 5))
    states = network.states()
    kept = updates.clone(), {name: value.clone() for name, value in states.items()}
    network.forward(1, torch.full((2, 5), -3.0))
    assert torch.equal(updates, kept[0])
    assert all(torch.equal(states[name], kept[1][name]) for name in states)


def test_what_does_not_fit_is_refused() -> None:
    """Kernels would read past the end."""
    rule = CoordinatewiseLSTM(hidden=3)
    network = FastNetwork(rule, 2, 5, torch.float32)
    state, phi = rule.init(torch.zeros(5)), torch.zeros(rule.size)
    for bad in (torch.zeros(2, 4), torch.zeros(1, 5), torch.zeros(2, 5, dtype=torch.float64)):
        with pytest.raises(ValueError, match="features"):
            network.forward(0, bad)
    for step in (-1, 2):
        with pytest.raises(IndexError, match="of 2"):
            network.forward(step, torch.zeros(2, 5))
    with pytest.raises(ValueError, match="updates"):
        network.backward(torch.zeros(3, 5))
    with pytest.raises(ValueError, match="phi"):
        network.load(phi[1:], state)
    with pytest.raises(ValueError, match="cell2"):
        network.load(phi, {**state, "cell2": torch.zeros(3, 6)})
    with pytest.raises(ValueError, match="float64"):
        FastNetwork(rule, 2, 5, torch.float64)
    with pytest.raises(ValueError, match="0 x 5"):
        FastNetwork(rule, 0, 5, torch.float32)


def test_tanh_is_right_to_a_few_units_in_the_last_place() -> None:
    """From the smallest numbers to the largest, with the signs, and NaN."""

    @njit
    def apply(rows: np.ndarray) -> None:
        for row in range(rows.shape[0]):
            simd.store(rows, row, fast_kernels.tanh(simd.load(rows, row)))

    points = np.concatenate([np.geomspace(1e-30, 1e30, 8000), np.linspace(0, 12, 8000)])
    signed = np.concatenate([points, -points]).astype(np.float32)
    found = signed.reshape(-1, simd.LANES).copy()
    apply(found)
    due = np.tanh(signed.astype(np.float64))
    wrong = np.abs(found.reshape(-1) - due) / np.spacing(np.abs(due).astype(np.float32))
    assert wrong.max() < 6
    special = np.full((1, simd.LANES), np.nan, np.float32)
    special[0, :2] = np.inf, -np.inf
    apply(special)
    assert special[0, :2] == pytest.approx([1, -1], abs=1e-6)
    assert np.isnan(special[0, 2:]).all()


def test_the_fast_network_is_used_wherever_it_can_be(generator: torch.Generator) -> None:
    """float32 has it; float64 is PyTorch's."""
    rule = CoordinatewiseLSTM(hidden=2)
    assert fast_support.look().kernels is not None, fast_support.look().fault
    assert isinstance(fastest_network(rule, 1, 3, torch.float32), FastNetwork)
    assert isinstance(fastest_network(rule, 1, 3, torch.float64), FusedNetwork)
    quadratics, params = QuadraticSampler(2)(generator)
    arguments = (rule.draw(generator), quadratics, params, rule.init(params), torch.ones(3))
    default = engine_for(rule).unroll(*arguments)
    assert torch.equal(
        default.phi_grads, FirstOrderEngine(rule, FastNetwork).unroll(*arguments).phi_grads
    )


def test_other_sizes_need_no_other_compilation(generator: torch.Generator) -> None:
    """Seconds of compiling are paid once, not for each shape."""
    for hidden, coordinates, steps in ((3, 20, 2), (20, 7, 5)):
        rule = CoordinatewiseLSTM(hidden=hidden)
        network = FastNetwork(rule, steps, coordinates, torch.float32)
        network.load(rule.draw(generator), rule.init(torch.zeros(coordinates)))
        network.forward(0, torch.zeros(2, coordinates))
        network.backward(torch.zeros(steps, coordinates))
    assert len(fast_kernels.forward.signatures) == 1
    assert len(fast_kernels.backward.signatures) == 1


def test_the_cache_of_kernels_knows_of_the_vectors() -> None:
    """Numba compiles anew where the kernels' own file changed; so that must name the other."""
    digest = hashlib.sha256(Path(simd.__file__).read_bytes()).hexdigest()
    assert digest[:16] == fast_kernels.SIMD, "put this checksum there"


def test_without_numba_pytorch_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is missing but speed, and what is in the way is told."""
    broken = fast_support.Support(fault="ImportError: no")
    monkeypatch.setattr(fast_support, "look", lambda: broken)
    rule = CoordinatewiseLSTM(hidden=2)
    assert isinstance(fastest_network(rule, 1, 3, torch.float32), FusedNetwork)
    with pytest.raises(RuntimeError, match="ImportError: no"):
        FastNetwork(rule, 1, 3, torch.float32)


@pytest.mark.parametrize(
    ("before", "environment", "fault"),
    [
        ("import sys; sys.modules['numba'] = None", {}, "ModuleNotFoundError: import of numba"),
        ("", {"NUMBA_DISABLE_JIT": "1"}, "NUMBA_DISABLE_JIT is set"),
        (
            "import numba, llvmlite.binding as llvm; llvm.get_host_cpu_features = None",
            {},
            "TypeError: 'NoneType' object is not callable",
        ),
    ],
)
def test_what_is_in_the_way_is_told(before: str, environment: dict[str, str], fault: str) -> None:
    """A missing Numba, one that shall not compile, and one that cannot."""
    assert fault in told(f"{before}\n{PROGRAM}", environment)[-1]


@pytest.mark.slow
def test_where_no_cache_can_be_written_each_process_compiles(tmp_path: Path) -> None:
    """Neither beside the package nor in the user's cache: that costs seconds, and no more."""
    package = tmp_path / "l2l_tui"
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(l2l_tui.__file__).parent, package, ignore=skipped)
    (package / "lab" / "__pycache__").write_text("a file where a folder is wanted")
    nowhere = f"{os.devnull}/none"
    environment = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere, "PYTHONPATH": str(tmp_path)}
    assert told(PROGRAM, environment) == ["True", "", ""]
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    works, kept, _ = told(PROGRAM, environment)
    assert works == "True"
    assert kept.startswith(str(tmp_path / "cache"))


def told(program: str, environment: dict[str, str]) -> list[str]:
    """Return what a fresh interpreter prints, split at the bars."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout.strip().split("|")
