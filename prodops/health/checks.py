"""What must be true for the hub to serve; each check answers "" or the reason it does not."""

from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from prodops.health.models import Heartbeat

OLDEST_HEARTBEAT = timedelta(seconds=180)
_migrated: set[str] = set()  # databases seen complete; a running process cannot get new migrations


def failures(now: datetime) -> dict[str, str]:
    """Return the checks in the order of their dependence, each with "" or its reason."""
    database = check_database()
    return {
        "database": database,
        "migrations": database or check_migrations(),
        "broker": check_broker(),
        "beat": database or check_heartbeat(now),
    }


def check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"The database does not answer: {first_line(error)}"
    return ""


def check_migrations() -> str:
    name = connection.settings_dict["NAME"]
    if name in _migrated:
        return ""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        return f"The migrations cannot be read: {first_line(error)}"
    if waiting:
        return f"{waiting} migrations are not applied: run manage.py release."
    _migrated.add(name)
    return ""


def check_broker() -> str:
    client = redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return f"The queue (REDIS_URL) does not answer: {first_line(error)}"
    finally:
        client.close()
    return ""


def check_heartbeat(now: datetime) -> str:
    try:
        heartbeat = Heartbeat.objects.order_by("-beaten_at").first()
    except DatabaseError as error:
        return f"The heartbeat cannot be read: {first_line(error)}"
    if heartbeat is None:
        return "No worker has run a scheduled task yet."
    age = now - heartbeat.beaten_at
    if age > OLDEST_HEARTBEAT:
        return f"No worker has run a scheduled task for {int(age.total_seconds())} seconds."
    return ""


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".") + "."
