import datetime

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together

CLOSE = """
    UPDATE audit_thread SET is_private = true WHERE id IN (
        SELECT thread_id FROM planning_forum WHERE is_private
        UNION ALL
        SELECT action.thread_id FROM planning_action AS action
        JOIN planning_forumsession AS session ON session.id = action.session_id
        JOIN planning_forum AS forum ON forum.id = session.forum_id
        WHERE forum.is_private
    )
"""


class Migration(migrations.Migration):
    replaces = [
        ("planning", "0017_plan_days"),
        ("planning", "0018_private_threads"),
        ("planning", "0019_objectives_taken_back"),
        ("planning", "0020_risks"),
        ("planning", "0021_jira_queries"),
        ("planning", "0022_what_is_over_stays"),
    ]

    dependencies = [
        ("people", "0005_working_time"),
        ("planning", "0007_squashed_0016_cadence"),
        ("audit", "0004_private_threads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="investmentcategory",
                    name="colour",
                    field=models.CharField(
                        choices=[
                            ("indigo", "Indigo"),
                            ("teal", "Teal"),
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("rose", "Rose"),
                            ("violet", "Violet"),
                            ("slate", "Slate"),
                        ],
                        default="slate",
                        max_length=8,
                    ),
                ),
                migrations.CreateModel(
                    name="PlanDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("on", models.DateField()),
                        (
                            "at",
                            models.DateTimeField(
                                help_text="When it was looked at; later where no worker ran."
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_days",
                                to="planning.cycle",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DayScore",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("score", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                        ("score_words", models.TextField(blank=True)),
                        (
                            "initiative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="day_scores",
                                to="planning.initiative",
                            ),
                        ),
                        (
                            "day",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="planning.planday",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DayCapacity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("weeks_available", models.DecimalField(decimal_places=2, max_digits=9)),
                        ("weeks_allocated", models.DecimalField(decimal_places=2, max_digits=9)),
                        ("words", models.CharField(max_length=300)),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.team",
                            ),
                        ),
                        (
                            "day",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="capacities",
                                to="planning.planday",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "day capacities",
                    },
                ),
                migrations.AddConstraint(
                    model_name="planday",
                    constraint=models.UniqueConstraint(
                        fields=("cycle", "on"), name="plan_day_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planday",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a6953d98f93e59059bba2ad99b9e78a1be54a2e8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_62df3",
                            table="planning_planday",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dayscore",
                    constraint=models.UniqueConstraint(
                        fields=("day", "initiative"), name="day_score_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dayscore",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("score", None),
                            models.Q(("score_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="day_score_has_words",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dayscore",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="69ced9dbcb383f481172ae0000455adb67b7c707",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_d9271",
                            table="planning_dayscore",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="daycapacity",
                    constraint=models.UniqueConstraint(
                        fields=("day", "team"), name="day_capacity_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="daycapacity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9b2d10b222306f938486b27b9a6d1162b6c05dd9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_c994b",
                            table="planning_daycapacity",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ObjectiveReopening",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("closed_at", models.DateTimeField()),
                        ("grade", models.DecimalField(decimal_places=2, max_digits=3)),
                        ("remark", models.TextField()),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.AddField(
                    model_name="objective",
                    name="deleted_at",
                    field=models.DateTimeField(blank=True, help_text="Of drafts only.", null=True),
                ),
                migrations.AddField(
                    model_name="objective",
                    name="deleted_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="objective",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("deleted_at", None), ("deleted_by", None)),
                            models.Q(
                                ("deleted_at__isnull", False),
                                ("deleted_by__isnull", False),
                                ("state", "draft"),
                            ),
                            _connector="OR",
                        ),
                        name="objective_deleted_as_a_draft",
                    ),
                ),
                migrations.AddField(
                    model_name="objectivereopening",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="objectivereopening",
                    name="closed_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="objectivereopening",
                    name="objective",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="planning.objective",
                    ),
                ),
                migrations.AddIndex(
                    model_name="objectivereopening",
                    index=models.Index(
                        fields=["objective", "at"], name="objective_reopening_by_time"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="objectivereopening",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            ("at__gte", models.F("closed_at")),
                        ),
                        name="objective_reopened_with_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="objectivereopening",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="506a4119fdf58a80e3d781f2db2d89558631cb58",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_2a1fd",
                            table="planning_objectivereopening",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="initiative",
                    name="metric",
                    field=models.CharField(
                        blank=True,
                        help_text="The figure it should move, and from what to what.",
                        max_length=200,
                    ),
                ),
                migrations.CreateModel(
                    name="Risk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                help_text="What may happen, and to whom.", max_length=200
                            ),
                        ),
                        (
                            "likelihood",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High")]
                            ),
                        ),
                        (
                            "impact",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High")]
                            ),
                        ),
                        (
                            "response",
                            models.TextField(blank=True, help_text="What we do about it."),
                        ),
                        ("added_at", models.DateTimeField()),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("averted", "Averted"),
                                    ("occurred", "It happened"),
                                    ("accepted", "We live with it"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("closing_note", models.TextField(blank=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
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
                            "initiative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="risks",
                                to="planning.initiative",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="risks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("impact__in", [1, 2, 3]), ("likelihood__in", [1, 2, 3])
                                ),
                                name="risk_levels_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None),
                                        ("closed_by", None),
                                        ("closing_note", ""),
                                        ("outcome", ""),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("closed_by__isnull", False),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="risk_closed_with_its_outcome",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="risk",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="37e843eb16c90141cb978b6b7358dccbcfd58089",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_deba7",
                            table="planning_risk",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="InitiativeQuery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
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
                            "initiative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="jira_queries",
                                to="planning.initiative",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="initiativeepic",
                    name="query",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="planning.initiativequery",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="initiativequery",
                    constraint=models.UniqueConstraint(
                        fields=("initiative", "text"), name="query_followed_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="initiativequery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="query_has_text"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="initiativequery",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="2e59e6c12cd890f1dcce2515868b1d814a2a54c1",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_0a8b2",
                            table="planning_initiativequery",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="agendaitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_notes_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        (SELECT state FROM planning_forumsession WHERE id = row_.session_id) = 'closed'\n     THEN\n                RAISE EXCEPTION 'the session is closed; its minutes are written' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="edcf6eb396c4dbf75d186ec80bac4c5f16a740df",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_closed_notes_stay_db285",
                            table="planning_agendaitem",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allocation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_plan_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        (SELECT phase FROM planning_cycle WHERE id = row_.cycle_id) = 'closed'\n     THEN\n                RAISE EXCEPTION 'the cycle is closed; its plan stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="d5a9299eb30a40d0e38b76eba6587d6c5b86e764",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_closed_plan_stays_6c140",
                            table="planning_allocation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ballot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_ballot_after_the_close",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        EXISTS (\n            SELECT 1 FROM planning_scoringround AS asked\n            JOIN planning_scoringsession AS held ON held.id = asked.session_id\n            WHERE asked.id = NEW.round_id AND held.closed_at IS NOT NULL\n        )\n     THEN\n                RAISE EXCEPTION 'the scoring session is closed' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="2fca9c394b1e4257ea6568a95a29a5d0580d2455",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_no_ballot_after_the_close_7eef7",
                            table="planning_ballot",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="commitment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delivered_with_the_initiative",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        OLD.finished_at IS DISTINCT FROM NEW.finished_at\n        AND NEW.finished_at IS DISTINCT FROM (\n            SELECT finished_at FROM planning_initiative WHERE id = NEW.initiative_id\n        )\n     THEN\n                RAISE EXCEPTION 'a plan counts an initiative as delivered when it is' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="c1b6830b0ccba47029cf449ead78b24c7060d2fd",
                            operation="UPDATE",
                            pgid="pgtrigger_delivered_with_the_initiative_5cc38",
                            table="planning_commitment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="decided_in_order",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{stub:decided,decided:superseded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="4151ce6ac38307ca3717ac70729e43ce926731f6",
                            operation="UPDATE",
                            pgid="pgtrigger_decided_in_order_671ec",
                            table="planning_decision",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decision",
                    trigger=pgtrigger.compiler.Trigger(
                        name="decided_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.state <> 'stub') AND (OLD.title, OLD.context, OLD.decision, OLD.rationale, OLD.decider_id, OLD.opened_at, OLD.opened_by_id, OLD.decided_at, OLD.supersedes_id, OLD.event, OLD.event_at, OLD.cause) IS DISTINCT FROM (NEW.title, NEW.context, NEW.decision, NEW.rationale, NEW.decider_id, NEW.opened_at, NEW.opened_by_id, NEW.decided_at, NEW.supersedes_id, NEW.event, NEW.event_at, NEW.cause) THEN\n                RAISE EXCEPTION 'a decision that is taken stays; another one replaces it' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="c461c3362d062e14cff304f6af84091f3f05e02b",
                            operation="UPDATE",
                            pgid="pgtrigger_decided_stays_b3260",
                            table="planning_decision",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="decisionoption",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="44dffb796a859286fcdb39be1060eff0029a56de",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_b92a3",
                            table="planning_decisionoption",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="first_promise_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        OLD.first_committed_on IS DISTINCT FROM NEW.first_committed_on AND NOT (\n            OLD.state <> NEW.state AND (\n                NEW.state = 'proposed' AND NEW.first_committed_on IS NULL\n                OR NEW.state = 'committed' AND OLD.first_committed_on IS NULL\n                AND NEW.first_committed_on = NEW.committed_on\n            )\n        )\n     THEN\n                RAISE EXCEPTION 'the first promise stays: slips are counted from it' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="30626b557634840829be13ea39c6a5a4b6d5f663",
                            operation="UPDATE",
                            pgid="pgtrigger_first_promise_stays_bb70c",
                            table="planning_dependency",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="promise_moves_with_a_reason",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        OLD.state = NEW.state AND OLD.committed_on IS DISTINCT FROM NEW.committed_on\n        AND NEW.committed_on IS DISTINCT FROM (\n            SELECT to_on FROM planning_dependencydatechange\n            WHERE dependency_id = NEW.id ORDER BY id DESC LIMIT 1\n        )\n     THEN\n                RAISE EXCEPTION 'a promise moves with a reason' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="6b79621ff01c4ddb593c48cea8ad5054cc987ef8",
                            operation="UPDATE",
                            pgid="pgtrigger_promise_moves_with_a_reason_a5470",
                            table="planning_dependency",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="evidence_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (true) AND (OLD.check_in_id, OLD.url, OLD.label) IS DISTINCT FROM (NEW.check_in_id, NEW.url, NEW.label) THEN\n                RAISE EXCEPTION 'what proved a check-in stays' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="ed85981c8ab3725817bcaf2a0d4bf126d0a5793f",
                            operation="UPDATE",
                            pgid="pgtrigger_evidence_stays_e7065",
                            table="planning_evidence",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="evidence_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF true THEN\n                RAISE EXCEPTION 'what proved a check-in stays' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="c9a405c9c01520940b379703191dcec68d52050a",
                            operation="DELETE",
                            pgid="pgtrigger_evidence_is_kept_9988c",
                            table="planning_evidence",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forecast",
                    trigger=pgtrigger.compiler.Trigger(
                        name="weekly_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.is_weekly OR NEW.is_weekly) AND OLD IS DISTINCT FROM NEW THEN\n                RAISE EXCEPTION 'the first look of a week is counted; it stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="c368b6d2811bac6dd1dd3c9f8b43a04e4b668b3e",
                            operation="UPDATE",
                            pgid="pgtrigger_weekly_stays_6c00f",
                            table="planning_forecast",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forecast",
                    trigger=pgtrigger.compiler.Trigger(
                        name="weekly_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF OLD.is_weekly THEN\n                RAISE EXCEPTION 'the first look of a week is counted; it stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="f340c81f357ff9e066054e166628f86fabb27e91",
                            operation="DELETE",
                            pgid="pgtrigger_weekly_is_kept_10278",
                            table="planning_forecast",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forumsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="session_in_order",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:live,live:closed,planned:cancelled,cancelled:planned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="4f21cfba62a2b1d64e6ce5bef445f86a92c2611d",
                            operation="UPDATE",
                            pgid="pgtrigger_session_in_order_3eba1",
                            table="planning_forumsession",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forumsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_session_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.state = 'closed') AND OLD IS DISTINCT FROM NEW THEN\n                RAISE EXCEPTION 'the session is closed; its minutes are written' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="3e6876b97d4465f59d99e1b3fd733ee80fe9c8e4",
                            operation="UPDATE",
                            pgid="pgtrigger_closed_session_stays_fda46",
                            table="planning_forumsession",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="forumsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_session_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF OLD.state = 'closed' THEN\n                RAISE EXCEPTION 'the session is closed; its minutes are written' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="2dc23744bc347e81679759dfa53aaf7c3aeb633c",
                            operation="DELETE",
                            pgid="pgtrigger_closed_session_is_kept_6c4f6",
                            table="planning_forumsession",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="initiative",
                    trigger=pgtrigger.compiler.Trigger(
                        name="finished_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        NEW.finished_at IS NOT NULL AND OLD.finished_at IS DISTINCT FROM NEW.finished_at\n        AND (\n            OLD.finished_at IS NOT NULL\n            OR NOT EXISTS (\n                SELECT 1 FROM planning_initiativestagechange\n                WHERE to_stage = NEW.stage AND at = NEW.finished_at AND id = (\n                    SELECT max(id) FROM planning_initiativestagechange\n                    WHERE initiative_id = NEW.id\n                )\n            )\n        )\n     THEN\n                RAISE EXCEPTION 'an initiative is finished when its stage says so, and once' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="e1f620def79c55c8d94ab176e8481b3028d9df18",
                            operation="UPDATE",
                            pgid="pgtrigger_finished_once_439e2",
                            table="planning_initiative",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roadmaplink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="link_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (true) AND (OLD.name, OLD.audience, OLD.product_area_id, OLD.prefix, OLD.digest, OLD.created_at, OLD.created_by_id, OLD.expires_at) IS DISTINCT FROM (NEW.name, NEW.audience, NEW.product_area_id, NEW.prefix, NEW.digest, NEW.created_at, NEW.created_by_id, NEW.expires_at) THEN\n                RAISE EXCEPTION 'a link opens what it was made for, until the day it was made for' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="d90ba08d15c5092a29a06c794fd6c96141eaa01e",
                            operation="UPDATE",
                            pgid="pgtrigger_link_stays_16474",
                            table="planning_roadmaplink",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roadmaplink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="revoked_link_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.revoked_at IS NOT NULL) AND (OLD.revoked_at, OLD.revoked_by_id) IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by_id) THEN\n                RAISE EXCEPTION 'the link is revoked' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="741516497f9a73f70796e0ba38a5c7a10c604e43",
                            operation="UPDATE",
                            pgid="pgtrigger_revoked_link_stays_8bbe2",
                            table="planning_roadmaplink",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scenario",
                    trigger=pgtrigger.compiler.Trigger(
                        name="scenario_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.state <> 'draft') AND (OLD.cycle_id, OLD.name, OLD.state, OLD.adopted_at, OLD.adopted_by_id) IS DISTINCT FROM (NEW.cycle_id, NEW.name, NEW.state, NEW.adopted_at, NEW.adopted_by_id) THEN\n                RAISE EXCEPTION 'the scenario is no draft any more; it stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="5226e7e691450af44d55a8818833c9a4a67ab10f",
                            operation="UPDATE",
                            pgid="pgtrigger_scenario_stays_8d650",
                            table="planning_scenario",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scoringround",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ballots_are_opened",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        NEW.revealed_at IS NOT NULL\n        AND EXISTS (SELECT 1 FROM planning_ballot WHERE round_id = NEW.id)\n     THEN\n                RAISE EXCEPTION 'sealed votes would be lost' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="112c815581cfc0811297650da6c802515516206a",
                            operation="UPDATE",
                            pgid="pgtrigger_ballots_are_opened_929e3",
                            table="planning_scoringround",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scoringround",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_scoring_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        (SELECT closed_at FROM planning_scoringsession WHERE id = NEW.session_id) IS NOT NULL\n     THEN\n                RAISE EXCEPTION 'the scoring session is closed' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="f5e2dde196b8ecc0fbb3378216ffd815736d3a6b",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_closed_scoring_stays_5ba85",
                            table="planning_scoringround",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scoringsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_scoring_session_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.closed_at IS NOT NULL) AND OLD IS DISTINCT FROM NEW THEN\n                RAISE EXCEPTION 'the scoring session is closed' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="11479a28dd6347d8ba2fbb6eaad234238cb05e5a",
                            operation="UPDATE",
                            pgid="pgtrigger_closed_scoring_session_stays_d4f49",
                            table="planning_scoringsession",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="teamcapacity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_plan_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF \n        (SELECT phase FROM planning_cycle WHERE id = row_.cycle_id) = 'closed'\n     THEN\n                RAISE EXCEPTION 'the cycle is closed; its plan stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="01ac57bc58749361b40ce1c32b1616f28bc085e2",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_closed_plan_stays_db921",
                            table="planning_teamcapacity",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="truthcheck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="weekly_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF (OLD.is_weekly OR NEW.is_weekly) AND OLD IS DISTINCT FROM NEW THEN\n                RAISE EXCEPTION 'the first look of a week is counted; it stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="2c913724bbfb4b93fa99c122e096df294e07680a",
                            operation="UPDATE",
                            pgid="pgtrigger_weekly_stays_7da56",
                            table="planning_truthcheck",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="truthcheck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="weekly_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE row_ record;",
                            func="\n            IF TG_OP = 'DELETE' THEN\n                row_ := OLD;\n            ELSE\n                row_ := NEW;\n            END IF;\n            IF OLD.is_weekly THEN\n                RAISE EXCEPTION 'the first look of a week is counted; it stays as it was' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN row_;\n        ",
                            hash="981e673684d07d3569bb9f022371290ff531e483",
                            operation="DELETE",
                            pgid="pgtrigger_weekly_is_kept_4a051",
                            table="planning_truthcheck",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="roadmaplink",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=366)),
                                ),
                            )
                        ),
                        name="roadmap_link_expires_within_a_year",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(CLOSE, migrations.RunSQL.noop),
    ]
