import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0014_forums"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
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
            ]
        ),
    ]
