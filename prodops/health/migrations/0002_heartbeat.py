from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("health", "0001_extensions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("queue", models.CharField(max_length=40, unique=True)),
                ("beaten_at", models.DateTimeField()),
            ],
        ),
    ]
