"""Making, changing, archiving and merging themes."""

import hashlib
from datetime import datetime

from django.db import connection, transaction

from intake.models import Theme, ThemeGroup, ThemeMerge
from intake.services.states import Refusal
from prodops.audit import services as audit
from prodops.people.models import ProductArea, User

State = Theme.State
FIELDS = ("name", "description", "group_id", "owner_id", "product_area_id")
ONE_ACT_AT_A_TIME = 0x7BE3E5


class ChangedMeanwhile(Refusal):
    """Somebody else changed the theme after it was opened."""


@transaction.atomic
def create_theme(
    *,
    name: str,
    by: User,
    at: datetime,
    description: str = "",
    group: ThemeGroup | None = None,
    owner: User | None = None,
    product_area: ProductArea | None = None,
) -> Theme:
    """Make a theme. Raises Refusal when one in use has that name."""
    queue_up()
    _refuse_name(name)
    theme = Theme.objects.create(
        name=name,
        description=description,
        group=group,
        owner=owner,
        product_area=product_area,
        created_at=at,
        created_by=by,
        thread=audit.open_thread(kind="theme", key="THM", title=name, path="/"),
    )
    thread = theme.thread
    thread.key, thread.path = theme.key, theme.get_absolute_url()
    thread.save(update_fields=["key", "path"])
    audit.follow(thread=thread, users=[by, owner])
    audit.record("theme.created", thread=thread, summary="made this theme", by=by, at=at)
    return theme


def edition(theme: Theme) -> str:
    """Return a mark of how a theme stands, to notice that somebody changed it."""
    values = [getattr(theme, name) for name in FIELDS]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


@transaction.atomic
def edit_theme(
    *,
    theme: Theme,
    name: str,
    description: str,
    group: ThemeGroup | None,
    owner: User | None,
    product_area: ProductArea | None,
    by: User,
    at: datetime,
    seen: str = "",
) -> Theme:
    """Write what a theme is. Raises ChangedMeanwhile when it is not as it was `seen`."""
    _hold(theme)
    if seen and seen != edition(theme):
        raise ChangedMeanwhile("Somebody changed this theme after you opened it. Look again.")
    if theme.is_active:
        _refuse_name(name, but=theme)
    before, where = theme.name, theme.group
    theme.name, theme.description, theme.group = name, description, group
    theme.owner, theme.product_area = owner, product_area
    theme.save(update_fields=["name", "description", "group", "owner", "product_area"])
    theme.thread.title = name
    theme.thread.save(update_fields=["title"])
    audit.follow(thread=theme.thread, users=[owner])
    is_renamed, is_moved = before != name, where != group
    audit.record(
        "theme.changed",
        thread=theme.thread,
        summary="changed this theme",
        by=by,
        at=at,
        before=before if is_renamed else str(where or "No group") if is_moved else "",
        after=name if is_renamed else str(group or "No group") if is_moved else "",
    )
    return theme


@transaction.atomic
def archive(*, theme: Theme, by: User, at: datetime) -> Theme:
    """Take a theme out of use; its quotes stay. Raises Refusal when it is not in use."""
    _hold(theme)
    if not theme.is_active:
        raise Refusal(f"{theme.key} is not in use: it is {theme.get_state_display().lower()}.")
    return _turn(theme, State.ARCHIVED, "archived this theme", by=by, at=at)


@transaction.atomic
def bring_back(*, theme: Theme, by: User, at: datetime) -> Theme:
    """Take an archived theme into use again. Raises Refusal when its name is taken by now."""
    _hold(theme)
    if theme.state != State.ARCHIVED:
        raise Refusal(f"{theme.key} is {theme.get_state_display().lower()}, not archived.")
    _refuse_name(theme.name, but=theme)
    return _turn(theme, State.ACTIVE, "took this theme into use again", by=by, at=at)


@transaction.atomic
def merge_themes(*, child: Theme, parent: Theme, by: User, at: datetime) -> ThemeMerge:
    """Fold `child` into `parent`, or into what `parent` went into; triggers carry the quotes.

    Raises Refusal when both are one, when `child` is merged or `parent` is archived.
    """
    _hold(child)
    parent.refresh_from_db()
    root = _hold(parent.living)
    if child.state == State.MERGED:
        raise Refusal(f"{child.key} was merged into {child.living.key} already.")
    if child.pk == root.pk:
        raise Refusal(f"{child.key} cannot be merged into itself.")
    if not root.is_active:
        raise Refusal(f"{root.key} is archived. Take it into use first.")
    found = ThemeMerge.objects.create(
        child=child, parent=root, from_state=child.state, by=by, at=at
    )
    child.state, child.merged_into = State.MERGED, root
    child.save(update_fields=["state", "merged_into"])
    for each in child.merged_themes.all():
        each.merged_into = root
        each.save(update_fields=["merged_into"])
    _tell("theme.merged", child, f"merged this into {root.key} {root}", by=by, at=at)
    _tell("theme.absorbed", root, f"merged {child.key} {child} into this", by=by, at=at)
    return found


@transaction.atomic
def unmerge_theme(*, child: Theme, by: User, at: datetime) -> Theme:
    """Take a merge back: the quotes of `child`, and of what had gone into it, are its own again.

    Raises Refusal when it is not merged, or when another theme has taken its name.
    """
    _hold(child)
    found = ThemeMerge.objects.filter(child=child, undone_at=None).first()
    if not found:
        raise Refusal(f"{child.key} is not merged into another theme.")
    if found.from_state == State.ACTIVE:
        _refuse_name(child.name, but=child)
    root = child.living
    found.undone_at, found.undone_by = at, by
    found.save(update_fields=["undone_at", "undone_by"])
    child.state, child.merged_into = found.from_state, None
    child.save(update_fields=["state", "merged_into"])
    for each in Theme.objects.filter(pk__in=_family(child)):
        each.merged_into = child
        each.save(update_fields=["merged_into"])
    _tell("theme.unmerged", child, f"took this out of {root.key} again", by=by, at=at)
    _tell("theme.unmerged", root, f"took {child.key} {child} out again", by=by, at=at)
    return child


def queue_up() -> None:
    """Let acts on themes follow each other, until each has committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ACT_AT_A_TIME])


def _hold(theme: Theme) -> Theme:
    """Wait for one's turn and bring the instance up to date."""
    queue_up()
    theme.refresh_from_db()
    return theme


def _family(child: Theme) -> list[int]:
    """Return the keys of all themes merged into `child`, directly or through others."""
    family, level = [], [child.pk]
    while level:
        merges = ThemeMerge.objects.filter(parent__in=level, undone_at=None)
        level = list(merges.values_list("child", flat=True))
        family += level
    return family


def _turn(theme: Theme, state: str, summary: str, *, by: User, at: datetime) -> Theme:
    before = theme.get_state_display()
    theme.state = state
    theme.save(update_fields=["state"])
    after = theme.get_state_display()
    audit.record(
        "theme.turned",
        thread=theme.thread,
        summary=summary,
        by=by,
        at=at,
        before=before,
        after=after,
    )
    return theme


def _tell(verb: str, theme: Theme, summary: str, *, by: User, at: datetime) -> None:
    audit.record(verb, thread=theme.thread, summary=summary, by=by, at=at)


def _refuse_name(name: str, but: Theme | None = None) -> None:
    same = Theme.objects.in_use().filter(name__iexact=name)
    found = (same.exclude(pk=but.pk) if but else same).first()
    if found:
        raise Refusal(f"{found.key} is called “{found}” already.")
