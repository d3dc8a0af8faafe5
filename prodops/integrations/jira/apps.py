from django.apps import AppConfig


class JiraConfig(AppConfig):
    name = "prodops.integrations.jira"
    label = "jira"
    verbose_name = "Jira"
