"""Models: named alike, told apart, watched by the audit, in step with their migrations."""

import io
import re

from django.apps import apps
from django.contrib.admin import site
from django.core.management import CommandError, call_command
from django.db import models

from prodops.audit.models import AppendOnly, Recorded
from tests.conventions import PROJECT, none

MOMENTS = ("_at", "_until", "_since", "_as_of")
DAYS = ("_on", "_start", "_end", "_until", "_from")
# Jira's own words, and the places up to which a sync has read.
NAMED_OTHERWISE = {
    "integrations.Connection": {"cursor", "not_before"},
    "integrations.SyncRun": {"cursor_before", "cursor_after"},
    "integrations.OutwardWrite": {"not_before"},
    "integrations.ProjectPass": {"cursor"},
    "jira.JiraIssue": {"created", "updated", "resolved"},
}
# Rows that are history themselves (…Change as well), rows a machine computes or copies by the
# thousand, what is sent to somebody, one's own conveniences, and secrets.
NOT_RECORDED = {
    "audit": {"CommentRevision", "Event", "Thread"},
    "health": {"Heartbeat", "Redelivery"},
    "notifications": {"Mail", "MailBody", "Notification", "Preference"},
    "integrations": {"SyncRun", "SkippedRecord", "Webhook", "WebhookDelivery"}
    | {"ProjectPass", "Upload", "UploadPart"},
    "amplitude": {"Call", "Cohort", "EventCategory", "EventProperty", "PointRestatement"}
    | {"SeriesPoint", "SeriesTotal", "UserProperty"},
    "people": {"StoredAnswer"},
    "slack": {"Call", "Note"},
    "mailbox": {"InboundMail"},
    "ui": {"SavedView"},
    "intake": {"LearnedModel", "RequestRouting", "TakenSuggestion", "SearchText", "SearchWord"}
    | {"ImportPart", "ImportProblem", "Imported", "ClusterRun", "ClusterMember"}
    | {"TaggingRun"}
    | {"ClockBreach", "ThemeStanding", "VoiceCount"},
    "planning": {"InitiativeIssue", "NoteRevision", "SessionPresence", "EvidenceCheck"}
    # What nobody may read before the reveal has no history; a score is a row of a kept ranking.
    | {"Ballot", "Score"}
    | {"Forecast", "Nudge", "ObjectiveReopening", "TruthCheck"}
    # Looked at every morning, and never changed: they are a history themselves.
    | {"PlanDay", "DayScore", "DayCapacity"},
    "launches": {"Told", "GoNoGoAttendee"},
    "reporting": {"FlowBlock", "FlowBuild", "FlowStep", "IssueFlow", "MetricValue", "Restatement"}
    | {"Rendering", "EditionChart", "Delivery", "StaleMonth"},
}
WHOLE_APPS_NOT_RECORDED = {"jira", "demo"}


def ours() -> list[type[models.Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.path.startswith(str(PROJECT)) and ".venv" not in config.path
        for model in config.get_models()
    ]


def test_no_model_is_called_request():
    none([model.__name__ for model in ours() if model.__name__ == "Request"])


def test_every_model_says_what_it_is_called():
    none([model._meta.label for model in ours() if "__str__" not in vars(model)])


def test_no_model_orders_behind_the_readers_back():
    none([model._meta.label for model in ours() if model._meta.ordering])


def test_moments_and_days_are_told_by_their_names():
    offenders = []
    for model in ours():
        for field in model._meta.local_fields:
            if field.name in {"at", "on", "last_login"}:
                continue
            if field.name in NAMED_OTHERWISE.get(model._meta.label, ()):
                continue
            if (
                isinstance(field, models.DateTimeField)
                and not field.name.endswith(MOMENTS)
                or type(field) is models.DateField
                and not field.name.endswith(DAYS)
            ):
                offenders.append(f"{model._meta.label}.{field.name}")
    none(offenders)


def test_every_domain_record_is_watched_by_the_audit():
    none(
        [
            model._meta.label
            for model in ours()
            if model._meta.app_label not in WHOLE_APPS_NOT_RECORDED
            and not model.__name__.endswith("Change")
            and model.__name__ not in NOT_RECORDED.get(model._meta.app_label, ())
            and not any(
                isinstance(trigger, Recorded) for trigger in getattr(model._meta, "triggers", [])
            )
        ]
    )


def test_history_is_never_rewritten():
    none(
        [
            model._meta.label
            for model in ours()
            if model._meta.app_label != "jira"
            and model.__name__.endswith("Change")
            and not any(
                isinstance(trigger, AppendOnly) for trigger in getattr(model._meta, "triggers", [])
            )
        ]
    )


def test_the_admin_speaks_in_words():
    wrong = re.compile(r"(ss|[^aeiou]ys|chs|shs|xs)$")
    plurals = [
        str(model._meta.verbose_name_plural) for model in ours() if site.is_registered(model)
    ]
    none([plural for plural in plurals if wrong.search(plural)])


def test_migrations_are_in_step_with_the_models(db):
    told = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told)
    except (SystemExit, CommandError):
        raise AssertionError(told.getvalue()) from None
