"""A field in which one of a few is chosen; its list is turned page by page only when it has room.

Textual's own list trips over its lines when a page is turned in the moment in which it opens,
or in a terminal too small for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Select
from textual.widgets._select import SelectCurrent, SelectOverlay

if TYPE_CHECKING:
    from textual._widget_navigation import Direction
    from textual.app import ComposeResult


class Listed(SelectOverlay):
    """What there is to choose from."""

    def _move_page(self, direction: Direction) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


class Choice(Select[str]):
    """Shows what is chosen; a list of what there is opens below it."""

    def compose(self) -> ComposeResult:
        """Make both, as Textual does."""
        yield SelectCurrent(self.prompt)
        yield Listed(type_to_search=self._type_to_search).data_bind(compact=Select.compact)
