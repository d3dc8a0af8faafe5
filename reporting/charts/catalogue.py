"""Which function draws which chart of which dashboard."""

from reporting.charts.drawing import Chart

CHARTS: dict[str, Chart] = {}
