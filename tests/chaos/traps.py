"""The hub's Celery application with traps in it, for `tests.chaos.site`.

`TRAPS="mail_takes=0.2 lease=2 silence=4 visibility=2 poison=slug"` makes every mail slow, the
promises of workers short, a lost message come back soon, and the sync of one connection deadly.
"""

import os
import time
from datetime import timedelta

from celery.signals import worker_process_init

from prodops.celery import app

TRAPS = dict(trap.split("=") for trap in os.environ.get("TRAPS", "").split())

if seconds := TRAPS.get("visibility"):
    app.conf.broker_transport_options |= {
        "visibility_timeout": float(seconds),
        "unacked_restore_interval": 1,
    }
    app.conf.visibility_timeout = float(seconds)


@app.task(name="tests.die")
def die(notes):
    """Kill the worker that has this task, after leaving a line in `notes`."""
    with open(notes, "a") as file:
        file.write("died\n")
    os._exit(1)


@worker_process_init.connect
def set_traps(**_):
    from prodops.integrations import runs, services
    from prodops.integrations.models import run
    from prodops.notifications.services import delivery

    def moment(name, otherwise):
        return timedelta(seconds=float(TRAPS[name])) if name in TRAPS else otherwise

    delivery.LEASE = moment("lease", delivery.LEASE)
    run.SILENCE = moment("silence", run.SILENCE)
    runs.BEAT = min(runs.BEAT, run.SILENCE / 4)
    compose, copy = delivery.compose, services.jira_sync.copy

    def slow(*args, **options):
        time.sleep(float(TRAPS.get("mail_takes", 0)))
        return compose(*args, **options)

    def deadly(run, **options):
        if run.connection.slug == TRAPS.get("poison"):
            os._exit(1)
        return copy(run, **options)

    delivery.compose, services.jira_sync.copy = slow, deadly
