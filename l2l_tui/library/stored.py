"""Trained weights in files: a finished run's, or any that a run left. Never pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from l2l_tui import workspace as workspaces
from l2l_tui.errors import RequestError
from l2l_tui.files import what_is
from l2l_tui.lab import rules_read
from l2l_tui.lab.feature_network import PREFIX
from l2l_tui.lab.rules import Trained
from l2l_tui.language import tr
from l2l_tui.runs import catalogue
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import State
from l2l_tui.states import state_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from l2l_tui.lab.rules import UpdateRule

RULE = "rule"
"""Under this name the file's metadata describes the rule (`UpdateRule.described`)."""


def of_run(run: str | Path, workspace: str | Path | None = None) -> Path:
    """Return the file of the weights that a run left.

    Args:
        run: Its id, the beginning or end of it, or its directory.
        workspace: Where it is looked for, unless it is a directory.

    Raises:
        UnknownNameError: There is no such run.
        BrokenFileError: What is there is no run.
        RequestError: It has not finished, or left no weights.
    """
    directory = _directory(run, workspace)
    state = catalogue.load(directory).state
    if state is not State.FINISHED:
        said = tr(
            "run {run} is {state}, so it has no trained weights; only a finished one has",
            run=directory.id,
            state=state_word(state.value),
        )
        raise RequestError(said)
    if not directory.weights.is_file():
        said = tr("run {run} trained no optimizer: it left no weights", run=directory.id)
        raise RequestError(said)
    return directory.weights


def _directory(run: str | Path, workspace: str | Path | None) -> RunDirectory:
    path = Path(run).expanduser()
    if isinstance(run, Path) or len(path.parts) > 1:
        return RunDirectory(path.absolute())
    return catalogue.find(workspaces.find(workspace), str(run))


def read(path: Path) -> Trained:
    """Return the trained rule that a safetensors file holds.

    Raises:
        RequestError: There is no such file, or it holds none; the message names it and says
            what is wrong.
    """
    metadata, tensors = _contents(path)
    if RULE not in metadata:
        said = tr(
            "{path} does not say what update rule its weights belong to (no {name!r} in its "
            "metadata); name a file that a run of a learned optimizer left",
            path=path,
            name=RULE,
        )
        raise RequestError(said)
    try:
        rule = rules_read.read(json.loads(metadata[RULE]))
    except (ValueError, RecursionError) as error:
        raise RequestError(
            tr("{path}: its rule is no JSON: {reason}", path=path, reason=error)
        ) from error
    except RequestError as error:
        raise RequestError(tr("{path}: {reason}", path=path, reason=error)) from error
    return Trained(rule, _phi(path, rule, tensors))


def _contents(path: Path) -> tuple[Mapping[str, str], Mapping[str, Tensor]]:
    if not path.is_file():
        found = tr("is {what}", what=what_is(path)) if path.exists() else tr("is not there")
        said = tr("{path} {found}; name a file of weights", path=path, found=found)
        raise RequestError(said)
    try:
        with safe_open(path, "pt") as file:
            names = file.keys()
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, ValueError) as error:
        said = tr("{path} is no whole safetensors file: {reason}", path=path, reason=error)
        raise RequestError(said) from error


def _phi(path: Path, rule: UpdateRule, tensors: Mapping[str, Tensor]) -> Tensor:
    """Return the flat phi (size,) in float32 of tensors that are just its parts.

    What a run trained beside its phi is passed over: `l2l-art` keeps its feature network.
    """
    own = {name: tensor for name, tensor in tensors.items() if not name.startswith(PREFIX)}
    found = {name: tuple(tensor.shape) for name, tensor in own.items()}
    if found != dict(rule.shapes):
        said = tr(
            "{path} holds {found}, but its rule has {expected}",
            path=path,
            found=_listed(found),
            expected=_listed(rule.shapes),
        )
        raise RequestError(said)
    phi = rule.pack(own).float()
    if not bool(phi.isfinite().all()):
        said = tr("{path} holds numbers that are not finite", path=path)
        raise RequestError(said)
    return phi


def _listed(shapes: Mapping[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items()) or tr("nothing")
