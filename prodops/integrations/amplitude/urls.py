"""The addresses of Amplitude."""

from django.urls import path, register_converter

from prodops.integrations.amplitude.forms import KINDS
from prodops.integrations.amplitude.views import series, taxonomy


class KindConverter:
    """A kind of series people may add."""

    regex = "|".join(key for key, _ in KINDS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


register_converter(KindConverter, "series-kind")

app_name = "amplitude"
urlpatterns = [
    path("series/", series.all_series, name="series"),
    path("series/new/<series-kind:kind>/", series.new_series, name="new-series"),
    path("series/<int:pk>/", series.one_series, name="one-series"),
    path("series/<int:pk>/edit/", series.edit_series, name="edit-series"),
    path("series/<int:pk>/figure/", series.figure, name="figure"),
    path("series/<int:pk>/table/", series.table, name="table"),
    path("events/", taxonomy.events, name="events"),
    path("events/<int:pk>/", taxonomy.event, name="event"),
    path("events/<int:pk>/care/", taxonomy.look_after, name="care"),
    path("user-properties/", taxonomy.user_properties, name="user-properties"),
    path("cohorts/", taxonomy.cohorts, name="cohorts"),
]
