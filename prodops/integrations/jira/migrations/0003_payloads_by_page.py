import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0002_wanted_runs'),
        ('jira', '0002_versions_sprints_fields_payloads'),
    ]

    operations = [
        migrations.DeleteModel(name='JiraPayload'),
        migrations.CreateModel(
            name='JiraPayload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.BinaryField(help_text='JSON lines, compressed.')),
                ('size', models.PositiveIntegerField(help_text='Bytes before compression.')),
                ('fetched_at', models.DateTimeField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jira_payloads', to='integrations.connection')),
            ],
        ),
        migrations.AddField(
            model_name='jiraissue',
            name='payload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='issues', to='jira.jirapayload'),
        ),
    ]
