import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jira", "0002_versions_sprints_fields_payloads"),
        ("reporting", "0004_edition_chart_figure"),
    ]

    operations = [
        migrations.CreateModel(
            name="FlowBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("blocked_at", models.DateTimeField()),
                ("freed_at", models.DateTimeField(null=True)),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flow_blocks",
                        to="jira.jiraissue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issue", "blocked_at"), name="flow_block_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("freed_at", None),
                            ("freed_at__gt", models.F("blocked_at")),
                            _connector="OR",
                        ),
                        name="flow_block_ordered",
                    ),
                ],
            },
        ),
    ]
