import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import prodops.people.validators
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_deletions_found"),
        ("planning", "0013_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AgendaItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("ref", models.CharField(max_length=80)),
                        ("source", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=250)),
                        ("detail", models.CharField(blank=True, max_length=300)),
                        ("path", models.CharField(blank=True, max_length=200)),
                        ("minutes", models.PositiveSmallIntegerField(default=5)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "On the agenda"),
                                    ("put_off", "Put off to the next session"),
                                    ("dismissed", "Dismissed"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "carried",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="In how many sessions before it stood on the agenda."
                            ),
                        ),
                        (
                            "is_touched",
                            models.BooleanField(
                                default=False,
                                help_text="Did a person place, time or write on it? Then it stays.",
                            ),
                        ),
                        ("spent_seconds", models.PositiveIntegerField(default=0)),
                        ("note", models.TextField(blank=True)),
                        ("note_version", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Forum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("purpose", models.TextField(blank=True)),
                        ("is_private", models.BooleanField(default=False)),
                        (
                            "rhythm",
                            models.CharField(
                                choices=[("weekly", "Every few weeks"), ("monthly", "Once a month")],
                                default="weekly",
                                max_length=8,
                            ),
                        ),
                        ("every_weeks", models.PositiveSmallIntegerField(default=1)),
                        (
                            "nth",
                            models.SmallIntegerField(
                                choices=[
                                    (1, "first"),
                                    (2, "second"),
                                    (3, "third"),
                                    (4, "fourth"),
                                    (-1, "last"),
                                ],
                                default=1,
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Monday"),
                                    (2, "Tuesday"),
                                    (3, "Wednesday"),
                                    (4, "Thursday"),
                                    (5, "Friday"),
                                    (6, "Saturday"),
                                    (7, "Sunday"),
                                ],
                                default=2,
                            ),
                        ),
                        ("meets_at", models.TimeField()),
                        (
                            "time_zone",
                            models.CharField(
                                default="Europe/Berlin",
                                max_length=64,
                                validators=[prodops.people.validators.validate_time_zone],
                            ),
                        ),
                        ("minutes", models.PositiveSmallIntegerField(default=60)),
                        (
                            "holiday_calendar",
                            models.CharField(
                                blank=True,
                                max_length=10,
                                validators=[prodops.people.validators.validate_holiday_calendar],
                            ),
                        ),
                        ("moves_off_holidays", models.BooleanField(default=True)),
                        ("starts_on", models.DateField()),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "sources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "facilitator",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facilitated_forums",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_forums",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Where there is one, the agenda pulls only what concerns it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forums",
                                to="people.team",
                            ),
                        ),
                        (
                            "thread",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forum",
                                to="audit.thread",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ForumMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "forum",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="planning.forum",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="forum_memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="forum",
                    name="members",
                    field=models.ManyToManyField(
                        related_name="forums", through="planning.ForumMember", to=settings.AUTH_USER_MODEL
                    ),
                ),
                migrations.CreateModel(
                    name="ForumSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("series_on", models.DateField()),
                        ("starts_at", models.DateTimeField()),
                        ("minutes", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("live", "Going on"),
                                    ("closed", "Closed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=9,
                            ),
                        ),
                        ("was_moved", models.BooleanField(default=False, help_text="Moved by a person.")),
                        (
                            "reason",
                            models.TextField(blank=True, help_text="Why it was moved or cancelled."),
                        ),
                        (
                            "sequence",
                            models.PositiveIntegerField(default=0, help_text="How often its time changed."),
                        ),
                        ("changed_at", models.DateTimeField()),
                        ("began_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("current_since", models.DateTimeField(blank=True, null=True)),
                        (
                            "preread_at",
                            models.DateTimeField(blank=True, help_text="When it was mailed.", null=True),
                        ),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nobody where the series changed.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "current_item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="planning.agendaitem",
                            ),
                        ),
                        (
                            "forum",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions",
                                to="planning.forum",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Attendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("was_there", models.BooleanField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendance",
                                to="planning.forumsession",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="agendaitem",
                    name="session",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="planning.forumsession",
                    ),
                ),
                migrations.CreateModel(
                    name="Action",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        ("due_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                                default="open",
                                max_length=7,
                            ),
                        ),
                        (
                            "reason",
                            models.TextField(blank=True, help_text="Why it was dropped, or how it ended."),
                        ),
                        (
                            "origin",
                            models.CharField(blank=True, help_text="Where it comes from.", max_length=200),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reminded_for_on",
                            models.DateField(
                                blank=True, help_text="The due day its owner was reminded of.", null=True
                            ),
                        ),
                        (
                            "chased_for_on",
                            models.DateField(
                                blank=True,
                                help_text="The due day its owner was told had passed.",
                                null=True,
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="planning.cycle",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="planning.decision",
                            ),
                        ),
                        (
                            "initiative",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="planning.initiative",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "thread",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="action",
                                to="audit.thread",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="planning.agendaitem",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="planning.forumsession",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ItemDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forum_items",
                                to="planning.decision",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="planning.agendaitem",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Minutes",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "session",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="record",
                                to="planning.forumsession",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "minutes",
                    },
                ),
                migrations.CreateModel(
                    name="MinutesAddendum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "minutes",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addenda",
                                to="planning.minutes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "minutes addenda",
                    },
                ),
                migrations.CreateModel(
                    name="NoteConflict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("theirs", models.TextField(blank=True, help_text="What stood there already.")),
                        ("mine", models.TextField(blank=True, help_text="What was added beside it.")),
                        ("at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "choice",
                            models.CharField(
                                blank=True,
                                choices=[("both", "Both"), ("theirs", "The first"), ("mine", "The second")],
                                max_length=6,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conflicts",
                                to="planning.agendaitem",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="NoteRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("text", models.TextField(blank=True)),
                        ("sent", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="planning.agendaitem",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SessionGuest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="planning.forumsession",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="forumsession",
                    name="guests",
                    field=models.ManyToManyField(
                        related_name="guest_sessions",
                        through="planning.SessionGuest",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.CreateModel(
                    name="SessionPresence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seen_at", models.DateTimeField()),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="presences",
                                to="planning.forumsession",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StandingItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("title", models.CharField(max_length=200)),
                        ("minutes", models.PositiveSmallIntegerField(default=5)),
                        (
                            "forum",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="standing_items",
                                to="planning.forum",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(help_text="How the secret begins.", max_length=6)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feeds",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "forum",
                            models.ForeignKey(
                                blank=True,
                                help_text="All of the person's forums where there is none.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feeds",
                                to="planning.forum",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None)),
                                fields=("user", "forum"),
                                name="calendar_feed_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="calendarfeed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{last_used_at,digest}'::text[], to_jsonb(NEW) - '{last_used_at,digest}'::text[]); RETURN NULL;",
                            hash="5bdfc86e08a1bb035a3ed8464b74651d07a08656",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_1b726",
                            table="planning_calendarfeed",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forummember",
                    constraint=models.UniqueConstraint(fields=("forum", "user"), name="forum_member_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forummember",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="134dc10ee76c9a94616d330b1110e4c1a946eddc",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_fb6b4",
                            table="planning_forummember",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 480))), name="forum_length_in_range"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("every_weeks__range", (1, 26))), name="forum_weeks_in_range"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("weekday__range", (1, 7))), name="forum_on_a_weekday"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("nth__in", [1, 2, 3, 4, -1])),
                        name="forum_on_a_week_of_the_month",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="61fbffc7b4a5d84a55e90d95f5a04cfc7923b155",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_76b35",
                            table="planning_forum",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="attendance",
                    constraint=models.UniqueConstraint(fields=("session", "user"), name="attendance_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attendance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="00dfb8b294bd92df780280fcb0f32dbb220c3fd7",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_6ff3a",
                            table="planning_attendance",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="agendaitem",
                    index=models.Index(fields=["ref"], name="agenda_item_by_ref"),
                ),
                migrations.AddConstraint(
                    model_name="agendaitem",
                    constraint=models.UniqueConstraint(fields=("session", "ref"), name="agenda_item_once"),
                ),
                migrations.AddConstraint(
                    model_name="agendaitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 240))),
                        name="agenda_item_minutes_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="agendaitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="agenda_item_dismissed_with_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="agendaitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{note,note_version,spent_seconds,position}'::text[], to_jsonb(NEW) - '{note,note_version,spent_seconds,position}'::text[]); RETURN NULL;",
                            hash="19d6b9f7858b82c14711fa1c0562222c07831bc2",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_24d9c",
                            table="planning_agendaitem",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="action",
                    index=models.Index(fields=["owner", "due_on"], name="action_by_owner"),
                ),
                migrations.AddIndex(
                    model_name="action",
                    index=models.Index(fields=["state", "due_on"], name="action_by_due_date"),
                ),
                migrations.AddConstraint(
                    model_name="action",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None), ("state", "open")),
                            models.Q(
                                ("state__in", ["done", "dropped"]),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="action_settled_by_someone",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="action",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="action_dropped_with_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="action",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="93e355bfa11c4df73a1b1c7a8778b7cde48b046c",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_e17ce",
                            table="planning_action",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="itemdecision",
                    constraint=models.UniqueConstraint(
                        fields=("item", "decision"), name="item_decision_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="itemdecision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="98519bcbf62dd97bf81baa45aae1ac121d2a6bff",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_eeb88",
                            table="planning_itemdecision",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="minutes",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0b36aecef6114f6f331327b8fd4c8cce7f96964c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_d6ae4",
                            table="planning_minutes",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="minutes",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{text}'::text[], to_jsonb(NEW) - '{text}'::text[]); RETURN NULL;",
                            hash="ba8511b76ed1e4871fe075bc47415ed354383e71",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_5594d",
                            table="planning_minutes",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="minutesaddendum",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="addendum_says_something"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="minutesaddendum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1acd3f6dd62e4e393bb3b195aca34b33110afc31",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_14a5f",
                            table="planning_minutesaddendum",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="minutesaddendum",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{text}'::text[], to_jsonb(NEW) - '{text}'::text[]); RETURN NULL;",
                            hash="23423a9d8e8f6f71ae68f4fdb5e4999b7aa6e806",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_b1ca4",
                            table="planning_minutesaddendum",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="noteconflict",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choice", ""), ("settled_at", None), ("settled_by", None)),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("choice", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="note_conflict_settled_by_someone",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="noteconflict",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{theirs,mine}'::text[], to_jsonb(NEW) - '{theirs,mine}'::text[]); RETURN NULL;",
                            hash="ac15f5b606ae2585a5872c503673681c1ac67d1b",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_e052d",
                            table="planning_noteconflict",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="noterevision",
                    constraint=models.UniqueConstraint(
                        fields=("item", "version"), name="note_version_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sessionguest",
                    constraint=models.UniqueConstraint(
                        fields=("session", "user"), name="session_guest_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sessionguest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="e5f6d7de2c1b8ead8add7341475a7c593ce58ded",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_7446d",
                            table="planning_sessionguest",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="forumsession",
                    index=models.Index(fields=["state", "starts_at"], name="session_by_start"),
                ),
                migrations.AddConstraint(
                    model_name="forumsession",
                    constraint=models.UniqueConstraint(
                        fields=("forum", "series_on"), name="session_once_a_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forumsession",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 480))), name="session_length_in_range"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forumsession",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("began_at", None),
                                ("closed_at", None),
                                ("state__in", ["planned", "cancelled"]),
                            ),
                            models.Q(("began_at__isnull", False), ("closed_at", None), ("state", "live")),
                            models.Q(
                                ("began_at__isnull", False),
                                ("closed_at__gte", models.F("began_at")),
                                ("closed_by__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="session_state_has_its_moments",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="forumsession",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_cancelled_with_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forumsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{current_item_id,current_since}'::text[], to_jsonb(NEW) - '{current_item_id,current_since}'::text[]); RETURN NULL;",
                            hash="f645d0e8853bb6271d52beb572472c408d8ffbe2",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_85ed1",
                            table="planning_forumsession",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sessionpresence",
                    constraint=models.UniqueConstraint(fields=("session", "user"), name="presence_once"),
                ),
                migrations.AddConstraint(
                    model_name="standingitem",
                    constraint=models.UniqueConstraint(
                        fields=("forum", "title"), name="standing_item_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standingitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 240))),
                        name="standing_item_minutes_in_range",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="standingitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="3f2a3bc73a7731e115c761c3c5847131f0bf0975",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_73395",
                            table="planning_standingitem",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
