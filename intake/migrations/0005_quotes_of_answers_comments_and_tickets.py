import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from prodops.migrating import Together

# What themes weigh: behind `ThemeStanding`. Every part is grouped by theme, so that asked for one
# theme it reads the links of that one, and asked for all it reads each table once. Nothing is at
# stake any more once it is out; a ticket is out when all requests are for which it is evidence.
MAKE_VIEW = """
CREATE VIEW intake_themestanding AS
SELECT theme.id AS theme_id,
       coalesce(requests.asked, '{}') AS asked,
       coalesce(tickets.told, '{}') AS told,
       coalesce(tickets.number, 0) AS tickets,
       coalesce(heard.voices, 0) AS voices,
       coalesce(heard.arr, 0) AS arr,
       newest.at AS quoted_at
FROM intake_theme theme
LEFT JOIN (
    SELECT theme_id, max(at) AS at FROM intake_themequote WHERE removed_at IS NULL GROUP BY theme_id
) newest ON newest.theme_id = theme.id
LEFT JOIN (
    SELECT said.theme_id, array_agg(request.submitted_at ORDER BY request.submitted_at) AS asked
    FROM (
        SELECT DISTINCT theme_id, product_request_id FROM intake_themequote
        WHERE removed_at IS NULL AND product_request_id IS NOT NULL
    ) said
    JOIN intake_productrequest request
        ON request.id = said.product_request_id AND NOT request.is_spam
    GROUP BY said.theme_id
) requests ON requests.theme_id = theme.id
LEFT JOIN (
    SELECT said.theme_id, count(*) AS number,
           array_agg(ticket.opened_at ORDER BY ticket.opened_at) FILTER (WHERE NOT EXISTS (
               SELECT 1 FROM intake_ticketlink evidence
               JOIN intake_themequote other
                   ON other.product_request_id = evidence.product_request_id
               JOIN intake_productrequest request ON request.id = other.product_request_id
               WHERE evidence.ticket_id = said.ticket_id AND other.theme_id = said.theme_id
               AND other.removed_at IS NULL AND NOT request.is_spam
           )) AS told
    FROM (
        SELECT DISTINCT theme_id, ticket_id FROM intake_themequote
        WHERE removed_at IS NULL AND ticket_id IS NOT NULL
    ) said
    JOIN intake_supportticket ticket ON ticket.id = said.ticket_id
    GROUP BY said.theme_id
) tickets ON tickets.theme_id = theme.id
LEFT JOIN (
    SELECT voice.theme_id, sum(voice.number)::integer AS voices,
           sum(account.arr) FILTER (WHERE voice.is_at_stake) AS arr
    FROM (
        SELECT one.theme_id, one.account_id, bool_or(one.is_at_stake) AS is_at_stake,
               greatest(count(one.person_id), 1) AS number
        FROM (
            SELECT link.theme_id, backing.account_id, backing.person_id,
                   bool_or(coalesce(parent.state, request.state) NOT IN ('shipped', 'closed'))
                   AS is_at_stake
            FROM intake_themequote link
            JOIN intake_productrequest request
                ON request.id = link.product_request_id AND NOT request.is_spam
            LEFT JOIN intake_productrequest parent ON parent.id = request.merged_into_id
            JOIN intake_backing backing ON backing.product_request_id = request.id
            WHERE link.removed_at IS NULL
            GROUP BY link.theme_id, backing.account_id, backing.person_id
            UNION ALL
            SELECT link.theme_id, ticket.account_id, NULL, coalesce(uses.is_any_open, true)
            FROM intake_themequote link
            JOIN intake_supportticket ticket ON ticket.id = link.ticket_id
            LEFT JOIN LATERAL (
                SELECT bool_or(coalesce(parent.state, request.state) NOT IN ('shipped', 'closed'))
                       AS is_any_open
                FROM intake_ticketlink evidence
                JOIN intake_productrequest request ON request.id = evidence.product_request_id
                LEFT JOIN intake_productrequest parent ON parent.id = request.merged_into_id
                WHERE evidence.ticket_id = ticket.id
            ) uses ON true
            WHERE link.removed_at IS NULL AND ticket.account_id IS NOT NULL
        ) one
        GROUP BY one.theme_id, one.account_id
    ) voice
    LEFT JOIN intake_account account ON account.id = voice.account_id
    GROUP BY voice.theme_id
) heard ON heard.theme_id = theme.id
"""
# A ticket that spoke for a theme is quoted as a whole from now on; what was attached to a merged
# theme follows its merge by trigger.
QUOTE_TICKETS = """
INSERT INTO intake_quote (ticket_id, part, text, at, by_id)
SELECT DISTINCT ON (ticket_id) ticket_id, 'whole', '', at, by_id
FROM intake_tickettheme ORDER BY ticket_id, at, id;
INSERT INTO intake_themequote (quote_id, ticket_id, attached_to_id, theme_id, at, by_id)
SELECT quote.id, old.ticket_id, old.theme_id, old.theme_id, old.at, old.by_id
FROM intake_tickettheme old
JOIN intake_quote quote ON quote.ticket_id = old.ticket_id AND quote.part = 'whole'
ORDER BY old.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_squashed_0003_rows_of_history_stay'),
        ('intake', '0004_voices_counted_and_orders_indexed'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='ThemeStanding',
                    fields=[
                        ('theme', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='intake.theme')),
                        ('asked', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='When each of its requests was asked.', size=None)),
                        ('told', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='When each of its tickets was opened that is no evidence for one of these.', size=None)),
                        ('tickets', models.PositiveIntegerField()),
                        ('voices', models.PositiveIntegerField()),
                        ('arr', models.DecimalField(decimal_places=2, help_text='Of what is not out yet.', max_digits=14)),
                        ('quoted_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'db_table': 'intake_themestanding',
                        'managed': False,
                    },
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name='themequote',
                    name='living_theme',
                ),
                migrations.RemoveConstraint(
                    model_name='quote',
                    name='quote_once',
                ),
                migrations.RemoveConstraint(
                    model_name='quote',
                    name='quote_is_as_long_as_its_words',
                ),
                migrations.AddField(
                    model_name='quote',
                    name='comment',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='quotes', to='audit.comment'),
                ),
                migrations.AddField(
                    model_name='quote',
                    name='field',
                    field=models.ForeignKey(blank=True, help_text='The question, where an answer is quoted.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='intake.formfield'),
                ),
                migrations.AddField(
                    model_name='quote',
                    name='ticket',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='quotes', to='intake.supportticket'),
                ),
                migrations.AddField(
                    model_name='themequote',
                    name='ticket',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='theme_links', to='intake.supportticket'),
                ),
                migrations.AlterField(
                    model_name='quote',
                    name='part',
                    field=models.CharField(choices=[('title', 'Title'), ('body', 'Text'), ('why', 'Why it matters'), ('answer', 'Answer'), ('comment', 'Comment'), ('whole', 'All of it')], max_length=7),
                ),
                migrations.AlterField(
                    model_name='quote',
                    name='product_request',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='quotes', to='intake.productrequest'),
                ),
                migrations.AlterField(
                    model_name='themequote',
                    name='product_request',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='theme_links', to='intake.productrequest'),
                ),
                migrations.AddIndex(
                    model_name='themequote',
                    index=models.Index(condition=models.Q(('removed_at', None), ('ticket__isnull', False)), fields=['theme', 'ticket'], name='theme_quote_by_ticket'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='quote',
                    trigger=pgtrigger.compiler.Trigger(name='own_comment', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."comment_id" IS NOT NULL)', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM audit_comment JOIN intake_productrequest USING (thread_id)\n            WHERE audit_comment.id = NEW.comment_id\n            AND intake_productrequest.id = NEW.product_request_id\n        ) THEN\n            RAISE EXCEPTION 'a quote of a comment belongs to the request it was written on';\n        END IF;\n        RETURN NEW;\n    ", hash='9b5d406006850d1e2cd12799a062c938c8f6cf73', operation='INSERT OR UPDATE OF "comment_id", "product_request_id"', pgid='pgtrigger_own_comment_6f95c', table='intake_quote', when='BEFORE')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='themequote',
                    trigger=pgtrigger.compiler.Trigger(name='living_theme', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        SELECT product_request_id, ticket_id INTO NEW.product_request_id, NEW.ticket_id\n        FROM intake_quote WHERE id = NEW.quote_id;\n        SELECT coalesce(merged_into_id, id) INTO NEW.theme_id\n        FROM intake_theme WHERE id = NEW.attached_to_id FOR SHARE;\n        RETURN NEW;\n    ', hash='880f7bd795bdd55a33f6792c0ae577d73b7caed9', operation='INSERT OR UPDATE OF "attached_to_id", "quote_id"', pgid='pgtrigger_living_theme_b9519', table='intake_themequote', when='BEFORE')),
                ),
                migrations.AddConstraint(
                    model_name='quote',
                    constraint=models.UniqueConstraint(models.F('product_request'), models.F('ticket'), models.F('part'), models.F('field'), models.F('comment'), models.F('start'), models.F('end'), django.db.models.functions.text.MD5('text'), name='quote_once', nulls_distinct=False),
                ),
                migrations.AddConstraint(
                    model_name='quote',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('product_request__isnull', False), ('ticket', None)), models.Q(('product_request', None), ('ticket__isnull', False)), _connector='OR'), name='quote_of_one_record'),
                ),
                migrations.AddConstraint(
                    model_name='quote',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('field__isnull', False), ('part', 'answer'), ('ticket', None)), models.Q(('comment__isnull', False), ('field', None), ('part', 'comment'), ('ticket', None)), models.Q(('comment', None), ('field', None), ('part__in', ['title', 'body', 'whole'])), models.Q(('comment', None), ('field', None), ('part', 'why'), ('ticket', None)), _connector='OR'), name='quote_names_its_place'),
                ),
                migrations.AddConstraint(
                    model_name='quote',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', None), ('part', 'whole'), ('start', None), ('text', '')), models.Q(('part__in', ['title', 'body', 'why', 'answer', 'comment']), models.Q(('text', ''), _negated=True), ('end', django.db.models.expressions.CombinedExpression(models.F('start'), '+', django.db.models.functions.text.Length('text')))), _connector='OR'), name='quote_is_as_long_as_its_words'),
                ),
                migrations.AddConstraint(
                    model_name='themequote',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('product_request__isnull', False), ('ticket', None)), models.Q(('product_request', None), ('ticket__isnull', False)), _connector='OR'), name='theme_quote_of_one_record'),
                ),
                migrations.AddIndex(
                    model_name='productrequest',
                    index=models.Index(fields=['id'], include=('submitted_at', 'state', 'is_spam', 'merged_into'), name='request_weighed'),
                ),
                migrations.RunSQL(QUOTE_TICKETS, migrations.RunSQL.noop),
                migrations.DeleteModel(
                    name='TicketTheme',
                ),
                migrations.RunSQL(MAKE_VIEW, "DROP VIEW intake_themestanding"),
            ]
        ),
    ]
