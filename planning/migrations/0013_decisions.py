import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_deletions_found"),
        ("planning", "0012_roadmaps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="DecisionConsulted",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "people consulted",
                    },
                ),
                migrations.CreateModel(
                    name="DecisionReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("note", models.TextField()),
                        ("next_on", models.DateField(blank=True, null=True)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.AddField(
                    model_name="decision",
                    name="cause",
                    field=models.CharField(
                        blank=True, help_text="Which event it was: one decision for each.", max_length=80
                    ),
                ),
                migrations.AddField(
                    model_name="decision",
                    name="event",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("slip", "A slip after the commit"),
                            ("drop", "A dropped commitment"),
                            ("waiver", "A waiver"),
                            ("go_no_go", "A go/no-go"),
                            ("override", "An overridden priority"),
                            ("decline", "A declined request of high ARR"),
                            ("escalation", "An escalation to P0"),
                            ("target", "A changed KPI target"),
                        ],
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="decision",
                    name="event_at",
                    field=models.DateTimeField(blank=True, help_text="When that happened.", null=True),
                ),
                migrations.AddField(
                    model_name="decision",
                    name="is_key",
                    field=models.BooleanField(
                        default=False, help_text="A person says that it belongs to the key decisions."
                    ),
                ),
                migrations.AddField(
                    model_name="decision",
                    name="team",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="people.team",
                    ),
                ),
                migrations.AlterField(
                    model_name="decision",
                    name="decision",
                    field=models.TextField(
                        blank=True, help_text="A stub's is where its decider starts from."
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_loop_of_decisions",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF NEW.supersedes_id IS NOT NULL AND EXISTS (\n        WITH RECURSIVE older (id) AS (\n            SELECT NEW.supersedes_id\n            UNION\n            SELECT before.supersedes_id FROM planning_decision before\n            JOIN older ON before.id = older.id WHERE before.supersedes_id IS NOT NULL\n        )\n        SELECT 1 FROM older WHERE older.id = NEW.id\n    ) THEN\n        RAISE EXCEPTION 'A decision cannot replace itself, nor what replaced it (DEC-%).', NEW.id;\n    END IF;\n    RETURN NEW;\n",
                            hash="927730e1d090cc6aa434e0022631ee9970d60cf7",
                            operation='INSERT OR UPDATE OF "supersedes_id"',
                            pgid="pgtrigger_no_loop_of_decisions_f900a",
                            table="planning_decision",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="decisionconsulted",
                    name="decision",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consultations",
                        to="planning.decision",
                    ),
                ),
                migrations.AddField(
                    model_name="decisionconsulted",
                    name="user",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="decision",
                    name="consulted",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="consulted_on",
                        through="planning.DecisionConsulted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddIndex(
                    model_name="decision",
                    index=django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "title", "context", "decision", "rationale", "origin", config="english"
                        ),
                        name="decision_words",
                    ),
                ),
                migrations.AddIndex(
                    model_name="decision",
                    index=models.Index(
                        condition=models.Q(("state", "decided")),
                        fields=["review_on"],
                        name="decision_to_review",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="decision",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("cause", ""), _negated=True),
                        fields=("cause",),
                        name="decision_once_per_event",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="decision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", ""), ("event", ""), ("event_at", None)),
                            models.Q(
                                models.Q(("event", ""), _negated=True),
                                models.Q(("cause", ""), _negated=True),
                                ("event_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decision_event_is_told_whole",
                    ),
                ),
                migrations.AddField(
                    model_name="decisionreview",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="decisionreview",
                    name="decision",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="planning.decision",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="decisionconsulted",
                    constraint=models.UniqueConstraint(fields=("decision", "user"), name="consulted_once"),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionconsulted",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="e7bce8eafc8081a2ab9f481583552d2576f6e46d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_e8756",
                            table="planning_decisionconsulted",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="decisionreview",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="review_says_why"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionreview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="acb8001a5e79ce9a00b8d450d7c4111d22aee9fa",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_74b5d",
                            table="planning_decisionreview",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionreview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9ad2c1d515bfc6a20435126e52a6aed5d6475ecd",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_85f1b",
                            table="planning_decisionreview",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
