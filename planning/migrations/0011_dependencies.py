import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from prodops.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_deletions_found"),
        ("planning", "0010_capacity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Dependency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(help_text="What is needed, in a line.", max_length=200)),
                        (
                            "scope",
                            models.TextField(
                                blank=True, help_text="What exactly, as the last offer says it."
                            ),
                        ),
                        ("why", models.TextField()),
                        ("outside_name", models.CharField(blank=True, max_length=120)),
                        ("outside_contact", models.CharField(blank=True, max_length=120)),
                        (
                            "needed_by_on",
                            models.DateField(help_text="By when the asker needs it, as last asked."),
                        ),
                        ("committed_on", models.DateField(blank=True, null=True)),
                        (
                            "first_committed_on",
                            models.DateField(
                                blank=True,
                                help_text="The date of the first promise; later ones are slips.",
                                null=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name_plural": "dependencies",
                    },
                ),
                migrations.CreateModel(
                    name="DependencyDateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("scope", "More work than thought"),
                                    ("capacity", "Too little capacity"),
                                    ("dependency", "It waits for somebody else"),
                                    ("priority", "Something else came first"),
                                    ("quality", "Not good enough yet"),
                                    ("earlier", "It can come earlier"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("note", models.TextField()),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="DependencyOffer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "side",
                            models.CharField(
                                choices=[("asking", "Asking side"), ("giving", "Giving side")], max_length=6
                            ),
                        ),
                        ("on", models.DateField(help_text="The date of these terms.")),
                        ("scope", models.TextField(blank=True)),
                        ("note", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="DependencyStateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "from_state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Asked"),
                                    ("countered", "Counter-offer"),
                                    ("committed", "Committed"),
                                    ("disputed", "Disputed"),
                                    ("delivered", "To confirm"),
                                    ("confirmed", "Delivered"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="asked_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="asking_team",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_asked",
                        to="people.team",
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="giving_initiative",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The initiative it comes out of.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_given",
                        to="planning.initiative",
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="giving_team",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies_given",
                        to="people.team",
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="initiative",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The initiative that waits for it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependencies",
                        to="planning.initiative",
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="thread",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependency",
                        to="audit.thread",
                    ),
                ),
                migrations.AddField(
                    model_name="dependencydatechange",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="dependencydatechange",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="date_changes",
                        to="planning.dependency",
                    ),
                ),
                migrations.AddField(
                    model_name="dependencyoffer",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="dependencyoffer",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="planning.dependency",
                    ),
                ),
                migrations.AddField(
                    model_name="dependencystatechange",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="dependencystatechange",
                    name="dependency",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_changes",
                        to="planning.dependency",
                    ),
                ),
                migrations.AddIndex(
                    model_name="dependency",
                    index=models.Index(fields=["state", "needed_by_on"], name="dependency_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("giving_team__isnull", False),
                                ("outside_contact", ""),
                                ("outside_name", ""),
                            ),
                            models.Q(
                                ("giving_initiative", None),
                                ("giving_team", None),
                                models.Q(("outside_name", ""), _negated=True),
                                models.Q(("outside_contact", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_has_one_giver",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("asking_team", models.F("giving_team")), _negated=True),
                        name="dependency_between_two_teams",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("initiative", models.F("giving_initiative")), _negated=True),
                        name="dependency_between_two_initiatives",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("why", ""), _negated=True)
                        ),
                        name="dependency_says_what_and_why",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("committed_on", None), ("state__in", ["proposed", "countered"])),
                            ("state__in", ["refused", "withdrawn"]),
                            models.Q(
                                ("committed_on__isnull", False),
                                ("first_committed_on__isnull", False),
                                ("state__in", ["committed", "disputed", "delivered", "confirmed"]),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_committed_to_a_date",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delivered_at__isnull", False), ("state__in", ["delivered", "confirmed"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["delivered", "confirmed"]), _negated=True),
                                ("delivered_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="dependency_delivered_at",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", False), ("state", "confirmed")),
                            models.Q(
                                models.Q(("state", "confirmed"), _negated=True), ("confirmed_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="dependency_confirmed_at",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="5682ce66a9a0d1fd1a959423efe1687ebff84796",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_f4f15",
                            table="planning_dependency",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependency",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states_in_order",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:committed,proposed:countered,proposed:refused,proposed:withdrawn,countered:committed,countered:proposed,countered:withdrawn,committed:delivered,committed:refused,committed:withdrawn,delivered:confirmed,delivered:disputed,disputed:delivered,disputed:refused,disputed:withdrawn,refused:proposed,withdrawn:proposed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="03235002f280870ff831d0b1de6c4a201b72a172",
                            operation="UPDATE",
                            pgid="pgtrigger_states_in_order_641a6",
                            table="planning_dependency",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencydatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("note", ""), _negated=True)
                        ),
                        name="moved_promise_says_why",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencydatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_on", models.F("to_on")), _negated=True),
                        name="moved_promise_moves",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependencydatechange",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="37d7350a3856355c9630dbf0be50a5b80d430528",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_facd0",
                            table="planning_dependencydatechange",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencyoffer",
                    constraint=models.UniqueConstraint(
                        fields=("dependency", "number"), name="offer_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencyoffer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("number", 1), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="offer_against_another_says_why",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependencyoffer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recorded",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="PERFORM audit_record(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;",
                            hash="ef6f095ee9e11727915633bb35d02595b70b0b4b",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recorded_81fa9",
                            table="planning_dependencyoffer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependencyoffer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="987936c14574dcb78121e9a3ed3bc9a0e8fe30b5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_d34a1",
                            table="planning_dependencyoffer",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.UniqueConstraint(
                        fields=("dependency", "number"), name="step_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_state__in", ["refused", "withdrawn", "disputed"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="step_against_somebody_says_why",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependencystatechange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_state", ""), ("number", 1), ("to_state", "proposed")),
                            models.Q(("from_state", "proposed"), ("to_state", "committed")),
                            models.Q(("from_state", "proposed"), ("to_state", "countered")),
                            models.Q(("from_state", "proposed"), ("to_state", "refused")),
                            models.Q(("from_state", "proposed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "countered"), ("to_state", "committed")),
                            models.Q(("from_state", "countered"), ("to_state", "proposed")),
                            models.Q(("from_state", "countered"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "committed"), ("to_state", "delivered")),
                            models.Q(("from_state", "committed"), ("to_state", "refused")),
                            models.Q(("from_state", "committed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "delivered"), ("to_state", "confirmed")),
                            models.Q(("from_state", "delivered"), ("to_state", "disputed")),
                            models.Q(("from_state", "disputed"), ("to_state", "delivered")),
                            models.Q(("from_state", "disputed"), ("to_state", "refused")),
                            models.Q(("from_state", "disputed"), ("to_state", "withdrawn")),
                            models.Q(("from_state", "refused"), ("to_state", "proposed")),
                            models.Q(("from_state", "withdrawn"), ("to_state", "proposed")),
                            _connector="OR",
                        ),
                        name="step_in_order",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dependencystatechange",
                    trigger=pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1e1bcb3f26ce9fe2941b63c6e69ff527173fb962",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_f81c0",
                            table="planning_dependencystatechange",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
