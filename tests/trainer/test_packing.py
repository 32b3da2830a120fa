"""A nested state in two parts and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from l2l_tui.trainer import checkpoint, packing
from l2l_tui.trainer.checkpoint import BrokenCheckpointError, Checkpoint, Mark

MARK = Mark(step=3, measured=12, elapsed_s=1.25)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["a", "$tensor", "$tuple", "$items", "b"]), VALUES))
def test_plain_values_come_back_as_they_were(state: dict[str, object]) -> None:
    """Numbers to the bit, tuples, keys of any kind, even keys that look like our own marks."""
    packed = packing.pack(state)
    assert packed.tensors == {}
    assert repr(packing.unpack(packed.text, {})) == repr(state)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor(1.5),
        torch.zeros(0, 3),
        torch.arange(256, dtype=torch.uint8),
        torch.tensor([2**62, -1], dtype=torch.int64),
        torch.tensor([float("nan"), float("inf"), -0.0, 5e-324], dtype=torch.float64),
        torch.arange(12.0).reshape(3, 4).t(),
        torch.arange(10.0)[::3],
        torch.tensor([True, False]),
        torch.tensor([1 + 2j]),
        torch.randn(4).to(torch.bfloat16),
        torch.ones(2, requires_grad=True),
    ],
    ids=lambda tensor: f"{tensor.dtype}{list(tensor.shape)}",
)
def test_a_tensor_comes_back_to_the_bit(tmp_path: Path, tensor: Tensor) -> None:
    """Dtype, shape and every bit survive the file; strides and gradients do not matter."""
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.save(path, Checkpoint(MARK, {"deep": [{"t": tensor}]}))
    kept = checkpoint.load(path)
    assert kept is not None
    back = kept.state["deep"][0]["t"]
    assert (back.dtype, back.shape) == (tensor.dtype, tensor.shape)
    assert bits(back) == bits(tensor)


def bits(tensor: Tensor) -> list[int]:
    """Return a tensor's bytes in the order of its coordinates."""
    flat = tensor.detach().contiguous().reshape(-1)
    return flat.view(torch.uint8).tolist()


def test_tensors_that_share_memory_come_back_apart(tmp_path: Path) -> None:
    """Views of one storage, and the same tensor twice, are kept as tensors of their own."""
    path, base = tmp_path / "checkpoint.safetensors", torch.arange(6.0)
    state = {"all": base, "tail": base[3:], "again": base}
    checkpoint.save(path, Checkpoint(MARK, state))
    kept = checkpoint.load(path)
    assert kept is not None
    assert {name: part.tolist() for name, part in kept.state.items()} == {
        "all": [0, 1, 2, 3, 4, 5],
        "tail": [3, 4, 5],
        "again": [0, 1, 2, 3, 4, 5],
    }
    kept.state["all"][0] = 9
    assert kept.state["again"][0] == 0


def test_an_optimizer_and_a_generator_come_back(tmp_path: Path) -> None:
    """Torch's own states, with numbers for keys and tuples inside, survive the file."""
    path, generator = tmp_path / "checkpoint.safetensors", torch.Generator().manual_seed(3)
    params = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.Adam([params], lr=0.1)
    params.grad = torch.randn(3, generator=generator)
    optimizer.step()
    state = {"optimizer": optimizer.state_dict(), "generator": generator.get_state()}
    checkpoint.save(path, Checkpoint(MARK, state))
    kept = checkpoint.load(path)
    assert kept is not None
    assert repr(kept.state["optimizer"]) == repr(optimizer.state_dict())
    again = torch.Generator()
    again.set_state(kept.state["generator"])
    assert torch.equal(torch.randn(5, generator=again), torch.randn(5, generator=generator))


def test_later_changes_do_not_reach_what_is_packed() -> None:
    """What is packed is a copy."""
    params = torch.zeros(2)
    packed = packing.pack({"params": params})
    params += 1
    assert packed.tensors["0"].tolist() == [0, 0]


def test_what_cannot_be_kept_is_refused_with_its_place() -> None:
    """A state that would not survive is a mistake of its procedure, and is said to be."""
    with pytest.raises(TypeError, match=r"state\.model\[1\]\.when is a set"):
        packing.pack({"model": [0, {"when": {1}}]})


def test_a_checkpoint_is_read_in_part_without_torch(tmp_path: Path) -> None:
    """How far a run is stands in the file's header."""
    path = tmp_path / "checkpoint.safetensors"
    assert checkpoint.peek(path) is None
    assert checkpoint.load(path) is None
    checkpoint.save(path, Checkpoint(MARK, {"step": 3, "params": torch.ones(2)}))
    assert checkpoint.peek(path) == MARK
    kept = checkpoint.load(path)
    assert kept is not None
    assert kept.mark == MARK
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, 600), change=st.integers(0, 255))
def test_a_damaged_checkpoint_is_broken_not_wrong(tmp_path: Path, cut: int, change: int) -> None:
    """Cut short anywhere, it is refused; with a header of nonsense too."""
    path = tmp_path / "checkpoint.safetensors"
    if not (tmp_path / "whole").exists():
        checkpoint.save(tmp_path / "whole", Checkpoint(MARK, {"step": 3, "p": torch.ones(100)}))
    whole = (tmp_path / "whole").read_bytes()
    path.write_bytes(whole[: min(cut, len(whole) - 1)])
    with pytest.raises(BrokenCheckpointError, match="is no checkpoint"):
        checkpoint.load(path)
    path.write_bytes(bytes([change]) * 8 + whole[8:] if change else b"")
    with pytest.raises(BrokenCheckpointError, match="is no checkpoint"):
        checkpoint.peek(path)


def mark_of(**changed: object) -> dict[str, str]:
    """Return metadata whose mark says something else than a checkpoint's does."""
    mark = {"step": 1, "measured": 1, "elapsed_s": 1.0, **changed}
    return {"mark": json.dumps(mark), "state": "{}"}


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"mark": "3", "state": "{}"},
        {"mark": "{}"},
        {"mark": "[" * 100_000},
        mark_of(step="three"),
        mark_of(step=None),
        mark_of(measured=1.5),
        mark_of(elapsed_s="long"),
        mark_of(elapsed_s=10**400),
    ],
    ids=lambda metadata: str(metadata)[:60],
)
def test_somebody_elses_file_is_broken(tmp_path: Path, metadata: dict[str, str]) -> None:
    """A safetensors file that is not ours is no checkpoint."""
    path = tmp_path / "checkpoint.safetensors"
    header = json.dumps({"__metadata__": metadata}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(BrokenCheckpointError, match="is no checkpoint"):
        checkpoint.load(path)


def test_a_checkpoint_nested_too_deeply_is_broken(tmp_path: Path) -> None:
    """In its header as in the state that this holds."""
    path = tmp_path / "checkpoint.safetensors"
    state = json.dumps({"__metadata__": {**mark_of(), "state": "[" * 100_000}}).encode()
    for header in (state, b"[" * 100_000):
        path.write_bytes(len(header).to_bytes(8, "little") + header)
        with pytest.raises(BrokenCheckpointError, match="is no checkpoint"):
            checkpoint.load(path)
