"""A go/no-go says which date it was given for."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("launches", "0002_default_templates")]

    operations = [
        migrations.AddField(
            model_name="gonogo",
            name="launch_on",
            field=models.DateField(
                default=datetime.date(2000, 1, 1), help_text="The date it was given for."
            ),
            preserve_default=False,
        )
    ]
