from django.apps import AppConfig


class HealthConfig(AppConfig):
    """The heartbeat of the workers, and the addresses a load balancer asks."""

    name = "prodops.health"
