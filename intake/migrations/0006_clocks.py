import datetime

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# What was promised before is what the kind says; the history need not tell of each row.
FILL_CLOCKS = """
ALTER TABLE intake_productrequest DISABLE TRIGGER USER;
UPDATE intake_productrequest AS request
SET acknowledge_hours = kind.acknowledge_hours,
    answer_hours = kind.answer_hours,
    clock_at = request.submitted_at
FROM intake_requestkind AS kind WHERE kind.id = request.kind_id;
ALTER TABLE intake_productrequest ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_squashed_0003_rows_of_history_stay"),
        ("intake", "0005_themes"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockBreach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[("acknowledge", "Sorting"), ("answer", "Answer")], max_length=11
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="What was promised.")),
                ("at", models.DateTimeField(help_text="When it was noticed.")),
            ],
        ),
        migrations.CreateModel(
            name="KindPromise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("P0", "P0"), ("P1", "P1"), ("P2", "P2"), ("P3", "P3")],
                        max_length=2,
                    ),
                ),
                (
                    "acknowledge_hours",
                    models.PositiveSmallIntegerField(
                        help_text="Business hours until it is sorted and has an owner."
                    ),
                ),
                (
                    "answer_hours",
                    models.PositiveSmallIntegerField(
                        help_text="Business hours until it is decided."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="productrequest",
            name="acknowledge_hours",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Business hours promised until it is sorted, as its kind and priority had it.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="productrequest",
            name="answer_hours",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="Business hours promised until it is decided."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="productrequest",
            name="clock_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="Until when `clock_ran` is counted."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="productrequest",
            name="clock_ran",
            field=models.DurationField(
                default=datetime.timedelta, help_text="Business time that had run until `clock_at`."
            ),
        ),
        migrations.RunSQL(FILL_CLOCKS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="productrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="states_follow",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{accepted:closed,accepted:merged,accepted:new,accepted:planned,accepted:shipped,accepted:snoozed,accepted:triage,accepted:waiting,closed:accepted,closed:new,closed:planned,closed:shipped,closed:snoozed,closed:triage,closed:waiting,declined:new,declined:snoozed,declined:triage,declined:waiting,merged:accepted,merged:new,merged:snoozed,merged:triage,merged:waiting,new:accepted,new:closed,new:declined,new:merged,new:snoozed,new:triage,new:waiting,planned:accepted,planned:closed,planned:shipped,shipped:closed,snoozed:accepted,snoozed:closed,snoozed:declined,snoozed:merged,snoozed:new,snoozed:snoozed,snoozed:triage,snoozed:waiting,triage:accepted,triage:closed,triage:declined,triage:merged,triage:new,triage:snoozed,triage:waiting,waiting:accepted,waiting:closed,waiting:declined,waiting:merged,waiting:new,waiting:snoozed,waiting:triage}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="ecb1043a1de5b459230809e582c03b227b9e2911",
                    operation="UPDATE",
                    pgid="pgtrigger_states_follow_217e3",
                    table="intake_productrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="one_root",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."merged_into_id" IS NOT NULL)',
                    constraint="CONSTRAINT",
                    func="\n        IF EXISTS (\n            SELECT 1 FROM intake_productrequest AS child\n            JOIN intake_productrequest AS root ON root.id = child.merged_into_id\n            WHERE child.id = NEW.id AND root.merged_into_id IS NOT NULL\n        ) OR EXISTS (\n            SELECT 1 FROM intake_productrequest AS child\n            JOIN intake_productrequest AS root ON root.id = child.merged_into_id\n            WHERE root.id = NEW.id AND root.merged_into_id IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'a request is merged into one that lives on, not into a merged one';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="9cfd1f7a34024703eea3aed35f949d6c04632d42",
                    operation='INSERT OR UPDATE OF "merged_into_id", "state"',
                    pgid="pgtrigger_one_root_f512d",
                    table="intake_productrequest",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="state_has_a_row",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    constraint="CONSTRAINT",
                    func="\n        IF EXISTS (\n            SELECT 1 FROM intake_productrequest AS request\n            WHERE request.id = NEW.id AND request.state IS DISTINCT FROM (\n                SELECT change.to_state FROM intake_requeststatechange AS change\n                WHERE change.product_request_id = request.id\n                ORDER BY change.id DESC LIMIT 1\n            )\n        ) THEN\n            RAISE EXCEPTION 'a change of state needs its row of who, when and why';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="3a07650221b2f4f537e956089a1156272b203852",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_has_a_row_7e188",
                    table="intake_productrequest",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="accepted_stays_sorted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"category_id\" IS NULL AND NEW.\"state\" IN ('accepted', 'planned', 'shipped'))",
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "category_id", "state" rows from % table\', TG_TABLE_NAME;',
                    hash="cb0c626670bdd3243ccfeb7255ab4afb6ac51405",
                    operation='UPDATE OF "category_id", "state"',
                    pgid="pgtrigger_accepted_stays_sorted_ef0d0",
                    table="intake_productrequest",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="productrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused_since__gte", models.F("submitted_at")),
                    ("paused_since", None),
                    _connector="OR",
                ),
                name="request_paused_after_submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="productrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledge_hours__gt", 0),
                    ("answer_hours__gt", 0),
                    ("clock_at__gte", models.F("submitted_at")),
                    ("clock_ran__gte", datetime.timedelta(0)),
                ),
                name="request_clock_runs_forward",
            ),
        ),
        migrations.AddField(
            model_name="clockbreach",
            name="product_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="breaches",
                to="intake.productrequest",
            ),
        ),
        migrations.AddField(
            model_name="kindpromise",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="promises",
                to="intake.requestkind",
            ),
        ),
        migrations.AddField(
            model_name="requestshare",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="requestshare",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shared_product_requests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="requestshare",
            name="product_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="intake.productrequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockbreach",
            constraint=models.UniqueConstraint(
                fields=("product_request", "phase", "due_at"), name="breach_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="clockbreach",
            constraint=models.CheckConstraint(
                condition=models.Q(("at__gt", models.F("due_at"))), name="breach_after_promise"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clockbreach",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="006389fef9f5636adc98d5ea769590336dde27e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_cc2f5",
                    table="intake_clockbreach",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kindpromise",
            constraint=models.UniqueConstraint(
                fields=("kind", "priority"),
                name="promise_once_a_priority",
                violation_error_message="This kind promises something for this priority already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__in", ["P0", "P1", "P2", "P3"])),
                name="promise_priority_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledge_hours__gt", 0),
                    ("answer_hours__gte", models.F("acknowledge_hours")),
                ),
                name="promise_answers_after_acknowledging",
                violation_error_message="The answer comes after the acknowledgement.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kindpromise",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                    hash="0233cae9625c6b16f4289e4848a07e8acb7d4dd0",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_recorded_fe17e",
                    table="intake_kindpromise",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="requestshare",
            constraint=models.UniqueConstraint(
                fields=("product_request", "person"), name="shared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("by")), _negated=True),
                name="shared_with_another",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="requestshare",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                    hash="b450df10f427d5648e76e7f0f4815e5bdced7b97",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_recorded_3eae3",
                    table="intake_requestshare",
                    when="AFTER",
                ),
            ),
        ),
    ]
