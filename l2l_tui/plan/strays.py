"""Tables under a misspelt header: named once, where they stand, instead of all that they break.

``[[trak]]`` for ``[[track]]`` leaves every milestone without its track. What others name tells
a slip from somebody's own table: tables of which something is named are read as what they were
meant to be, with one fault at their header; of others a warning is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import nearest
from l2l_tui.language import tr
from l2l_tui.plan.table import KNOWN, Table, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def head(top: Table) -> Table | None:
    """Return the [plan] table; a misspelt one is read too, and is a fault."""
    if "plan" not in top.values:
        for name in _meant_for(top, "plan"):
            if isinstance(top.values[name], dict):
                top.fault_of_stranger(name, f"[{name}]", tr("the header [plan]"))
                return top.table(name, kind="plan")
        top.missing("plan", tr("a table [plan] with the plan's title"))
    return top.table("plan")


def tables(top: Table, kind: str, wanted: Iterable[str]) -> tuple[Table, ...]:
    """Return the tables of an array, with misspelt ones of which something is wanted.

    Args:
        top: The document.
        kind: The array's name.
        wanted: The ids that others name.
    """
    held = top.values.get(kind)
    known = _ids(held)
    lacking = {id_ for id_ in wanted if id_ and id_ not in known}
    headless = isinstance(held, dict)  # [[meeting.problem]] below no [[meeting]]
    astray: list[Table] = []
    for name in _meant_for(top, kind) if lacking or headless else ():
        ids = _ids(top.values[name])
        if headless or (ids and (not known or ids & lacking)):
            expected = tr("the header [[{kind}]], on which other tables rely", kind=kind)
            top.fault_of_stranger(name, f"[[{name}]]", expected)
            astray += top.tables(name, kind)
    return (*(() if headless and astray else top.tables(kind, kind)), *astray)


def check_named(tables: Sequence[Table], field: str, kind: str, known: Sequence[str]) -> None:
    """Note the tables that name nothing that is known; where nothing is, they are one fault.

    Args:
        tables: The tables that name something.
        field: The field in which they do.
        kind: What they name.
        known: The ids that there are.
    """
    wrong = []
    for table in tables:
        named = table.values.get(field)
        if isinstance(named, str) and named.strip() and named not in known:
            wrong.append((table, named))
    if known or len(wrong) < 2:
        for table, named in wrong:
            table.fault(field, shown(named), one_of(known, named) if known else _none(kind))
        return
    table, named = wrong[0]
    expected = tr("{what} ({n} tables name one)", what=_none(kind), n=len(wrong))
    table.fault(field, shown(named), expected)


def _none(kind: str) -> str:
    return tr("a [[{kind}]] with this id; there is no [[{kind}]] at all", kind=kind)


def _meant_for(top: Table, kind: str) -> Iterator[str]:
    strangers = (name for name in top.values if name not in KNOWN[""])
    return (name for name in strangers if nearest(name, KNOWN[""]) == kind)


def _ids(value: object) -> set[str]:
    if not isinstance(value, list):
        return set()
    named = (item.get("id") for item in value if isinstance(item, dict))
    return {id_ for id_ in named if isinstance(id_, str)}
