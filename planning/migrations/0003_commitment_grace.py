"""What joined a plan in the first three business days of its cycle belongs to the promise."""

from datetime import datetime, time

from django.db import migrations, models
from django.utils import timezone

from prodops.people.business_time import default_calendar

GRACE_DAYS = 3


def take_in(apps, schema_editor):
    """Mend what was called unplanned because the commit alone decided it."""
    commitments = apps.get_model("planning", "Commitment").objects
    for one in commitments.filter(was_unplanned=True).select_related("cycle"):
        day = default_calendar().add_working_days(one.cycle.starts_on, GRACE_DAYS)
        if one.added_at < timezone.make_aware(datetime.combine(day, time.min)):
            commitments.filter(pk=one.pk).update(was_unplanned=False)


class Migration(migrations.Migration):
    dependencies = [("planning", "0002_initiative_issue_view")]

    operations = [
        migrations.AlterField(
            model_name="commitment",
            name="was_unplanned",
            field=models.BooleanField(
                default=False, help_text="Added after the commit, once the plan was frozen?"
            ),
        ),
        migrations.RunPython(take_in, migrations.RunPython.noop),
    ]
