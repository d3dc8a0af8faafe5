from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0007_cycle_milestones"),
    ]

    operations = []
