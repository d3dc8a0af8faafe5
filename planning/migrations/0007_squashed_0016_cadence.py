"""What planning grew in a day: milestones, objectives, scores, capacity, dependencies, forums."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from prodops.migrating import CreateTogether, Together
from prodops.migrating import Together
import django.core.validators
import django.core.serializers.json
import django.db.models.constraints
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import prodops.people.validators
from prodops.migrating import Together


TEMPLATE = "Quarterly planning"


MILESTONES = [
    ("Objectives drafted", -20, "start"),
    ("Initiatives scored", -15, "start"),
    ("Capacity agreed with the teams", -12, "start"),
    ("Dependencies agreed", -8, "start"),
    ("Plan committed", -3, "start"),
    ("First check-in of key results", 10, "start"),
    ("Mid-cycle review", 30, "start"),
    ("Objectives graded", -3, "end"),
    ("Retrospective held", -1, "end"),
]


def add_template(apps, schema_editor):
    """Give a fresh install milestones to kick a quarter off with; administrators edit them."""
    template = apps.get_model("planning", "MilestoneTemplate").objects.create(name=TEMPLATE)
    item = apps.get_model("planning", "MilestoneTemplateItem")
    for title, days, anchor in MILESTONES:
        item.objects.create(
            template=template, title=title, offset_days=days, anchor=anchor, owner_role="ops"
        )


class Migration(migrations.Migration):
    replaces = [
        ("planning", "0007_cycle_milestones"),
        ("planning", "0008_objectives"),
        ("planning", "0009_scoring"),
        ("planning", "0010_capacity"),
        ("planning", "0011_dependencies"),
        ("planning", "0012_roadmaps"),
        ("planning", "0013_decisions"),
        ("planning", "0014_forums"),
        ("planning", "0015_truth_checks"),
        ("planning", "0016_cadence"),
    ]

    dependencies = [
        ("planning", "0006_business_value"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('audit', '0003_deletions_found'),
        ('people', '0005_working_time'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='MilestoneTemplate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('kind', models.CharField(blank=True, choices=[('quarter', 'Quarter'), ('month', 'Month'), ('custom', 'Custom')], help_text='Empty: for every kind of cycle.', max_length=10)),
                    ('is_active', models.BooleanField(default=True, help_text='Is it offered at a kick-off?')),
                ],
                options={
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='2845f3ef3d7f79ad57a2e872602445502eb7ba06', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_095af', table='planning_milestonetemplate', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='MilestoneTemplateItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=120)),
                    ('offset_days', models.SmallIntegerField(default=0, help_text='Working days from that day; negative is before it.')),
                    ('anchor', models.CharField(choices=[('start', 'the first day'), ('end', 'the last day')], default='start', max_length=5, verbose_name='Counted from')),
                    ('owner_role', models.CharField(blank=True, choices=[('requester', 'Requester'), ('contributor', 'Contributor'), ('ops', 'Product ops'), ('executive', 'Executive'), ('admin', 'Admin')], max_length=12)),
                    ('owner', models.ForeignKey(blank=True, help_text='Proposed at the kick-off; or give a role.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='planning.milestonetemplate')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('owner', None), ('owner_role', ''), _connector='OR'), name='milestone_item_owner_or_role', violation_error_message='Give a person or a role, not both.'), models.CheckConstraint(condition=models.Q(('offset_days__range', (-250, 250))), name='milestone_item_within_a_year', violation_error_message='Stay within a year: at most 250 working days.')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='0d38383c6c27d0d3ecabe21e81086505d8d2dfa9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_d238b', table='planning_milestonetemplateitem', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='Milestone',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=120)),
                    ('baseline_on', models.DateField(help_text='When it was due first; never moves.')),
                    ('due_on', models.DateField()),
                    ('added_at', models.DateTimeField()),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                    ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='planning.cycle')),
                    ('decision', models.ForeignKey(blank=True, help_text='Why it was cancelled.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='planning.decision')),
                    ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='milestone_done_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('decision', None)), models.Q(('cancelled_at__isnull', False), ('decision__isnull', False)), _connector='OR'), name='milestone_cancelled_by_decision'), models.CheckConstraint(condition=models.Q(('done_at', None), ('cancelled_at', None), _connector='OR'), name='milestone_done_or_cancelled'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='milestone_has_title')],
                    'indexes': [models.Index(condition=models.Q(('cancelled_at', None), ('done_at', None)), fields=['owner', 'due_on'], name='milestone_waiting')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='1d2159c735db1caee076cf10f0d65f9e0a7c435d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_aad7f', table='planning_milestone', when='AFTER')), pgtrigger.compiler.Trigger(name='milestones_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3d16b877cc1059a1327aed561296f8d7a5432a51', operation='DELETE', pgid='pgtrigger_milestones_stay_76e91', table='planning_milestone', when='BEFORE')), pgtrigger.compiler.Trigger(name='baseline_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."baseline_on" IS DISTINCT FROM (NEW."baseline_on") OR OLD."cycle_id" IS DISTINCT FROM (NEW."cycle_id") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))', func="\n                    RAISE EXCEPTION 'the first due date of a milestone never moves'\n                        USING ERRCODE = 'check_violation';\n                ", hash='6a465a10bbedcc1a5ce127b2d29a783d2b9cc92f', operation='UPDATE', pgid='pgtrigger_baseline_stands_4528d', table='planning_milestone', when='BEFORE')), pgtrigger.compiler.Trigger(name='moved_with_a_reason', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."due_on" IS DISTINCT FROM (NEW."due_on"))', func="\n                    IF (\n                        SELECT to_on FROM planning_milestonechange\n                        WHERE milestone_id = NEW.id ORDER BY id DESC LIMIT 1\n                    ) IS DISTINCT FROM NEW.due_on THEN\n                        RAISE EXCEPTION 'a milestone moves with a reason'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='6f7be7f21649aca5efaa26c1e3ad100b49fb1ab5', operation='UPDATE OF "due_on"', pgid='pgtrigger_moved_with_a_reason_ea7c4', table='planning_milestone', when='BEFORE')), pgtrigger.compiler.Trigger(name='closed_cycle_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF (SELECT phase FROM planning_cycle WHERE id = NEW.cycle_id) = 'closed' THEN\n                        RAISE EXCEPTION 'the cycle is closed; its milestones stay as they were'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='825c42bc510f585dd5295ccf1ebbb3ea933944d8', operation='INSERT OR UPDATE', pgid='pgtrigger_closed_cycle_stays_6e343', table='planning_milestone', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='MilestoneChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('from_on', models.DateField()),
                    ('to_on', models.DateField()),
                    ('reason', models.TextField()),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='planning.milestone')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='milestone_change_has_reason'), models.CheckConstraint(condition=models.Q(('from_on', models.F('to_on')), _negated=True), name='milestone_change_moves_something')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='5264b767737044ac92f34c9b0e75913732193083', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_2fa22', table='planning_milestonechange', when='AFTER')), pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='791f2656d3844eead75fc540dc124f6de765de15', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_f1541', table='planning_milestonechange', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='CommitBaseline',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cycle', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='baseline', to='planning.cycle')),
                ],
                options={
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='953bfe5caa4af6c4907f88799aff72a9b9374278', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_62e51', table='planning_commitbaseline', when='AFTER')), pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3966607aadce2319446498d32c8ab163a72b358a', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_6233d', table='planning_commitbaseline', when='BEFORE')), pgtrigger.compiler.Trigger(name='written_at_the_commit', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (\n        SELECT cycle.phase FROM planning_cycle cycle WHERE cycle.id = NEW.cycle_id\n    ) IS DISTINCT FROM 'planning' THEN\n        RAISE EXCEPTION 'a baseline is written at the commit only'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='39bfbaaff1512d30ff89d16fe9b104b41f966f5d', operation='INSERT', pgid='pgtrigger_written_at_the_commit_cf0f1', table='planning_commitbaseline', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='BaselineLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('committed', 'Committed'), ('stretch', 'Stretch')], max_length=10)),
                    ('start_on', models.DateField(blank=True, null=True)),
                    ('target_on', models.DateField(blank=True, null=True)),
                    ('target_precision', models.CharField(choices=[('day', 'A day'), ('month', 'A month'), ('quarter', 'A quarter')], max_length=7)),
                    ('team_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                    ('score', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                    ('score_words', models.TextField(blank=True, help_text='The model and version the score came from, and what went into it.')),
                    ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='baseline_lines', to='planning.initiative')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('baseline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='planning.commitbaseline')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('baseline', 'initiative'), name='baseline_line_once'), models.CheckConstraint(condition=models.Q(('score', None), models.Q(('score_words', ''), _negated=True), _connector='OR'), name='baseline_score_has_words')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='610a3a6e4cd75c550f202a75d29431513004f996', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_a748f', table='planning_baselineline', when='AFTER')), pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='72bf0230dc6d9a45334a9f398a8fdc3f09c8cd74', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_011cf', table='planning_baselineline', when='BEFORE')), pgtrigger.compiler.Trigger(name='written_at_the_commit', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (\n        SELECT cycle.phase FROM planning_cycle cycle WHERE cycle.id = (SELECT cycle_id FROM planning_commitbaseline WHERE id = NEW.baseline_id)\n    ) IS DISTINCT FROM 'planning' THEN\n        RAISE EXCEPTION 'a baseline is written at the commit only'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='8c32845bafa3f12640c3a0d18e982aab515af3a5', operation='INSERT', pgid='pgtrigger_written_at_the_commit_4982f', table='planning_baselineline', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='BaselineCapacity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('weeks_available', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                    ('weeks_allocated', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                    ('baseline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capacities', to='planning.commitbaseline')),
                ],
                options={
                    'verbose_name_plural': 'baseline capacities',
                    'constraints': [models.UniqueConstraint(fields=('baseline', 'team'), name='baseline_capacity_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='ed3c40d7eb39bb17796627ceaf318e5f364126c7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_2aa63', table='planning_baselinecapacity', when='AFTER')), pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='87df864a8eb8c0c74d54381389d0dc58aa424364', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_edce1', table='planning_baselinecapacity', when='BEFORE')), pgtrigger.compiler.Trigger(name='written_at_the_commit', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (\n        SELECT cycle.phase FROM planning_cycle cycle WHERE cycle.id = (SELECT cycle_id FROM planning_commitbaseline WHERE id = NEW.baseline_id)\n    ) IS DISTINCT FROM 'planning' THEN\n        RAISE EXCEPTION 'a baseline is written at the commit only'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='e149a720c37200df4c9139e396b3ed6d9dbd1732', operation='INSERT', pgid='pgtrigger_written_at_the_commit_ec5f4', table='planning_baselinecapacity', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='PlanChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('added', 'Added'), ('dropped', 'Dropped'), ('kind', 'Kind'), ('target', 'Target'), ('start', 'Start'), ('owner', 'Owner'), ('teams', 'Teams')], max_length=8)),
                    ('kind', models.CharField(choices=[('committed', 'Committed'), ('stretch', 'Stretch')], max_length=10)),
                    ('start_on', models.DateField(blank=True, null=True)),
                    ('target_on', models.DateField(blank=True, null=True)),
                    ('target_precision', models.CharField(choices=[('day', 'A day'), ('month', 'A month'), ('quarter', 'A quarter')], max_length=7)),
                    ('team_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                    ('reason', models.CharField(blank=True, max_length=12)),
                    ('note', models.TextField(blank=True)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_changes', to='planning.commitment')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['owner', 'teams']), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='plan_change_has_reason')],
                    'indexes': [models.Index(fields=['commitment', 'at'], name='plan_change_by_line')],
                    'triggers': [pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='6712cf1daa2baf25dd0f595e87ce6622ae6edc95', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_7d165', table='planning_planchange', when='AFTER')), pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f4309fd6aec73bf89fcb2b3466efabd6767b631a', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_656e6', table='planning_planchange', when='BEFORE'))],
                },
            ),
        ]),
        Together([
            migrations.AddField(
                    model_name='commitment',
                    name='carried_from',
                    field=models.OneToOneField(blank=True, help_text='The plan it was left over from.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='planning.commitment'),
                ),
            migrations.AddField(
                    model_name='commitment',
                    name='frozen_kind',
                    field=models.CharField(blank=True, choices=[('committed', 'Committed'), ('stretch', 'Stretch')], help_text='What it was when the plan froze, if it changed since.', max_length=10),
                ),
            migrations.AddField(
                    model_name='cycle',
                    name='kicked_off_at',
                    field=models.DateTimeField(blank=True, help_text='When its milestones were copied and their dates frozen.', null=True),
                ),
            migrations.AddField(
                    model_name='cycle',
                    name='kicked_off_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='commitment',
                    trigger=pgtrigger.compiler.Trigger(name='frozen_plan_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_phase text; is_frozen boolean; told record;', func="\n        IF TG_OP = 'UPDATE' AND\n            (OLD.cycle_id, OLD.initiative_id) IS DISTINCT FROM (NEW.cycle_id, NEW.initiative_id)\n        THEN\n            RAISE EXCEPTION 'a commitment stays in its cycle'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        SELECT cycle.phase, cycle.phase <> 'closed' AND baseline.id IS NOT NULL\n            AND cycle.committed_at IS NOT NULL\n        INTO its_phase, is_frozen\n        FROM planning_cycle cycle\n        LEFT JOIN planning_commitbaseline baseline ON baseline.cycle_id = cycle.id\n        WHERE cycle.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.cycle_id ELSE NEW.cycle_id END;\n        IF its_phase = 'closed' AND (\n            TG_OP <> 'UPDATE'\n            OR to_jsonb(OLD) - 'actual_value' <> to_jsonb(NEW) - 'actual_value'\n        ) THEN\n            RAISE EXCEPTION 'the cycle is closed; its plan stays as it was'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF TG_OP = 'DELETE' THEN\n            IF is_frozen THEN\n                RAISE EXCEPTION 'a committed plan drops with a reason'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN OLD;\n        END IF;\n        IF NOT is_frozen THEN\n            RETURN NEW;\n        END IF;\n        IF TG_OP = 'INSERT' THEN\n            IF NEW.add_reason = '' OR NEW.add_note = '' THEN\n                RAISE EXCEPTION 'a committed plan takes in with a reason'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        END IF;\n        IF (OLD.added_at, OLD.added_by_id, OLD.was_unplanned, OLD.add_reason, OLD.add_note,\n            OLD.frozen_target_on, OLD.frozen_value)\n            IS DISTINCT FROM\n            (NEW.added_at, NEW.added_by_id, NEW.was_unplanned, NEW.add_reason, NEW.add_note,\n            NEW.frozen_target_on, NEW.frozen_value)\n        OR (OLD.dropped_at IS NOT NULL AND\n            (OLD.dropped_at, OLD.dropped_by_id, OLD.drop_reason, OLD.drop_note)\n            IS DISTINCT FROM\n            (NEW.dropped_at, NEW.dropped_by_id, NEW.drop_reason, NEW.drop_note))\n        OR (OLD.drop_decision_id IS NOT NULL\n            AND OLD.drop_decision_id IS DISTINCT FROM NEW.drop_decision_id)\n        THEN\n            RAISE EXCEPTION 'what a committed plan says of the past stays'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        SELECT what, kind INTO told FROM planning_planchange\n        WHERE commitment_id = NEW.id ORDER BY id DESC LIMIT 1;\n        IF OLD.kind <> NEW.kind AND told.kind IS DISTINCT FROM NEW.kind THEN\n            RAISE EXCEPTION 'a committed plan changes its kind with a reason'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF OLD.frozen_kind <> NEW.frozen_kind\n            AND (OLD.frozen_kind <> '' OR NEW.frozen_kind <> OLD.kind)\n        THEN\n            RAISE EXCEPTION 'what a committed plan says of the past stays'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF OLD.dropped_at IS DISTINCT FROM NEW.dropped_at\n            AND told.what IS DISTINCT FROM 'dropped'\n        THEN\n            RAISE EXCEPTION 'a committed plan drops with a reason'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='34fe5b1e883ed2f1ab9c0daad9ee2f0502314f53', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_plan_stays_847b2', table='planning_commitment', when='BEFORE')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='commitment',
                    trigger=pgtrigger.compiler.Trigger(name='carried_from_itself', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."carried_from_id" IS NOT NULL)', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM planning_commitment\n            WHERE id = NEW.carried_from_id AND initiative_id = NEW.initiative_id\n            AND cycle_id <> NEW.cycle_id\n        ) THEN\n            RAISE EXCEPTION 'an initiative is carried over from another cycle'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='7259ce7227996aa626a76a963f1d29f7b575763f', operation='INSERT OR UPDATE OF "carried_from_id"', pgid='pgtrigger_carried_from_itself_dc51b', table='planning_commitment', when='BEFORE')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='cycle',
                    trigger=pgtrigger.compiler.Trigger(name='phases_in_order', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF OLD.phase = 'closed' AND OLD IS DISTINCT FROM NEW THEN\n            RAISE EXCEPTION 'the cycle is closed and stays as it was'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF OLD.phase IN ('committed', 'active') AND\n            (OLD.kind, OLD.starts_on, OLD.ends_on, OLD.committed_at, OLD.committed_by_id)\n            IS DISTINCT FROM\n            (NEW.kind, NEW.starts_on, NEW.ends_on, NEW.committed_at, NEW.committed_by_id)\n        THEN\n            RAISE EXCEPTION 'the cycle is committed; its dates and its commit stay'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF OLD.phase <> NEW.phase AND OLD.phase || '>' || NEW.phase NOT IN\n            ('draft>planning', 'planning>committed', 'committed>active', 'active>closed')\n        THEN\n            RAISE EXCEPTION 'a cycle does not go from % to %', OLD.phase, NEW.phase\n                USING ERRCODE = 'check_violation';\n        END IF;\n        IF OLD.phase <> NEW.phase AND NEW.phase = 'committed' AND NOT EXISTS (\n            SELECT 1 FROM planning_commitbaseline WHERE cycle_id = NEW.id\n        ) THEN\n            RAISE EXCEPTION 'a commit leaves a baseline'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='7e6d71703f50120b449fd8e30ad6ca7ec1cc4a87', operation='UPDATE', pgid='pgtrigger_phases_in_order_3dc9f', table='planning_cycle', when='BEFORE')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='initiative',
                    trigger=pgtrigger.compiler.Trigger(name='frozen_dates_stay', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE untold text;', func="\n        IF (OLD.start_on, OLD.target_on, OLD.target_precision, OLD.owner_id)\n            IS NOT DISTINCT FROM\n            (NEW.start_on, NEW.target_on, NEW.target_precision, NEW.owner_id)\n        THEN\n            RETURN NEW;\n        END IF;\n        SELECT cycle.name INTO untold\n        FROM planning_commitment commitment\n        JOIN planning_cycle cycle ON cycle.id = commitment.cycle_id\n            AND cycle.phase IN ('committed', 'active')\n        JOIN planning_commitbaseline baseline ON baseline.cycle_id = cycle.id\n        LEFT JOIN LATERAL (\n            SELECT start_on, target_on, target_precision, owner_id FROM planning_planchange\n            WHERE commitment_id = commitment.id ORDER BY id DESC LIMIT 1\n        ) told ON true\n        WHERE commitment.initiative_id = NEW.id AND commitment.dropped_at IS NULL\n        AND (told.start_on, told.target_on, told.target_precision, told.owner_id)\n            IS DISTINCT FROM\n            (NEW.start_on, NEW.target_on, NEW.target_precision, NEW.owner_id)\n        LIMIT 1;\n        IF untold IS NOT NULL THEN\n            RAISE EXCEPTION '% is committed: it is told who moves what, and why', untold\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='1c70b86ea094a0240daf470567780b2ca7160beb', operation='UPDATE OF "start_on", "target_on", "target_precision", "owner_id"', pgid='pgtrigger_frozen_dates_stay_50e8b', table='planning_initiative', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='cycle',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('kicked_off_at', None), ('kicked_off_by', None)), models.Q(('kicked_off_at__isnull', False), ('kicked_off_by__isnull', False)), _connector='OR'), name='cycle_kicked_off_by_someone'),
                ),
            migrations.CreateModel(
                    name='CheckIn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('confidence', models.CharField(choices=[('on_track', 'On track'), ('unknown', 'Not reported'), ('at_risk', 'At risk'), ('off_track', 'Off track')], max_length=9)),
                        ('comment', models.TextField(blank=True)),
                        ('source', models.CharField(choices=[('hand', 'By hand'), ('jira', 'Jira issues'), ('metric', 'A metric of the scorecard')], max_length=6)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
            migrations.CreateModel(
                    name='Evidence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('url', models.CharField(max_length=1000)),
                        ('label', models.CharField(max_length=200)),
                        ('state', models.CharField(choices=[('waiting', 'Not checked yet'), ('good', 'Reachable'), ('doubtful', 'Failed once'), ('broken', 'Broken')], default='waiting', max_length=8)),
                        ('failed_since', models.DateTimeField(blank=True, null=True)),
                        ('checked_at', models.DateTimeField(blank=True, null=True)),
                        ('due_at', models.DateTimeField(blank=True, help_text='Empty: never again.', null=True)),
                        ('claimed_until', models.DateTimeField(blank=True, help_text="A worker's lease.", null=True)),
                        ('check_in', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='planning.checkin')),
                    ],
                    options={
                        'verbose_name_plural': 'evidence',
                    },
                ),
            migrations.CreateModel(
                    name='EvidenceCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('is_good', models.BooleanField()),
                        ('status', models.PositiveSmallIntegerField(blank=True, help_text='HTTP.', null=True)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('at', models.DateTimeField()),
                        ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='planning.evidence')),
                    ],
                ),
            migrations.CreateModel(
                    name='KeyResult',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200)),
                        ('unit', models.CharField(blank=True, help_text='Such as %, days, EUR.', max_length=20)),
                        ('direction', models.CharField(choices=[('up', 'Should rise'), ('down', 'Should fall')], default='up', max_length=4)),
                        ('baseline', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('target', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('weight', models.PositiveSmallIntegerField(default=1)),
                        ('cadence_days', models.PositiveSmallIntegerField(default=14, help_text='Calendar days.')),
                        ('source', models.CharField(choices=[('hand', 'By hand'), ('jira', 'Jira issues'), ('metric', 'A metric of the scorecard')], default='hand', max_length=6)),
                        ('jira_query', models.CharField(blank=True, max_length=500)),
                        ('jira_measure', models.CharField(blank=True, choices=[('count', 'How many issues match'), ('share_done', 'Share of them that is done, in %')], max_length=10)),
                        ('current', models.DecimalField(blank=True, decimal_places=4, help_text='The value of the newest check-in that has one.', max_digits=18, null=True)),
                        ('current_at', models.DateTimeField(blank=True, null=True)),
                        ('outlook', models.CharField(choices=[('on_track', 'On track'), ('unknown', 'Not reported'), ('at_risk', 'At risk'), ('off_track', 'Off track')], default='unknown', max_length=9)),
                        ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                        ('check_in_due_at', models.DateTimeField(blank=True, help_text='When the next check-in is overdue; from the activation.', null=True)),
                        ('evidence_state', models.CharField(blank=True, choices=[('waiting', 'Not checked yet'), ('good', 'Reachable'), ('doubtful', 'Failed once'), ('broken', 'Broken')], help_text='That of the newest evidence.', max_length=8)),
                        ('created_at', models.DateTimeField()),
                        ('dropped_at', models.DateTimeField(blank=True, null=True)),
                        ('drop_reason', models.TextField(blank=True)),
                        ('carried_from', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='planning.keyresult')),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('dropped_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_results', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
            migrations.CreateModel(
                    name='InitiativeKeyResult',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_result_links', to='planning.initiative')),
                        ('key_result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='initiative_links', to='planning.keyresult')),
                    ],
                ),
            migrations.AddField(
                    model_name='checkin',
                    name='key_result',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='planning.keyresult'),
                ),
            migrations.CreateModel(
                    name='KeyResultChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('unit', models.CharField(blank=True, max_length=20)),
                        ('direction', models.CharField(choices=[('up', 'Should rise'), ('down', 'Should fall')], max_length=4)),
                        ('baseline', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('target', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                        ('reason', models.TextField(blank=True)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key_result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='planning.keyresult')),
                    ],
                ),
            migrations.CreateModel(
                    name='Objective',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200)),
                        ('why', models.TextField(blank=True)),
                        ('weight', models.PositiveSmallIntegerField(default=1, help_text='Beside the others below the same objective; 0 counts nothing.')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('closed', 'Closed')], default='draft', max_length=6)),
                        ('created_at', models.DateTimeField()),
                        ('activated_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('grade', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True)),
                        ('remark', models.TextField(blank=True, help_text='What was learnt, said when it was closed.')),
                        ('carried_from', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='planning.objective')),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='planning.cycle')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to=settings.AUTH_USER_MODEL)),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='planning.objective')),
                        ('team', models.ForeignKey(blank=True, help_text="Empty: the whole organisation's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='people.team')),
                        ('thread', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objective', to='audit.thread')),
                    ],
                ),
            migrations.AddField(
                    model_name='keyresult',
                    name='objective',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_results', to='planning.objective'),
                ),
            migrations.AddIndex(
                    model_name='evidence',
                    index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='evidence_due'),
                ),
            migrations.AddConstraint(
                    model_name='evidence',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('failed_since__isnull', False), ('state__in', ['doubtful', 'broken'])), models.Q(('failed_since', None), ('state__in', ['waiting', 'good'])), _connector='OR'), name='evidence_failed_since'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='evidence',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='e05540e2ff88d8add4351b1ad1cf70f1b4e98d95', operation='INSERT OR DELETE', pgid='pgtrigger_recorded_b1b83', table='planning_evidence', when='AFTER')),
                ),
            migrations.AddIndex(
                    model_name='evidencecheck',
                    index=models.Index(fields=['evidence', 'at'], name='evidence_check_by_time'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='evidencecheck',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7be124c2312b453a870cf27ca3173fcef3deb6c0', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_4f851', table='planning_evidencecheck', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='initiativekeyresult',
                    constraint=models.UniqueConstraint(fields=('initiative', 'key_result'), name='initiative_key_result_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='initiativekeyresult',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='6af09ece7f1eff7c06a8a2bbf680f15ff5088046', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_5a1de', table='planning_initiativekeyresult', when='AFTER')),
                ),
            migrations.AddIndex(
                    model_name='checkin',
                    index=models.Index(fields=['key_result', '-at'], name='check_in_by_key_result'),
                ),
            migrations.AddConstraint(
                    model_name='checkin',
                    constraint=models.CheckConstraint(condition=models.Q(('value__isnull', False), models.Q(('comment', ''), _negated=True), _connector='OR'), name='check_in_says_something'),
                ),
            migrations.AddConstraint(
                    model_name='checkin',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('source', 'hand')), models.Q(models.Q(('source', 'hand'), _negated=True), ('by', None), ('value__isnull', False)), _connector='OR'), name='check_in_by_a_person_or_a_machine'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='checkin',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='3877d09db4b1d85b82edf92109279089b62ff310', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_cc890', table='planning_checkin', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='checkin',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e3b49342fd8efb9c9bda7db458ca3d66a4fcc6b6', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_464a4', table='planning_checkin', when='BEFORE')),
                ),
            migrations.AddIndex(
                    model_name='keyresultchange',
                    index=models.Index(fields=['key_result', 'at'], name='key_result_change_by_time'),
                ),
            migrations.AddConstraint(
                    model_name='keyresultchange',
                    constraint=models.CheckConstraint(condition=models.Q(('baseline', None), ('target', None), models.Q(('direction', 'up'), ('target__gt', models.F('baseline'))), models.Q(('direction', 'down'), ('target__lt', models.F('baseline'))), _connector='OR'), name='key_result_change_runs_its_way'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='keyresultchange',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='f8d29b41098074ad6aafd968a419e12432793503', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_36e26', table='planning_keyresultchange', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='keyresultchange',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4171edaaab859e8d041a1ff188c09a735ba976ea', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_c4dd9', table='planning_keyresultchange', when='BEFORE')),
                ),
            migrations.AddIndex(
                    model_name='objective',
                    index=models.Index(fields=['cycle', 'state'], name='objective_by_cycle'),
                ),
            migrations.AddConstraint(
                    model_name='objective',
                    constraint=models.CheckConstraint(condition=models.Q(('weight__lte', 100)), name='objective_weight_in_range'),
                ),
            migrations.AddConstraint(
                    model_name='objective',
                    constraint=models.CheckConstraint(condition=models.Q(('grade', None), ('grade__range', (0, 1)), _connector='OR'), name='objective_grade_in_range'),
                ),
            migrations.AddConstraint(
                    model_name='objective',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('activated_at', None), ('closed_at', None), ('state', 'draft')), models.Q(('activated_at__isnull', False), ('closed_at', None), ('state', 'active')), models.Q(('activated_at__isnull', False), ('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='objective_state_has_its_moment'),
                ),
            migrations.AddConstraint(
                    model_name='objective',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('grade', None), ('remark', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('grade__isnull', False), models.Q(('remark', ''), _negated=True)), _connector='OR'), name='objective_closed_with_grade'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='objective',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='cdfc060cf74e330596f609f983eb35709c04eb65', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_0e6cd', table='planning_objective', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='objective',
                    trigger=pgtrigger.compiler.Trigger(name='without_loops', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."parent_id" IS NOT NULL)', func="\nPERFORM pg_advisory_xact_lock(hashtext('planning.objectives'));\nIF EXISTS (\n    WITH RECURSIVE above AS (\n        SELECT id, parent_id FROM planning_objective WHERE id = NEW.parent_id\n        UNION\n        SELECT up.id, up.parent_id FROM planning_objective up JOIN above ON up.id = above.parent_id\n    )\n    SELECT 1 FROM above WHERE id = NEW.id\n) THEN\n    RAISE EXCEPTION 'objective % would stand below itself', NEW.id\n        USING ERRCODE = 'check_violation', CONSTRAINT = 'objective_without_loops';\nEND IF;\nRETURN NEW;\n", hash='a46c9194037d2165a1d82dd2d9234c11a953b344', operation='INSERT OR UPDATE OF "parent_id"', pgid='pgtrigger_without_loops_a9519', table='planning_objective', when='BEFORE')),
                ),
            migrations.AddIndex(
                    model_name='keyresult',
                    index=models.Index(condition=models.Q(('check_in_due_at__isnull', False), ('dropped_at', None)), fields=['check_in_due_at'], name='key_result_due'),
                ),
            migrations.AddConstraint(
                    model_name='keyresult',
                    constraint=models.CheckConstraint(condition=models.Q(('baseline', None), ('target', None), models.Q(('direction', 'up'), ('target__gt', models.F('baseline'))), models.Q(('direction', 'down'), ('target__lt', models.F('baseline'))), _connector='OR'), name='key_result_runs_its_way'),
                ),
            migrations.AddConstraint(
                    model_name='keyresult',
                    constraint=models.CheckConstraint(condition=models.Q(('weight__lte', 100)), name='key_result_weight_in_range'),
                ),
            migrations.AddConstraint(
                    model_name='keyresult',
                    constraint=models.CheckConstraint(condition=models.Q(('cadence_days__range', (1, 92))), name='key_result_cadence_in_range'),
                ),
            migrations.AddConstraint(
                    model_name='keyresult',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'jira'), models.Q(('jira_query', ''), _negated=True), models.Q(('jira_measure', ''), _negated=True)), models.Q(models.Q(('source', 'jira'), _negated=True), ('jira_measure', ''), ('jira_query', '')), _connector='OR'), name='key_result_has_its_query'),
                ),
            migrations.AddConstraint(
                    model_name='keyresult',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('drop_reason', ''), ('dropped_at', None), ('dropped_by', None)), models.Q(('dropped_at__isnull', False), ('dropped_by__isnull', False), models.Q(('drop_reason', ''), _negated=True)), _connector='OR'), name='key_result_dropped_with_reason'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='keyresult',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='8ac8306826c063214e35ecfa0fb1706c572a45c4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_e4a1e', table='planning_keyresult', when='AFTER')),
                ),
            migrations.CreateModel(
                    name='Ballot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sealed', models.BinaryField()),
                    ],
                ),
            migrations.CreateModel(
                    name='Candidate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name='Criterion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('name', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_]{0,39}\\Z', 'Small letters, digits and _, such as people_weeks.')])),
                        ('question', models.CharField(max_length=200)),
                        ('unit', models.CharField(blank=True, max_length=40)),
                        ('source', models.CharField(choices=[('hand', 'By hand'), ('session', 'From a scoring session'), ('voices', 'Voices behind its requests'), ('requests', 'Requests it adopted'), ('arr', 'ARR at stake of its requests'), ('confidence', 'Its reported confidence, in percent'), ('points', 'Story points of its Jira issues'), ('issues', 'Jira issues it counts'), ('value', 'Its planned business value'), ('weeks', 'People-weeks it is given')], default='hand', max_length=10)),
                        ('least', models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                        ('most', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                        ('scale', models.JSONField(blank=True, default=list, help_text='[number as text, words] each.')),
                    ],
                    options={
                        'verbose_name_plural': 'criteria',
                    },
                ),
            migrations.CreateModel(
                    name='Ranking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('occasion', models.CharField(choices=[('kept', 'Kept by hand'), ('commit', 'At the commit'), ('session', 'A scoring session ended'), ('model', 'Before the model changed'), ('override', 'A priority was overridden')], max_length=10)),
                        ('at', models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name='RankOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('place', models.PositiveIntegerField()),
                        ('reason', models.TextField()),
                        ('at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='Score',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('value', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                        ('gap', models.CharField(blank=True, help_text='Why there is no score.', max_length=300)),
                        ('rank', models.PositiveIntegerField(help_text='By score alone.', null=True)),
                        ('place', models.PositiveIntegerField(help_text='With overrides; ties share none.')),
                        ('inputs', models.JSONField(help_text='Criterion → [value as text or null, where it is from].')),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoreInput',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40)),
                        ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                        ('at', models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoreSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoringMember',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('joined_at', models.DateTimeField()),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoringModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True)),
                        ('description', models.CharField(blank=True, max_length=500)),
                        ('archived_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoringRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('number', models.PositiveSmallIntegerField(default=1)),
                        ('opened_at', models.DateTimeField()),
                        ('revealed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoringSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=120)),
                        ('asks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), help_text='Names of the criteria voted on.', size=None)),
                        ('opened_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='ScoringVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('formula', models.TextField(max_length=2000)),
                        ('note', models.CharField(blank=True, help_text='What changed, and why.', max_length=300)),
                        ('at', models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name='Vote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40)),
                        ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                    ],
                ),
            migrations.AddField(
                    model_name='ballot',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='candidate',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='candidate',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='candidate',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='ranking',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='ranking',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rankings', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='rankoverride',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='rankoverride',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='rankoverride',
                    name='decision',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.decision'),
                ),
            migrations.AddField(
                    model_name='rankoverride',
                    name='ended_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='rankoverride',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='score',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='score',
                    name='ranking',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='planning.ranking'),
                ),
            migrations.AddField(
                    model_name='scoreinput',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoreinput',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_inputs', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='scoreinput',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_inputs', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='scoresheet',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoresheet',
                    name='cycle',
                    field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='score_sheet', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='scoringmember',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_memberships', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoreinput',
                    name='scoring_model',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inputs', to='planning.scoringmodel'),
                ),
            migrations.AddField(
                    model_name='scoringround',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_rounds', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='scoringround',
                    name='opened_by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoringround',
                    name='revealed_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='ballot',
                    name='round',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='planning.scoringround'),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='closed_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_sessions', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='facilitator',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_sessions_led', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='opened_by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='thread',
                    field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_session', to='audit.thread'),
                ),
            migrations.AddField(
                    model_name='scoringround',
                    name='session',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='planning.scoringsession'),
                ),
            migrations.AddField(
                    model_name='scoringmember',
                    name='session',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='planning.scoringsession'),
                ),
            migrations.AddField(
                    model_name='scoreinput',
                    name='session',
                    field=models.ForeignKey(help_text='Where it was agreed on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreed', to='planning.scoringsession'),
                ),
            migrations.AddField(
                    model_name='scoringversion',
                    name='by',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scoringversion',
                    name='scoring_model',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='planning.scoringmodel'),
                ),
            migrations.AddField(
                    model_name='scoringsession',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='planning.scoringversion'),
                ),
            migrations.AddField(
                    model_name='scoringmodel',
                    name='current',
                    field=models.OneToOneField(help_text='What new score sheets begin with.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.scoringversion'),
                ),
            migrations.AddField(
                    model_name='scoresheet',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='planning.scoringversion'),
                ),
            migrations.AddField(
                    model_name='ranking',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rankings', to='planning.scoringversion'),
                ),
            migrations.AddField(
                    model_name='criterion',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criteria', to='planning.scoringversion'),
                ),
            migrations.AddField(
                    model_name='vote',
                    name='round',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='planning.scoringround'),
                ),
            migrations.AddField(
                    model_name='vote',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_votes', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddConstraint(
                    model_name='candidate',
                    constraint=models.UniqueConstraint(fields=('cycle', 'initiative'), name='candidate_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='candidate',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='e6791a41c74f6581f2ed49b6777f26632c1c7bd9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_1500b', table='planning_candidate', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('cycle', 'initiative'), name='rank_override_one_at_a_time'),
                ),
            migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), models.Q(('reason', ''), _negated=True)), name='rank_override_says_why'),
                ),
            migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='rank_override_ended_by_someone'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='rankoverride',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='e8076c09956403381424a627d2d6580f67ca76b4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_c177f', table='planning_rankoverride', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='score',
                    constraint=models.UniqueConstraint(fields=('ranking', 'initiative'), name='score_once'),
                ),
            migrations.AddConstraint(
                    model_name='score',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('gap', ''), ('rank__isnull', False), ('value__isnull', False)), models.Q(('rank', None), ('value', None), models.Q(('gap', ''), _negated=True)), _connector='OR'), name='score_or_gap'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='score',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='709aa9ef7ed26ba3ae422e8cdc7a6a4b71a6ce90', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_065bf', table='planning_score', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='ballot',
                    constraint=models.UniqueConstraint(fields=('round', 'user'), name='scoring_ballot_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='ballot',
                    trigger=pgtrigger.compiler.Trigger(name='before_the_reveal', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (\n            SELECT 1 FROM planning_scoringround AS asked\n            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'the votes of this round are revealed';\n        END IF;\n        RETURN NEW;\n    ", hash='f6094951d513d7dcec58d16b1817eed3a53bc04e', operation='INSERT OR UPDATE', pgid='pgtrigger_before_the_reveal_cb0f0', table='planning_ballot', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.UniqueConstraint(fields=('session', 'initiative', 'number'), name='scoring_round_number_once'),
                ),
            migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.UniqueConstraint(condition=models.Q(('revealed_at', None)), fields=('session', 'initiative'), name='scoring_round_open_once'),
                ),
            migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('revealed_at', None), ('revealed_by', None)), models.Q(('revealed_at__isnull', False), ('revealed_by__isnull', False)), _connector='OR'), name='scoring_round_revealed_by_someone'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringround',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='953b326fe64377d654bdd034c3cbb55b5c98f840', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_07f59', table='planning_scoringround', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringround',
                    trigger=pgtrigger.compiler.Trigger(name='revealed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."revealed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7e347d64fc71239ab26d9583932dc784265bb5c4', operation='UPDATE OR DELETE', pgid='pgtrigger_revealed_once_1fa85', table='planning_scoringround', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='scoringmember',
                    constraint=models.UniqueConstraint(fields=('session', 'user'), name='scoring_session_member_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringmember',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='54ab2df38f391014ae979253fa64358c04a3fa92', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_40e03', table='planning_scoringmember', when='AFTER')),
                ),
            migrations.AddIndex(
                    model_name='scoreinput',
                    index=models.Index(fields=['cycle', 'scoring_model', 'initiative', 'name', '-id'], name='score_input_newest'),
                ),
            migrations.AddConstraint(
                    model_name='scoreinput',
                    constraint=models.CheckConstraint(condition=models.Q(('session', None), ('value__isnull', False), _connector='OR'), name='score_input_agreed_is_a_value'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoreinput',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='6a47d07cd522fe5f204c3dc4c68d96617b4fbaed', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_76dfb', table='planning_scoreinput', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoreinput',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4e4761203d03ffc474b2cb19a7754c23d08a88c9', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_d2f5c', table='planning_scoreinput', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='scoringversion',
                    constraint=models.UniqueConstraint(fields=('scoring_model', 'number'), name='scoring_version_number_once'),
                ),
            migrations.AddConstraint(
                    model_name='scoringversion',
                    constraint=models.CheckConstraint(condition=models.Q(('formula', ''), _negated=True), name='scoring_version_has_formula'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringversion',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='57afac92bc896d6a39dd71a9a8965409ce7b820b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_1ef95', table='planning_scoringversion', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringversion',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0aa5ae5c86437c663c786e596db719c87d9fae64', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_aff94', table='planning_scoringversion', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='scoringsession',
                    constraint=models.CheckConstraint(condition=models.Q(('asks__len__gte', 1)), name='scoring_session_asks_something'),
                ),
            migrations.AddConstraint(
                    model_name='scoringsession',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='scoring_session_closed_by_someone'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringsession',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='f10d4305b474db7134fb498f12743ba90c837f14', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_04711', table='planning_scoringsession', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoringmodel',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='b6d7c772725d7e4ea052c7953a71b0c8bad0a7f0', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_b002d', table='planning_scoringmodel', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scoresheet',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='008af25b72a49501d0faba988b8999d668cf3726', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_0dac1', table='planning_scoresheet', when='AFTER')),
                ),
            migrations.AddIndex(
                    model_name='ranking',
                    index=models.Index(fields=['cycle', '-at', '-id'], name='ranking_newest'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='ranking',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='fce174c32c5026ae3ae84c132e02114eff06fae1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_d98d0', table='planning_ranking', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='ranking',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7cdbf2a93bcb3fce8579e0a48eb0985bc2d8c07d', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_1babc', table='planning_ranking', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.UniqueConstraint(fields=('version', 'name'), name='criterion_name_once'),
                ),
            migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.UniqueConstraint(fields=('version', 'position'), name='criterion_place_once'),
                ),
            migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.CheckConstraint(condition=models.Q(('name__regex', '^[a-z][a-z0-9_]*$'), models.Q(('question', ''), _negated=True)), name='criterion_has_name'),
                ),
            migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.CheckConstraint(condition=models.Q(('most', None), ('most__gt', models.F('least')), _connector='OR'), name='criterion_bounds_ordered'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='criterion',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='1cc53586260dfde3d3b2324cc04096211988bd35', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_f85c2', table='planning_criterion', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='criterion',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='03659c2ae097607c3a079051abce16c5315d6c2d', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_8a068', table='planning_criterion', when='BEFORE')),
                ),
            migrations.AddConstraint(
                    model_name='vote',
                    constraint=models.UniqueConstraint(fields=('round', 'user', 'name'), name='scoring_vote_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='5a620f74313c4bbdb4716f5eca0ca42e755d383e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_2c9f5', table='planning_vote', when='AFTER')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a5beb943b9010ed0cae30781d53e3f4cace18c0', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_59aea', table='planning_vote', when='BEFORE')),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='after_the_reveal', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT EXISTS (\n            SELECT 1 FROM planning_scoringround AS asked\n            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'the votes of this round are not revealed yet';\n        END IF;\n        RETURN NEW;\n    ", hash='79649ce85c225e14567362566b7ccaf2034cc650', operation='INSERT', pgid='pgtrigger_after_the_reveal_b9e8c', table='planning_vote', when='BEFORE')),
                ),
            migrations.CreateModel(
                    name='InvestmentTarget',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('share', models.PositiveSmallIntegerField(help_text='Per cent.')),
                    ],
                ),
            migrations.CreateModel(
                    name='Scenario',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('adopted', 'Adopted'), ('archived', 'Archived')], default='draft', max_length=10)),
                        ('base', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('made_at', models.DateTimeField()),
                        ('adopted_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
            migrations.CreateModel(
                    name='ScenarioItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('committed', 'Committed'), ('stretch', 'Stretch')], max_length=10)),
                        ('target_on', models.DateField(blank=True, null=True)),
                        ('target_precision', models.CharField(choices=[('day', 'A day'), ('month', 'A month'), ('quarter', 'A quarter')], default='day', max_length=7)),
                    ],
                ),
            migrations.CreateModel(
                    name='TeamCapacity',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run_share', models.PositiveSmallIntegerField(default=20, help_text='Per cent of the time that keeps things running.')),
                        ('adjustment', models.DecimalField(decimal_places=1, default=0, help_text='People-weeks more, or fewer.', max_digits=5)),
                        ('note', models.CharField(blank=True, help_text='Where the adjustment is from.', max_length=120)),
                    ],
                    options={
                        'verbose_name_plural': 'team capacities',
                    },
                ),
            migrations.CreateModel(
                    name='Allocation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('weeks', models.DecimalField(decimal_places=1, max_digits=6)),
                        ('months', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=1, max_digits=6), blank=True, help_text='The weeks of each month of the cycle; nothing means evenly.', null=True, size=None)),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='planning.cycle')),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='planning.initiative')),
                        ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='people.team')),
                    ],
                ),
            migrations.CreateModel(
                    name='InvestmentCategory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(unique=True)),
                        ('name', models.CharField(max_length=60)),
                        ('description', models.CharField(blank=True, max_length=200)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('is_active', models.BooleanField(default=True)),
                        ('takes_run_work', models.BooleanField(default=False, help_text='Run-work of the teams counts here, and what has no initiative.')),
                    ],
                    options={
                        'verbose_name_plural': 'investment categories',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('takes_run_work', True)), fields=('takes_run_work',), name='investment_one_takes_run_work', violation_error_message='Another category takes the run-work already.')],
                    },
                ),
            migrations.CreateModel(
                    name='InitiativeInvestment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='investment', to='planning.initiative')),
                        ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='initiative_investments', to='planning.investmentcategory')),
                    ],
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='investmentcategory',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='8f1647d2969cb4231ec9cc6ee9722a6b077aaa7d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_4b3e5', table='planning_investmentcategory', when='AFTER')),
                ),
            migrations.AddField(
                    model_name='investmenttarget',
                    name='category',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='planning.investmentcategory'),
                ),
            migrations.AddField(
                    model_name='investmenttarget',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='investment_targets', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='scenario',
                    name='adopted_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='scenario',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='scenario',
                    name='made_by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            migrations.AddField(
                    model_name='allocation',
                    name='scenario',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='allocations', to='planning.scenario'),
                ),
            migrations.AddField(
                    model_name='scenarioitem',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenario_items', to='planning.initiative'),
                ),
            migrations.AddField(
                    model_name='scenarioitem',
                    name='scenario',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='planning.scenario'),
                ),
            migrations.AddField(
                    model_name='teamcapacity',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capacities', to='planning.cycle'),
                ),
            migrations.AddField(
                    model_name='teamcapacity',
                    name='scenario',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='planning.scenario'),
                ),
            migrations.AddField(
                    model_name='teamcapacity',
                    name='team',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='people.team'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='initiativeinvestment',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='0033dae42a0a1750dd895b8e61bb91a47ea1a330', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_89f65', table='planning_initiativeinvestment', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='investmenttarget',
                    constraint=models.UniqueConstraint(fields=('cycle', 'category'), name='investment_target_once'),
                ),
            migrations.AddConstraint(
                    model_name='investmenttarget',
                    constraint=models.CheckConstraint(condition=models.Q(('share__range', (1, 100))), name='investment_target_of_a_hundred'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='investmenttarget',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='ea3b2ba7eb899692d24e6495e099e8e50846ad1f', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_90609', table='planning_investmenttarget', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='scenario',
                    constraint=models.UniqueConstraint(fields=('cycle', 'name'), name='scenario_name_once'),
                ),
            migrations.AddConstraint(
                    model_name='scenario',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('adopted_at__isnull', False), ('adopted_by__isnull', False), ('state', 'adopted')), models.Q(models.Q(('state', 'adopted'), _negated=True), ('adopted_at', None), ('adopted_by', None)), _connector='OR'), name='scenario_adopted_by_someone'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scenario',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{base}'::text[], to_jsonb(NEW) - '{base}'::text[]); RETURN NULL;", hash='66b014b640eaaabd139ad7c7cb4ced009704588e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_d3ab4', table='planning_scenario', when='AFTER')),
                ),
            migrations.AddIndex(
                    model_name='allocation',
                    index=models.Index(fields=['team', 'cycle'], name='allocation_by_team'),
                ),
            migrations.AddConstraint(
                    model_name='allocation',
                    constraint=models.UniqueConstraint(fields=('cycle', 'scenario', 'initiative', 'team'), name='allocation_once', nulls_distinct=False),
                ),
            migrations.AddConstraint(
                    model_name='allocation',
                    constraint=models.CheckConstraint(condition=models.Q(('weeks__gte', 0)), name='allocation_not_below_nothing'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='allocation',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='7767c35dee56917d415fa73311882cf25ded0682', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_f5f34', table='planning_allocation', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='scenarioitem',
                    constraint=models.UniqueConstraint(fields=('scenario', 'initiative'), name='scenario_item_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='scenarioitem',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='f43a239e72877da350c6792c1e676c2d9e3d9b28', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_8e09e', table='planning_scenarioitem', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='teamcapacity',
                    constraint=models.UniqueConstraint(fields=('cycle', 'scenario', 'team'), name='team_capacity_once', nulls_distinct=False),
                ),
            migrations.AddConstraint(
                    model_name='teamcapacity',
                    constraint=models.CheckConstraint(condition=models.Q(('run_share__lte', 100)), name='team_capacity_run_share_of_a_hundred'),
                ),
            migrations.AddConstraint(
                    model_name='teamcapacity',
                    constraint=models.CheckConstraint(condition=models.Q(('adjustment', 0), models.Q(('note', ''), _negated=True), _connector='OR'), name='team_capacity_adjusted_with_note'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='teamcapacity',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='a97c9ec3f5a46fb87ab2377a17b7ef0af954dea4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_f9782', table='planning_teamcapacity', when='AFTER')),
                ),
            migrations.CreateModel(
                    name="Dependency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(help_text="What is needed, in a line.", max_length=200)),
                        (
                            "scope",
                            models.TextField(
                                blank=True, help_text="What exactly, as the last offer says it."
                            ),
                        ),
                        ("why", models.TextField()),
                        ("outside_name", models.CharField(blank=True, max_length=120)),
                        ("outside_contact", models.CharField(blank=True, max_length=120)),
                        (
                            "needed_by_on",
                            models.DateField(help_text="By when the asker needs it, as last asked."),
                        ),
                        ("committed_on", models.DateField(blank=True, null=True)),
                        (
                            "first_committed_on",
                            models.DateField(
                                blank=True,
                                help_text="The date of the first promise; later ones are slips.",
                                null=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name_plural": "dependencies",
                    },
                ),
            migrations.CreateModel(
                    name="DependencyDateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("scope", "More work than thought"),
                                    ("capacity", "Too little capacity"),
                                    ("dependency", "It waits for somebody else"),
                                    ("priority", "Something else came first"),
                                    ("quality", "Not good enough yet"),
                                    ("earlier", "It can come earlier"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField()),
                        ("at", models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name="DependencyOffer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "side",
                            models.CharField(
                                choices=[("asking", "Asking side"), ("giving", "Giving side")], max_length=6
                            ),
                        ),
                        ("on", models.DateField(help_text="The date of these terms.")),
                        ("scope", models.TextField(blank=True)),
                        ("note", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                    ],
                ),
            migrations.CreateModel(
                    name="DependencyStateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "from_state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                    ],
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="asked_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="asking_team",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_asked",
                        to="people.team",
                    ),
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="giving_initiative",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The initiative it comes out of.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_given",
                        to="planning.initiative",
                    ),
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="giving_team",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_given",
                        to="people.team",
                    ),
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="initiative",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The initiative that waits for it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies",
                        to="planning.initiative",
                    ),
                ),
            migrations.AddField(
                    model_name="dependency",
                    name="thread",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependency",
                        to="audit.thread",
                    ),
                ),
            migrations.AddField(
                    model_name="dependencydatechange",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            migrations.AddField(
                    model_name="dependencydatechange",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="date_changes",
                        to="planning.dependency",
                    ),
                ),
            migrations.AddField(
                    model_name="dependencyoffer",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            migrations.AddField(
                    model_name="dependencyoffer",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="planning.dependency",
                    ),
                ),
            migrations.AddField(
                    model_name="dependencystatechange",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            migrations.AddField(
                    model_name="dependencystatechange",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_changes",
                        to="planning.dependency",
                    ),
                ),
            migrations.AddIndex(
                    model_name="dependency",
                    index=models.Index(fields=["state", "needed_by_on"], name="dependency_by_state"),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("giving_team__isnull", False),
                                ("outside_contact", ""),
                                ("outside_name", ""),
                            ),
                            models.Q(
                                ("giving_initiative", None),
                                ("giving_team", None),
                                models.Q(("outside_name", ""), _negated=True),
                                models.Q(("outside_contact", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_has_one_giver",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("asking_team", models.F("giving_team")), _negated=True),
                        name="dependency_between_two_teams",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("initiative", models.F("giving_initiative")), _negated=True),
                        name="dependency_between_two_initiatives",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("why", ""), _negated=True)
                        ),
                        name="dependency_says_what_and_why",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("committed_on", None), ("state__in", ["proposed", "countered"])),
                            ("state__in", ["refused", "withdrawn"]),
                            models.Q(
                                ("committed_on__isnull", False),
                                ("first_committed_on__isnull", False),
                                ("state__in", ["committed", "disputed", "delivered", "confirmed"]),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_committed_to_a_date",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delivered_at__isnull", False), ("state__in", ["delivered", "confirmed"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["delivered", "confirmed"]), _negated=True),
                                ("delivered_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_delivered_at",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", False), ("state", "confirmed")),
                            models.Q(
                                models.Q(("state", "confirmed"), _negated=True), ("confirmed_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="dependency_confirmed_at",
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="5682ce66a9a0d1fd1a959423efe1687ebff84796",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_f4f15",
                            table="planning_dependency",
                            when="AFTER",
                        ),
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states_in_order",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:committed,proposed:countered,proposed:refused,proposed:withdrawn,countered:committed,countered:proposed,countered:withdrawn,committed:delivered,committed:refused,committed:withdrawn,delivered:confirmed,delivered:disputed,disputed:delivered,disputed:refused,disputed:withdrawn,refused:proposed,withdrawn:proposed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="03235002f280870ff831d0b1de6c4a201b72a172",
                            operation="UPDATE",
                            pgid="pgtrigger_states_in_order_641a6",
                            table="planning_dependency",
                            when="BEFORE",
                        ),
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencydatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("note", ""), _negated=True)
                        ),
                        name="moved_promise_says_why",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencydatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_on", models.F("to_on")), _negated=True),
                        name="moved_promise_moves",
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependencydatechange",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="37d7350a3856355c9630dbf0be50a5b80d430528",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_facd0",
                            table="planning_dependencydatechange",
                            when="BEFORE",
                        ),
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencyoffer",
                    constraint=models.UniqueConstraint(
                        fields=("dependency", "number"), name="offer_number_once"
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencyoffer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("number", 1), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="offer_against_another_says_why",
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependencyoffer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="ef6f095ee9e11727915633bb35d02595b70b0b4b",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_81fa9",
                            table="planning_dependencyoffer",
                            when="AFTER",
                        ),
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependencyoffer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="987936c14574dcb78121e9a3ed3bc9a0e8fe30b5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_d34a1",
                            table="planning_dependencyoffer",
                            when="BEFORE",
                        ),
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.UniqueConstraint(
                        fields=("dependency", "number"), name="step_number_once"
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_state__in", ["refused", "withdrawn", "disputed"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="step_against_somebody_says_why",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_state", ""), ("number", 1), ("to_state", "proposed")),
                            models.Q(("from_state", "proposed"), ("to_state", "committed")),
                            models.Q(("from_state", "proposed"), ("to_state", "countered")),
                            models.Q(("from_state", "proposed"), ("to_state", "refused")),
                            models.Q(("from_state", "proposed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "countered"), ("to_state", "committed")),
                            models.Q(("from_state", "countered"), ("to_state", "proposed")),
                            models.Q(("from_state", "countered"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "committed"), ("to_state", "delivered")),
                            models.Q(("from_state", "committed"), ("to_state", "refused")),
                            models.Q(("from_state", "committed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "delivered"), ("to_state", "confirmed")),
                            models.Q(("from_state", "delivered"), ("to_state", "disputed")),
                            models.Q(("from_state", "disputed"), ("to_state", "delivered")),
                            models.Q(("from_state", "disputed"), ("to_state", "refused")),
                            models.Q(("from_state", "disputed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "refused"), ("to_state", "proposed")),
                            models.Q(("from_state", "withdrawn"), ("to_state", "proposed")),
                            _connector="OR",
                        ),
                        name="step_in_order",
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="dependencystatechange",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1e1bcb3f26ce9fe2941b63c6e69ff527173fb962",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_f81c0",
                            table="planning_dependencystatechange",
                            when="BEFORE",
                        ),
                    ),
                ),
            migrations.CreateModel(
                    name="RoadmapPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "horizon",
                            models.CharField(
                                choices=[("now", "Now"), ("next", "Next"), ("later", "Later")], max_length=5
                            ),
                        ),
                        (
                            "position",
                            models.PositiveIntegerField(
                                help_text="From the top of its horizon, from 1 on."
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
                            "initiative",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="roadmap_place",
                                to="planning.initiative",
                            ),
                        ),
                    ],
                ),
            migrations.CreateModel(
                    name="RoadmapWording",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("executive", "Executives"),
                                    ("go_to_market", "Go-to-market"),
                                    ("support", "Support"),
                                    ("customer", "Customers"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("text", models.TextField(blank=True, max_length=1000)),
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
                                related_name="wordings",
                                to="planning.initiative",
                            ),
                        ),
                    ],
                ),
            migrations.CreateModel(
                    name="RoadmapLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(help_text="Who gets it, for your own list.", max_length=80),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("executive", "Executives"),
                                    ("go_to_market", "Go-to-market"),
                                    ("support", "Support"),
                                    ("customer", "Customers"),
                                ],
                                default="customer",
                                max_length=12,
                            ),
                        ),
                        ("prefix", models.CharField(help_text="How the secret begins.", max_length=6)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "opened",
                            models.PositiveIntegerField(default=0, help_text="How often it was read."),
                        ),
                        ("last_opened_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "product_area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.productarea",
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="roadmap_link_expires_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("revoked_at", None), ("revoked_by", None)),
                                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="roadmap_link_revoked_by_somebody",
                            ),
                        ],
                    },
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="roadmaplink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{digest,opened,last_opened_at}'::text[], to_jsonb(NEW) - '{digest,opened,last_opened_at}'::text[]); RETURN NULL;",
                            hash="a872ec97ea36bc1aaed28c2b67c885b47c9df404",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_95046",
                            table="planning_roadmaplink",
                            when="AFTER",
                        ),
                    ),
                ),
            migrations.AddConstraint(
                    model_name="roadmapplace",
                    constraint=models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("horizon", "position"),
                        name="roadmap_one_at_a_position",
                    ),
                ),
            migrations.AddConstraint(
                    model_name="roadmapplace",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("position__gte", 1)), name="roadmap_position_from_one"
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="roadmapplace",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD) - '{position}'::text[], to_jsonb(NEW) - '{position}'::text[]); RETURN NULL;",
                            hash="eb045243bead2e0df3c1d2c2a68816e126df4378",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_bc14e",
                            table="planning_roadmapplace",
                            when="AFTER",
                        ),
                    ),
                ),
            migrations.AddConstraint(
                    model_name="roadmapwording",
                    constraint=models.UniqueConstraint(
                        fields=("initiative", "audience"), name="roadmap_worded_once_per_audience"
                    ),
                ),
            migrations.AddConstraint(
                    model_name="roadmapwording",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="roadmap_wording_has_title"
                    ),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name="roadmapwording",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="b17d568c17d87b666544f3e0509ed444edb73cbf",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_d0e4b",
                            table="planning_roadmapwording",
                            when="AFTER",
                        ),
                    ),
                ),
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
            migrations.CreateModel(
                    name='Forecast',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('made_on', models.DateField()),
                        ('made_at', models.DateTimeField()),
                        ('is_weekly', models.BooleanField(help_text='The first of its week; those are never made anew.')),
                        ('seed', models.BigIntegerField()),
                        ('runs', models.PositiveIntegerField(default=10000)),
                        ('paces', models.JSONField(help_text='Of each team: what is left, what it finished each day.')),
                        ('remaining', models.PositiveIntegerField()),
                        ('p50_on', models.DateField(null=True)),
                        ('p85_on', models.DateField(null=True)),
                        ('p95_on', models.DateField(null=True)),
                        ('chance', models.FloatField(help_text="Of being done within the target's tolerance.", null=True)),
                        ('gaps', models.JSONField(default=dict, help_text='What could not be seen: why, and how much.')),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forecasts', to='planning.initiative')),
                    ],
                ),
            migrations.CreateModel(
                    name='TruthCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('checked_on', models.DateField()),
                        ('checked_at', models.DateTimeField()),
                        ('is_weekly', models.BooleanField(help_text='The first of its week; those are never made anew.')),
                        ('status', models.CharField(choices=[('unknown', 'Not reported'), ('on_track', 'On track'), ('at_risk', 'At risk'), ('off_track', 'Off track'), ('done', 'Done')], help_text='As reported then.', max_length=10)),
                        ('status_at', models.DateTimeField(null=True)),
                        ('target_on', models.DateField(null=True)),
                        ('derived', models.CharField(choices=[('unknown', 'Not reported'), ('on_track', 'On track'), ('at_risk', 'At risk'), ('off_track', 'Off track'), ('done', 'Done')], default='unknown', help_text='What follows from Jira.', max_length=10)),
                        ('verdict', models.CharField(choices=[('accurate', 'Accurate'), ('stale', 'Not updated within a week'), ('differs', 'Differs from Jira'), ('unreported', 'Never reported'), ('no_date', 'No target date'), ('unrated', 'Nothing to compare with'), ('paused', 'Paused')], max_length=10)),
                        ('issues_total', models.PositiveIntegerField()),
                        ('issues_done', models.PositiveIntegerField()),
                        ('issues_started', models.PositiveIntegerField()),
                        ('last_moved_at', models.DateTimeField(null=True)),
                        ('synced_at', models.DateTimeField(help_text='Of the newest of its issues.', null=True)),
                        ('standing', models.JSONField(default=list, help_text='Open issues that are blocked or ageing.')),
                        ('scope', models.JSONField(default=dict, help_text='Issues added and removed since the commit.')),
                        ('forecast', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='truth_check', to='planning.forecast')),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='truth_checks', to='planning.initiative')),
                    ],
                ),
            migrations.CreateModel(
                    name='TruthTask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reported', models.CharField(choices=[('unknown', 'Not reported'), ('on_track', 'On track'), ('at_risk', 'At risk'), ('off_track', 'Off track'), ('done', 'Done')], max_length=10)),
                        ('derived', models.CharField(choices=[('unknown', 'Not reported'), ('on_track', 'On track'), ('at_risk', 'At risk'), ('off_track', 'Off track'), ('done', 'Done')], max_length=10)),
                        ('opened_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('outcome', models.CharField(blank=True, choices=[('confirmed', 'Confirmed'), ('corrected', 'Corrected'), ('agreed', 'Agrees again'), ('over', 'No longer asked')], max_length=10)),
                        ('reason', models.TextField(blank=True)),
                        ('quiet_until_on', models.DateField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='truth_tasks', to='planning.initiative')),
                    ],
                ),
            migrations.AddConstraint(
                    model_name='forecast',
                    constraint=models.UniqueConstraint(fields=('initiative', 'made_on', 'is_weekly'), name='forecast_once_a_day'),
                ),
            migrations.AddConstraint(
                    model_name='forecast',
                    constraint=models.CheckConstraint(condition=models.Q(('chance', None), ('chance__range', (0, 1)), _connector='OR'), name='forecast_chance_in_range'),
                ),
            migrations.AddIndex(
                    model_name='truthcheck',
                    index=models.Index(fields=['initiative', '-checked_at'], name='truth_check_by_initiative'),
                ),
            migrations.AddIndex(
                    model_name='truthcheck',
                    index=models.Index(condition=models.Q(('is_weekly', True)), fields=['checked_on'], name='truth_check_weekly'),
                ),
            migrations.AddConstraint(
                    model_name='truthcheck',
                    constraint=models.UniqueConstraint(fields=('initiative', 'checked_on', 'is_weekly'), name='truth_check_once_a_day'),
                ),
            migrations.AddIndex(
                    model_name='truthtask',
                    index=models.Index(fields=['initiative', '-opened_at'], name='truth_task_by_time'),
                ),
            migrations.AddConstraint(
                    model_name='truthtask',
                    constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('initiative',), name='truth_task_open_once'),
                ),
            migrations.AddConstraint(
                    model_name='truthtask',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='truth_task_closed_with_outcome'),
                ),
            migrations.AddConstraint(
                    model_name='truthtask',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('quiet_until_on__isnull', False)), _connector='OR'), name='truth_task_confirmed_with_reason'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='truthtask',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='cc5cbd96264169653b2650da6af4f65d464a8a6a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_582c7', table='planning_truthtask', when='AFTER')),
                ),
            migrations.CreateModel(
                    name='InitiativePause',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('from_on', models.DateField(verbose_name='first day')),
                        ('until_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('reason', models.TextField()),
                        ('at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='planning.initiative')),
                    ],
                ),
            migrations.CreateModel(
                    name='Nudge',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sent_on', models.DateField(help_text="The day on the person's own calendar.")),
                        ('sent_at', models.DateTimeField()),
                        ('items', models.JSONField(help_text='What it named: "update:12", …')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nudges', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
            migrations.CreateModel(
                    name='Snooze',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('item', models.CharField(help_text='Kind and record: "update:12".', max_length=60)),
                        ('until_on', models.DateField(help_text='The day it is asked for again.')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
            migrations.CreateModel(
                    name='Cadence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('days', models.PositiveSmallIntegerField(default=14)),
                        ('initiative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='cadences', to='planning.initiative')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('initiative',), name='cadence_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('days__range', (1, 92))), name='cadence_days_in_range')],
                    },
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='cadence',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='8ff42daaa4eab11553aeafadb49f122d80af5e35', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_7fe75', table='planning_cadence', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='initiativepause',
                    constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('initiative',), name='pause_open_once'),
                ),
            migrations.AddConstraint(
                    model_name='initiativepause',
                    constraint=models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='pause_dates_ordered'),
                ),
            migrations.AddConstraint(
                    model_name='initiativepause',
                    constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='pause_has_reason'),
                ),
            migrations.AddConstraint(
                    model_name='initiativepause',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), ('ended_at__isnull', False), _connector='OR'), name='pause_ended_at'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='initiativepause',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='04b51da8fb65b2762225234b10220b913b9b78b2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_65681', table='planning_initiativepause', when='AFTER')),
                ),
            migrations.AddConstraint(
                    model_name='nudge',
                    constraint=models.UniqueConstraint(fields=('user', 'sent_on'), name='nudge_once_a_day'),
                ),
            migrations.AddConstraint(
                    model_name='snooze',
                    constraint=models.UniqueConstraint(fields=('user', 'item'), name='snooze_once'),
                ),
            pgtrigger.migrations.AddTrigger(
                    model_name='snooze',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='9843a235513b48a05720b4c683462032e9cc508b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_f6502', table='planning_snooze', when='AFTER')),
                ),
        ]),
        migrations.RunPython(add_template, migrations.RunPython.noop),
    ]
