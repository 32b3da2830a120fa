"""Reads what `UpdateRule.described` wrote: which rule some trained numbers belong to.

Rules that mix the coordinates of one problem are not read: they were trained for a number
of coordinates, in an order that means something.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.lab import preprocessing
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.grouped import Group, Grouped
from l2l_tui.language import tr

Table = Mapping[str, object]
_LARGEST = 10**9
"""A damaged file may speak of any number of units or coordinates."""


def read(described: object) -> CoordinatewiseLSTM | Grouped:
    """Return the rule that was described.

    Args:
        described: JSON's values, from a file that anybody may have written.

    Raises:
        UnknownNameError: There is no such preprocessing, or no such kind of rule that is read.
        RequestError: A constant is missing, or is none.
    """
    table = _table(described)
    kind = _text(table, "kind")
    if kind not in _KINDS:
        raise UnknownNameError("update rule for any network", kind, _KINDS)
    return _KINDS[kind](table)


def _lstm(table: Table) -> CoordinatewiseLSTM:
    seen = preprocessing.named(_text(table, "preprocessing"))
    return CoordinatewiseLSTM(seen, _whole(table, "hidden"), _number(table, "output_scale"))


def _grouped(table: Table) -> Grouped:
    groups = table.get("groups")
    if not isinstance(groups, list) or not groups:
        raise _refusal(table, "groups")
    return Grouped(tuple(_group(_table(group)) for group in groups))


def _group(table: Table) -> Group:
    rule = _lstm(_table(table.get("rule")))
    return Group(_text(table, "name"), rule, _whole(table, "coordinates"))


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        said = tr("an update rule is described by a table, not by {value!r}", value=value)
        raise RequestError(said)
    return value


def _text(table: Table, name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str):
        raise _refusal(table, name)
    return value


def _number(table: Table, name: str) -> float:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _refusal(table, name)
    return float(value)


def _whole(table: Table, name: str) -> int:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST:
        raise _refusal(table, name)
    return value


def _refusal(table: Table, name: str) -> RequestError:
    said = tr("an update rule's {name} cannot be {value!r}", name=name, value=table.get(name))
    return RequestError(said)


_KINDS: Mapping[str, Callable[[Table], CoordinatewiseLSTM | Grouped]] = {
    "coordinatewise-lstm": _lstm,
    "grouped": _grouped,
}
