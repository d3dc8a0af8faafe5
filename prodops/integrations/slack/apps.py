from django.apps import AppConfig


class SlackConfig(AppConfig):
    name = "prodops.integrations.slack"
    label = "slack"
    verbose_name = "Slack"
