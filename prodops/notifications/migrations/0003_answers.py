import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_squashed_0003_rows_of_history_stay'),
        ('notifications', '0002_kind_of_the_week'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='ReplyAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('thread_kind', models.CharField(max_length=40, unique=True)),
                        ('address', models.EmailField(max_length=254)),
                    ],
                    options={
                        'verbose_name_plural': 'reply addresses',
                    },
                ),
                migrations.AddField(
                    model_name='mail',
                    name='in_reply_to',
                    field=models.CharField(blank=True, help_text='Message-ID of the mail it answers.', max_length=250),
                ),
                migrations.AddField(
                    model_name='mail',
                    name='is_public',
                    field=models.BooleanField(blank=True, help_text='Whether what it tells is public; unknown where that depends on the reader.', null=True),
                ),
                migrations.AddField(
                    model_name='mail',
                    name='reference',
                    field=models.CharField(blank=True, help_text='What its Message-ID has before the @.', max_length=40),
                ),
                migrations.AddField(
                    model_name='mail',
                    name='thread',
                    field=models.ForeignKey(blank=True, help_text='The record an answer to it belongs to.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='audit.thread'),
                ),
                migrations.AddIndex(
                    model_name='mail',
                    index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='mail_by_reference'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='replyaddress',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='354aa6ff259dff5db4c7bfc2fa0ea88254175676', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_0954f', table='notifications_replyaddress', when='AFTER')),
                ),
            ]
        ),
    ]
