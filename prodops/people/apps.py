from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "prodops.people"
    label = "people"
