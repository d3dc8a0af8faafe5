"""Themes, what speaks for them, and what the hub would suggest."""

import itertools

from intake import services
from intake.models import Cluster, ClusterMember, ClusterRun
from tests.factories.intake import SUBMITTED_AT, product_request
from tests.factories.people import UserFactory

NUMBERS = itertools.count(1)


def group(name, parent=None):
    return services.add_group(name=name, parent=parent)


def theme(name="", *, by=None, at=SUBMITTED_AT, **fields):
    by = by or UserFactory(role="ops")
    name = name or f"Theme number {next(NUMBERS)}"
    return services.create_theme(name=name, by=by, at=at, **fields)


def quote(one, *themes, words="", by=None, at=SUBMITTED_AT, **where):
    """Let words of a request, or all of it, speak for themes; returns the first link."""
    by = by or UserFactory(role="ops")
    told = {"by": by, "at": at}
    links = services.attach_quote(product_request=one, themes=themes, words=words, **where, **told)
    return links[0]


def ticket_quote(ticket, *themes, words="", by=None, at=SUBMITTED_AT, **where):
    """Let a support ticket, or words of it, speak for themes; returns the first link."""
    by = by or UserFactory(role="ops")
    told = {"by": by, "at": at}
    return services.attach_ticket(ticket=ticket, themes=themes, words=words, **where, **told)[0]


def cluster(*requests, name="Bulk export", by=None, at=SUBMITTED_AT, run=None):
    """Make a suggestion by hand, as a look that is done would have left it."""
    requests = requests or [product_request(at=at) for _ in range(4)]
    run = run or ClusterRun.objects.create(
        state="done", fingerprint=f"look {next(NUMBERS)}", asked_at=at, asked_by=by, finished_at=at
    )
    made = Cluster.objects.create(
        run=run,
        number=run.clusters.count() + 1,
        name=name,
        terms=["bulk export", "invoices"],
        size=len(requests),
    )
    ClusterMember.objects.bulk_create(
        ClusterMember(cluster=made, product_request=each, closeness=0.9 - place / 100)
        for place, each in enumerate(requests)
    )
    return made
