"""Whether a launch may go: the criteria as they stand, and the record of the decision."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, Q
from django.utils import timezone

from launches.models import GoNoGo, GoNoGoAttendee, Launch, LaunchItem
from launches.services.locking import lock_open, move_stage
from launches.services.refusals import NotOpen, Refusal
from planning import services as planning
from planning.models import Decision, InitiativeIssue
from prodops.audit import services as audit
from prodops.integrations.jira.models import JiraIssue, JiraLink
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
BLOCKING_PRIORITIES = ("Blocker", "Highest", "Critical")
SHOWN = 5
State = LaunchItem.State
Choice = GoNoGo.Choice


@dataclass(frozen=True)
class Criterion:
    """One thing a launch is judged by; `state` is met, unmet or unknown."""

    key: str
    label: str
    state: str
    detail: str


def criteria(
    launch: Launch, *, on: date, items: Iterable[LaunchItem] | None = None
) -> list[Criterion]:
    """Return the criteria as they stand; a waiver that ran out before `on` counts as open.

    `items` saves the query when the caller has all of the launch's items with their functions.
    """
    if items is None:
        items = launch.items.select_related("function")
    required = [item for item in items if item.is_required]
    return [_required_items(required, on), _sign_offs(required, on), _open_blockers(launch)]


def is_against(standing: Iterable[Criterion]) -> bool:
    return any(criterion.state == UNMET for criterion in standing)


@transaction.atomic
def decide_go_no_go(
    *,
    launch: Launch,
    decision: str,
    by: User,
    at: datetime,
    reason: str = "",
    conditions: str = "",
    attendees: Iterable[User] = (),
) -> GoNoGo:
    """Record a go/no-go with the criteria exactly as they stand; the record never changes.

    A no-go brings the launch back to readiness. A go against an unmet criterion needs a reason.
    Each opens a decision that `by` owes. Raises Refusal for a missing reason and for what is on
    record already, NotOpen.
    """
    lock_open(launch)
    standing = criteria(launch, on=timezone.localdate(at))
    is_go = decision == Choice.GO
    against = is_go and is_against(standing)
    _refuse_without_reason(reason, is_go=is_go, against=against)
    _refuse_twice(launch, decision, standing, reason)
    record = GoNoGo.objects.create(
        launch=launch,
        decision=decision,
        launch_on=launch.launch_on,
        criteria=[asdict(criterion) for criterion in standing],
        was_against_criteria=against,
        reason=reason,
        conditions=conditions,
        decision_record=_open_decision(launch, decision, standing, reason, by, at),
        decided_by=by,
        decided_at=at,
    )
    present = {user.pk: user for user in attendees}
    GoNoGoAttendee.objects.bulk_create(
        GoNoGoAttendee(go_no_go=record, user=user) for user in present.values()
    )
    _story(launch, record, by=by, at=at)
    _tell_followers(launch, record, by=by, at=at)
    return record


def _refuse_without_reason(reason: str, *, is_go: bool, against: bool) -> None:
    if not is_go and not reason.strip():
        raise Refusal("Say what has to be true for a go.", field="reason")
    if against and not reason.strip():
        raise Refusal("A criterion is not met. Say why it is a go all the same.", field="reason")


def _refuse_twice(launch: Launch, decision: str, standing: list[Criterion], reason: str) -> None:
    """Refuse what the last record says already, unless date or criteria changed since.

    Another no-go with another reason is another meeting; a second go has nothing to add.
    """
    last = latest_go_no_go(launch)
    if last is None or last.decision != decision:
        return
    has_moved = launch.date_changes.filter(at__gt=last.decided_at).exists()
    is_other = not last.is_go and last.reason != reason
    if has_moved or is_other or last.criteria != [asdict(each) for each in standing]:
        return
    word = last.get_decision_display().lower()
    raise Refusal(
        f"{last.decided_by} recorded a {word} for {launch.key} already, and nothing has changed"
        " since. Move its date or record the other decision first."
    )


def _story(launch: Launch, record: GoNoGo, *, by: User, at: datetime) -> None:
    before = launch.get_stage_display()
    stage = Launch.Stage.GO_NO_GO if record.is_go else Launch.Stage.READINESS
    move_stage(launch, stage, by=by, at=at, reason=record.reason)
    audit.record(
        "launch.decided",
        thread=launch.thread,
        summary=f"recorded a {record.get_decision_display().lower()}",
        before=before,
        after=launch.get_stage_display(),
        detail="\n\n".join(text for text in (record.reason, record.conditions) if text),
        by=by,
        at=at,
    )


def _tell_followers(launch: Launch, record: GoNoGo, *, by: User, at: datetime) -> None:
    notify(
        launch.thread.followers.all(),
        kind=Kind.LAUNCH,
        cause=f"go-no-go:{record.pk}",
        title=f"{record.get_decision_display()} for {launch.key} {launch.title}",
        body=record.reason or record.conditions,
        path=launch.thread.path,
        thread=launch.thread,
        action_label="Open the launch",
        by=by,
        at=at,
    )


def _open_decision(
    launch: Launch, choice: str, standing: list[Criterion], reason: str, by: User, at: datetime
) -> Decision:
    """Open the decision that keeps why; it starts from what was said here."""
    unmet = [f"{each.label}: {each.detail}" for each in standing if each.state == UNMET]
    link = launch.initiative_links.select_related("initiative__thread").order_by("pk").first()
    word = Choice(choice).label
    against = " against unmet criteria" if choice == Choice.GO and unmet else ""
    return planning.open_decision(
        title=f"{word} for {launch.key}{against}",
        context="\n".join([f"{launch.title}, {launch.date_text}.", *unmet, "", reason]).strip(),
        origin=f"Go/no-go of {launch.key}",
        initiative=link.initiative if link else None,
        decider=by,
        event=Decision.Event.GO_NO_GO,
        cause=f"go-no-go:{launch.pk}:{launch.go_no_gos.count() + 1}",
        draft=(f"{word} for {launch.key} {launch.title}", reason),
        by=by,
        at=at,
    )


def _required_items(items: list[LaunchItem], on: date) -> Criterion:
    run_out = [item for item in items if _has_run_out(item, on)]
    waived = [item for item in items if item.state == State.WAIVED and item not in run_out]
    aside = [item for item in items if item.state == State.NOT_APPLICABLE]
    counted = [item for item in items if item not in waived and item not in aside]
    done = [item for item in counted if item.state == State.DONE]
    parts = [f"{len(done)} of {len(counted)} done"]
    parts += [f"{len(waived)} waived"] if waived else []
    parts += [f"{len(aside)} not applicable"] if aside else []
    parts += [f"{len(run_out)} with a waiver that ran out"] if run_out else []
    if not items:
        return Criterion("items", "Required items", UNKNOWN, "No item is required")
    state = MET if len(done) == len(counted) else UNMET
    return Criterion("items", "Required items", state, ", ".join(parts))


def _sign_offs(items: list[LaunchItem], on: date) -> Criterion:
    wanted = [item for item in items if item.needs_sign_off]
    counted = [item for item in wanted if not item.is_set_aside or _has_run_out(item, on)]
    missing = [item for item in counted if item.state != State.DONE]
    if not missing:
        some = f"{len(counted)} of {len(counted)} approved" if counted else "None is needed"
        return Criterion("sign_offs", "Sign-offs", MET, some)
    names = ", ".join(sorted({item.function.name for item in missing}))
    approved = f"{len(counted) - len(missing)} of {len(counted)} approved"
    return Criterion("sign_offs", "Sign-offs", UNMET, f"{approved}; missing: {names}")


def _has_run_out(item: LaunchItem, on: date) -> bool:
    return item.state == State.WAIVED and item.waived_until is not None and item.waived_until < on


def _open_blockers(launch: Launch) -> Criterion:
    label = "No open blocker in Jira"
    linked = InitiativeIssue.objects.filter(initiative__launches=launch)
    is_linked, keys = (
        Launch.objects.filter(pk=launch.pk)
        .values_list(Exists(linked), ArraySubquery(open_blockers(launch).values("key")))
        .get()
    )
    if not is_linked:
        return Criterion("blockers", label, UNKNOWN, "No Jira issue is linked")
    if not keys:
        return Criterion("blockers", label, MET, "None is open")
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return Criterion("blockers", label, UNMET, f"Open: {', '.join(keys[:SHOWN])}{more}")


def open_blockers(launch: Launch):
    """Return the unfinished issues that hold the launch up.

    Those of its initiatives with a priority of Blocker, Highest or Critical, and those anywhere
    that Jira says block an unfinished one of them.
    """
    unfinished = JiraIssue.objects.alive().exclude(status__step__in=["finished", "abandoned"])
    counted = InitiativeIssue.objects.filter(initiative__launches=launch).values("issue")
    own = unfinished.filter(pk__in=counted).values("pk")
    links = JiraLink.objects.filter(outward__iexact="blocks", target__in=own)
    severe = Q(pk__in=own, priority__in=BLOCKING_PRIORITIES)
    return unfinished.filter(severe | Q(pk__in=links.values("source"))).order_by("key", "pk")


def latest_go_no_go(launch: Launch) -> GoNoGo | None:
    return launch.go_no_gos.order_by("-decided_at", "-pk").first()


def missing_go(launch: Launch) -> NotOpen | None:
    """Return the refusal of a launch whose last go/no-go is not a go, None when it is one."""
    last = latest_go_no_go(launch)
    if last is None:
        return NotOpen(f"{launch.key} has no go/no-go yet. Record one first.", field="go_no_go")
    if not last.is_go:
        words = f"The last go/no-go of {launch.key} was a no-go. Record a go first."
        return NotOpen(words, field="go_no_go")
    return None
