"""What the hub keeps of Amplitude: series of numbers, the taxonomy, and what the calls cost."""

from prodops.integrations.amplitude.models.call import Call
from prodops.integrations.amplitude.models.point import PointRestatement, SeriesPoint, SeriesTotal
from prodops.integrations.amplitude.models.series import Series
from prodops.integrations.amplitude.models.taxonomy import (
    Cohort,
    EventCategory,
    EventProperty,
    TrackedEvent,
    UserProperty,
)

__all__ = [
    "Call",
    "Cohort",
    "EventCategory",
    "EventProperty",
    "PointRestatement",
    "Series",
    "SeriesPoint",
    "SeriesTotal",
    "TrackedEvent",
    "UserProperty",
]
