"""Charts: one function a chart, each returning a Plotly figure."""
