import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0007_imports_and_tickets'),
        ('mailbox', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='mail',
            field=models.ForeignKey(blank=True, help_text='The mail it came with.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attachments', to='mailbox.inboundmail'),
        ),
        migrations.CreateModel(
            name='MailPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strangers', models.CharField(choices=[('answer', 'Answer once a day that they need an account'), ('hold', 'Set their mail aside until an administrator makes an account'), ('ignore', 'Ignore them')], default='answer', help_text='Who have no account.', max_length=8)),
                ('kind', models.ForeignKey(blank=True, help_text='Of new requests; the first active one if empty.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.requestkind')),
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='policy', to='mailbox.mailbox')),
            ],
            options={
                'verbose_name_plural': 'mail policies',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mailpolicy',
            trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='5a54947d9f5fdaff7f4171ba7fd5c33945b19e76', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_3a020', table='intake_mailpolicy', when='AFTER')),
        ),
    ]
