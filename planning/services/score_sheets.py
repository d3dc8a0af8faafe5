"""Fill in a cycle's score sheet: its model, who is in the running, what is said of each."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from intake.services import Refusal
from planning.models import (
    Candidate,
    Cycle,
    Decision,
    Initiative,
    Ranking,
    RankOverride,
    ScoreInput,
    ScoreSheet,
    ScoringSession,
    ScoringVersion,
    running_for,
)
from planning.models.scoring import plain
from planning.services.decisions import open_decision
from planning.services.initiatives import ChangedMeanwhile
from planning.services.records import lock
from planning.services.scoring import keep_ranking
from prodops.audit import services as audit
from prodops.people.models import User

Occasion = Ranking.Occasion


@transaction.atomic
def choose_version(*, cycle: Cycle, version: ScoringVersion, by: User, at: datetime) -> ScoreSheet:
    """Score a cycle by this version from now on; the scores until now are kept as a ranking."""
    _open(cycle)
    sheet = ScoreSheet.objects.filter(cycle=cycle).select_related("version__scoring_model").first()
    if sheet and sheet.version_id == version.pk:
        return sheet
    before = str(sheet.version) if sheet else ""
    if sheet:
        keep_ranking(cycle=cycle, occasion=Occasion.MODEL, by=by, at=at)
    fields = {"version": version, "by": by, "at": at}
    sheet, _ = ScoreSheet.objects.update_or_create(cycle=cycle, defaults=fields)
    audit.record(
        "cycle.model_chosen",
        thread=cycle.thread,
        summary="chose how its initiatives are scored",
        before=before,
        after=str(version),
        by=by,
        at=at,
    )
    return sheet


@transaction.atomic
def add_candidates(
    *, cycle: Cycle, initiatives: Iterable[Initiative], by: User, at: datetime
) -> int:
    """Bring initiatives into the running; who is in it already changes nothing."""
    _open(cycle)
    running = set(running_for(cycle).values_list("pk", flat=True))
    new = [one for one in initiatives if one.pk not in running]
    _refuse_candidates(cycle, new)
    Candidate.objects.bulk_create(
        Candidate(cycle=cycle, initiative=one, by=by, at=at) for one in new
    )
    if new:
        names = "\n".join(f"- {one.key} {one.title}" for one in new)
        count = f"{len(new)} initiative{'s' * (len(new) > 1)}"
        audit.record(
            "cycle.candidates_added",
            thread=cycle.thread,
            summary=f"brought {count} into the running",
            detail=names,
            by=by,
            at=at,
        )
    return len(new)


def _refuse_candidates(cycle: Cycle, new: Iterable[Initiative]) -> None:
    dropped = cycle.commitments.filter(dropped_at__isnull=False)
    dropped_pks = set(dropped.values_list("initiative", flat=True))
    for initiative in new:
        if initiative.is_over:
            state = initiative.get_stage_display().lower()
            raise Refusal(f"{initiative.key} is {state} already.")
        if initiative.pk in dropped_pks:
            raise Refusal(f"{initiative.key} was dropped from {cycle}; that stays in the record.")


@transaction.atomic
def remove_candidate(*, cycle: Cycle, initiative: Initiative, by: User, at: datetime) -> None:
    """Take an initiative out of the running; what was said of it is kept."""
    _open(cycle)
    if cycle.commitments.standing().filter(initiative=initiative).exists():
        raise Refusal(f"{initiative.key} stands in the plan of {cycle}; remove it there.")
    removed, _ = Candidate.objects.filter(cycle=cycle, initiative=initiative).delete()
    if removed:
        audit.record(
            "cycle.candidate_removed",
            thread=cycle.thread,
            summary=f"took {initiative.key} {initiative.title} out of the running",
            by=by,
            at=at,
        )


@transaction.atomic
def set_input(
    *,
    cycle: Cycle,
    initiative: Initiative,
    name: str,
    value: Decimal | None,
    seen: int,
    by: User,
    at: datetime,
    session: ScoringSession | None = None,
) -> ScoreInput | None:
    """Say an initiative's value for a criterion; None takes back what was said.

    `seen` is the key of the newest input the person saw, 0 where there was none; raises
    ChangedMeanwhile when there is a newer one. Returns None when nothing changes.
    """
    sheet = _sheet(cycle)
    version = session.version if session else sheet.version
    criterion = version.criteria.filter(name=name).first()
    if criterion is None:
        raise Refusal(f"{version} has no criterion {name}.")
    of = {"cycle": cycle, "initiative": initiative, "name": name}
    of["scoring_model_id"] = version.scoring_model_id
    newest = ScoreInput.objects.filter(**of).select_related("by").order_by("-pk").first()
    _refuse_when_changed(newest, seen, criterion.label)
    if value is not None and (wrong := criterion.refusal(value)):
        raise Refusal(wrong)
    before = newest.value if newest else None
    if before == value and not session:
        return None
    made = ScoreInput.objects.create(**of, value=value, session=session, by=by, at=at)
    _record_input(made, before)
    return made


def _record_input(made: ScoreInput, before: Decimal | None) -> None:
    session = made.session
    audit.record(
        "initiative.scored",
        thread=made.initiative.thread,
        summary=f"set {made.name} for {made.cycle}",
        before="" if before is None else plain(before),
        after="as the data says" if made.value is None else plain(made.value),
        detail=f"Agreed on in {session.key} {session.title}." if session else "",
        by=made.by,
        at=made.at,
    )


@transaction.atomic
def override_rank(
    *, cycle: Cycle, initiative: Initiative, place: int, reason: str, by: User, at: datetime
) -> RankOverride:
    """Set an initiative to a place whatever its score; that asks for a decision, once."""
    _sheet(cycle)
    _refuse_place(cycle, initiative, place, reason)
    stands = _standing(cycle, initiative).filter(place=place, reason=reason).first()
    if stands:
        return stands
    _end(cycle, initiative, by=by, at=at)
    decision = open_decision(
        title=f"Put {initiative.title} at place {place} of {cycle}"[:200],
        context=reason,
        origin=f"Overridden priority: {initiative.key} in {cycle}",
        initiative=initiative,
        cycle=cycle,
        event=Decision.Event.OVERRIDE,
        cause=_cause(cycle, initiative),
        by=by,
        at=at,
    )
    of = {"cycle": cycle, "initiative": initiative, "decision": decision}
    made = RankOverride.objects.create(place=place, reason=reason, by=by, at=at, **of)
    keep_ranking(cycle=cycle, occasion=Occasion.OVERRIDE, by=by, at=at)
    return made


def _cause(cycle: Cycle, initiative: Initiative) -> str:
    """Name which override of an initiative in a cycle it is that calls for a decision."""
    number = RankOverride.objects.filter(cycle=cycle, initiative=initiative).count() + 1
    return f"override:{cycle.pk}:{initiative.pk}:{number}"


@transaction.atomic
def end_override(*, override: RankOverride, by: User, at: datetime) -> None:
    """Let the score decide again; the override and its decision stay in the record."""
    _sheet(override.cycle)
    if _end(override.cycle, override.initiative, by=by, at=at):
        audit.record(
            "initiative.override_ended",
            thread=override.initiative.thread,
            summary=f"let the score decide its place in {override.cycle} again",
            by=by,
            at=at,
        )


def _refuse_place(cycle: Cycle, initiative: Initiative, place: int, reason: str) -> None:
    running = running_for(cycle)
    if not running.filter(pk=initiative.pk).exists():
        raise Refusal(f"{initiative.key} is not in the running for {cycle}.")
    if not 1 <= place <= running.count():
        raise Refusal(f"Choose a place from 1 to {running.count()}.")
    if not reason.strip():
        raise Refusal("Say why, for whoever reads this later.")


def _end(cycle: Cycle, initiative: Initiative, *, by: User, at: datetime) -> int:
    return _standing(cycle, initiative).update(ended_at=at, ended_by=by)


def _standing(cycle: Cycle, initiative: Initiative) -> QuerySet[RankOverride]:
    return RankOverride.objects.filter(cycle=cycle, initiative=initiative, ended_at=None)


def _open(cycle: Cycle) -> None:
    """Hold the cycle; refuse when it is over."""
    lock(cycle)
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; its scores stay as they were.")


def _sheet(cycle: Cycle) -> ScoreSheet:
    """Hold the cycle and return its sheet."""
    _open(cycle)
    sheets = ScoreSheet.objects.select_related("version__scoring_model")
    sheet = sheets.filter(cycle=cycle).first()
    if sheet is None:
        raise Refusal(f"Choose first by which model {cycle} is scored.")
    return sheet


def _refuse_when_changed(newest: ScoreInput | None, seen: int, label: str) -> None:
    if newest is not None and newest.pk != seen:
        value = "what the data says" if newest.value is None else plain(newest.value)
        raise ChangedMeanwhile(
            f"{newest.by} set {label.lower()} to {value} meanwhile. Yours was not saved: compare "
            "them, then save again to replace it."
        )
