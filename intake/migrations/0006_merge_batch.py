from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_rows_of_history_stay")]
    operations = [
        migrations.AddField(
            model_name="merge",
            name="batch",
            field=models.UUIDField(
                blank=True,
                db_index=True,
                help_text="Merges made in one go share it.",
                null=True,
            ),
        ),
    ]
