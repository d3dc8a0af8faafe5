"""Every task that runs on a schedule; `manage.py release` writes them where admin can edit them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


@dataclass(frozen=True)
class Entry:
    """One line of the schedule: `every` is a span of time, `at` a crontab ("30 7 * * mon-fri")."""

    name: str
    task: str
    note: str
    every: timedelta | None = None
    at: str = ""


SCHEDULE = (
    Entry(
        "Heartbeat",
        "prodops.health.tasks.leave_heartbeat",
        "Shows that beat and a worker are alive; /readyz asks for it.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sync due connections",
        "prodops.integrations.tasks.sync_due_connections",
        "Starts a run for each connection whose interval has passed, or whose run was cut off.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep what Jira told",
        "prodops.integrations.tasks.sweep_deliveries",
        "Wakes a worker for webhook calls nobody applied yet, and forgets old ones.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep the mail queue",
        "prodops.notifications.tasks.sweep_mail",
        "Wakes a worker for mails that are due again or whose worker died.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep what goes to Jira",
        "prodops.integrations.jira.tasks.sweep_writes",
        "Wakes a worker for writes that are due again, in doubt, or whose worker died.",
        every=timedelta(seconds=30),
    ),
    Entry(
        "Sweep export files",
        "prodops.integrations.jira.tasks.sweep_uploads",
        "Wakes a worker for files that wait or lost theirs, and forgets old ones.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Link written epics",
        "planning.tasks.link_written_epics",
        "Links epics that were created from an initiative as soon as a sync has read them.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep evidence",
        "planning.tasks.sweep_evidence",
        "Looks whether links that prove check-ins can be reached, weekly each; a day later again.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Measure key results",
        "planning.tasks.measure_key_results",
        "Reports key results that take their values from Jira, once a day each at most.",
        every=timedelta(hours=1),
    ),
    Entry(
        "Ask the Jira queries of initiatives again",
        "planning.tasks.refresh_queries",
        "Links what the queries of initiatives find by now, and lets go what they no longer find.",
        every=timedelta(hours=1),
    ),
    Entry(
        "Open decisions that are owed",
        "planning.tasks.open_owed_decisions",
        "Opens a decision for each declined request of high ARR and each escalation to P0.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Prepare forums",
        "planning.tasks.prepare_forums",
        "Makes sessions ahead, brings agendas up to date, mails them a working day before.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Remind of actions",
        "planning.tasks.remind_of_actions",
        "Hourly, because eight in the morning comes at another hour in each time zone.",
        at="20 * * * *",
    ),
    Entry(
        "Link written versions",
        "launches.tasks.link_written_versions",
        "Links Jira versions that were created from a launch.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Daily digests",
        "prodops.notifications.tasks.send_digests",
        "Hourly, because eight in the morning comes at another hour in each time zone.",
        at="0 * * * *",
    ),
    Entry(
        "Sweep ticket tagging",
        "intake.tasks.sweep_tagging",
        "Wakes a worker for a tagging of tickets that waits or lost its own.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep imports",
        "intake.tasks.sweep_imports",
        "Wakes a worker for files that wait or lost theirs, and forgets old contents.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Wake snoozed requests",
        "intake.tasks.wake_snoozed",
        "Brings requests back into triage when their snooze is over.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Read mailboxes",
        "prodops.integrations.mailbox.tasks.read_mailboxes",
        "Keeps each new mail of the mailboxes as a row.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Take in mail",
        "intake.tasks.take_in_mail",
        "Makes requests, comments and answers of the mail that came.",
        every=timedelta(seconds=30),
    ),
    Entry(
        "Forget old mail",
        "prodops.integrations.mailbox.tasks.forget_old_mail",
        "Empties mails that were settled 90 days ago; what became of them stays.",
        at="50 4 * * *",
    ),
    Entry(
        "Sweep attached files",
        "intake.tasks.sweep_files",
        "Deletes the bytes of files that were removed or never sent a day ago.",
        at="10 4 * * *",
    ),
    Entry(
        "Tell of late requests",
        "intake.tasks.tell_breaches",
        "Tells owners and product ops of each clock that ran out, once.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Count the words of requests",
        "intake.tasks.count_words",
        "How rare each word is decides which requests count as similar.",
        at="40 2 * * *",
    ),
    Entry(
        "Learn what requests mean",
        "intake.tasks.learn_meaning",
        "Gives new and changed requests a vector, where a local embedding model is named.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Learn to suggest",
        "intake.tasks.learn",
        "Learns category, area and owner from how people sorted requests, and measures that.",
        at="20 3 * * *",
    ),
    Entry(
        "Look for themes",
        "intake.tasks.ask_for_clusters",
        "Suggests themes among the requests that have none, where something came in since.",
        at="50 3 * * mon",
    ),
    Entry(
        "Sweep the looks for themes",
        "intake.tasks.sweep_clusters",
        "Wakes a worker for a look for themes that waits or lost its worker.",
        every=timedelta(minutes=2),
    ),
    Entry(
        "Send the voice of customers",
        "intake.tasks.send_weeks",
        "Hourly, because Monday at eight comes at another hour in each time zone.",
        at="10 * * * *",
    ),
    Entry(
        "Sweep Slack calls",
        "intake.tasks.sweep_slack",
        "Wakes a worker for calls of Slack's that nobody finished, and forgets old ones.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Sweep what goes to Slack",
        "prodops.integrations.slack.tasks.sweep_notes",
        "Wakes a worker for messages that are due again or whose worker died, forgets old ones.",
        every=timedelta(seconds=60),
    ),
    Entry(
        "Forget answers of the API",
        "prodops.people.tasks.forget_answers",
        "What a write was answered may be asked for again for two days.",
        at="50 2 * * *",
    ),
    Entry(
        "Launch reminders",
        "launches.tasks.remind",
        "Reminds owners of readiness items before they are due, tells of late ones; once each.",
        at="15 7 * * mon-fri",
    ),
    Entry(
        "Refresh the figures",
        "reporting.tasks.refresh",
        "Recomputes figures and charts when a sync has finished since, and every hour.",
        every=timedelta(minutes=2),
    ),
    Entry(
        "Nudge the overdue",
        "planning.tasks.send_nudges",
        "Hourly, because a working morning comes at another hour in each time zone.",
        at="20 * * * *",
    ),
    Entry(
        "Tell followers of the week",
        "planning.tasks.send_followed",
        "Hourly, because Monday at eight comes at another hour in each time zone.",
        at="25 * * * *",
    ),
    Entry(
        "Keep what plans came to",
        "planning.tasks.keep_plan_days",
        "As each day begins; hourly, so that a day whose midnight nobody worked is kept later.",
        at="2 * * * *",
    ),
    Entry(
        "Check the truth of reports",
        "reporting.tasks.check_truth",
        "Holds initiatives against Jira and forecasts them: weekly, and when a sync moved them.",
        every=timedelta(minutes=5),
    ),
    Entry(
        "Send readouts",
        "reporting.tasks.send_due_readouts",
        "Sends approved readouts to whoever's morning has come, once each.",
        every=timedelta(minutes=5),
    ),
)


def write_schedule(now: datetime) -> list[str]:
    """Add the entries that are missing and return their names; what an admin changed stays."""
    known = set(PeriodicTask.objects.values_list("name", flat=True))
    missing = [entry for entry in SCHEDULE if entry.name not in known]
    for entry in missing:
        PeriodicTask.objects.create(
            name=entry.name,
            task=entry.task,
            description=entry.note,
            # Without it the first run would wait a whole interval, and /readyz with it.
            last_run_at=now - entry.every if entry.every else None,
            **_timing(entry),
        )
    return [entry.name for entry in missing]


def _timing(entry: Entry) -> dict:
    if entry.every:
        interval, _ = IntervalSchedule.objects.get_or_create(
            every=int(entry.every.total_seconds()), period=IntervalSchedule.SECONDS
        )
        return {"interval": interval}
    fields = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    crontab, _ = CrontabSchedule.objects.get_or_create(
        **dict(zip(fields, entry.at.split(), strict=True)), timezone=settings.TIME_ZONE
    )
    return {"crontab": crontab}
