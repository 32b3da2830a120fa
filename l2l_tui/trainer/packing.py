"""A procedure's nested state as JSON text and a flat table of tensors, and back.

Everything comes back as it was: floats to the bit (NaN and infinity too), tuples as tuples,
keys that are numbers as numbers (`torch.optim`'s state has such), tensors with their dtype and
shape. Anything that is neither a tensor nor one of JSON's values is refused.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_TENSOR, _TUPLE, _ITEMS = "$tensor", "$tuple", "$items"


class Packed(NamedTuple):
    """A state in two parts."""

    text: str
    """The state as JSON; each tensor is replaced by its name."""
    tensors: dict[str, Tensor]
    """The tensors by name: copies, contiguous, on the CPU."""


def pack(state: Mapping[str, Any]) -> Packed:
    """Return the state in two parts; later changes of the state do not reach them.

    Raises:
        TypeError: A value is neither a tensor nor one of JSON's; the message says where.
    """
    tensors: dict[str, Tensor] = {}
    return Packed(json.dumps(_pack(dict(state), "state", tensors)), tensors)


def unpack(text: str, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the state that `pack` took apart.

    Raises:
        ValueError: The text is no packed state.
        KeyError: A tensor is missing.
    """
    state = _unpack(json.loads(text), tensors)
    if not isinstance(state, dict):
        raise ValueError("the state is no table")  # noqa: TRY004 (a broken file, not a wrong call)
    return state


def to_bytes(state: Mapping[str, Any]) -> bytes:
    """Return the state as the bytes of a safetensors file.

    Raises:
        TypeError: A value is neither a tensor nor one of JSON's; the message says where.
    """
    from safetensors.torch import save

    packed = pack(state)
    content: bytes = save(packed.tensors, {"state": packed.text})
    return content


def from_bytes(content: bytes) -> dict[str, Any]:
    """Return the state that `to_bytes` wrote.

    Raises:
        SafetensorError: The bytes are no such file.
        ValueError: They are none of ours.
        KeyError: A part is missing.
        TypeError: Something in them is of another kind.
    """
    from safetensors.torch import load

    return unpack(metadata(io.BytesIO(content), len(content))["state"], load(content))


def metadata(file: BinaryIO, size: int) -> dict[str, str]:
    """Return what stands in a safetensors file's header: a length, then that much JSON.

    Raises:
        ValueError: It is no such file, or cut short.
        KeyError: It has none.
        TypeError: Something in it is of another kind.
    """
    length = int.from_bytes(file.read(8), "little")
    if length > size:
        raise ValueError("it is cut short")
    found: dict[str, str] = json.loads(file.read(length))["__metadata__"]
    return found


def copied(tensor: Tensor) -> Tensor:
    """Return a copy that shares no memory, contiguous, on the CPU."""
    import torch

    return tensor.detach().to("cpu", copy=True).contiguous(memory_format=torch.contiguous_format)


def _pack(value: Any, place: str, tensors: dict[str, Tensor]) -> Any:  # noqa: ANN401 (any JSON)
    from torch import Tensor

    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Tensor):
        name = str(len(tensors))
        tensors[name] = copied(value)
        return {_TENSOR: name}
    if isinstance(value, (list, tuple)):
        items = [_pack(item, f"{place}[{index}]", tensors) for index, item in enumerate(value)]
        return items if isinstance(value, list) else {_TUPLE: items}
    if isinstance(value, dict) and all(isinstance(key, (str, int)) for key in value):
        packed = [[key, _pack(item, f"{place}.{key}", tensors)] for key, item in value.items()]
        plain = all(isinstance(key, str) and not key.startswith("$") for key in value)
        return dict(packed) if plain else {_ITEMS: packed}
    raise TypeError(f"{place} is a {type(value).__name__}, neither a tensor nor a JSON value")


def _unpack(value: Any, tensors: Mapping[str, Tensor]) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if _TENSOR in value:
        # A copy: what a file's bytes hold need not be aligned, and sums can depend on that.
        return tensors[value[_TENSOR]].clone()
    if _TUPLE in value:
        return tuple(_unpack(item, tensors) for item in value[_TUPLE])
    items = value[_ITEMS] if _ITEMS in value else value.items()
    return {key: _unpack(item, tensors) for key, item in items}
