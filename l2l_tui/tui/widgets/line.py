"""Widgets of one line or a few: whatever a function draws for the width at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import RenderResult


class Drawn(Widget):
    """Shows what `draw` makes for the present size; `refresh` draws it anew.

    Args:
        draw: Makes the content for a width and a height.
        id: The widget's id.
        classes: The widget's CSS classes.
    """

    ALLOW_SELECT = False
    can_focus = False

    def __init__(
        self,
        draw: Callable[[int, int], Content] | None = None,
        *,
        id: str | None = None,  # noqa: A002 (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw or (lambda _width, _height: Content(""))

    def show(self, draw: Callable[[int, int], Content]) -> None:
        """Draw with another function from now on."""
        self._draw = draw
        self.refresh()

    def render(self) -> RenderResult:
        """Return the content for the present size."""
        return self._draw(self.size.width, self.size.height)
