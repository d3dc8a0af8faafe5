import django.db.models.deletion
import intake.models.attachment
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_squashed_0003_rows_of_history_stay'),
        ('intake', '0003_contacts'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(blank=True, help_text='Empty once the bytes are deleted.', max_length=200, upload_to=intake.models.attachment.place)),
                ('name', models.CharField(help_text='As people see it and as it is downloaded.', max_length=150)),
                ('content_type', models.CharField(help_text='Told by its bytes.', max_length=100)),
                ('size', models.PositiveBigIntegerField(help_text='In bytes.')),
                ('digest', models.CharField(help_text='SHA-256.', max_length=64)),
                ('is_public', models.BooleanField(default=False, help_text='May a requester see it?')),
                ('at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(blank=True, help_text='The comment it came with.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attachments', to='audit.comment')),
                ('product_request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='intake.productrequest')),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('product_request', None)), fields=['by'], name='attachment_unsent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('content_type__in', ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/heic', 'application/pdf', 'video/mp4', 'video/quicktime', 'video/webm', 'application/zip', 'text/plain', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.presentation'])), name='attachment_type_known'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('file', ''), _negated=True), ('removed_at__isnull', False), _connector='OR'), name='attachment_present_has_its_bytes'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at', None), ('removed_by', None)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='attachment_removed_by_somebody')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='537ddbdbf501ef4f880dc1c8c6303d0ef7efe67a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_fc69e', table='intake_attachment', when='AFTER')),
        ),
    ]
