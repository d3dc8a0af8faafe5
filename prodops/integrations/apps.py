from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "prodops.integrations"
    label = "integrations"
