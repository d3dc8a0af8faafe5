"""A request is shown to others only where its author said so."""

from django.db import migrations, models

HIDE = "UPDATE intake_productrequest SET is_shared = FALSE WHERE is_shared AND source <> 'portal'"


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_requests_by_priority")]

    operations = [
        migrations.AlterField(
            model_name="productrequest",
            name="is_shared",
            field=models.BooleanField(
                default=False,
                help_text="Shown to others who ask for something similar, by its title; backers "
                "read it.",
            ),
        ),
        # By mail, from Slack, from files: there was no tick, so nobody said so.
        migrations.RunSQL(HIDE, migrations.RunSQL.noop),
    ]
