"""Results come into the plan, and make milestones done whose claims hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.plan.blocks import add_results
from l2l_tui.plan.edits.claims import finish_by_claims
from l2l_tui.plan.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from l2l_tui.plan.document import Document
    from l2l_tui.plan.edits.base import Edit


@dataclass(frozen=True, slots=True)
class AddResult:
    """A finished run becomes evidence; nothing if that run is there already.

    A milestone with ``done_when = "claims"`` whose claims hold now is done with it.
    """

    result: Result
    """The run as the plan remembers it."""

    def apply(self, document: Document) -> None:
        """Append the result."""
        _AddResults((self.result,)).apply(document)


@dataclass(frozen=True, slots=True)
class FinishMet:
    """The milestones whose claims hold are done, where the claims decide that."""

    def apply(self, document: Document) -> None:
        """Set their status and write the day and the run into their history."""
        finish_by_claims(document)


@dataclass(frozen=True, slots=True)
class _AddResults:
    results: tuple[Result, ...]

    def apply(self, document: Document) -> None:
        if add_results(document, self.results):
            finish_by_claims(document)


def coalesced(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits with all results written in one go: a plan may collect hundreds."""
    edits = list(edits)
    results = tuple(edit.result for edit in edits if isinstance(edit, AddResult))
    others = [edit for edit in edits if not isinstance(edit, AddResult)]
    return [*others, _AddResults(results)] if results else others
