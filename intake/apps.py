from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self):
        """Mark what is quoted from the comments of requests, in their stories."""
        from intake.models.passages import marks_of_comments
        from prodops.audit import timeline
        from prodops.audit.models import Thread

        timeline.MARKED[Thread.REQUEST] = marks_of_comments
