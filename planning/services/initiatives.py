"""Begin an initiative, edit it, and report how it is doing."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Initiative, InitiativeStageChange, InitiativeUpdate, PlanChange
from planning.models.initiative import last_day
from planning.services import truth
from planning.services.commitments import ReasonNeeded
from planning.services.plan_changes import frozen_commitments, tell_change
from planning.services.records import lock, open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import ProductArea, Team, User

EDITED = "initiative.edited"
LABELS = {
    "title": "the title",
    "problem": "the problem",
    "outcome": "the outcome",
    "metric": "the metric",
    "owner": "the owner",
    "product_area": "the product area",
    "start_on": "the start",
}


class ChangedMeanwhile(Refusal):
    """Somebody saved after this person opened the form."""


@transaction.atomic
def create_initiative(
    *,
    title: str,
    owner: User,
    by: User,
    at: datetime,
    problem: str = "",
    outcome: str = "",
    metric: str = "",
    teams: Iterable[Team] = (),
    product_area: ProductArea | None = None,
    stage: str = Initiative.Stage.IDEA,
    start_on: date | None = None,
    target_on: date | None = None,
    target_precision: str = Initiative.Precision.DAY,
    confidence: str = "",
) -> Initiative:
    """Begin an initiative; a target of month or quarter precision is kept as its last day."""
    initiative = Initiative(
        title=title,
        problem=problem,
        outcome=outcome,
        metric=metric,
        owner=owner,
        product_area=product_area,
        stage=stage,
        confidence=confidence,
        start_on=start_on,
        target_on=target_on and last_day(target_on, target_precision),
        target_precision=target_precision,
        created_at=at,
        created_by=by,
    )
    open_record(initiative, followers=[owner, by])
    initiative.teams.set(teams)
    InitiativeStageChange.objects.create(initiative=initiative, to_stage=stage, by=by, at=at)
    audit.record(
        "initiative.created", thread=initiative.thread, summary="began the initiative", by=by, at=at
    )
    _tell_owner(initiative, by=by, at=at)
    return initiative


@transaction.atomic
def edit_initiative(
    *,
    initiative: Initiative,
    title: str,
    problem: str,
    outcome: str,
    owner: User,
    teams: Iterable[Team],
    product_area: ProductArea | None,
    start_on: date | None,
    seen: int,
    by: User,
    at: datetime,
    metric: str = "",
    reason: str = "",
    note: str = "",
) -> Initiative:
    """Write the initiative anew.

    While it stands in a committed plan another start needs `reason` and `note` (ReasonNeeded).
    `seen` is `edition(initiative)` as it was when the form was opened; raises ChangedMeanwhile
    when somebody saved since. Stage, status and target date have acts of their own.
    """
    lock(initiative)
    _refuse_when_changed(initiative, seen)
    _refuse_after_target(initiative, start_on)
    wanted = {
        "title": title,
        "problem": problem,
        "outcome": outcome,
        "metric": metric,
        "owner": owner,
        "product_area": product_area,
        "start_on": start_on,
    }
    changed = [name for name, value in wanted.items() if getattr(initiative, name) != value]
    teams = sorted(teams, key=lambda team: team.name)
    before = list(initiative.teams.order_by("name"))
    if not changed and teams == before:
        return initiative
    for name in changed:
        setattr(initiative, name, wanted[name])
    what = [*changed, "teams"] if teams != before else changed
    _tell_plans(initiative, what, teams, reason=reason, note=note, by=by, at=at)
    initiative.save(update_fields=changed)
    initiative.teams.set(teams)
    _record_edit(initiative, changed, before, teams, by=by, at=at)
    return initiative


def _refuse_after_target(initiative, start_on):
    if start_on and initiative.target_on and start_on > initiative.target_on:
        raise Refusal(f"The start is after the target date, {initiative.target_on:%-d %b %Y}.")


TOLD = {
    "start_on": PlanChange.What.START,
    "owner": PlanChange.What.OWNER,
    "teams": PlanChange.What.TEAMS,
}


def _tell_plans(initiative, changed, teams, *, reason, note, by, at):
    """Tell the committed plans that hold the initiative what of theirs becomes another."""
    told = [what for name, what in TOLD.items() if name in changed]
    held = frozen_commitments(initiative) if told else []
    if held and "start_on" in changed and not (reason and note):
        raise ReasonNeeded(f"{held[0].cycle} is committed: say why the start moves.")
    team_ids = [team.pk for team in teams]
    for commitment in held:
        commitment.initiative = initiative
        for what in told:
            is_start = what == PlanChange.What.START
            why = {"reason": reason, "note": note} if is_start else {}
            tell_change(what, commitment=commitment, team_ids=team_ids, by=by, at=at, **why)


def edition(initiative: Initiative) -> int:
    """Return a number that grows with every edit of the initiative."""
    newest = initiative.thread.events.filter(verb=EDITED).order_by("-pk").first()
    return newest.pk if newest else 0


@transaction.atomic
def report_status(
    *,
    initiative: Initiative,
    status: str,
    text: str,
    by: User,
    at: datetime,
    confidence: str = "",
) -> InitiativeUpdate:
    """Say how the initiative is doing, in a colour and in words; its followers hear of it."""
    lock(initiative)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    before = initiative.get_status_display()
    initiative.status, initiative.status_at, initiative.confidence = status, at, confidence
    initiative.save(update_fields=["status", "status_at", "confidence"])
    update = InitiativeUpdate.objects.create(
        initiative=initiative, status=status, confidence=confidence, text=text, by=by, at=at
    )
    audit.record(
        "initiative.reported",
        thread=initiative.thread,
        summary="reported how it is going",
        before=before,
        after=initiative.get_status_display(),
        detail=text,
        by=by,
        at=at,
    )
    _tell_followers(update)
    truth.check_again(initiative=initiative, at=at)
    return update


def _refuse_when_changed(initiative, seen):
    newest = initiative.thread.events.filter(verb=EDITED, pk__gt=seen).select_related("by").last()
    if newest:
        raise ChangedMeanwhile(
            f"{newest.by} {newest.summary} while you were writing. Your text is still here: "
            "compare it with the record, then save again to replace what is there."
        )


def _record_edit(initiative, changed, teams_before, teams, *, by, at):
    has_new_teams = teams != teams_before
    names = [LABELS[name] for name in changed] + ["the teams"] * has_new_teams
    audit.record(
        EDITED,
        thread=initiative.thread,
        summary=f"changed {', '.join(names)}",
        before=_names(teams_before) if has_new_teams else "",
        after=_names(teams) if has_new_teams else "",
        by=by,
        at=at,
    )
    if "title" in changed:
        initiative.thread.title = initiative.title
        initiative.thread.save(update_fields=["title"])
    if "owner" in changed:
        audit.follow(thread=initiative.thread, users=[initiative.owner])
        _tell_owner(initiative, by=by, at=at)


def _tell_followers(update):
    initiative = update.initiative
    notify(
        initiative.thread.followers.all(),
        kind=Kind.INITIATIVE,
        cause=f"update:{update.pk}",
        title=f"{initiative.key} {initiative.title}: {initiative.get_status_display().lower()}",
        body=update.text,
        path=initiative.thread.path,
        thread=initiative.thread,
        action_label="Open the initiative",
        by=update.by,
        at=update.at,
    )


def _names(teams):
    return ", ".join(team.name for team in teams)[:200]


def _tell_owner(initiative, *, by, at):
    notify(
        [initiative.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"initiative:{initiative.pk}:owner:{at.timestamp():.0f}",
        title=f"You own {initiative.key} {initiative.title}",
        path=initiative.thread.path,
        thread=initiative.thread,
        action_label="Open the initiative",
        by=by,
        at=at,
    )
