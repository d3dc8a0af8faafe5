"""The kinds of work an organisation sorts its initiatives into: name, colour, order, retire."""

from django.db import transaction
from django.utils.text import slugify

from intake.services import Refusal
from planning.models import InvestmentCategory


@transaction.atomic
def create_category(
    *, name: str, description: str, colour: str, takes_run_work: bool
) -> InvestmentCategory:
    """Add a kind of work after the others."""
    rows = _held()
    _refuse_name(rows, name)
    made = InvestmentCategory(
        slug=_slug(rows, name), name=name, description=description, colour=colour,
        position=len(rows),
    )  # fmt: skip
    _write(made, rows, takes_run_work)
    return made


@transaction.atomic
def edit_category(
    *, category: InvestmentCategory, name: str, description: str, colour: str, takes_run_work: bool
) -> InvestmentCategory:
    """Change a kind of work; what was sorted into it stays in it."""
    others = [row for row in _held() if row.pk != category.pk]
    category.refresh_from_db()
    _refuse_name(others, name)
    if takes_run_work and not category.is_active:
        raise Refusal(f"{category} is retired: bring it back before it takes the run-work.")
    category.name, category.description, category.colour = name, description, colour
    _write(category, others, takes_run_work)
    return category


@transaction.atomic
def move_category(*, category: InvestmentCategory, steps: int) -> None:
    """Move a kind of work up (below 0) or down among those shown; at an end it stays."""
    rows = _held()
    place = rows.index(category)
    rows.insert(max(0, place + steps), rows.pop(place))
    for position, row in enumerate(rows):
        if row.position != position:
            InvestmentCategory.objects.filter(pk=row.pk).update(position=position)


@transaction.atomic
def retire_category(*, category: InvestmentCategory) -> None:
    """Offer a kind of work no more; what is sorted into it stays, and counts."""
    _held()
    category.refresh_from_db()
    if category.takes_run_work:
        raise Refusal(f"{category} takes the run-work: let another category take it first.")
    InvestmentCategory.objects.filter(pk=category.pk).update(is_active=False)


def revive_category(*, category: InvestmentCategory) -> None:
    """Offer a retired kind of work again."""
    InvestmentCategory.objects.filter(pk=category.pk).update(is_active=True)


def _held() -> list[InvestmentCategory]:
    """Hold all categories until the transaction ends; return them in their order."""
    return list(InvestmentCategory.objects.select_for_update().for_display())


def _refuse_name(others: list[InvestmentCategory], name: str) -> None:
    if any(row.name.casefold() == name.casefold() for row in others):
        raise Refusal(f"There is a category {name} already.")


def _slug(rows: list[InvestmentCategory], name: str) -> str:
    taken, stem = {row.slug for row in rows}, slugify(name)[:44] or "category"
    numbered = (f"{stem}-{number}" for number in range(2, len(rows) + 3))
    return next(slug for slug in [stem, *numbered] if slug not in taken)


def _write(
    category: InvestmentCategory, others: list[InvestmentCategory], takes_run_work: bool
) -> None:
    """Save it; the run-work is taken over from the category that has it."""
    if takes_run_work:
        InvestmentCategory.objects.filter(
            pk__in=[row.pk for row in others if row.takes_run_work]
        ).update(takes_run_work=False)
    category.takes_run_work = takes_run_work
    category.save()
