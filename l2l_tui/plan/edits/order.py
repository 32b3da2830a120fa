"""Milestones that are taken away or moved among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn
from l2l_tui.plan.edits.base import milestone_key

if TYPE_CHECKING:
    from l2l_tui.plan.document import Document


@dataclass(frozen=True, slots=True)
class RemoveMilestone:
    """A milestone is taken away, with the comments inside it and right above it."""

    milestone: str
    """The milestone's id."""

    def apply(self, document: Document) -> None:
        """Take it away.

        Raises:
            RequestError: Others need it, or it has results, which would be lost with it.
        """
        key = milestone_key(document, self.milestone)
        milestones = document.get(("milestone",)) or []
        needing = [each["id"] for each in milestones if self.milestone in each.get("needs", [])]
        if needing:
            said = tr(
                "{milestone} is needed by {others}; change what these need first",
                milestone=self.milestone,
                others=", ".join(needing),
            )
            raise RequestError(said)
        results = document.get(("result",)) or []
        runs = [each["run"] for each in results if each["milestone"] == self.milestone]
        if runs:
            said = trn(
                "{milestone} has a result ({run}); drop it instead",
                "{milestone} has {n} results ({run}); drop it instead",
                len(runs),
                milestone=self.milestone,
                run=runs[-1],
            )
            raise RequestError(said)
        document.remove_table(key)


@dataclass(frozen=True, slots=True)
class MoveMilestone:
    """A milestone stands somewhere else among the others."""

    milestone: str
    """The milestone's id."""
    after: str | None
    """The id of the one behind which it goes; None for the front of all."""

    def apply(self, document: Document) -> None:
        """Move its lines, with all comments in them and right above.

        Raises:
            UnknownNameError: One of the two is not there.
            RequestError: The milestones are written in one line.
        """
        key = milestone_key(document, self.milestone)
        target = 0 if self.after is None else int(milestone_key(document, self.after)[1]) + 1
        if int(key[1]) in {target, target - 1}:
            return
        if document.is_inline(("milestone",)):
            raise RequestError(tr("milestones between brackets are moved in an editor only"))
        block = document.remove_table(key)
        if self.after is None:
            document.insert_block(block, before=("milestone", 0))
        else:
            document.insert_block(block, after=milestone_key(document, self.after))
