"""Changing where themes have their place."""

from django.db import transaction

from intake.models import ThemeGroup
from intake.models.taxonomy import DEEPEST
from intake.services.states import Refusal

Tree = dict[int, ThemeGroup]


@transaction.atomic
def add_group(*, name: str, parent: ThemeGroup | None) -> ThemeGroup:
    """Add a group. Raises Refusal below the third level, and for a name that is there already."""
    tree = _hold()
    above = _find(tree, parent)
    _refuse_name(tree, name, above)
    _refuse_depth(above.level + 1 if above else 1)
    return ThemeGroup.objects.create(name=name, parent=above, level=above.level + 1 if above else 1)


@transaction.atomic
def change_group(*, group: ThemeGroup, name: str, parent: ThemeGroup | None) -> ThemeGroup:
    """Rename a group, or move it with all below it.

    Raises Refusal when it would stand below itself or something below the third level.
    """
    tree = _hold()
    held, above = tree.get(group.pk), _find(tree, parent)
    if held is None:
        raise Refusal("Somebody removed this group meanwhile.")
    below = _below(tree, held)
    if above and above.pk in below:
        raise Refusal(f"“{held}” cannot stand below itself.")
    _refuse_name(tree, name, above, but=held)
    step = (above.level + 1 if above else 1) - held.level
    _refuse_depth(max(tree[pk].level for pk in below) + step)
    held.name, held.parent = name, above
    for pk in below:
        tree[pk].level += step
        tree[pk].save(update_fields=["name", "parent", "level"] if pk == held.pk else ["level"])
    return held


@transaction.atomic
def remove_group(*, group: ThemeGroup) -> None:
    """Remove an empty group. Raises Refusal while themes or groups stand in it."""
    tree = _hold()
    if group.pk not in tree:
        return
    if group.themes.exists() or len(_below(tree, group)) > 1:
        raise Refusal(f"Something stands in “{group}” still. Move it first.")
    tree[group.pk].delete()


def _hold() -> Tree:
    """Let changes of the tree follow each other; a taxonomy has few groups."""
    return {each.pk: each for each in ThemeGroup.objects.select_for_update().order_by("pk")}


def _find(tree: Tree, parent: ThemeGroup | None) -> ThemeGroup | None:
    if parent is None:
        return None
    if parent.pk not in tree:
        raise Refusal("Somebody removed the group above meanwhile.")
    return tree[parent.pk]


def _below(tree: Tree, group: ThemeGroup) -> list[int]:
    """Return the keys of a group and of everything below it, from the top."""
    family, level = [group.pk], [group.pk]
    while level:
        level = [each.pk for each in tree.values() if each.parent_id in level]
        family += level
    return family


def _refuse_depth(level: int) -> None:
    if level > DEEPEST:
        raise Refusal(f"A taxonomy has at most {DEEPEST} levels.")


def _refuse_name(
    tree: Tree, name: str, above: ThemeGroup | None, but: ThemeGroup | None = None
) -> None:
    beside = [each for each in tree.values() if each.parent_id == (above.pk if above else None)]
    taken = {each.name.lower() for each in beside if but is None or each.pk != but.pk}
    if name.lower() in taken:
        raise Refusal(f"A group “{name}” is there already.")
