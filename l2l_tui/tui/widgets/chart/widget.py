"""The chart as a widget: data comes in, keys and mouse move the view, strips go out.

What is drawn is kept until data, size, view or look change.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nextafter
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from l2l_tui.text import plain
from l2l_tui.tui.widgets.chart import inks
from l2l_tui.tui.widgets.chart.palette import palette
from l2l_tui.tui.widgets.chart.plot import Line, Look, whole
from l2l_tui.tui.widgets.chart.series import Series
from l2l_tui.tui.widgets.chart.sheet import Captions, Sheet, prepare, write
from l2l_tui.tui.widgets.chart.view import View, follow, pan, reveal, zoom

if TYPE_CHECKING:
    from textual import events

SMOOTHINGS = (0.0, 0.6, 0.9, 0.97)
"""What the key for smoothing goes round."""

_THEME = ("primary", "accent", "success", "error", "secondary", "warning")
_COMPONENTS = {
    inks.AXIS: "chart--axis",
    inks.GRID: "chart--grid",
    inks.LABEL: "chart--label",
    inks.TITLE: "chart--title",
    inks.HINT: "chart--hint",
    inks.CROSS: "chart--crosshair",
    inks.STRONG: "chart--value",
    inks.FOCUS: "chart--focus",
}


class Chart(Widget, can_focus=True):
    """A line chart in braille, quick however many points it has.

    Args:
        title: What is drawn.
        x_label: The quantity along the axis.
        y_label: The quantity up the axis.
        log: Whether the y axis is logarithmic.
        smooth: Weight of the moving average, from 0 (none) to 0.99.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Crosshair left", show=False),
        Binding("right", "move(1)", "Crosshair right", show=False),
        Binding("shift+left", "move(-10)", "Crosshair far left", show=False),
        Binding("shift+right", "move(10)", "Crosshair far right", show=False),
        Binding("home", "edge(-1)", "Crosshair to the first step", show=False),
        Binding("end", "edge(1)", "Crosshair to the last step", show=False),
        Binding("escape", "hide", "Hide the crosshair", show=False),
        Binding("plus,equals_sign", "zoom(2)", "Zoom in", show=False, key_display="+"),
        Binding("minus,underscore", "zoom(0.5)", "Zoom out", show=False, key_display="-"),
        Binding("0", "whole", "Show all", show=False),
        Binding("less_than_sign,comma", "pan(-0.25)", "Pan left", show=False, key_display="<"),
        Binding(
            "greater_than_sign,full_stop", "pan(0.25)", "Pan right", show=False, key_display=">"
        ),
        Binding("l", "toggle_log", "Log axis"),
        Binding("s", "next_smoothing", "Smoothing"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_COMPONENTS.values())
    DEFAULT_CSS = """
    Chart {
        width: 1fr;
        height: 1fr;
        & > .chart--axis { color: $foreground 35%; }
        & > .chart--grid { color: $foreground 20%; }
        & > .chart--label { color: $foreground 70%; }
        & > .chart--hint { color: $foreground 60%; }
        & > .chart--title { text-style: bold; }
        & > .chart--value { text-style: bold; }
        & > .chart--crosshair { color: $foreground 60%; }
        & > .chart--focus { color: $primary; }
        &:focus > .chart--crosshair { color: $foreground; }
    }
    """

    # Not `log`, nor `remove` below: Textual's widgets have those already, for other things.
    log_y: reactive[bool] = reactive(False, init=False)
    """Whether the y axis is logarithmic."""
    smooth: reactive[float] = reactive(0.0, init=False)
    """Weight of the exponential moving average, from 0 (none) to 0.99."""
    crosshair: reactive[float | None] = reactive(None, init=False)
    """The step whose values the legend shows; None for the last ones."""
    view: reactive[View | None] = reactive(None, init=False)
    """The stretch of steps in sight; None for all."""

    def __init__(
        self,
        *,
        title: str = "",
        x_label: str = "",
        y_label: str = "",
        log: bool = False,
        smooth: float = 0.0,
        id: str | None = None,  # noqa: A002 (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._captions = Captions(plain(title), plain(x_label), plain(y_label))
        self._lines: dict[str, Line] = {}
        self._pinned = False
        self._sheet: Sheet | None = None
        self._strips: list[Strip] | None = None
        self._styles: dict[int, Style] = {}
        self.set_reactive(Chart.log_y, log)
        self.set_reactive(Chart.smooth, self.validate_smooth(smooth))

    def show(
        self,
        *,
        title: str | None = None,
        x_label: str | None = None,
        y_label: str | None = None,
        log: bool | None = None,
    ) -> None:
        """Change what the chart says of itself; what is left out stays as it is."""
        old = self._captions
        self._captions = Captions(
            old.title if title is None else plain(title),
            old.x if x_label is None else plain(x_label),
            old.y if y_label is None else plain(y_label),
        )
        if log is not None:
            self.log_y = log
        if self._captions != old:
            self.redraw()

    @property
    def names(self) -> tuple[str, ...]:
        """The series' names, by order of appearance."""
        return tuple(self._lines)

    def extend(self, name: str, steps: Sequence[float], values: Sequence[float]) -> None:
        """Append points to a series, which begins to exist with its first call.

        Steps may repeat and may come out of order; values that are not finite are gaps.
        """
        before = None if self.view is None else self._whole()
        self._line(name).series.extend(steps, values)
        if before is not None:
            self.view = follow(self.view, before, self._whole() or before)
        self.redraw()

    def replace(self, name: str, steps: Sequence[float], values: Sequence[float]) -> None:
        """Give a series other points; it keeps its colour."""
        slot = self._line(name).slot
        self._lines[name] = Line(plain(name), slot, Series())
        self.extend(name, steps, values)

    def forget(self, name: str) -> None:
        """Forget a series, if there is one of this name; the others keep their colours."""
        if self._lines.pop(name, None) is not None:
            self._settle()

    def clear(self) -> None:
        """Forget all series."""
        self._lines.clear()
        self._settle()

    def redraw(self) -> None:
        """Draw everything anew the next time that it is looked at."""
        if self._sheet is not None:
            self._sheet = self._strips = None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        if self._strips is None or len(self._strips) != self.size.height:
            self._strips = self._render_strips()
        return self._strips[y]

    def validate_smooth(self, smooth: float) -> float:
        """Keep the weight between 0 and 0.99."""
        return min(max(smooth, 0.0), 0.99)

    def watch_log_y(self) -> None:
        """Draw on the other axis."""
        self.redraw()

    def watch_smooth(self) -> None:
        """Draw with the other weight."""
        self.redraw()

    def watch_view(self) -> None:
        """Draw the other stretch."""
        self.redraw()

    def watch_crosshair(self, crosshair: float | None) -> None:
        """Draw the crosshair elsewhere; the lines stay drawn."""
        self._pinned = self._pinned and crosshair is not None
        self._strips = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        super().notify_style_update()
        self._styles.clear()
        self._strips = None

    def on_resize(self) -> None:
        """Draw in the new size."""
        self.redraw()

    def action_toggle_log(self) -> None:
        """Make the y axis logarithmic or linear."""
        self.log_y = not self.log_y

    def action_next_smoothing(self) -> None:
        """Smooth more; after the most, not at all."""
        later = [weight for weight in SMOOTHINGS if weight > self.smooth]
        self.smooth = later[0] if later else SMOOTHINGS[0]

    def action_zoom(self, factor: float) -> None:
        """Zoom in (above 1) or out, around the crosshair if there is one."""
        self._zoom(factor, self.crosshair)

    def action_pan(self, share: float) -> None:
        """Move the view by a share of its width."""
        span = self._whole()
        if span is not None:
            self.view = pan(self.view, span, share)

    def action_whole(self) -> None:
        """Show all steps."""
        self.view = None

    def action_move(self, cells: int) -> None:
        """Move the crosshair by cells, from measured step to measured step."""
        span, sheet = self._whole(), self._drawn()
        if span is None or sheet.plot is None:
            return
        low, high = self.view or span
        if self.crosshair is None:
            self._pin(self._nearest(high if cells < 0 else low))
            return
        width = (high - low) / max(1, sheet.plot.canvas.width - 1)
        self._pin(self._step_beyond(self.crosshair, 1 if cells > 0 else -1, abs(cells) * width))

    def action_edge(self, direction: int) -> None:
        """Move the crosshair to the first or the last step."""
        span = self._whole()
        if span is not None:
            self._pin(span[0] if direction < 0 else span[1])

    def action_hide(self) -> None:
        """Hide the crosshair; without one, the key is somebody else's."""
        if self.crosshair is None:
            raise SkipAction
        self.crosshair = None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Let the crosshair follow the mouse, unless a key or a click has put it somewhere."""
        if not self._pinned:
            self.crosshair = self._step_under(event)

    def on_leave(self) -> None:
        """Take the crosshair away again that the mouse brought."""
        if not self._pinned:
            self.crosshair = None

    def on_click(self, event: events.Click) -> None:
        """Put the crosshair where the mouse is, to stay."""
        self._pin(self._step_under(event))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in around the mouse, or pan with Shift or Ctrl."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out around the mouse, or pan with Shift or Ctrl."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        if event.shift or event.ctrl:
            self.action_pan(-0.1 * direction)
            return
        step = self._drawn().step_at(event.get_content_offset_capture(self).x)
        self._zoom(1.25**direction, step)

    def _step_under(self, event: events.MouseEvent) -> float | None:
        """Return the measured step nearest to the mouse; None beside the plot."""
        step = self._drawn().step_at(event.get_content_offset_capture(self).x)
        return None if step is None else self._nearest(step)

    def _zoom(self, factor: float, around: float | None) -> None:
        span = self._whole()
        if span is not None and span[1] > span[0]:
            self.view = zoom(self.view, span, factor, around)

    def _pin(self, step: float | None) -> None:
        """Put the crosshair on a step and the step into view."""
        span = self._whole()
        if step is None or span is None:
            return
        self._pinned = True
        self.view = reveal(self.view, span, step)
        self.crosshair = step

    def _step_beyond(self, step: float, direction: int, least: float) -> float | None:
        """Return the first measured step at least so far in a direction, or the last of all."""
        found = [line.series.beyond(step, direction, least) for line in self._lines.values()]
        steps = [one for one in found if one is not None]
        if not steps:
            return None
        target = step + direction * least
        reaching = [one for one in steps if (one - target) * direction >= 0]
        pick, other = (min, max) if direction > 0 else (max, min)
        return pick(reaching) if reaching else other(steps)

    def _nearest(self, step: float) -> float | None:
        """Return the measured step nearest to a step."""
        around = (
            self._step_beyond(nextafter(step, inf), -1, 0),
            self._step_beyond(nextafter(step, -inf), 1, 0),
        )
        steps = [one for one in around if one is not None]
        return min(steps, key=lambda one: abs(one - step), default=None)

    def _line(self, name: str) -> Line:
        if name not in self._lines:
            taken = {line.slot for line in self._lines.values()}
            slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)
            self._lines[name] = Line(plain(name), slot, Series())
        return self._lines[name]

    def _whole(self) -> View | None:
        return whole(tuple(self._lines.values()))

    def _settle(self) -> None:
        """Take back a view or a crosshair that the remaining data cannot bear."""
        self.view = None
        if self._whole() is None:
            self.crosshair = None
        self.redraw()

    def _drawn(self) -> Sheet:
        cells = (self.size.width, self.size.height)
        if self._sheet is None or self._sheet.cells != cells:
            look = Look(self.log_y, self.smooth, self.view, marked=self.app.no_color)
            self._sheet = prepare(tuple(self._lines.values()), look, self._captions, cells)
        return self._sheet

    def _render_strips(self) -> list[Strip]:
        width, height = self.size
        base = self.visual_style.rich_style
        strips = []
        for runs in write(self._drawn(), self.crosshair, focused=self.has_focus):
            segments = [Segment(text, self._style(ink)) for text, ink in runs if text]
            strips.append(Strip(segments).adjust_cell_length(width, base))
        blank = Strip.blank(width, base)
        return (strips + [blank] * height)[:height]

    def _style(self, ink: int) -> Style:
        if not self._styles:
            self._styles = self._make_styles()
        return self._styles[ink]

    def _make_styles(self) -> dict[int, Style]:
        """Return every ink's colour, from the theme."""
        base = self.visual_style
        background = base.background or Color(0, 0, 0)
        styles = {ink: self.get_visual_style(name).rich_style for ink, name in _COMPONENTS.items()}
        styles[inks.PLAIN] = base.rich_style
        for slot, colour in enumerate(self._colours(background)):
            pale = background.blend(colour, 0.4)
            over = background.rich_color
            styles[inks.line(slot)] = Style(color=colour.rich_color, bgcolor=over)
            styles[inks.faint(slot)] = Style(color=pale.rich_color, bgcolor=over)
        return styles

    def _colours(self, background: Color) -> Sequence[Color]:
        """Return the lines' colours; without colour all are as bright as the text."""
        theme = self.app.theme_variables
        if self.app.no_color:
            return [background.get_contrast_text(0.9)] * inks.COLOURS
        chosen = [Color.parse(theme[name]) for name in _THEME if name in theme]
        return palette(chosen, background, inks.COLOURS)
