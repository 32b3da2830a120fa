"""``metrics.jsonl``: one measurement a line, as values."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from l2l_tui.lab.measurement import Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.runs.directory import RunDirectory

_NUMBERS = (int, float)


@dataclass
class Series:
    """One quantity's measurements, in the order they were made."""

    steps: list[int] = field(default_factory=list)
    """Position on the quantity's own axis."""
    values: list[float] = field(default_factory=list)
    """The measured values; NaN where one was not finite."""


def read(directory: RunDirectory, name: str | None = None) -> dict[str, Series]:
    """Return a run's measurements by name, or those called `name` only; a torn line is no line."""
    try:
        content = directory.metrics.read_bytes()
    except FileNotFoundError:
        content = b""
    whole = content[: content.rfind(b"\n") + 1]
    return series(each for each in parse(whole) if name is None or each.name == name)


def series(measurements: Iterable[Measurement]) -> dict[str, Series]:
    """Return measurements grouped by name."""
    grouped: dict[str, Series] = {}
    for measurement in measurements:
        one = grouped.setdefault(measurement.name, Series())
        one.steps.append(measurement.step)
        one.values.append(measurement.value)
    return grouped


def encode(measurement: Measurement) -> bytes:
    """Return a measurement as one line; what is not finite becomes null."""
    value = measurement.value if math.isfinite(measurement.value) else None
    fields = {"name": measurement.name, "step": measurement.step, "value": value}
    return json.dumps(fields).encode() + b"\n"


def parse(lines: bytes) -> list[Measurement]:
    """Return the measurements in whole lines; what is no measurement is left out."""
    each = lines.split(b"\n")[:-1]
    # One document of all lines parses several times faster than line by line.
    items = _value(b"[" + b",".join(each) + b"]")
    if not isinstance(items, list) or len(items) != len(each):
        items = [_value(line) for line in each]
    return [made for item in items if (made := _measurement(item)) is not None]


def _value(text: bytes) -> Any:  # noqa: ANN401 (whatever stood in the file)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _measurement(item: Any) -> Measurement | None:  # noqa: ANN401 (whatever stood in the file)
    try:
        name, step, value = item["name"], item["step"], item["value"]
        if type(name) is not str or type(step) not in _NUMBERS:
            return None
        if type(value) not in _NUMBERS and value is not None:
            return None
        # A whole number too large for a float is refused: no chart could draw it.
        float(step)
        what = math.nan if value is None else float(value)
        return Measurement(name, int(step), what if math.isfinite(what) else math.nan)
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
