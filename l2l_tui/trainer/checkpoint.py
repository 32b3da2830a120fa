"""The checkpoint: one safetensors file, replaced at one instant; its JSON part in its header."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from l2l_tui import files
from l2l_tui.errors import L2LError
from l2l_tui.trainer import packing
from l2l_tui.trainer.storage import stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor


class BrokenCheckpointError(L2LError):
    """The checkpoint's file is not one of ours."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run was when it was checkpointed; read without loading torch."""

    step: int
    """Steps done."""
    measured: int
    """Measurements recorded."""
    elapsed_s: float
    """Seconds of work."""
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    """CPU-seconds by what they were spent on, where the procedure says."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything that a new trainer needs to go on."""

    mark: Mark
    """How far the run was."""
    state: Mapping[str, Any]
    """The procedure's whole state."""


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint.

    Raises:
        StorageError: It cannot be written; the one before still stands.
        TypeError: The state holds something that cannot be kept.
    """
    packed = packing.pack(checkpoint.state)
    mark = checkpoint.mark
    header = {
        "step": mark.step,
        "measured": mark.measured,
        "elapsed_s": mark.elapsed_s,
        "cpu_s": dict(mark.cpu_s),
    }
    _write(path, packed.tensors, {"mark": json.dumps(header), "state": packed.text})


def load(path: Path) -> Checkpoint | None:
    """Return the checkpoint; None if there is none.

    Raises:
        BrokenCheckpointError: The file cannot be read as one.
    """
    from safetensors import SafetensorError

    header = _header(path)
    if header is None:
        return None
    try:
        state = packing.from_bytes(path.read_bytes())
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenCheckpointError(f"{path} is no checkpoint: {error}") from error
    return Checkpoint(_mark(path, header), state)


def peek(path: Path) -> Mark | None:
    """Return how far the checkpoint is, without loading torch; None if there is none.

    Raises:
        BrokenCheckpointError: The file cannot be read as one.
    """
    header = _header(path)
    return None if header is None else _mark(path, header)


def save_weights(path: Path, weights: Mapping[str, Tensor], about: Mapping[str, str]) -> None:
    """Keep what was trained, and in the file's metadata what a reader of it must know.

    Raises:
        StorageError: It cannot be written.
    """
    _write(path, {name: packing.copied(tensor) for name, tensor in weights.items()}, dict(about))


def _write(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    from safetensors.torch import save as save_tensors

    content = save_tensors(tensors, metadata or None)
    with stored(path):
        files.replace(path, content)


def _header(path: Path) -> dict[str, str] | None:
    """Return the metadata in a safetensors file's header."""
    try:
        with path.open("rb") as file:
            return packing.metadata(file, path.stat().st_size)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenCheckpointError(f"{path} is no checkpoint: {error}") from error


def _mark(path: Path, header: dict[str, str]) -> Mark:
    try:
        fields = json.loads(header["mark"])
        elapsed_s = float(fields["elapsed_s"])
        # Checkpoints of earlier versions have none.
        cpu_s = {str(part): float(spent) for part, spent in fields.get("cpu_s", {}).items()}
        step, measured = operator.index(fields["step"]), operator.index(fields["measured"])
        mark = Mark(step, measured, elapsed_s, cpu_s)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise BrokenCheckpointError(f"{path} is no checkpoint: {error}") from error
    return mark
