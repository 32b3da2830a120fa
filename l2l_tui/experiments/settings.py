"""An experiment's settings: a frozen dataclass whose every field knows its meaning and range."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a form, a catalogue and a message need to know of one field."""

    name: str
    """The field's name."""
    type: str
    """``bool``, ``int``, ``float`` or ``str``."""
    default: Value
    """The value when nobody says."""
    doc: str
    """What it means, and its unit if it has one."""
    low: float | None
    """The smallest allowed number."""
    high: float | None
    """The largest allowed number."""
    choices: tuple[str, ...]
    """The allowed words, if only some are."""

    @property
    def range(self) -> str:
        """The allowed values as documents have them: in English."""
        if self.choices:
            return " | ".join(self.choices)
        if self.type == "bool":
            return "true | false"
        return "any" if self._is_unbounded else "{} to {}".format(*self._bounds)

    @property
    def said_range(self) -> str:
        """The allowed values as a person is told."""
        if self.choices or self.type == "bool":
            return self.range
        low, high = self._bounds
        return tr("any") if self._is_unbounded else tr("{low} to {high}", low=low, high=high)

    @property
    def _is_unbounded(self) -> bool:
        return self.low is None and self.high is None

    @property
    def _bounds(self) -> tuple[str, str]:
        low = "-inf" if self.low is None else f"{self.low:g}"
        return low, "inf" if self.high is None else f"{self.high:g}"

    def check(self, value: object) -> Value:
        """Return the value in the field's type.

        Args:
            value: A TOML value, or text as typed on a command line or in a form.

        Raises:
            RequestError: The value has the wrong type or lies outside the range.
        """
        parsed = self._parse(value)
        if parsed is None or (self.choices and parsed not in self.choices):
            raise self._refusal(value)
        if not isinstance(parsed, (str, bool)):
            too_low = self.low is not None and not parsed >= self.low
            too_high = self.high is not None and not parsed <= self.high
            if too_low or too_high or math.isnan(parsed):
                raise self._refusal(value)
        return parsed

    def _parse(self, value: object) -> Value | None:
        if isinstance(value, str) and self.type != "str":
            return self._parse_text(value.strip())
        if self.type == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        expected = {"bool": bool, "int": int, "float": float, "str": str}[self.type]
        if isinstance(value, expected) and (self.type == "bool" or not isinstance(value, bool)):
            return cast("Value", value)
        return None

    def _parse_text(self, text: str) -> Value | None:
        try:
            match self.type:
                case "bool":
                    return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
                case "int":
                    return int(text)
                case _:
                    return float(text)
        except (KeyError, ValueError):
            return None

    def _refusal(self, value: object) -> RequestError:
        said = tr(
            "{name} = {value!r} is not {type} in {range} ({doc})",
            name=self.name,
            value=value,
            type=self.type,
            range=self.said_range,
            doc=tr(self.doc),
        )
        return RequestError(said)


def setting(
    default: Value,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:  # noqa: ANN401 (a dataclass field takes its annotation's type)
    """Declare one field of a `Settings` class.

    Args:
        default: The value when nobody says.
        doc: What it means, with its unit.
        low: The smallest allowed number.
        high: The largest allowed number.
        choices: The allowed words.
    """
    metadata = {"doc": doc, "low": low, "high": high, "choices": choices}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """Base of every experiment's settings; each field is declared with `setting`."""

    def __post_init__(self) -> None:
        for info in self.fields():
            object.__setattr__(self, info.name, info.check(getattr(self, info.name)))

    @classmethod
    def fields(cls) -> tuple[FieldInfo, ...]:
        """Return what is known of each field, in order."""
        return tuple(
            FieldInfo(
                name=field.name,
                type=field.type if isinstance(field.type, str) else field.type.__name__,
                default=cast("Value", field.default),
                doc=field.metadata["doc"],
                low=field.metadata["low"],
                high=field.metadata["high"],
                choices=field.metadata["choices"],
            )
            for field in dataclasses.fields(cls)
        )

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> Self:
        """Return settings with the given fields, the others at their defaults.

        Raises:
            UnknownNameError: No field is called so.
            RequestError: A value is of the wrong type or out of range.
        """
        known = [info.name for info in cls.fields()]
        for name in values:
            if name not in known:
                raise UnknownNameError("setting", name, known)
        return cls(**cast("dict[str, Any]", dict(values)))

    def values(self) -> dict[str, Value]:
        """Return every field's value by name."""
        return dataclasses.asdict(self)
