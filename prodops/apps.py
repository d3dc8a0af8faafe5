from django.apps import AppConfig


class ProdopsConfig(AppConfig):
    """Carries the management commands that belong to no single app."""

    name = "prodops"
    label = "prodops"
