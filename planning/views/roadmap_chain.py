"""The critical chain of one initiative on the timeline: which bars and lines, and in words."""

from django.utils import timezone

from planning.models import Dependency, Initiative
from planning.views.dependency_words import chain_of
from prodops.ui.lists import key_of


def read_chained(request):
    """Return the initiative whose chain the address asks for, or None where it asks for none."""
    pk = key_of(request.GET.get("chain", ""))
    return Initiative.objects.visible_to(request.user).filter(pk=pk or 0).first()


def chain_on(user, chained, rows, lines):
    """Mark the rows and lines that are part of the chain; return what the page says about it.

    `turn` of a row is its place in the chain, the one that has to come first being 1. An
    initiative may stand elsewhere than on this page; `unseen` counts those.
    """
    if chained is None:
        return {"chained": None}
    links = Dependency.objects.visible_to(user).links()
    chain, steps = chain_of(chained, links, timezone.localdate())
    order = [step.dependency.initiative_id for step in steps]
    first = steps[0].dependency.giving_initiative_id if steps else None
    turns = {pk: number for number, pk in enumerate([first, *order] if first else order, 1)}
    for row in rows:
        row["turn"] = turns.get(row["initiative"].pk)
    keys = {step.dependency.pk for step in steps}
    for line in lines:
        line["is_chained"] = line["dependency"].pk in keys
    seen = sum(row["turn"] is not None for row in rows)
    return {
        "chained": chained,
        "initiative": chained,
        "chain": chain,
        "steps": steps,
        "turns": len(turns),
        "unseen": len(turns) - seen,
    }
