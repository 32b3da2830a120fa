"""A list of any length of which only the rows in sight are ever rendered.

A row is a key and a function that draws it; the list knows nothing of what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import RenderOptions

from l2l_tui.text import plain

if TYPE_CHECKING:
    from textual import events
    from textual.css.styles import RulesMap

GUTTER = 1
"""Cells left of every row, where the cursor's mark stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a `LineList`."""

    key: str
    """What the row stands for; unique in its list."""
    render: Callable[[int], Content | str]
    """Draws the row for a width in cells. A string is shown as it is, never as markup;
    what does not fit is cut. Styles may name theme colours, e.g. ``"bold $text-success"``."""
    selectable: bool = True
    """Whether the cursor may stand on it; a heading's is False."""
    at_once: bool = False
    """Whether one click chooses it, as a heading that folds; else it takes the cursor first."""


class LineList(ScrollView, can_focus=True):
    """A virtual list with a cursor.

    Replacing the rows costs no rendering, and keeps the cursor on the same key.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(1)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
        Binding("enter", "select", "Select", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--cursor",
        "line-list--hover",
        "line-list--mark",
        "line-list--empty",
    }
    DEFAULT_CSS = """
    LineList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        background: transparent;
        & > .line-list--hover { background: $foreground 6%; }
        & > .line-list--cursor { background: $foreground 8%; }
        & > .line-list--mark { color: $text-muted; }
        & > .line-list--empty { color: $text-muted; text-style: italic; }
        &:focus {
            & > .line-list--cursor { background: $primary 35%; text-style: bold; }
            & > .line-list--mark { color: $primary; }
        }
    }
    """

    cursor: reactive[int | None] = reactive(None, init=False)
    """Where the cursor stands; None when no row is selectable."""
    hovered: reactive[int | None] = reactive(None, init=False)
    """The row under the mouse."""

    @dataclass
    class Highlighted(Message):
        """The cursor came to stand on another row."""

        list: LineList
        """The list."""
        key: str
        """The row's key."""

        @property
        def control(self) -> LineList:
            """The list, for ``@on``."""
            return self.list

    @dataclass
    class Selected(Message):
        """A row was chosen, by Enter or by a click on the row under the cursor."""

        list: LineList
        """The list."""
        key: str
        """The row's key."""

        @property
        def control(self) -> LineList:
            """The list, for ``@on``."""
            return self.list

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        empty: str = "Nothing here yet.",
        id: str | None = None,  # noqa: A002 (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._empty = empty
        self._rows: tuple[Row, ...] = ()
        self._index: dict[str, int] = {}
        self._announced: str | None = None
        self._strips: dict[tuple[int, int, bool, bool, bool], Strip] = {}
        self.set_rows(tuple(rows))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return self._rows

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return None if self.cursor is None else self._rows[self.cursor].key

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; the cursor stays on its key, or else about where it was."""
        key, place, seen = self.key, self.cursor or 0, self._in_sight()
        self._rows = tuple(rows)
        self._index = {row.key: number for number, row in enumerate(self._rows)}
        self._strips.clear()
        kept = self._index.get(key) if key is not None else None
        if kept is None or not self._rows[kept].selectable:
            kept = self._nearest(place)
            seen = True
        if self.hovered is not None and self.hovered >= len(self._rows):
            self.hovered = None
        self.set_reactive(LineList.cursor, kept)
        self.virtual_size = Size(0, len(self._rows))
        self._announce()
        # Whoever scrolled away from the cursor is not pulled back by rows that change.
        if self.is_mounted and seen:
            self.call_after_refresh(self._reveal)
        self.refresh()

    def set_empty(self, text: str) -> None:
        """Say `text` when there are no rows."""
        self._empty = text
        self.refresh()

    def go_to(self, key: str) -> bool:
        """Put the cursor on a row; return whether there is such a row to stand on."""
        index = self._index.get(key)
        if index is None or not self._rows[index].selectable:
            return False
        self.cursor = index
        return True

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many selectable rows."""
        if self.cursor is None:
            return
        found = self._seek(self.cursor + rows, 1 if rows > 0 else -1)
        if found is not None:
            self.cursor = found
        else:
            # At the edge: bring a heading beyond the last row that one can stand on into view.
            self.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many heights of the list."""
        if self.cursor is not None:
            self.cursor = self._nearest(self.cursor + pages * max(1, self.size.height - 1))

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first (1) or last (-1) row, and show what is beyond it."""
        found = self._seek(0 if direction > 0 else len(self._rows) - 1, direction)
        if found is not None:
            self.cursor = found
        if direction > 0:
            self.scroll_home(animate=False)
        else:
            self.scroll_end(animate=False)

    def action_select(self) -> None:
        """Choose the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Selected(self, self.key))

    def watch_cursor(self) -> None:
        """Show the cursor and say where it stands."""
        self._announce()
        self._reveal()
        self.refresh()

    def watch_hovered(self) -> None:
        """Show what the mouse is over."""
        self.refresh()

    def on_mount(self) -> None:
        """Say where the cursor stands at first."""
        self._announce()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        self.hovered = self._row_at(event)

    def on_leave(self) -> None:
        """Forget the mouse."""
        self.hovered = None

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; choose the row if it was there already."""
        index = self._row_at(event)
        if index is None:
            return
        row = self._rows[index]
        if not (row.selectable or row.at_once):
            return
        event.stop()
        if row.at_once or self.cursor == index:
            self.post_message(self.Selected(self, row.key))
        else:
            self.cursor = index

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._strips.clear()
        self._reveal()

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if index < len(self._rows):
            return self._strip(index, width)
        if y == 0 and not self._rows:
            return self._draw(_safe(self._empty), width, ("line-list--empty",))
        return Strip.blank(width, self.visual_style.rich_style)

    def _strip(self, index: int, width: int) -> Strip:
        at, over = index == self.cursor, index == self.hovered
        key = (index, width, at, over, self.has_focus)
        strip = self._strips.get(key)
        if strip is None:
            row = self._rows[index]
            drawn = row.render(max(0, width - GUTTER))
            content = _safe(drawn)
            hover = ("line-list--hover",) if over and (row.selectable or row.at_once) else ()
            strip = self._draw(content, width, ("line-list--cursor",) if at else hover, mark=at)
            self._strips[key] = strip
        return strip

    def _draw(
        self, content: Content, width: int, classes: tuple[str, ...], *, mark: bool = False
    ) -> Strip:
        """Draw one line: the mark, then the content cut or padded to the width."""
        style = self.get_visual_style(*classes)
        room = max(0, width - GUTTER)
        line = content.truncate(room, ellipsis=True, pad=True)
        options = RenderOptions(self.app.stylesheet.parse_style, cast("RulesMap", {}))
        strips = line.render_strips(room, 1, style, options)
        lead = Segment(" " * GUTTER, style.rich_style)
        if mark:
            sign = "▌" if self.has_focus else "▏"
            marked = self.get_visual_style(*classes, "line-list--mark")
            lead = Segment(sign, marked.rich_style)
        body = strips[0] if strips else Strip([])
        whole = Strip([lead, *body], GUTTER + body.cell_length)
        return whole.adjust_cell_length(width, style.rich_style)

    def _row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        index = offset.y + self.scroll_offset.y
        return index if index < len(self._rows) else None

    def _seek(self, start: int, direction: int) -> int | None:
        """Return the first selectable row from `start` on, in a direction."""
        stop = len(self._rows) if direction > 0 else -1
        rows = range(start, stop, direction)
        return next((index for index in rows if self._rows[index].selectable), None)

    def _nearest(self, place: int) -> int | None:
        """Return the selectable row nearest to a place, later ones first."""
        if not self._rows:
            return None
        place = min(max(place, 0), len(self._rows) - 1)
        after = self._seek(place, 1)
        return after if after is not None else self._seek(place, -1)

    def _announce(self) -> None:
        """Say where the cursor stands if that is another key than was said last."""
        if self.key == self._announced:
            return
        if not self.is_attached:
            return
        self._announced = self.key
        if self.key is not None:
            self.post_message(self.Highlighted(self, self.key))

    def _in_sight(self) -> bool:
        """Return whether the cursor can be seen."""
        return (
            self.cursor is not None and 0 <= self.cursor - self.scroll_offset.y < self.size.height
        )

    def _reveal(self) -> None:
        """Scroll so that the cursor, and a heading right above it, are in sight."""
        if self.cursor is None or not self.is_mounted or not self.size.height:
            return
        above = self.cursor - 1
        if self.size.height > 1 and above >= 0 and not self._rows[above].selectable:
            self.scroll_to_region(Region(0, above, 1, 2), animate=False, immediate=True)
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, immediate=True)


def _safe(drawn: Content | str) -> Content:
    """Return what a row drew; styles are dropped where there is something to be made harmless."""
    text = drawn if isinstance(drawn, str) else drawn.plain
    harmless = plain(text)
    return drawn if isinstance(drawn, Content) and harmless == text else Content(harmless)
