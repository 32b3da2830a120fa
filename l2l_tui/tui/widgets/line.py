"""Widgets of one line or a few: whatever a function draws for the width at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import RenderResult
    from textual.geometry import Size


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


class Tall(Drawn):
    """As high as what it draws for the width at hand."""

    DEFAULT_CSS = "Tall { height: auto; }"

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 (as Textual has it)
        """Return how many lines there are."""
        return self._draw(width, 0).plain.count("\n") + 1
