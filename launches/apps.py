from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "launches"

    def ready(self):
        """Bring waivers that run out onto the agendas of forums."""
        from launches.models.waivers import expiring_waivers
        from planning.models.agenda_sources import SOURCES, Source

        SOURCES["waivers"] = Source("Waivers that run out", expiring_waivers)
