import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0015_truth_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
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
            ]
        ),
    ]
