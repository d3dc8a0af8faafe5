"""Themes and what speaks for them: once, and then a hundredfold, for tests/crowd.py."""

from datetime import timedelta

from intake.models import Cluster, ClusterMember, ProductRequest
from tests.factories import themes
from tests.factories.audit import CommentFactory


def plant(of, world):
    """Let two more requests speak for the world's theme, one of them merged into it."""
    of.second_theme = themes.theme("Second theme", by=of.ops, at=world.at)
    of.theme_child = themes.theme("Merged theme", by=of.ops, at=world.at)
    themes.quote(of.request, world.theme, by=of.ops, at=world.at)
    themes.services.merge_themes(child=of.theme_child, parent=world.theme, by=of.ops, at=world.at)
    of.theme_child.refresh_from_db()
    comment = CommentFactory(thread=world.request.thread, by=of.ops, body="It stops at the gate.")
    of.said = themes.quote(world.request, world.theme, words="at the gate", by=of.ops)
    assert of.said.quote.comment == comment


def grow(of, world, number, *, copies):
    groups = copies(world.theme_group, number, name=lambda n: f"Group {n}")
    others = copies(of.second_theme, number, name=lambda n: f"Theme {n}", group=groups)
    copies(of.theme_child, number, name=lambda n: f"Merged theme {n}")
    requests = list(ProductRequest.objects.filter(title__startswith="Export number")[:number])
    quotes = copies(world.theme_link.quote, number, product_request=requests)
    copies(world.theme_link, number, quote=quotes)
    copies(world.theme_link, number, attached_to=others)
    comments = copies(of.said.quote.comment, number)
    copies(of.said, number, quote=copies(of.said.quote, number, comment=comments))
    clusters = Cluster.objects.bulk_create(
        Cluster(run=world.cluster.run, number=place, name=f"Cluster {place}", terms=["x"], size=1)
        for place in range(10, 10 + number)
    )
    ClusterMember.objects.bulk_create(
        ClusterMember(cluster=world.cluster, product_request=each, closeness=0.5)
        for each in requests
    )
    ClusterMember.objects.bulk_create(
        ClusterMember(cluster=each, product_request=world.request, closeness=0.5)
        for each in clusters
    )
    copies(world.cluster.run, number, asked_at=world.at - timedelta(days=1))
