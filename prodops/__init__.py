"""The project and the floor every app stands on; apps import only downward (see docs/architecture.md)."""

from prodops.celery import app as celery_app

__all__ = ["celery_app"]
