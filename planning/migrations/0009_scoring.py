import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0003_deletions_found"),
        ("planning", "0008_objectives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='Ballot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sealed', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Candidate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Criterion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('name', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_]{0,39}\\Z', 'Small letters, digits and _, such as people_weeks.')])),
                        ('question', models.CharField(max_length=200)),
                        ('unit', models.CharField(blank=True, max_length=40)),
                        ('source', models.CharField(choices=[('hand', 'By hand'), ('session', 'From a scoring session'), ('voices', 'Voices behind its requests'), ('requests', 'Requests it adopted'), ('arr', 'ARR at stake of its requests'), ('confidence', 'Its reported confidence, in percent'), ('points', 'Story points of its Jira issues'), ('issues', 'Jira issues it counts'), ('value', 'Its planned business value'), ('weeks', 'People-weeks it is given')], default='hand', max_length=10)),
                        ('least', models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                        ('most', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                        ('scale', models.JSONField(blank=True, default=list, help_text='[number as text, words] each.')),
                    ],
                    options={
                        'verbose_name_plural': 'criteria',
                    },
                ),
                migrations.CreateModel(
                    name='Ranking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('occasion', models.CharField(choices=[('kept', 'Kept by hand'), ('commit', 'At the commit'), ('session', 'A scoring session ended'), ('model', 'Before the model changed'), ('override', 'A priority was overridden')], max_length=10)),
                        ('at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='RankOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('place', models.PositiveIntegerField()),
                        ('reason', models.TextField()),
                        ('at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Score',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('value', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                        ('gap', models.CharField(blank=True, help_text='Why there is no score.', max_length=300)),
                        ('rank', models.PositiveIntegerField(help_text='By score alone.', null=True)),
                        ('place', models.PositiveIntegerField(help_text='With overrides; ties share none.')),
                        ('inputs', models.JSONField(help_text='Criterion → [value as text or null, where it is from].')),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoreInput',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40)),
                        ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                        ('at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoreSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoringMember',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('joined_at', models.DateTimeField()),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoringModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True)),
                        ('description', models.CharField(blank=True, max_length=500)),
                        ('archived_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoringRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('number', models.PositiveSmallIntegerField(default=1)),
                        ('opened_at', models.DateTimeField()),
                        ('revealed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoringSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=120)),
                        ('asks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), help_text='Names of the criteria voted on.', size=None)),
                        ('opened_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='ScoringVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('formula', models.TextField(max_length=2000)),
                        ('note', models.CharField(blank=True, help_text='What changed, and why.', max_length=300)),
                        ('at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Vote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40)),
                        ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                    ],
                ),
                migrations.AddField(
                    model_name='ballot',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='candidate',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='candidate',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='candidate',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to='planning.initiative'),
                ),
                migrations.AddField(
                    model_name='ranking',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='ranking',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rankings', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='rankoverride',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='rankoverride',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='rankoverride',
                    name='decision',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.decision'),
                ),
                migrations.AddField(
                    model_name='rankoverride',
                    name='ended_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='rankoverride',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_overrides', to='planning.initiative'),
                ),
                migrations.AddField(
                    model_name='score',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='planning.initiative'),
                ),
                migrations.AddField(
                    model_name='score',
                    name='ranking',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='planning.ranking'),
                ),
                migrations.AddField(
                    model_name='scoreinput',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoreinput',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_inputs', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='scoreinput',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_inputs', to='planning.initiative'),
                ),
                migrations.AddField(
                    model_name='scoresheet',
                    name='by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoresheet',
                    name='cycle',
                    field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='score_sheet', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='scoringmember',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_memberships', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoreinput',
                    name='scoring_model',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inputs', to='planning.scoringmodel'),
                ),
                migrations.AddField(
                    model_name='scoringround',
                    name='initiative',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_rounds', to='planning.initiative'),
                ),
                migrations.AddField(
                    model_name='scoringround',
                    name='opened_by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoringround',
                    name='revealed_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='ballot',
                    name='round',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='planning.scoringround'),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='closed_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='cycle',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_sessions', to='planning.cycle'),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='facilitator',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_sessions_led', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='opened_by',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='thread',
                    field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_session', to='audit.thread'),
                ),
                migrations.AddField(
                    model_name='scoringround',
                    name='session',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='planning.scoringsession'),
                ),
                migrations.AddField(
                    model_name='scoringmember',
                    name='session',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='planning.scoringsession'),
                ),
                migrations.AddField(
                    model_name='scoreinput',
                    name='session',
                    field=models.ForeignKey(help_text='Where it was agreed on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreed', to='planning.scoringsession'),
                ),
                migrations.AddField(
                    model_name='scoringversion',
                    name='by',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='scoringversion',
                    name='scoring_model',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='planning.scoringmodel'),
                ),
                migrations.AddField(
                    model_name='scoringsession',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='planning.scoringversion'),
                ),
                migrations.AddField(
                    model_name='scoringmodel',
                    name='current',
                    field=models.OneToOneField(help_text='What new score sheets begin with.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.scoringversion'),
                ),
                migrations.AddField(
                    model_name='scoresheet',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='planning.scoringversion'),
                ),
                migrations.AddField(
                    model_name='ranking',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rankings', to='planning.scoringversion'),
                ),
                migrations.AddField(
                    model_name='criterion',
                    name='version',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criteria', to='planning.scoringversion'),
                ),
                migrations.AddField(
                    model_name='vote',
                    name='round',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='planning.scoringround'),
                ),
                migrations.AddField(
                    model_name='vote',
                    name='user',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scoring_votes', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddConstraint(
                    model_name='candidate',
                    constraint=models.UniqueConstraint(fields=('cycle', 'initiative'), name='candidate_once'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='candidate',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='e6791a41c74f6581f2ed49b6777f26632c1c7bd9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_1500b', table='planning_candidate', when='AFTER')),
                ),
                migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('cycle', 'initiative'), name='rank_override_one_at_a_time'),
                ),
                migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), models.Q(('reason', ''), _negated=True)), name='rank_override_says_why'),
                ),
                migrations.AddConstraint(
                    model_name='rankoverride',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='rank_override_ended_by_someone'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='rankoverride',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='e8076c09956403381424a627d2d6580f67ca76b4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_c177f', table='planning_rankoverride', when='AFTER')),
                ),
                migrations.AddConstraint(
                    model_name='score',
                    constraint=models.UniqueConstraint(fields=('ranking', 'initiative'), name='score_once'),
                ),
                migrations.AddConstraint(
                    model_name='score',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('gap', ''), ('rank__isnull', False), ('value__isnull', False)), models.Q(('rank', None), ('value', None), models.Q(('gap', ''), _negated=True)), _connector='OR'), name='score_or_gap'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='score',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='709aa9ef7ed26ba3ae422e8cdc7a6a4b71a6ce90', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_065bf', table='planning_score', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='ballot',
                    constraint=models.UniqueConstraint(fields=('round', 'user'), name='scoring_ballot_once'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='ballot',
                    trigger=pgtrigger.compiler.Trigger(name='before_the_reveal', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (\n            SELECT 1 FROM planning_scoringround AS asked\n            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'the votes of this round are revealed';\n        END IF;\n        RETURN NEW;\n    ", hash='f6094951d513d7dcec58d16b1817eed3a53bc04e', operation='INSERT OR UPDATE', pgid='pgtrigger_before_the_reveal_cb0f0', table='planning_ballot', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.UniqueConstraint(fields=('session', 'initiative', 'number'), name='scoring_round_number_once'),
                ),
                migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.UniqueConstraint(condition=models.Q(('revealed_at', None)), fields=('session', 'initiative'), name='scoring_round_open_once'),
                ),
                migrations.AddConstraint(
                    model_name='scoringround',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('revealed_at', None), ('revealed_by', None)), models.Q(('revealed_at__isnull', False), ('revealed_by__isnull', False)), _connector='OR'), name='scoring_round_revealed_by_someone'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringround',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='953b326fe64377d654bdd034c3cbb55b5c98f840', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_07f59', table='planning_scoringround', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringround',
                    trigger=pgtrigger.compiler.Trigger(name='revealed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."revealed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7e347d64fc71239ab26d9583932dc784265bb5c4', operation='UPDATE OR DELETE', pgid='pgtrigger_revealed_once_1fa85', table='planning_scoringround', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='scoringmember',
                    constraint=models.UniqueConstraint(fields=('session', 'user'), name='scoring_session_member_once'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringmember',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='54ab2df38f391014ae979253fa64358c04a3fa92', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_40e03', table='planning_scoringmember', when='AFTER')),
                ),
                migrations.AddIndex(
                    model_name='scoreinput',
                    index=models.Index(fields=['cycle', 'scoring_model', 'initiative', 'name', '-id'], name='score_input_newest'),
                ),
                migrations.AddConstraint(
                    model_name='scoreinput',
                    constraint=models.CheckConstraint(condition=models.Q(('session', None), ('value__isnull', False), _connector='OR'), name='score_input_agreed_is_a_value'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoreinput',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='6a47d07cd522fe5f204c3dc4c68d96617b4fbaed', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_76dfb', table='planning_scoreinput', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoreinput',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4e4761203d03ffc474b2cb19a7754c23d08a88c9', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_d2f5c', table='planning_scoreinput', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='scoringversion',
                    constraint=models.UniqueConstraint(fields=('scoring_model', 'number'), name='scoring_version_number_once'),
                ),
                migrations.AddConstraint(
                    model_name='scoringversion',
                    constraint=models.CheckConstraint(condition=models.Q(('formula', ''), _negated=True), name='scoring_version_has_formula'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringversion',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='57afac92bc896d6a39dd71a9a8965409ce7b820b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_1ef95', table='planning_scoringversion', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringversion',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0aa5ae5c86437c663c786e596db719c87d9fae64', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_aff94', table='planning_scoringversion', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='scoringsession',
                    constraint=models.CheckConstraint(condition=models.Q(('asks__len__gte', 1)), name='scoring_session_asks_something'),
                ),
                migrations.AddConstraint(
                    model_name='scoringsession',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='scoring_session_closed_by_someone'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringsession',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='f10d4305b474db7134fb498f12743ba90c837f14', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_04711', table='planning_scoringsession', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoringmodel',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='b6d7c772725d7e4ea052c7953a71b0c8bad0a7f0', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_b002d', table='planning_scoringmodel', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='scoresheet',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='008af25b72a49501d0faba988b8999d668cf3726', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_0dac1', table='planning_scoresheet', when='AFTER')),
                ),
                migrations.AddIndex(
                    model_name='ranking',
                    index=models.Index(fields=['cycle', '-at', '-id'], name='ranking_newest'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='ranking',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='fce174c32c5026ae3ae84c132e02114eff06fae1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_d98d0', table='planning_ranking', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='ranking',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7cdbf2a93bcb3fce8579e0a48eb0985bc2d8c07d', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_1babc', table='planning_ranking', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.UniqueConstraint(fields=('version', 'name'), name='criterion_name_once'),
                ),
                migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.UniqueConstraint(fields=('version', 'position'), name='criterion_place_once'),
                ),
                migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.CheckConstraint(condition=models.Q(('name__regex', '^[a-z][a-z0-9_]*$'), models.Q(('question', ''), _negated=True)), name='criterion_has_name'),
                ),
                migrations.AddConstraint(
                    model_name='criterion',
                    constraint=models.CheckConstraint(condition=models.Q(('most', None), ('most__gt', models.F('least')), _connector='OR'), name='criterion_bounds_ordered'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='criterion',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='1cc53586260dfde3d3b2324cc04096211988bd35', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_f85c2', table='planning_criterion', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='criterion',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='03659c2ae097607c3a079051abce16c5315d6c2d', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_8a068', table='planning_criterion', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='vote',
                    constraint=models.UniqueConstraint(fields=('round', 'user', 'name'), name='scoring_vote_once'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='recorded', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;', hash='5a620f74313c4bbdb4716f5eca0ca42e755d383e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_recorded_2c9f5', table='planning_vote', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a5beb943b9010ed0cae30781d53e3f4cace18c0', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_59aea', table='planning_vote', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='vote',
                    trigger=pgtrigger.compiler.Trigger(name='after_the_reveal', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT EXISTS (\n            SELECT 1 FROM planning_scoringround AS asked\n            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL\n        ) THEN\n            RAISE EXCEPTION 'the votes of this round are not revealed yet';\n        END IF;\n        RETURN NEW;\n    ", hash='79649ce85c225e14567362566b7ccaf2034cc650', operation='INSERT', pgid='pgtrigger_after_the_reveal_b9e8c', table='planning_vote', when='BEFORE')),
                ),
            ]
        ),
    ]
