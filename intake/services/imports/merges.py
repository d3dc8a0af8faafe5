"""Which request a merged row went into, by key or number."""

from collections.abc import Iterable

from django.db.models import Q

from intake.models import Imported, ProductRequest
from intake.services.imports.chains import Chains
from intake.services.imports.plan import Row


def parents_of(rows: Iterable[Row], chains: Chains) -> dict[str, ProductRequest]:
    """Return the request each `merged_into` of the rows leads to, for those that are here.

    The key of the file comes before a key of this hub: an export keeps the keys of its hub. Where a
    row names a merged one that is not here yet, what that one went into is the answer. Spam is
    none: nothing goes into it.
    """
    named = {row.values["merged_into"] for row in rows if row.values.get("merged_into")}
    if not named:
        return {}
    paths = {name: chains.path(name) for name in named}
    wanted = {each for path in paths.values() for each in path}
    found = _by_number(wanted) | _by_origin(wanted)
    requests = ProductRequest.objects.genuine().exclude(merged_into__is_spam=True)
    requests = requests.select_related("thread", "merged_into")
    here = {name: each for name, each in _objects(found, requests).items() if each}
    firsts = {
        name: next((here[each] for each in paths[name] if each in here), None) for name in named
    }
    return {name: each for name, each in firsts.items() if each}


def _by_number(wanted: set[str]) -> dict[str, int]:
    rows = ProductRequest.objects.filter(external_id__in=wanted).order_by("-pk")
    return dict(rows.values_list("external_id", "pk"))


def _by_origin(wanted: set[str]) -> dict[str, int]:
    origins = {f"key:{name.upper()}": name for name in wanted}
    rows = Imported.objects.filter(
        Q(origin__in=origins), product_request__isnull=False
    ).values_list("origin", "product_request")
    return {origins[origin]: pk for origin, pk in rows}


def _objects(found: dict[str, int], requests) -> dict[str, ProductRequest | None]:
    objects = requests.in_bulk(set(found.values()))
    return {name: objects.get(pk) for name, pk in found.items()}
