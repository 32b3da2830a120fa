"""Problems: bullets, numbers or paragraphs, or the word for none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from textwrap import dedent
from typing import TYPE_CHECKING

from l2l_tui.plan.worklog.marks import HEADING, ITEM, RULE, box, indent
from l2l_tui.plan.worklog.model import Asked, Line
from l2l_tui.plan.worklog.names import is_none

if TYPE_CHECKING:
    from collections.abc import Iterable

_GOES_ON = re.compile(r"\s*(?:>|!\[|```|~~~|\||\$\$)")

_DAY = r"\d{4}-\d\d-\d\d"
# How our own summaries end a problem, in either language. Who writes in one that it is solved
# may leave the day out, and writes it where the word for "open" stood in bold.
_STANDING = re.compile(
    rf"\s+—\s+(?:raised (?P<raised>{_DAY})|(?P<raised_zh>{_DAY}) 提出)(?:[,，][^;；\n]*)?[;；]\s*"
    rf"(?:\*\*(?:open|未解決)\*\*|(?P<end>(?:\*\*)?(?:solved(?: (?P<solved>{_DAY}))?"
    rf"|(?:(?P<solved_zh>{_DAY}) )?已解決)(?:\*\*)?)(?:(?:: |：)(?P<how>.*))?)\Z",
    re.DOTALL | re.IGNORECASE,
)


def read(lines: Iterable[Line]) -> tuple[tuple[Asked, ...], list[Line]]:
    """Return the problems in a section, and the lines that are none.

    A bullet or a number begins a problem, deeper ones and indented lines belong to it, and
    so do a quote, a picture, a formula or code below it. A paragraph is a problem too.
    """
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return tuple(reader.asked()), reader.left


def _standing(text: str) -> Asked | None:
    """Return a problem as one of our summaries tells of it; None if none does."""
    match = _STANDING.search(text)
    if match is None:
        return None
    solved = match["solved"] or match["solved_zh"]
    try:
        return Asked(
            text=text[: match.start()],
            solved=match["end"] is not None,
            raised=date.fromisoformat(match["raised"] or match["raised_zh"]),
            solved_on=date.fromisoformat(solved) if solved else None,
            how=match["how"] or "",
        )
    except ValueError:  # no such day: somebody else's words
        return None


def _continued(text: str, below: str) -> Asked | None:
    """Return a problem of a summary below whose line somebody wrote more; None if it is none."""
    asked = _standing(text)
    return asked and replace(asked, text=f"{asked.text}\n{below}")


class _Reader:
    def __init__(self) -> None:
        self.left: list[Line] = []
        self._items: list[list[str]] = []
        self._base = 0
        self._gap = True
        self._fenced = False

    def take(self, line: Line) -> None:
        """Place one line."""
        text = line.text
        if self._fenced or text.lstrip().startswith(("```", "~~~")):
            self._fenced ^= text.lstrip().startswith(("```", "~~~"))
            self._go_on(text)
        elif not text.strip() or RULE.fullmatch(text):
            self._gap = True
        elif HEADING.match(text):
            self.left.append(line)
            self._gap = True
        else:
            self._place(text)
            self._gap = False

    def asked(self) -> Iterable[Asked]:
        """Yield what was found, without the words for none."""
        for first, *others in self._items:
            text, ticked = box(first)
            below = dedent("\n".join(others))
            whole = f"{text}\n{below}" if below.strip() else text
            if not is_none(whole):
                yield _standing(whole) or _continued(text, below) or Asked(whole, ticked is True)

    def _place(self, text: str) -> None:
        item = ITEM.match(text)
        depth = indent(text)
        if item and (not self._items or depth <= self._base + 1):
            self._base = depth
            self._items.append([text[item.end() :].strip()])
        elif self._goes_on(text, is_item=item is not None):
            self._go_on(text)
        else:
            self._base = depth
            self._items.append([text.strip()])

    def _goes_on(self, text: str, *, is_item: bool) -> bool:
        if not self._items or _GOES_ON.match(text):
            return bool(self._items)
        return is_item or indent(text) > self._base + 1 or not self._gap

    def _go_on(self, text: str) -> None:
        if self._items:
            self._items[-1].append(text.rstrip())
        else:
            self._items.append([text.strip()])
