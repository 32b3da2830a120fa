"""`LearnedOptimizer`: where its weights come from, and what is said of wrong ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import l2l_tui
from l2l_tui import LearnedOptimizer
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.lab import rules_read
from l2l_tui.lab.rules import Trained
from l2l_tui.library import DEFAULT, card, cards, stored
from l2l_tui.runs.model import State
from tests.library.conftest import MakeRun, network, saved, trained_for


def test_one_line_takes_the_weights_that_come_with_the_package() -> None:
    """It is one of torch's optimizers, and the default's card is there."""
    optimizer = LearnedOptimizer(nn.Linear(2, 2).parameters())
    assert isinstance(optimizer, torch.optim.Optimizer)
    assert optimizer.mark == LearnedOptimizer([torch.ones(1)], weights=DEFAULT).mark
    assert cards()[0].name == DEFAULT


def test_a_file_of_weights_may_be_named(tmp_path: Path, trained: Trained) -> None:
    """As a path or as text that looks like one."""
    path = saved(tmp_path / "mine.safetensors", trained)
    params = [torch.ones(1)]
    for named in (path, str(path)):
        optimizer = LearnedOptimizer(params, weights=named)
        assert torch.equal(optimizer.trained.phi, trained.phi)
        assert optimizer.trained.rule == trained.rule


def test_a_file_in_the_current_folder_may_be_named(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ending tells it from a name."""
    saved(tmp_path / "mine.safetensors", trained)
    monkeypatch.chdir(tmp_path)
    LearnedOptimizer([torch.ones(1)], weights="mine.safetensors")


def test_a_grouped_rule_comes_back_from_its_file(tmp_path: Path, grouped: Trained) -> None:
    """And moves a network with convolutions."""
    path = saved(tmp_path / "grouped.safetensors", grouped)
    made = network()
    optimizer = LearnedOptimizer(made.parameters(), weights=path)
    assert optimizer.trained.rule == grouped.rule
    assert torch.equal(optimizer.trained.phi, grouped.phi)
    trained_for(optimizer, made, range(2))


@pytest.mark.parametrize("how", ["id", "part", "path", "text", "environment"])
def test_a_finished_run_may_be_named(
    how: str,
    tmp_path: Path,
    trained: Trained,
    make_run: MakeRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By its id or a part of it in a workspace, or by its directory."""
    run = make_run("2026-11-24-1200-l2l-mlp-abcd", weights=trained)
    params = [torch.ones(1)]
    match how:
        case "id":
            optimizer = LearnedOptimizer(params, run=run.id, workspace=tmp_path)
        case "part":
            optimizer = LearnedOptimizer(params, run="abcd", workspace=str(tmp_path))
        case "path":
            optimizer = LearnedOptimizer(params, run=run.path)
        case "text":
            optimizer = LearnedOptimizer(params, run=str(run.path))
        case _:
            monkeypatch.setenv("L2L_TUI_WORKSPACE", str(tmp_path))
            optimizer = LearnedOptimizer(params, run=run.id)
    assert torch.equal(optimizer.trained.phi, trained.phi)


def test_weights_and_a_run_at_once_are_refused() -> None:
    """Nobody can say which is meant; and a workspace has runs, not weights."""
    params = [torch.ones(1)]
    with pytest.raises(RequestError, match="not both"):
        LearnedOptimizer(params, weights=DEFAULT, run="x")
    with pytest.raises(RequestError, match="name the run too"):
        LearnedOptimizer(params, workspace="x")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """Of the weights that come with the package."""
    misspelt = DEFAULT[:-1] + "x"
    with pytest.raises(UnknownNameError, match=f"did you mean '{DEFAULT}'"):
        LearnedOptimizer([torch.ones(1)], weights=misspelt)
    with pytest.raises(UnknownNameError, match="no weights is called"):
        card(misspelt)


def test_an_unknown_run_is_answered_with_the_nearest(
    tmp_path: Path, make_run: MakeRun, trained: Trained
) -> None:
    """Of the workspace's."""
    run = make_run("2026-11-24-1200-l2l-mlp-abcd", weights=trained)
    with pytest.raises(UnknownNameError, match=run.id):
        LearnedOptimizer([torch.ones(1)], run=run.id[:-1] + "x", workspace=tmp_path)


@pytest.mark.parametrize(
    ("state", "said"),
    [(None, "is interrupted, so it has no trained weights"), (State.FAILED, "is failed")],
)
def test_a_run_that_has_not_finished_is_refused(
    state: State | None, said: str, tmp_path: Path, make_run: MakeRun, trained: Trained
) -> None:
    """Even if a file of weights lies there."""
    run = make_run("some-run", state, trained)
    with pytest.raises(RequestError, match=f"run some-run {said}"):
        LearnedOptimizer([torch.ones(1)], run=run.id, workspace=tmp_path)


def test_a_run_without_weights_is_refused(tmp_path: Path, make_run: MakeRun) -> None:
    """Experiments that train no optimizer leave none."""
    make_run("some-run")
    with pytest.raises(RequestError, match="run some-run trained no optimizer"):
        LearnedOptimizer([torch.ones(1)], run="some-run", workspace=tmp_path)


def test_a_directory_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(RequestError, match="is not a run"):
        LearnedOptimizer([torch.ones(1)], run=tmp_path)


@pytest.mark.parametrize("wrong", ["missing", "folder", "empty", "text", "cut", "huge"])
def test_what_is_no_safetensors_file_is_refused(
    wrong: str, tmp_path: Path, trained: Trained
) -> None:
    """The message names the file and says what is wrong with it."""
    path = tmp_path / "mine.safetensors"
    match wrong:
        case "folder":
            path.mkdir()
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("I am no weights, though I am long enough for a header.")
        case "cut":
            content = saved(path, trained).read_bytes()
            path.write_bytes(content[: len(content) // 2])
        case "huge":
            path.write_bytes(b"\xff" * 8 + b"{}")
    said = {"missing": "is not there", "folder": "is a folder"}.get(wrong, "no whole safetensors")
    with pytest.raises(RequestError, match=rf"mine\.safetensors.*{said}"):
        LearnedOptimizer([torch.ones(1)], weights=path)


def test_what_a_run_trained_beside_its_phi_is_passed_over(tmp_path: Path, trained: Trained) -> None:
    """A run of l2l-art keeps its feature network in the same file."""
    parts = {**trained.rule.unpack(trained.phi), "features.0": torch.ones(2, 3)}
    path = saved(tmp_path / "art.safetensors", trained, parts=parts)
    steps = []
    for weights in (path, saved(tmp_path / "alone.safetensors", trained)):
        params = torch.ones(4, requires_grad=True)
        optimizer = LearnedOptimizer([params], weights=weights)
        params.square().sum().backward()
        optimizer.step()
        steps.append(params.detach())
    assert torch.equal(*steps)
    assert not torch.equal(steps[0], torch.ones(4))


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({}, "no 'rule' in its metadata"),
        ({"rule": "{"}, "its rule is no JSON"),
        ({"rule": "[" * 100_000}, "its rule is no JSON"),
        ({"rule": "[]"}, "described by a table"),
        ({"rule": "{}"}, "kind cannot be None"),
        ({"rule": '{"kind": "ntm-bfgs"}'}, "no update rule for any network is called 'ntm-bfgs'"),
        ({"rule": '{"kind": "coordinatewise-lstm"}'}, "preprocessing cannot be None"),
        ({"rule": '{"kind": "grouped", "groups": 3}'}, "groups cannot be 3"),
        ({"rule": '{"kind": "grouped", "groups": [{"name": "conv"}]}'}, "not by None"),
    ],
)
def test_weights_of_no_rule_are_refused(
    about: dict[str, str], said: str, tmp_path: Path, trained: Trained
) -> None:
    """Whatever the file says instead."""
    path = saved(tmp_path / "mine.safetensors", trained, about=about)
    with pytest.raises(RequestError, match=rf"mine\.safetensors.*{said}") as caught:
        LearnedOptimizer([torch.ones(1)], weights=path)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("preprocessing", "rnnprob"),
        ("hidden", 0),
        ("hidden", 6.0),
        ("hidden", True),
        ("hidden", 10**12),
        ("output_scale", "0.1"),
        ("output_scale", float("nan")),
        ("output_scale", True),
    ],
)
def test_a_rule_with_a_bad_constant_is_refused(name: str, value: object, trained: Trained) -> None:
    """The message says which, and what was found."""
    with pytest.raises(RequestError) as caught:
        rules_read.read({**trained.rule.described(), name: value})
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("kind", ["trained", "grouped"])
def test_a_rule_is_read_as_it_was_described(kind: str, request: pytest.FixtureRequest) -> None:
    """Through JSON."""
    rule = request.getfixturevalue(kind).rule
    assert rules_read.read(json.loads(json.dumps(rule.described()))) == rule


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"cell1": torch.zeros(24, 10)},
        {"cell1": torch.zeros(24, 9), "cell2": torch.zeros(24, 13), "head": torch.zeros(1, 7)},
    ],
)
def test_weights_of_other_shapes_are_refused(
    parts: dict[str, torch.Tensor], tmp_path: Path, trained: Trained
) -> None:
    """The message lists what is there and what the rule has."""
    path = saved(tmp_path / "mine.safetensors", trained, parts=parts)
    with pytest.raises(RequestError, match=r"but its rule has cell1 \[24, 10\], cell2 \[24, 13\]"):
        LearnedOptimizer([torch.ones(1)], weights=path)


def test_weights_that_diverged_are_refused(tmp_path: Path, trained: Trained) -> None:
    """NaN in a file would be NaN in a network."""
    path = saved(tmp_path / "mine.safetensors", Trained(trained.rule, trained.phi / 0))
    with pytest.raises(RequestError, match="not finite"):
        LearnedOptimizer([torch.ones(1)], weights=path)


def test_loading_weights_runs_nothing_that_a_file_says(tmp_path: Path) -> None:
    """A pickle in place of weights is not opened as one."""
    path, mark = tmp_path / "mine.safetensors", tmp_path / "mark"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {mark}",)

    torch.save(Evil(), path)
    with pytest.raises(RequestError, match="no whole safetensors file"):
        stored.read(path)
    assert not mark.exists()


def test_the_package_loads_the_library_only_when_it_is_asked_for() -> None:
    """And says what it has."""
    code = (
        "import sys, l2l_tui\n"
        "assert 'torch' not in sys.modules\n"
        "from l2l_tui import LearnedOptimizer\n"
        "assert 'torch' in sys.modules\n"
        "assert 'textual' not in sys.modules and 'numba' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert "LearnedOptimizer" in dir(l2l_tui)
    with pytest.raises(AttributeError, match="no attribute 'LearntOptimizer'"):
        l2l_tui.LearntOptimizer  # noqa: B018 (the access is the test)
