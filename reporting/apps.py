from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self):
        """Bring figures that missed their target onto the agendas of forums."""
        from planning.models.agenda_sources import SOURCES, Source
        from reporting.missed import missed_figures

        SOURCES["metrics"] = Source("Figures off their target", missed_figures)
