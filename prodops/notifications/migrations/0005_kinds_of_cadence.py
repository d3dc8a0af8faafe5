from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_kind_of_forums'),
    ]

    operations = [
        Together(
            [
                migrations.AlterField(
                    model_name='notification',
                    name='kind',
                    field=models.CharField(choices=[('mention', 'Someone mentions me'), ('assignment', 'Something is assigned to me'), ('request', 'A request I made or back changes'), ('comment', 'Someone comments on what I follow'), ('triage', 'Triage needs me'), ('initiative', 'An initiative I follow changes'), ('launch', 'A launch I follow changes'), ('sign_off', 'A sign-off is wanted from me'), ('sync', 'A connection fails or recovers'), ('readout', 'A readout is ready'), ('themes', 'A week of what customers say is over'), ('nudge', 'Something of mine in planning is overdue'), ('followed', 'A week of what I follow in planning is over'), ('forum', 'A forum I belong to meets, moves or has minutes')], max_length=12),
                ),
                migrations.AlterField(
                    model_name='preference',
                    name='kind',
                    field=models.CharField(choices=[('mention', 'Someone mentions me'), ('assignment', 'Something is assigned to me'), ('request', 'A request I made or back changes'), ('comment', 'Someone comments on what I follow'), ('triage', 'Triage needs me'), ('initiative', 'An initiative I follow changes'), ('launch', 'A launch I follow changes'), ('sign_off', 'A sign-off is wanted from me'), ('sync', 'A connection fails or recovers'), ('readout', 'A readout is ready'), ('themes', 'A week of what customers say is over'), ('nudge', 'Something of mine in planning is overdue'), ('followed', 'A week of what I follow in planning is over'), ('forum', 'A forum I belong to meets, moves or has minutes')], max_length=12),
                ),
            ]
        ),
    ]
