from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jira", "0009_changes_checked_by_statement"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="jirachange",
            index=models.Index(
                condition=models.Q(
                    ("field__in", ("Epic Link", "IssueParentAssociation", "Parent"))
                ),
                fields=["at"],
                name="jira_parent_change",
            ),
        ),
    ]
