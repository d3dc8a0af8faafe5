"""For each task of the hub, an occasion on which it has something to do.

A function named like the task makes the records and returns the arguments. A task without one fails
`test_twice.py`.
"""

import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.utils import timezone

from intake import services as intaking
from intake.models import ClusterRun, ProductRequest
from launches import services as launching
from launches.models import NewVersion
from planning.models import NewEpic
from planning.services import epic_writing
from prodops.integrations.jira.files import uploads
from prodops.integrations.jira.models import JiraIssue, JiraProject
from prodops.integrations.models import OutwardWrite, SkippedRecord, WebhookDelivery
from prodops.notifications.services import queue_mail
from reporting.models import Edition, Rendering
from reporting.services import readers, readout, sending
from tests.factories import intake, jira, launches, learning, outward, planning, reporting, themes
from tests.factories.notifications import NotificationFactory
from tests.factories.people import UserFactory
from tests.integrations.conftest import sync
from tests.integrations.files.exports import table
from tests.reliability.occasions_of_doors import OfDoors
from tests.reliability.occasions_of_files import OfFiles
from tests.reliability.occasions_of_planning import OfPlanning


class Occasions(OfFiles, OfDoors, OfPlanning):
    """`start_jira` and `connect` are the fixtures of those names, `data` the issues to serve."""

    def __init__(self, start_jira, connect, data):
        self.start_jira, self.connect, self.data = start_jira, connect, data
        self.now = timezone.now()

    def prepare(self, task: str) -> list:
        """Make the occasion of a task and return its arguments."""
        app, _, name = task.rpartition(".tasks.")
        return getattr(self, f"{app.rpartition('.')[2]}_{name}")()

    def _connection(self, **fields):
        return self.connect(self.start_jira(self.data), **fields)

    def _synced(self, **fields):
        connection = self._connection(**fields)
        sync(connection)
        connection.refresh_from_db()
        return connection

    def health_leave_heartbeat(self):
        return []

    def notifications_deliver(self):
        mail = queue_mail(key="k", to="a@example.com", subject="S", text="T", at=self.now)
        return [mail.pk]

    def notifications_deliver_due(self):
        self.notifications_deliver()
        return []

    def notifications_sweep_mail(self):
        self.notifications_deliver()
        return []

    def notifications_send_digests(self):
        zone = "UTC" if self.now.hour >= 8 else "Pacific/Auckland"
        reader = UserFactory(time_zone=zone)
        NotificationFactory(recipient=reader, at=self.now - timedelta(days=2))
        return []

    def integrations_sync_connection(self):
        return [self._connection().pk, "full"]

    def integrations_sync_due_connections(self):
        """Leave changes to be read, whose turn it is, and nothing else."""
        connection = self._synced()
        sync(connection)
        long_ago = self.now - timedelta(hours=1)
        connection.runs.update(started_at=long_ago)
        return []

    def integrations_apply_deliveries(self):
        connection = self._synced()
        WebhookDelivery.objects.create(
            connection=connection,
            identifier="one",
            body_hash=b"1" * 32,
            event="jira:issue_updated",
            issue_id=JiraIssue.objects.order_by("pk")[0].jira_id,
            received_at=self.now,
        )
        JiraIssue.objects.update(summary="Not what Jira has", content_hash=b"")
        return [connection.pk]

    def integrations_sweep_deliveries(self):
        self.integrations_apply_deliveries()
        return []

    def integrations_retry_records(self):
        connection = self._synced()
        issue = JiraIssue.objects.order_by("pk")[0]
        record = jira.skipped(of=connection, source_id=issue.jira_id, key=issue.key)
        assert SkippedRecord.objects.unresolved().exists()
        return [connection.pk, [record.pk]]

    def jira_read_upload(self):
        upload = uploads.keep(
            file=SimpleUploadedFile("old.csv", table({})),
            connection=uploads.new_connection(name="Old Jira", site="https://jira.example.com"),
            dates="",
            time_zone="UTC",
            is_dry_run=False,
            by=UserFactory(role="ops"),
            at=self.now,
        )
        return [upload.pk]

    def jira_sweep_uploads(self):
        self.jira_read_upload()
        return []

    def planning_write_epic(self):
        self._ask_for_epic()
        return [NewEpic.objects.get().pk]

    def planning_link_written_epics(self):
        """Leave an epic that is written and not linked yet."""
        write = self._ask_for_epic()
        epic = jira.epic(children=1, done=0, summary="Faster checkout")
        OutwardWrite.objects.filter(pk=write.pk).update(
            connection=epic.connection,
            state="done",
            finished_at=self.now,
            answer={"id": epic.jira_id, "key": epic.key},
        )
        return []

    def jira_deliver_write(self):
        return [self._ask_for_epic().pk]

    def jira_sweep_writes(self):
        self._ask_for_epic()
        return []

    def _ask_for_epic(self):
        project = self._open_project()
        initiative = planning.initiative(title="Faster checkout")
        return epic_writing.create_epic(
            initiative=initiative,
            project=project,
            fields={
                "project": {"key": project.key},
                "issuetype": {"id": "10000"},
                "summary": "Faster checkout",
            },
            names={},
            prose=[],
            takes_labels=True,
            token=str(uuid.UUID(int=5)),
            by=initiative.owner,
            at=self.now,
        )

    def _open_project(self):
        connection = self._connection(may_write=True)
        return JiraProject.objects.create(
            connection=connection, jira_id="p-CORE", key="CORE", name="CORE platform"
        )

    def launches_write_version(self):
        project = self._open_project()
        launch = launches.launch()
        launching.create_version(
            launch=launch,
            project=project,
            name="4.2",
            description="",
            release_on=None,
            token=str(uuid.UUID(int=6)),
            by=launch.owner,
            at=self.now,
        )
        return [NewVersion.objects.get().pk]

    def launches_link_written_versions(self):
        """Leave a version that is written and not linked yet."""
        self.launches_write_version()
        version = outward.version("4.2")
        OutwardWrite.objects.update(
            connection=version.connection,
            state="done",
            finished_at=self.now,
            answer={"id": version.jira_id, "name": version.name},
        )
        return []

    def launches_remind(self):
        launch = launches.launch(
            stage="readiness",
            launch_on=timezone.localdate(self.now) + timedelta(days=2),
        )
        launches.item(of=launch, title="Late", owner=UserFactory())
        return []

    def intake_wake_snoozed(self):
        snoozed = intake.product_request(state="snoozed")
        ProductRequest.objects.filter(pk=snoozed.pk).update(snoozed_until=intake.SUBMITTED_AT)
        return []

    def intake_tell_breaches(self):
        UserFactory(role="ops")
        intake.product_request(at=timezone.now() - timedelta(days=9))
        return []

    def intake_learn_meaning(self):
        """Vectors of a model that is no longer named."""
        with database.cursor() as cursor:
            cursor.execute("CREATE TABLE intake_requestmeaning (product_request_id bigint)")
        return []

    def intake_learn(self):
        by = UserFactory(role="ops")
        categories = [intake.CategoryFactory(), intake.CategoryFactory()]
        titles = ("An invoice too many", "A login too few")
        learning.sorted_requests(titles, number=60, by=by, category=categories)
        return []

    def intake_find_clusters(self):
        """Leave a look that waits for a worker, with requests that say the same."""
        self.intake_ask_for_clusters()
        return [intaking.ask_for_clusters(by=None, at=self.now).pk]

    def intake_sweep_clusters(self):
        """Leave a look whose workers stopped in every attempt."""
        self.intake_find_clusters()
        ClusterRun.objects.update(
            attempts=3, token=uuid.UUID(int=7), lease_until=self.now - timedelta(hours=1)
        )
        return []

    def intake_ask_for_clusters(self):
        for n in range(32):
            title = "Export the invoices as a file" if n % 2 else "Dark colours for the map"
            intake.product_request(title=title, at=self.now - timedelta(days=n + 1))
        return []

    def intake_send_weeks(self):
        """Leave a quote of the week before, and a reader whose Monday at eight has come."""
        zone = "UTC" if self.now.hour >= 8 else "Pacific/Auckland"
        UserFactory(role="executive", time_zone=zone)
        by = UserFactory(role="ops", time_zone=zone)
        asked = self.now - timedelta(days=self.now.weekday() + 4)
        themes.quote(intake.product_request(at=asked), themes.theme(by=by), by=by, at=asked)
        return []

    def intake_count_words(self):
        intake.product_request(title="Export the board as a spreadsheet")
        return []

    def reporting_refresh(self):
        intake.product_request()
        return []

    def reporting_recompute_month(self):
        intake.product_request(at=reporting.AFTERWARDS - timedelta(days=9))
        return ["2026-10"]

    def reporting_draw(self):
        drawn = Rendering.objects.create(
            slug="delivery-throughput", scope="organisation", requested_at=self.now
        )
        return [drawn.pk]

    def reporting_compose_readout(self):
        return [self._approved_readout().pk]

    def reporting_send_due_readouts(self):
        edition = self._approved_readout()
        sending.ask_to_send(edition=edition, by=edition.thread.followers.first(), at=self.now)
        return []

    def _approved_readout(self):
        ops = UserFactory(role="ops")
        reporting.history("K9", 97.0, 98.0)
        for n in range(3):
            readers.add_reader(email=f"r{n}@example.com", name="R", time_zone="Europe/Berlin")
        at = reporting.AFTERWARDS
        edition = readout.draft(month=reporting.OCTOBER, by=ops, at=at)
        readout.approve(edition=edition, send_on=None, by=ops, at=at)
        return Edition.objects.get(pk=edition.pk)
