"""The chart as a widget: keys, mouse, live data, themes."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from l2l_tui.tui.widgets.chart import Chart
from l2l_tui.tui.widgets.chart.widget import SMOOTHINGS


class ChartApp(App[None]):
    """An app that is one chart."""

    CSS = "Screen { background: $surface; }"
    escapes = 0

    def compose(self) -> ComposeResult:
        """Show the chart."""
        yield Chart(title="Loss", x_label="step", y_label="nats", id="chart")

    def key_escape(self) -> None:
        """Count what the chart leaves to others."""
        self.escapes += 1


@asynccontextmanager
async def shown(
    size: tuple[int, int] = (60, 14), **data: Sequence[float]
) -> AsyncIterator[tuple[Chart, Pilot[None]]]:
    """Run an app with a chart of series measured at the steps 0, 1, 2, ..."""
    app = ChartApp()
    async with app.run_test(size=size) as pilot:
        chart = app.query_one(Chart)
        for name, values in data.items():
            chart.extend(name, range(len(values)), values)
        await pilot.pause()
        yield chart, pilot


def text(chart: Chart) -> list[str]:
    """Return the lines that the chart shows."""
    return [chart.render_line(y).text for y in range(chart.size.height)]


async def test_lines_are_as_wide_as_the_widget() -> None:
    """All of them, at the size that the app gives it."""
    async with shown(a=[1, 2, 3]) as (chart, _):
        assert {chart.render_line(y).cell_length for y in range(14)} == {60}
        assert text(chart)[-1].startswith("● a 3")


async def test_new_points_are_drawn_without_being_asked_to() -> None:
    """On the screen, not only in the widget."""
    async with shown(a=[1, 2]) as (chart, pilot):
        chart.extend("a", [2], [30.5])
        await pilot.pause()
        assert "30.5" in text(chart)[-1]
        screen = "".join(strip.text for strip in chart.screen._compositor.render_strips())
        assert "30.5" in screen


async def test_what_came_before_the_chart_was_mounted_is_drawn() -> None:
    """And what came while it was hidden."""
    early = Chart(id="early")
    early.show(title="Early", log=True)
    early.extend("a", [0, 1], [1.0, 10.0])
    async with shown() as (chart, pilot):
        chart.display = False
        await pilot.app.mount(early)
        await pilot.pause()
        assert text(early)[0][1:6] == "Early"
        assert text(early)[-1].startswith("● a 10")
        chart.extend("b", [0, 1], [1.0, 2.5])
        chart.display = True
        await pilot.pause()
        assert text(chart)[-1].startswith("● b 2.5")


async def test_nothing_is_drawn_twice() -> None:
    """The same strips are returned until something changes."""
    async with shown(a=[1, 2]) as (chart, _):
        first = chart.render_line(5)
        assert chart.render_line(5) is first
        chart.extend("a", [2], [3])
        assert chart.render_line(5) is not first


async def test_series_keep_their_colour_when_others_go() -> None:
    """And a newcomer takes the place that is free."""
    async with shown(a=[1], b=[2], c=[3]) as (chart, _):
        chart.forget("b")
        chart.forget("never there")
        assert text(chart)[-1].split() == ["●", "a", "1", "▲", "c", "3"]
        chart.replace("c", [0, 1], [7, 8])
        assert text(chart)[-1].split() == ["●", "a", "1", "▲", "c", "8"]
        chart.extend("d", [0], [4])
        assert {"■ d 4"} <= {text(chart)[-1][n : n + 5] for n in range(40)}
        chart.clear()
        assert chart.names == ()
        assert any("Nothing measured yet" in line for line in text(chart))


async def test_words_can_be_changed_one_by_one() -> None:
    """What is left out stays as it was."""
    async with shown(a=[1, 10]) as (chart, _):
        chart.show(title="Accuracy")
        assert text(chart)[0].startswith("▌Accuracy · nats")
        chart.show(y_label="%", log=True)
        assert text(chart)[0].startswith("▌Accuracy · %")
        assert chart.log_y
        assert text(chart)[0].endswith("log y")


async def test_l_and_s_change_axis_and_smoothing() -> None:
    """Smoothing goes round."""
    async with shown(a=[1, 10, 100]) as (chart, pilot):
        await pilot.press("l")
        assert chart.log_y
        seen = []
        for _ in SMOOTHINGS:
            await pilot.press("s")
            seen.append(chart.smooth)
        assert seen == [*SMOOTHINGS[1:], SMOOTHINGS[0]]
        await pilot.press("l")
        assert not chart.log_y


async def test_smoothing_stays_below_one() -> None:
    """A weight of 1 would never move."""
    async with shown(a=[1, 2]) as (chart, _):
        chart.smooth = 7
        assert chart.smooth == 0.99


async def test_arrows_move_the_crosshair_from_step_to_step() -> None:
    """From either end inwards; Shift moves ten cells; Escape hides it, then is another's."""
    async with shown(a=[float(n) for n in range(11)]) as (chart, pilot):
        await pilot.press("right")
        assert chart.crosshair == 0
        await pilot.press("right", "right")
        assert chart.crosshair == 2
        assert "step 2" in text(chart)[0]
        await pilot.press("left")
        assert chart.crosshair == 1
        await pilot.press("shift+right")
        assert chart.crosshair == 3
        await pilot.press("end")
        assert chart.crosshair == 10
        await pilot.press("right", "home")
        assert chart.crosshair == 0
        await pilot.press("left")
        assert chart.crosshair == 0
        await pilot.press("escape")
        assert chart.crosshair is None
        assert pilot.app.escapes == 0  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert pilot.app.escapes == 1  # type: ignore[attr-defined]
        await pilot.press("left")
        assert chart.crosshair == 10


async def test_arrows_move_by_a_cell_where_points_are_dense() -> None:
    """One key press is one column, not one of ten thousand steps."""
    async with shown(a=[float(n) for n in range(10_000)]) as (chart, pilot):
        await pilot.press("right", "right")
        assert chart.crosshair is not None
        assert 150 < chart.crosshair < 200


async def test_plus_zooms_around_the_crosshair_and_0_shows_all() -> None:
    """The crosshair stays in sight however far it is zoomed, and pulls the view along."""
    async with shown(a=[float(n) for n in range(1000)]) as (chart, pilot):
        await pilot.press("end", "plus", "equals_sign")
        assert chart.view == pytest.approx((749.25, 999))
        await pilot.press("less_than_sign")
        assert chart.view == pytest.approx((749.25 - 249.75 / 4, 999 - 249.75 / 4))
        await pilot.press("home")
        assert chart.view == pytest.approx((0, 249.75))
        await pilot.press("full_stop", "minus")
        assert chart.view == pytest.approx((0, 499.5))
        await pilot.press("minus")
        assert chart.view is None
        await pilot.press("plus", "0")
        assert chart.view is None


async def test_a_zoomed_chart_follows_the_newest_point() -> None:
    """Only while the newest point is in sight."""
    async with shown(a=[float(n) for n in range(101)]) as (chart, pilot):
        await pilot.press("end", "plus")
        chart.extend("a", [110], [1.0])
        assert chart.view == (60, 110)
        chart.view = (20, 70)
        chart.extend("a", [120], [1.0])
        assert chart.view == (20, 70)


async def test_the_mouse_brings_the_crosshair_and_takes_it_away() -> None:
    """A click leaves it there, until Escape sets it free."""
    async with shown(a=[float(n) for n in range(50)]) as (chart, pilot):
        await pilot.hover(Chart, offset=(30, 5))
        followed = chart.crosshair
        assert followed is not None
        assert 20 < followed < 30
        chart.on_leave()
        assert chart.crosshair is None
        await pilot.click(Chart, offset=(40, 5))
        pinned = chart.crosshair
        assert pinned is not None
        chart.on_leave()
        await pilot.hover(Chart, offset=(20, 5))
        assert chart.crosshair == pinned
        await pilot.press("escape")
        await pilot.hover(Chart, offset=(0, 5))
        assert chart.crosshair is None


async def test_the_wheel_zooms_around_the_mouse_and_pans_with_shift() -> None:
    """And does not scroll what the chart stands in."""
    async with shown(a=[float(n) for n in range(1000)]) as (chart, pilot):
        await pilot._post_mouse_events([MouseScrollUp], Chart, offset=(30, 5))
        assert chart.view is not None
        low, high = chart.view
        assert high - low == pytest.approx(999 / 1.25)
        await pilot._post_mouse_events([MouseScrollDown], Chart, offset=(30, 5), shift=True)
        assert chart.view[0] > low
        await pilot._post_mouse_events([MouseScrollDown], Chart, offset=(30, 5))
        assert chart.view is None


@pytest.mark.parametrize("key", ["left", "end", "plus", "minus", "0", "comma", "l", "s"])
async def test_keys_on_an_empty_chart_do_no_harm(key: str) -> None:
    """There is nothing to move along."""
    async with shown() as (chart, pilot):
        await pilot.press(key)
        assert chart.crosshair is None
        assert any("Nothing measured yet" in line for line in text(chart))


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (19, 6), (20, 9), (200, 60)])
async def test_any_size_is_drawn(size: tuple[int, int]) -> None:
    """Down to one cell."""
    async with shown(size, a=[1, 5, 2], b=[3, math.nan, 4]) as (chart, pilot):
        await pilot.press("right", "plus", "l")
        assert all(len(line) == size[0] for line in text(chart))
        assert len(text(chart)) == size[1]


async def test_words_of_people_are_shown_and_not_obeyed() -> None:
    """No markup, no control characters, whatever a file calls its series."""
    name = "[@click=app.quit]x[/] [/] \x1b[31m\n學習"
    async with shown((100, 14)) as (chart, pilot):
        chart.show(title=name, x_label=name, y_label=name)
        chart.extend(name, [0, 1], [1, 2])
        await pilot.pause()
        together = "\n".join(text(chart))
        assert "[@click=app.quit]x[/] [/] ␛[31m 學習" in text(chart)[0]
        assert "\x1b" not in together
        assert {chart.render_line(y).cell_length for y in range(14)} == {100}


async def test_each_theme_gives_other_colours() -> None:
    """Lines are recoloured at once, on every theme that Textual has."""
    async with shown(a=[1, 2], b=[2, 1]) as (chart, pilot):
        seen = set()
        for theme in pilot.app.available_themes:
            pilot.app.theme = theme
            await pilot.pause()
            sign = next(part for part in chart.render_line(13) if part.text.startswith("●"))
            assert sign.style is not None
            assert sign.style.color != sign.style.bgcolor
            seen.add(str(sign.style))
        assert len(seen) > 5


async def test_focus_is_seen_without_colour() -> None:
    """By a mark left of the title."""
    async with shown(a=[1, 2]) as (chart, pilot):
        assert text(chart)[0][0] == "▌"
        chart.blur()
        await pilot.pause()
        assert text(chart)[0][0] == " "


async def test_without_colour_lines_carry_their_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves shades of grey, which do not tell lines apart."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown((100, 14), a=[1.0] * 80, b=[2.0] * 80) as (chart, _):
        assert "".join(text(chart)).count("■") > 4
