from django.apps import AppConfig


class AmplitudeConfig(AppConfig):
    name = "prodops.integrations.amplitude"
    label = "amplitude"
    verbose_name = "Amplitude"
