from django.db import migrations

KINDS = [
    ("idea", "Idea", "Something the product could do.", 16, 80),
    ("problem", "Problem", "Something that costs you or a customer time or money.", 8, 40),
    ("question", "Question", "You want to know whether or when something is possible.", 8, 24),
    ("compliance", "Compliance", "A law, a contract or an audit demands it.", 8, 40),
    ("partner", "Partner", "A partner or an integration needs it.", 16, 80),
    ("escalation", "Escalation", "A customer relation is at risk; we look the same day.", 2, 8),
]
CATEGORIES = [
    ("capability", "New capability"),
    ("usability", "Usability"),
    ("reliability", "Reliability"),
    ("reporting", "Reporting and export"),
    ("integration", "Integration"),
    ("compliance", "Compliance"),
]


def add_defaults(apps, schema_editor):
    """Let a fresh hub take requests at once; an organisation changes all of it in admin."""
    kinds = apps.get_model("intake", "RequestKind").objects
    for position, (slug, name, description, acknowledge, answer) in enumerate(KINDS):
        kinds.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "description": description,
                "position": position,
                "acknowledge_hours": acknowledge,
                "answer_hours": answer,
            },
        )
    categories = apps.get_model("intake", "Category").objects
    for slug, name in CATEGORIES:
        categories.get_or_create(slug=slug, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_squashed_0010_suggestions")]
    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop, elidable=False)]
