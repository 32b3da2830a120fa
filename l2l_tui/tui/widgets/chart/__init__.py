"""A line chart for a terminal: braille, pure Python, live."""

from l2l_tui.tui.widgets.chart.widget import Chart

__all__ = ["Chart"]
