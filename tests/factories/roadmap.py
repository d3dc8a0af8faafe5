"""Places on the roadmap, words and links, through the same acts a person would use."""

from datetime import timedelta

from planning.services import roadmap
from tests.factories import planning
from tests.factories.people import UserFactory


def place(horizon="now", *, of=None, at=planning.AT, **fields):
    """Put `of`, else a new initiative, at the end of a horizon; return its place."""
    of = of or planning.initiative(**fields)
    return roadmap.place_on_roadmap(initiative=of, horizon=horizon, by=of.owner, at=at)


def wording(*, of, audience="customer", title="In their words", text="", at=planning.AT, by=None):
    """Word an initiative for an audience that has no words for it yet."""
    return roadmap.word_initiative(
        initiative=of,
        audience=audience,
        title=title,
        text=text,
        seen="",
        by=by or of.owner,
        at=at,
    )


def link(*, at, days=30, **fields):
    """Share the roadmap with customers; return the link and its secret."""
    fields = {"name": "Kestrel", "audience": "customer", "product_area": None, **fields}
    by = fields.pop("by", None) or UserFactory()
    ends = fields.pop("expires_at", at + timedelta(days=days))
    return roadmap.share_roadmap(expires_at=ends, by=by, at=at, **fields)
