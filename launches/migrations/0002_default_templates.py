"""Give a fresh install readiness templates for every tier and kind."""

from django.db import migrations

from launches import defaults


def install(apps, schema_editor):
    defaults.install(
        functions=apps.get_model("people", "Function").objects.all(),
        templates=apps.get_model("launches", "ReadinessTemplate").objects.all(),
        items=apps.get_model("launches", "TemplateItem").objects.all(),
    )


class Migration(migrations.Migration):
    dependencies = [("launches", "0001_squashed_0005_versions")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
