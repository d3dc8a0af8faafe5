"""The project, and the floor every app stands on; who may import whom: docs/architecture.md."""

from prodops.celery import app as celery_app

__all__ = ["celery_app"]
