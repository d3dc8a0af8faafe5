"""The addresses of reporting, and of everybody's home."""

from django.urls import include, path
from django.views.generic import RedirectView

from reporting.views import dashboards, definitions, home, key_results, readers, readouts, scorecard

app_name = "reporting"
reports = [
    path("", RedirectView.as_view(pattern_name="reporting:scorecard"), name="reports"),
    path("scorecard/", scorecard.scorecard, name="scorecard"),
    path("scorecard/<slug:key>/", scorecard.figure, name="figure"),
    path("definitions/", definitions.definitions, name="definitions"),
    path("definitions/<slug:key>/", definitions.definition, name="definition"),
    path("definitions/<slug:key>/revision/", definitions.revision, name="revision"),
    path("key-results/<int:pk>/metric/", key_results.metric, name="key-result-metric"),
    path("dashboards/delivery/", dashboards.delivery, name="dashboard"),
    path("dashboards/drawing/", dashboards.redraw, name="drawing"),
    path("charts/<slug:slug>.json", dashboards.figure, name="chart"),
    path("charts/<slug:slug>.csv", dashboards.table, name="chart-table"),
    path("charts/<slug:slug>.png", dashboards.picture, name="chart-picture"),
    path("readouts/", readouts.readouts, name="readouts"),
    path("readouts/new/", readouts.new, name="readout_new"),
    path("readouts/readers/", readers.readers, name="readers"),
    path("readouts/readers/<int:pk>/removal/", readers.removal, name="reader_removal"),
    path("readouts/<slug:slug>/", readouts.readout, name="readout"),
    path("readouts/<slug:slug>/mail/", readouts.mail, name="readout_mail"),
    path("readouts/<slug:slug>/text/", readouts.text, name="readout_text"),
    path("readouts/<slug:slug>/charts/<slug:chart>/", readouts.chart, name="readout_chart"),
    path("readouts/<slug:slug>/deliveries/", readouts.deliveries, name="readout_deliveries"),
    path("readouts/<slug:slug>/headline/", readouts.headline, name="readout_headline"),
    path("readouts/<slug:slug>/approval/", readouts.approval, name="readout_approval"),
    path("readouts/<slug:slug>/figures/", readouts.redraft, name="readout_redraft"),
    path("readouts/<slug:slug>/figures/<slug:key>/", readouts.figure, name="readout_figure"),
    path("readouts/<slug:slug>/sending/", readouts.dispatch, name="readout_sending"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("reporting/", include(reports)),
]
