from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0015_truth_checks"),
    ]

    operations = []
