"""A plan's text in memory, on which edits are tried so that a screen shows them at once.

What is shown so is a promise that the save keeps or breaks: the store applies the same edits
to what stands on disk, and what comes of that is the truth. Nothing here writes a file.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from l2l_tui.errors import L2LError
from l2l_tui.plan import check, store
from l2l_tui.plan.document import Document
from l2l_tui.plan.edits import coalesced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan


class Desk:
    """One plan's text, as far as it is known to be the one on the screen."""

    def __init__(self) -> None:
        self._laid: tuple[str, Document] | None = None
        """The digest and the text; put down and taken up as one, for threads meet here."""

    def holds(self, plan: Plan) -> bool:
        """Whether the text lies here that this reading of a plan was made from."""
        return self._laid is not None and self._laid[0] == plan.digest

    def lay(self, plan: Plan) -> None:
        """Fetch the text of a plan, if that is still what stands on disk.

        Raises:
            RequestError: The file is not there or may not be read.
        """
        content = store.bytes_of(plan.path)
        digest = hashlib.sha256(content).hexdigest()
        if digest != plan.digest or plan.faults:
            return
        document = Document(content.decode("utf-8"))
        # The layout takes the longest to make, and the first edit is not to wait for it.
        if document.layout and document.data:
            self._laid = digest, document

    def foresee(self, plan: Plan, edits: Sequence[Edit]) -> Plan | None:
        """Return the plan as it will be after edits; None where that is better left to a save.

        So it is when the text is not here, or an edit is refused.
        """
        laid, self._laid = self._laid, None  # a refused edit leaves half of it in the text
        if laid is None or laid[0] != plan.digest:
            return None
        document = laid[1]
        try:
            for edit in coalesced(edits):
                edit.apply(document)
        except L2LError:
            return None
        reading = check.read(document.data)
        if any(not finding.only_warns for finding in reading.findings):
            return None
        digest = hashlib.sha256(document.text.encode("utf-8", errors="replace")).hexdigest()
        self._laid = digest, document
        return store.plan_of(reading, plan.path, digest, warnings=plan.warnings)
