"""Making a launch: its tier, its template, its items."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from launches.models import (
    ItemStateChange,
    Launch,
    LaunchInitiative,
    LaunchItem,
    LaunchStageChange,
    ReadinessTemplate,
    TemplateItem,
)
from launches.services import tiers
from launches.services.dates import due_on, settled_on, with_calendars
from launches.services.locking import lock_open
from launches.services.refusals import NoTemplate, Refusal
from launches.services.rota import next_in_rota
from planning.models import Initiative
from prodops.audit import services as audit
from prodops.people.models import Membership, User

OwnerRole = TemplateItem.OwnerRole


@transaction.atomic
def create_launch(
    *,
    title: str,
    answers: Mapping[str, str],
    launch_on: date,
    owner: User,
    by: User,
    at: datetime,
    kind: str = "product",
    date_precision: str = "day",
    initiatives: Iterable[Initiative] = (),
    tier: int | None = None,
    tier_reason: str = "",
    summary: str = "",
    release_note_url: str = "",
) -> Launch:
    """Open a launch with the items of the active template of its tier and kind.

    `answers` has a value for each of `tiers.QUESTIONS` and gives the tier, unless `tier` says
    another one with `tier_reason`. A month or quarter counts from its last day. Raises Refusal
    for a missing answer or reason, NoTemplate when no template fits.
    """
    answers = tiers.checked(answers)
    scored_tier = tiers.tier_for(answers)
    tier = _settled_tier(tier, scored_tier, tier_reason)
    launch = Launch(
        title=title,
        summary=summary,
        release_note_url=release_note_url,
        kind=kind,
        audience=answers["audience"],
        answers=answers,
        scored_tier=scored_tier,
        tier=tier,
        tier_reason=tier_reason if tier != scored_tier else "",
        launch_on=settled_on(launch_on, date_precision),
        date_precision=date_precision,
        owner=owner,
        template=_template(tier, kind),
        created_at=at,
        created_by=by,
    )
    _open(launch, by=by, at=at)
    for initiative in initiatives:
        link_initiative(launch=launch, initiative=initiative, by=by, at=at)
    _take_items(launch, by=by, at=at)
    return launch


@transaction.atomic
def link_initiative(
    *, launch: Launch, initiative: Initiative, by: User, at: datetime
) -> LaunchInitiative:
    """Say that a launch brings an initiative to people; a second time changes nothing."""
    lock_open(launch)
    link, is_new = LaunchInitiative.objects.get_or_create(
        launch=launch, initiative=initiative, defaults={"by": by, "at": at}
    )
    if is_new:
        summary = f"linked {initiative.key} {initiative.title}"
        audit.record("launch.linked", thread=launch.thread, summary=summary, by=by, at=at)
        audit.record(
            "initiative.launch_planned",
            thread=initiative.thread,
            summary=f"planned {launch.key} {launch.title} for it",
            by=by,
            at=at,
        )
    return link


def _settled_tier(asked: int | None, scored: int, reason: str) -> int:
    """Return the tier asked for, else the scored one; to differ from the score takes a reason."""
    tier = asked or scored
    if tier != scored and not reason.strip():
        raise Refusal(
            f"The answers say tier {scored}. Say why it is tier {tier}.", field="tier_reason"
        )
    return tier


def _template(tier: int, kind: str) -> ReadinessTemplate:
    template = ReadinessTemplate.objects.active().filter(tier=tier, kind=kind).first()
    if template is None:
        raise NoTemplate(
            f"No readiness template is active for tier {tier} of this kind. "
            "Ask an administrator to activate one.",
            field="kind",
        )
    return template


def _open(launch: Launch, *, by: User, at: datetime) -> None:
    """Save the launch with its thread, whose key and path need the launch's number."""
    launch.thread = audit.open_thread(kind="launch", key="LCH", title=launch.title, path="/")
    launch.save()
    launch.thread.key, launch.thread.path = launch.key, launch.get_absolute_url()
    launch.thread.save(update_fields=["key", "path"])
    audit.follow(thread=launch.thread, users=[by, launch.owner])
    LaunchStageChange.objects.create(launch=launch, to_stage=launch.stage, at=at, by=by)
    audit.record(
        "launch.created",
        thread=launch.thread,
        summary=f"opened this {launch.get_tier_display().lower()} launch for {launch.date_text}",
        by=by,
        at=at,
        detail=launch.tier_reason,
    )


def _take_items(launch: Launch, *, by: User, at: datetime) -> None:
    """Copy the template's items that the answers call for, each with owner and due date."""
    lead = _team_lead(launch) or launch.owner
    rota: dict[int, User | None] = {}
    chosen = []
    for line in launch.template.items.select_related("function").order_by("position", "pk"):
        holds = tiers.holds(line.condition, launch.answers)
        if not holds and line.otherwise == TemplateItem.Otherwise.LEFT_OUT:
            continue
        if line.owner_role == OwnerRole.FUNCTION and line.function_id not in rota:
            rota[line.function_id] = next_in_rota(line.function) or launch.owner
        owner = {
            OwnerRole.LAUNCH_OWNER: launch.owner,
            OwnerRole.TEAM_LEAD: lead,
            OwnerRole.FUNCTION: rota.get(line.function_id),
        }[OwnerRole(line.owner_role)]
        chosen.append((line, line.is_required and holds, owner))
    with_calendars({owner for _, _, owner in chosen})
    items = LaunchItem.objects.bulk_create(
        _item(launch, line, is_required=is_required, owner=owner, at=at)
        for line, is_required, owner in chosen
    )
    ItemStateChange.objects.bulk_create(
        ItemStateChange(item=item, to_state=item.state, at=at, by=by) for item in items
    )


def _item(
    launch: Launch, line: TemplateItem, *, is_required: bool, owner: User | None, at: datetime
) -> LaunchItem:
    return LaunchItem(
        launch=launch,
        template_item=line,
        title=line.title,
        function=line.function,
        owner=owner,
        offset_days=line.offset_days,
        due_on=due_on(launch_on=launch.launch_on, offset_days=line.offset_days, owner=owner),
        is_required=is_required,
        needs_sign_off=line.needs_sign_off,
        evidence_wanted=line.evidence_wanted,
        added_at=at,
    )


def _team_lead(launch: Launch) -> User | None:
    """Return a product manager of the teams behind the launch, None without one."""
    leads = Membership.objects.filter(
        team__initiatives__launches=launch, role=Membership.Role.LEAD, user__is_active=True
    )
    lead = leads.select_related("user").order_by("team_id", "pk").first()
    return lead.user if lead else None
