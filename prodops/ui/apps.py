from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "prodops.ui"
    label = "ui"
