"""Which function draws which chart of which dashboard."""

from reporting.charts import delivery, flow
from reporting.charts.drawing import Chart

CHARTS: dict[str, Chart] = {
    "delivery-cycle-time": Chart(
        "Cycle time",
        delivery.cycle_time,
        "Each dot is an issue finished in the last six months. Half of all dots lie under the "
        "dotted line, 85 % under the dashed one.",
    ),
    "delivery-throughput": Chart(
        "Throughput",
        delivery.throughput,
        "Issues finished a week, over 26 weeks. The running week is drawn hollow and is not part "
        "of the mean.",
    ),
    "delivery-ageing": Chart(
        "Age of work in progress",
        delivery.ageing,
        "Each mark is a started issue. The lines are the cycle times of finished work: what lies "
        "above 85 % is late already.",
    ),
    "delivery-flow": Chart(
        "Cumulative flow",
        flow.cumulative_flow,
        "How many issues stood in each step at the end of each day. A widening middle band means "
        "more is started than finished.",
    ),
}
