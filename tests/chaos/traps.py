"""The hub's Celery application with traps in it, for `tests.chaos.site`.

`TRAPS="mail_takes=0.2 lease=2 silence=4 visibility=2 poison=slug hoard=slug"` makes every mail
slow, the promises of workers short, a lost message come back soon, the sync of one connection
deadly, and that of another want more memory than a worker may have.
"""

import os
import resource
import time
from datetime import timedelta

from celery.signals import worker_process_init

from prodops.celery import app

WANTED, ALLOWED = 4 * 2**30, 2**30
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


@app.task(name="tests.hoard")
def hoard(notes):
    """Want four gigabytes where one is allowed, after leaving a line in `notes`."""
    with open(notes, "a") as file:
        file.write("hoarded\n")
    want_too_much()


def want_too_much():
    resource.setrlimit(resource.RLIMIT_AS, (ALLOWED, resource.RLIM_INFINITY))
    try:
        bytearray(WANTED)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


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
        if run.connection.slug == TRAPS.get("hoard"):
            want_too_much()
        return copy(run, **options)

    delivery.compose, services.jira_sync.copy = slow, deadly
