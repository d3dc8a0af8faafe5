"""What intake does on the schedule."""

from celery import shared_task
from django.utils import timezone

from intake import services


@shared_task
def wake_snoozed(**_):
    """Bring back the requests whose snooze is over."""
    services.wake_snoozed(at=timezone.now())


@shared_task
def sweep_files(**_):
    """Delete the bytes of files that were removed, never sent, or that no row knows."""
    services.sweep_files(at=timezone.now())


@shared_task
def tell_breaches(**_):
    """Tell of the clocks that ran out, once each."""
    services.tell_breaches(at=timezone.now())


@shared_task
def answer_slack(call_pk, **_):
    """Work one call of Slack's."""
    services.answer_call(call_pk=call_pk, clock=timezone.now)


@shared_task
def sweep_slack(**_):
    """Wake a worker for calls of Slack's that nobody finished, and forget old ones."""
    services.sweep_calls(clock=timezone.now)


@shared_task
def take_in_mail(**_):
    """Make requests and answers of the mail that waits."""
    services.take_in_waiting(at=timezone.now())


@shared_task
def learn(**_):
    """Learn anew from how people sorted requests, where anything was sorted since."""
    services.learn(at=timezone.now())


@shared_task
def count_words(**_):
    """Count anew how rare each word is; finding similar requests rests on it."""
    services.count_words()


@shared_task
def learn_meaning(**_):
    """Give new and changed requests their vectors, where a local embedding model is named."""
    services.learn_meaning()


@shared_task
def find_clusters(run_id, **_):
    """Look for themes nobody has named, as one run asks for."""
    services.find_clusters(run_id=run_id, clock=timezone.now)


@shared_task
def ask_for_clusters(**_):
    """Begin a look for themes, where something came in since the last one."""
    services.ask_weekly(at=timezone.now())


@shared_task
def sweep_clusters(**_):
    """Wake a worker for a look that waits or lost its own."""
    services.sweep_clusters(at=timezone.now())


@shared_task
def send_weeks(**_):
    """Send the voice of customers of the week that ended to whoever's Monday morning has come."""
    services.send_weeks(at=timezone.now())


@shared_task(soft_time_limit=1740, time_limit=1800)
def run_import(import_id, **_):
    """Check, write or take back a file that somebody handed in."""
    services.run_import(import_id=import_id, clock=timezone.now)


@shared_task
def tag_by_rules(run_id, **_):
    """Tag the tickets that are here by the rules of words, as one run asks for."""
    services.run_tagging(run_id=run_id, clock=timezone.now)


@shared_task
def sweep_tagging(**_):
    """Wake a worker for a tagging that waits or lost its own."""
    services.sweep_tagging(at=timezone.now())


@shared_task
def sweep_imports(**_):
    """Wake a worker for files that wait or lost theirs, and forget the contents of old ones."""
    services.sweep_imports(at=timezone.now())
