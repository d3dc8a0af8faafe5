"""Questions over many requests."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least

from intake.models.among import Among
from intake.models.state import OPEN_STATES, State
from prodops.audit.models import Change
from prodops.people.permissions import is_insider

FIRST_DUE_AT = Case(
    When(triaged_at=None, then=Least("acknowledge_due_at", "answer_due_at")),
    default=F("answer_due_at"),
)
RUNS_OUT_AT = Case(When(decided_at=None, then=FIRST_DUE_AT))
SHOWN_IN_ROWS = (
    *("title", "state", "submitted_at", "triaged_at", "decided_at", "paused_since"),
    *("acknowledge_due_at", "acknowledge_hours", "answer_due_at", "answer_hours", "team", "owner"),
    *("owner__name", "owner__email", "account__name", "account__arr", "team__name"),
    *("team__time_zone", "team__working_days", "team__day_starts_at", "team__day_ends_at"),
    "team__holiday_calendar",
)


def _is_late(at):
    """A clock ran out by `at`; one that is paused stopped when we asked."""
    stopped = Coalesce("paused_since", Value(at, models.DateTimeField()))
    return Q(triaged_at=None, acknowledge_due_at__lt=stopped) | Q(answer_due_at__lt=stopped)


class ProductRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every request, a requester their own and what is shared with them."""
        return self if is_insider(user) else self.of(user)

    def of(self, user):
        """What a person asked for, backs wherever merged, or was let read along."""
        voices, shares = (self._those_of(user, name) for name in ("backings", "shares"))
        backed = voices.filter(opens=True).values("product_request")
        shared = shares.in_force().values("product_request")
        return self.filter(Q(author=user) | Q(Among("pk", backed)) | Q(Among("pk", shared)))

    def _those_of(self, user, name):
        return self.model._meta.get_field(name).related_model.objects.filter(person=user)

    def known_to(self, user):
        """Keep what `user` may see and what its author shares; None knows everything.

        Annotates `is_open_to_user`, which tells the two apart.
        """
        if user is None:
            return self.annotate(is_open_to_user=Value(True))
        visible = self.model._default_manager.visible_to(user).filter(pk=OuterRef("pk"))
        known = self.annotate(is_open_to_user=Exists(visible))
        return known.filter(Q(is_open_to_user=True) | Q(is_shared=True))

    def backable_by(self, user, *, was_suggested=False):
        """What a person may add a voice to: what they may see, and what was suggested to them.

        Whoever backs a request reads it. A voice goes to the request that lives on, so that one
        has to be theirs to see, or shown to whoever asks for something similar, as well.
        """
        visible = self.model._default_manager.visible_to(user).values("pk")
        known = Q(pk__in=visible)
        living = Q(merged_into=None) | Q(merged_into__in=visible)
        if was_suggested:
            known |= Q(is_shared=True, is_spam=False)
            living |= Q(merged_into__is_shared=True, merged_into__is_spam=False)
        return self.filter(known, living)

    def in_order_of(self, keys):
        """Keep the requests with these primary keys, in their order."""
        place = Func(Value(keys, ArrayField(BigIntegerField())), "pk", function="array_position")
        return self.filter(pk__in=keys).order_by(place)

    def undecided(self):
        return self.filter(state__in=OPEN_STATES)

    def awaiting_triage(self):
        """What a triager has to look at: undecided, not put aside."""
        return self.undecided().exclude(state=State.SNOOZED)

    def late(self, at):
        """Undecided with a clock that has run out; a clock does not run out while paused."""
        return self.undecided().filter(_is_late(at))

    def broken(self, phase, at):
        """Genuine ones whose clock of a phase ran out by `at` (`broken_at`), told to nobody yet."""
        due = F(f"{phase}_due_at")
        known = self.model._meta.get_field("breaches").related_model.objects
        told = known.filter(product_request=OuterRef("pk"), phase=phase, due_at=OuterRef(due.name))
        rows = self.genuine().undecided().annotate(broken_at=due)
        if phase == "acknowledge":
            rows = rows.filter(triaged_at=None)
        stopped = Coalesce("paused_since", Value(at, models.DateTimeField()))
        return rows.filter(~Exists(told), broken_at__lt=stopped).order_by("broken_at", "pk")

    def count_late(self, *, at, soon):
        """Count who is late `at` that moment, and who else will be `soon`: (late, soon)."""
        late, by_then = _is_late(at), _is_late(soon)
        counted = self.undecided().aggregate(
            late=Count("pk", filter=late), soon=Count("pk", filter=by_then & ~late)
        )
        return counted["late"], counted["soon"]

    def genuine(self):
        """Leave out spam and tests, which no figure counts."""
        return self.filter(is_spam=False)

    def with_due(self):
        """Annotate how many `voices` stand behind each, and know for orders and filters when the
        first clock runs out: `due_at` whatever became of it, `runs_out_at` only while undecided.
        """
        clocks = self.alias(due_at=FIRST_DUE_AT, runs_out_at=RUNS_OUT_AT)
        return clocks.annotate(voices=F("voice_count__voices"))

    def with_customer(self, on):
        """Annotate how the account stands on a day; `ProductRequest.customer` reads it."""
        accounts = self.model._meta.get_field("account").related_model.objects
        standing = accounts.standing(on, "account")
        return self.annotate(**{f"customer_{name}": told for name, told in standing.items()})

    def with_updated_at(self):
        """Annotate `updated_at`, when anything of the row was last written."""
        latest = self._changes().order_by("-at").values("at")[:1]
        return self.annotate(updated_at=Subquery(latest))

    def updated_since(self, at):
        """Those of which anything was written since that moment."""
        return self.filter(Exists(self._changes().filter(at__gte=at)))

    def _changes(self):
        """The history of the row this is asked about."""
        table = self.model._meta.db_table
        return Change.objects.filter(table=table, row=Cast(OuterRef("pk"), CharField()))

    def with_total(self):
        """Annotate `total`: how many rows there are, however few of them are read."""
        counted = self.order_by().annotate(total=Func("pk", function="COUNT")).values("total")
        return self.annotate(total=Subquery(counted))

    def for_display(self):
        """Everything a row shows, newest first."""
        related = ("kind", "category", "product_area", "team", "owner", "author", "account")
        rows = self.select_related(*related, "merged_into", "routing__rule")
        return rows.with_due().order_by("-submitted_at", "-pk")

    def for_rows(self):
        """Only what a row of the list of all requests and its clock show, newest first."""
        shown = self.select_related("team", "owner", "account").only(*SHOWN_IN_ROWS)
        return shown.with_due().order_by("-submitted_at", "-pk")

    def with_tickets(self):
        """Annotate `tickets`: how many support tickets are evidence for it."""
        same = self.model._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
        tickets = same.annotate(count=Count("ticket_links")).values("count")
        return self.annotate(tickets=Coalesce(Subquery(tickets), 0))

    def with_answers(self):
        """With what was answered to the questions of its kind, in the order they are asked."""
        answers = self.model._meta.get_field("answers").related_model.objects
        asked = answers.select_related("field").order_by("field__position", "field")
        return self.prefetch_related(Prefetch("answers", asked))

    def by_clock(self):
        """The clock that runs out first comes first; what waits for its requester comes last."""
        return self.order_by(F("paused_since").asc(nulls_first=True), "due_at", "pk")
