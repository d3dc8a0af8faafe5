"""Conversations of tickets, tickets in suggestions, shares by address, runs that tag tickets."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together

ADDRESSES = """
UPDATE intake_requestshare AS share SET email = person.email
FROM people_user AS person WHERE person.id = share.person_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_deletions_found"),
        ("intake", "0010_shown_only_when_ticked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="TaggingRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "At work"), ("done", "Done"), ("failed", "Failed")],
                                default="open",
                                max_length=6,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "total",
                            models.PositiveIntegerField(
                                help_text="Tickets there were when it was asked for."
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        (
                            "passed",
                            models.BigIntegerField(default=0, help_text="The key of the last ticket read."),
                        ),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("token", models.UUIDField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.RemoveConstraint(
                    model_name="quote",
                    name="quote_names_its_place",
                ),
                migrations.RemoveConstraint(
                    model_name="quote",
                    name="quote_is_as_long_as_its_words",
                ),
                migrations.RemoveConstraint(
                    model_name="requestshare",
                    name="shared_with_another",
                ),
                migrations.AddField(
                    model_name="backing",
                    name="opens",
                    field=models.BooleanField(
                        default=True,
                        help_text="It lets its person read the request; not where only the title was promised.",
                    ),
                ),
                migrations.AddField(
                    model_name="clustermember",
                    name="ticket",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cluster_members",
                        to="intake.supportticket",
                    ),
                ),
                migrations.AddField(
                    model_name="clusterrun",
                    name="tickets_read",
                    field=models.PositiveIntegerField(default=0),
                ),
                migrations.AddField(
                    model_name="requestshare",
                    name="email",
                    field=models.EmailField(default="", max_length=254),
                    preserve_default=False,
                ),
                migrations.RunSQL(ADDRESSES, migrations.RunSQL.noop),
                migrations.AddField(
                    model_name="formfield",
                    name="allows_negative",
                    field=models.BooleanField(
                        default=False,
                        help_text="Only numbers ask this.",
                        verbose_name="may be less than 0",
                    ),
                ),
                migrations.AddField(
                    model_name="supportticket",
                    name="conversation",
                    field=models.TextField(
                        blank=True, help_text="What was said after the first message, answers and notes."
                    ),
                ),
                migrations.AlterField(
                    model_name="clustermember",
                    name="product_request",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cluster_members",
                        to="intake.productrequest",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="part",
                    field=models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("body", "Text"),
                            ("talk", "Conversation"),
                            ("why", "Why it matters"),
                            ("answer", "Answer"),
                            ("comment", "Comment"),
                            ("whole", "All of it"),
                        ],
                        max_length=7,
                    ),
                ),
                migrations.AlterField(
                    model_name="requestshare",
                    name="person",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_product_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="productrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_into_spam",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."merged_into_id" IS NOT NULL)',
                            func="\n        IF TG_OP = 'UPDATE' AND NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN\n            RETURN NEW;\n        END IF;\n        PERFORM 1 FROM intake_productrequest WHERE id = NEW.merged_into_id AND is_spam FOR SHARE;\n        IF FOUND THEN\n            RAISE EXCEPTION 'a request is not merged into spam';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="854539ecf5a26cb21c5733bfb8a842fff20d5bb7",
                            operation='INSERT OR UPDATE OF "merged_into_id"',
                            pgid="pgtrigger_not_into_spam_7efe1",
                            table="intake_productrequest",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="clustermember",
                    constraint=models.UniqueConstraint(
                        fields=("cluster", "ticket"), name="cluster_ticket_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="clustermember",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("product_request__isnull", False), ("ticket", None)),
                            models.Q(("product_request", None), ("ticket__isnull", False)),
                            _connector="OR",
                        ),
                        name="cluster_member_of_one_record",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="quote",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("comment", None),
                                ("field__isnull", False),
                                ("part", "answer"),
                                ("ticket", None),
                            ),
                            models.Q(
                                ("comment__isnull", False),
                                ("field", None),
                                ("part", "comment"),
                                ("ticket", None),
                            ),
                            models.Q(
                                ("comment", None), ("field", None), ("part__in", ["title", "body", "whole"])
                            ),
                            models.Q(("comment", None), ("field", None), ("part", "why"), ("ticket", None)),
                            models.Q(
                                ("comment", None),
                                ("field", None),
                                ("part", "talk"),
                                ("product_request", None),
                            ),
                            _connector="OR",
                        ),
                        name="quote_names_its_place",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="quote",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", None), ("part", "whole"), ("start", None), ("text", "")),
                            models.Q(
                                ("part__in", ["title", "body", "talk", "why", "answer", "comment"]),
                                models.Q(("text", ""), _negated=True),
                                (
                                    "end",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("start"),
                                        "+",
                                        django.db.models.functions.text.Length("text"),
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="quote_is_as_long_as_its_words",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="requestshare",
                    constraint=models.UniqueConstraint(
                        models.F("product_request"),
                        django.db.models.functions.text.Lower("email"),
                        name="shared_once_with_an_address",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="requestshare",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("person", None),
                            models.Q(("person", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="shared_with_another",
                    ),
                ),
                migrations.AddField(
                    model_name="taggingrun",
                    name="asked_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taggingrun",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("state",),
                        name="tagging_one_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taggingrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("finished_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="tagging_finished_at",
                    ),
                ),
            ]
        ),
    ]
