from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0006_business_value"),
    ]

    operations = []
