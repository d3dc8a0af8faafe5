"""Which decisions: owed by a person, due for review, in a chain of supersessions, with words."""

from datetime import date

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from prodops.people.permissions import is_insider

WORDS = SearchVector("title", "context", "decision", "rationale", "origin", config="english")
OPTION_WORDS = SearchVector("text", "why_rejected", config="english")
CHAIN = """
WITH RECURSIVE older AS (
    SELECT id, supersedes_id, 0 AS place FROM planning_decision WHERE id = %(pk)s
    UNION
    SELECT before.id, before.supersedes_id, older.place - 1
    FROM planning_decision before JOIN older ON before.id = older.supersedes_id
), newer AS (
    SELECT id, 0 AS place FROM planning_decision WHERE id = %(pk)s
    UNION
    SELECT after.id, newer.place + 1
    FROM planning_decision after JOIN newer ON after.supersedes_id = newer.id
)
SELECT decision.* FROM planning_decision decision
JOIN (SELECT id, place FROM older UNION SELECT id, place FROM newer) linked USING (id)
ORDER BY linked.place
"""


def _initiatives(**condition):
    return apps.get_model("planning", "Initiative").objects.filter(**condition).values("pk")


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def undecided(self):
        return self.filter(state="stub")

    def holding(self):
        """Keep what was decided and still holds."""
        return self.filter(state="decided")

    def waiting_for(self, user):
        """Keep the stubs `user` owes: as decider, or when nobody is, as the initiative's owner."""
        return self.undecided().filter(Q(decider=user) | Q(decider=None, initiative__owner=user))

    def owed_by(self, user, on: date):
        """Keep what `user` has to decide, or to look at again by `on`."""
        stubs = Q(state="stub") & (Q(decider=user) | Q(decider=None, initiative__owner=user))
        mine = Q(decider=user) | Q(initiative__owner=user)
        return self.filter(stubs | Q(state="decided", review_on__lte=on) & mine)

    def review_due(self, on: date):
        """Keep what holds and was to be looked at again by `on`."""
        return self.holding().filter(review_on__lte=on)

    def of_team(self, slug: str):
        """Keep a team's own, and those of initiatives it works on."""
        return self.filter(Q(team__slug=slug) | Q(initiative__in=_initiatives(teams__slug=slug)))

    def of_area(self, slug: str):
        """Keep those of initiatives and of teams of a product area."""
        return self.filter(
            Q(team__product_area__slug=slug)
            | Q(initiative__in=_initiatives(product_area__slug=slug))
        )

    def counted(self):
        """Keep the key decisions K14 expects: called for by an event, or flagged by a person."""
        return self.filter(Q(is_key=True) | ~Q(event=""))

    def with_moment(self):
        """Annotate `owed_from_at`: when its event happened, or else when it was opened."""
        return self.annotate(owed_from_at=Coalesce("event_at", "opened_at"))

    def matching(self, text: str):
        """Keep those that have every word of `text`, in any of its forms; or whose option has."""
        query = SearchQuery(text, config="english", search_type="plain")
        options = apps.get_model("planning", "DecisionOption").objects.annotate(words=OPTION_WORDS)
        own = self.model.objects.annotate(words=WORDS).filter(words=query)
        weighed = options.filter(words=query)
        return self.filter(Q(pk__in=own.values("pk")) | Q(pk__in=weighed.values("decision")))

    def chain_of(self, decision) -> list:
        """Return the decisions that replaced each other up to and from this one, oldest first."""
        return list(self.model.objects.raw(CHAIN, {"pk": decision.pk}))

    def for_display(self):
        return self.select_related("decider", "initiative", "cycle", "team").order_by(
            F("opened_at").desc(), "-pk"
        )
