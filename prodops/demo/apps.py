from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "prodops.demo"
    label = "demo"
