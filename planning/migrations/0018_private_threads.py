from django.db import migrations

CLOSE = """
    UPDATE audit_thread SET is_private = true WHERE id IN (
        SELECT thread_id FROM planning_forum WHERE is_private
        UNION ALL
        SELECT action.thread_id FROM planning_action AS action
        JOIN planning_forumsession AS session ON session.id = action.session_id
        JOIN planning_forum AS forum ON forum.id = session.forum_id
        WHERE forum.is_private
    )
"""


class Migration(migrations.Migration):
    """Close the stories of private forums and of their actions."""

    dependencies = [
        ("audit", "0004_private_threads"),
        ("planning", "0017_plan_days"),
    ]

    operations = [migrations.RunSQL(CLOSE, migrations.RunSQL.noop)]
